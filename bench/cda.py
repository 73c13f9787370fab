"""CDA: all we judge of a document, against bare lxml (parse and validate); and how cost grows with size.

The documents are the official CDA examples; without ``../shared``, our own fixtures. The growing body is a
level 1 document in an ORU, with a PDF of the wanted size.
"""

from __future__ import annotations

import base64
import math
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from bench.registry import Figure, Unavailable
from bench.timing import compare, median_seconds
from gateway.parsers import read
from gateway.validators import judge

TOP = Path(__file__).resolve().parent.parent
OFFICIAL = TOP / ".." / "shared" / "examples" / "cda"
CARRIER = TOP / "fixtures" / "valid" / "imaging-mdm-t02-scanner-thorax.hl7"
KILOBYTE = 1000
SIZES = (10 * KILOBYTE, 100 * KILOBYTE, 1000 * KILOBYTE, 10_000 * KILOBYTE)


def documents() -> list[tuple[str, bytes]]:
    """Bare CDA documents that follow the schema."""
    folder = OFFICIAL if OFFICIAL.is_dir() else TOP / "fixtures" / "valid"
    found = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.suffix == ".xml"]
    return [
        (name, body) for name, body in found if b"<ClinicalDocument" in body and b"stylesheet>" not in body
    ]


def figures(quick: bool) -> Iterator[Figure]:
    bodies = documents()
    if not bodies:
        raise Unavailable("no CDA document to measure with")
    yield _against_bare(bodies, rounds=8 if quick else 40)
    yield from _growth(rounds=3 if quick else 9)


def _against_bare(bodies: list[tuple[str, bytes]], rounds: int) -> Figure:
    compiled = etree.XMLSchema(file=str(TOP / "schemas" / "cda" / "cda.xsd"))
    ratios, ours, bare = [], [], []
    for _, body in bodies:
        result = compare(lambda body=body: _whole(body), lambda body=body: _bare(body, compiled), rounds)
        ratios.append(1 / result.times_faster)
        ours.append(result.ours)
        bare.append(result.theirs)
    detail = (
        f"{len(bodies)} documents of {_median_kb(bodies):.0f} kB: {statistics.median(ours) * 1000:.2f} ms "
        f"against {statistics.median(bare) * 1000:.2f} ms; worst {max(ratios):.1f}"
    )
    return Figure("cda_vs_bare", statistics.median(ratios), detail, goal=4.0, at_least=False)


def _whole(body: bytes) -> None:
    judge(read(body))


def _bare(body: bytes, compiled: etree.XMLSchema) -> None:
    compiled.validate(etree.fromstring(body))


def _growth(rounds: int) -> Iterator[Figure]:
    """The exponent of cost over size (1 is linear), and the peak memory in sizes of the message."""
    messages = [message_of(size) for size in SIZES]
    seconds = [median_seconds(lambda body=body: _whole(body), rounds) for body in messages]
    large, small = messages[-1], messages[1]
    exponent = math.log(seconds[-1] / seconds[1]) / math.log(len(large) / len(small))
    times = ", ".join(
        f"{len(body) / 1e6:.2g} MB {spent * 1000:.1f} ms"
        for body, spent in zip(messages, seconds, strict=True)
    )
    yield Figure("growth", exponent, f"exponent of cost over size: {times}", goal=1.1, at_least=False)
    peak = _peak_bytes(SIZES[-1]) - _peak_bytes(SIZES[0])
    multiple = peak / len(large)
    yield Figure(
        "growth_memory", multiple, "peak memory, in sizes of the 18 MB message", goal=6.0, at_least=False
    )


def message_of(size: int) -> bytes:
    """An MDM whose document carries a PDF of about ``size`` bytes."""
    message = CARRIER.read_bytes()
    start = message.index(b"^Base64^") + len(b"^Base64^")
    end = message.index(b"|", start)
    document = base64.b64decode(message[start:end])
    filler = base64.b64encode(_pdf(size))
    grown = re.sub(
        rb'(<text [^>]*representation="B64"[^>]*>)[^<]*',
        lambda found: found.group(1) + filler,
        document,
        count=1,
    )
    if len(grown) <= len(document):
        raise Unavailable("the fixture has no level 1 body to grow")
    return message[:start] + base64.b64encode(grown) + message[end:]


def _pdf(size: int) -> bytes:
    """A valid PDF of one page whose content stream has about ``size`` bytes."""
    line = b"0 0 m 10 10 l S\n"
    content = line * (size // len(line))
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    )
    body, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    body += b"xref\n0 5\n0000000000 65535 f \n" + table
    return bytes(body) + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def _peak_bytes(size: int) -> int:
    """The peak resident memory of a process of its own that judges one message."""
    code = (
        "from pathlib import Path; from bench.cda import _whole, message_of; _whole(message_of(%d));"
        "print(next(l for l in Path('/proc/self/status').read_text().splitlines() if l.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code % size], capture_output=True, text=True, check=True, cwd=TOP
    )
    return int(done.stdout.split()[1]) * 1024


def _median_kb(bodies: list[tuple[str, bytes]]) -> float:
    return statistics.median(len(body) for _, body in bodies) / 1000
