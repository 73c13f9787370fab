"""The multipart codec: what is written is read again to the byte, what is wrong is refused."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import MalformedMultipart
from gateway.xds import mtom
from gateway.xds.mtom import Part

ACTION = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
# Pieces that look like line ends and delimiters make the interesting bodies.
BYTES = st.lists(
    st.sampled_from([b"\r\n", b"\n", b"--", b"uuid-", b"\r", b"x", b"\x00\xff"]) | st.binary()
).map(b"".join)
LF = 'multipart/related; boundary=b; type="application/xop+xml"'


def body(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


VALID = ("--b", "Content-ID: <root>", "", "<r/>", "--b", "Content-ID: <a@gw>", "", "one", "--b--", "")


@settings(deadline=None)
@given(BYTES, st.lists(BYTES, max_size=4))
def test_random_parts_are_read_back_identical(root: bytes, blocks: list[bytes]) -> None:
    parts = [Part(f"p{number}@gw", "text/xml", block) for number, block in enumerate(blocks)]
    content_type, chunks = mtom.write(root, parts, ACTION, "seed")
    found = mtom.read(content_type, b"".join(chunks))
    assert found.root.data == root
    assert list(found.parts.values()) == parts


@settings(deadline=None, max_examples=300)
@given(BYTES)
def test_garbage_is_refused_and_nothing_else(garbage: bytes) -> None:
    with contextlib.suppress(MalformedMultipart):
        mtom.read('multipart/related; boundary="uuid-"', garbage)


def test_writing_twice_gives_the_same_bytes_and_copies_no_document() -> None:
    document = b"d" * 1000
    parts = [Part("p@gw", "text/xml", document)]
    first = mtom.write(b"<r/>", parts, ACTION, "seed")
    assert first == mtom.write(b"<r/>", parts, ACTION, "seed")
    assert any(chunk is document for chunk in first[1])


def test_a_boundary_that_stands_in_a_document_is_not_used() -> None:
    content_type, _ = mtom.write(b"<r/>", [], ACTION, "seed")
    boundary = content_type.split('boundary="')[1].split('"')[0]
    trap = Part("p@gw", "text/xml", f"\r\n--{boundary}--\r\n".encode())
    other, chunks = mtom.write(b"<r/>", [trap], ACTION, "seed")
    assert boundary not in other
    assert mtom.read(other, b"".join(chunks)).parts["p@gw"] == trap


def test_the_content_type_names_what_receivers_insist_on() -> None:
    content_type, chunks = mtom.write(b"<r/>", [], ACTION, "seed")
    assert 'type="application/xop+xml"' in content_type
    assert 'start-info="application/soap+xml"' in content_type
    assert f'action="{ACTION}"' in content_type
    assert b"Content-Transfer-Encoding: binary\r\n" in chunks[0]
    assert chunks[0].startswith(b"--")


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/related; boundary="b"',
        "Multipart/Related; boundary=b",
        'multipart/related;boundary=b;start="<root>";type="application/xop+xml" ',
        "multipart/related; boundary=b; start=<root>",
    ],
)
def test_header_spellings_are_accepted(content_type: str) -> None:
    found = mtom.read(content_type, body(*VALID))
    assert (found.root.data, found.parts["a@gw"].data) == (b"<r/>", b"one")


def test_a_preamble_is_ignored() -> None:
    assert mtom.read(LF, b"This is MIME.\r\n" + body(*VALID)).root.data == b"<r/>"


def test_a_body_with_lf_only_is_accepted() -> None:
    assert mtom.read(LF, "\n".join(VALID).encode()).parts["a@gw"].data == b"one"


def test_the_root_may_come_last_when_start_names_it() -> None:
    parts = ("--b", "Content-ID: <a@gw>", "", "one", "--b", "Content-ID: <root>", "", "<r/>", "--b--")
    assert mtom.read('multipart/related; boundary=b; start="<root>"', body(*parts)).root.data == b"<r/>"


def test_8bit_and_base64_parts_are_accepted() -> None:
    encoded = base64.b64encode(b"one").decode()
    lines = [*VALID[:5], "Content-ID: <a@gw>", "Content-Transfer-Encoding: base64", "", encoded, "--b--"]
    lines.insert(1, "Content-Transfer-Encoding: 8bit")
    assert mtom.read(LF, body(*lines)).parts["a@gw"].data == b"one"


def test_a_part_may_be_empty() -> None:
    lines = [*VALID[:6], "", "--b--"]
    assert mtom.read(LF, body(*lines)).parts["a@gw"].data == b""


@pytest.mark.parametrize("href", ["cid:a@gw", "cid:a%40gw", "CID:a%40gw"])
def test_a_cid_is_percent_decoded_before_it_is_matched(href: str) -> None:
    assert mtom.read(LF, body(*VALID)).resolve(href).data == b"one"


@pytest.mark.parametrize("href", ["cid:b@gw", "cid:", "a@gw", "http://a@gw", "cid:<a@gw>", "cid:A@gw"])
def test_a_cid_that_matches_nothing_is_refused(href: str) -> None:
    with pytest.raises(MalformedMultipart, match="cid"):
        mtom.read(LF, body(*VALID)).resolve(href)


@pytest.mark.parametrize(
    ("name", "content_type", "lines"),
    [
        ("two parts with one Content-ID", LF, (*VALID[:8], *VALID[4:])),
        ("the root's Content-ID again", LF, (*VALID[:5], "Content-ID: <root>", "", "x", "--b--")),
        ("a part without Content-ID", LF, (*VALID[:5], "X: y", "", "x", "--b--")),
        ("a nested multipart", LF, ("--b", "Content-Type: multipart/mixed; boundary=c", "", "x", "--b--")),
        ("a message part", LF, ("--b", "Content-Type: message/rfc822", "", "x", "--b--")),
        ("quoted-printable", LF, ("--b", "Content-Transfer-Encoding: quoted-printable", "", "x", "--b--")),
        ("bad base64", LF, ("--b", "Content-Transfer-Encoding: base64", "", "é*", "--b--")),
        ("no closing boundary", LF, VALID[:8]),
        ("headers without end", LF, ("--b", "Content-ID: <root>--b--")),
        ("a header without colon", LF, ("--b", "Content-ID", "", "x", "--b--")),
        ("a header twice", LF, ("--b", "A: 1", "A: 2", "", "x", "--b--")),
        ("no part", LF, ("--b--", "")),
        ("another boundary", "multipart/related; boundary=c", VALID),
        ("no boundary", "multipart/related", VALID),
        ("a boundary of 71 characters", f"multipart/related; boundary={'b' * 71}", VALID),
        ("another media type", "multipart/form-data; boundary=b", VALID),
        ("start that names nothing", "multipart/related; boundary=b; start=x", VALID),
        ("a parameter twice", "multipart/related; boundary=b; boundary=c", VALID),
        ("an unfinished quote", 'multipart/related; boundary="b', VALID),
    ],
)
def test_a_broken_body_is_refused(name: str, content_type: str, lines: tuple[str, ...]) -> None:
    with pytest.raises(MalformedMultipart):
        mtom.read(content_type, body(*lines))


def test_too_many_parts_are_refused() -> None:
    lines = [line for number in range(12) for line in ("--b", f"Content-ID: <{number}>", "", "x")]
    with pytest.raises(MalformedMultipart, match="10"):
        mtom.read(LF, body(*lines, "--b--"), max_parts=10)


def test_header_lines_are_bounded() -> None:
    with pytest.raises(MalformedMultipart):
        mtom.read(LF, body("--b", f"X: {'y' * 20_000}", "", "x", "--b--"))
