"""Documents with something to read in them, and a client that keeps cookies and sends any header."""

from __future__ import annotations

import base64
import http.client
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from gateway.model import Code, DocumentEntry
from gateway.parsers import read
from gateway.resources import fixtures
from tests.dmpstore.conftest import Answer, Client
from tests.dmpstore.samples import LOINC, entry, sha1, submission

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared"
TRE_A05 = "1.2.250.1.213.1.1.4.12"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
# One red pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)


def fixture(name: str) -> bytes:
    return (fixtures() / "valid" / name).read_bytes()


def lab_report() -> bytes:
    """The CDA of the blood count that our fixtures send in an ORU: sections with tables."""
    return read(fixture("lab-oru-nfs-glycemie.hl7")).documents[0].content


def level_one(body: bytes, media_type: str, representation: str = "B64") -> bytes:
    """A certificate of our fixtures with another body."""
    text = base64.b64encode(body).decode() if representation == "B64" else body.decode()
    made = re.sub(
        r"<text mediaType=.*?</text>",
        lambda _: f'<text mediaType="{media_type}" representation="{representation}">{text}</text>',
        fixture("cda-certificat-medical.xml").decode(),
        flags=re.DOTALL,
    )
    return made.encode()


def narrative(block: str, entries: str = "") -> bytes:
    """A structured document with this narrative block in its first section."""
    made = fixture("cda-note-de-vaccination.xml").decode()
    start = made.index("<text>")
    end = made.index("</text>", start) + len("</text>")
    return (made[:start] + f"<text>{block}</text>{entries}" + made[end:]).encode()


def media(identity: str, media_type: str, data: bytes) -> str:
    value = base64.b64encode(data).decode()
    return (
        f'<entry><observationMedia classCode="OBS" moodCode="EVN" ID="{identity}">'
        f'<value mediaType="{media_type}" representation="B64">{value}</value></observationMedia></entry>'
    )


def put(store: Client, number: int, data: bytes, title: str = "Bilan sanguin", **changes: Any) -> str:
    """Deposit one document; returns its uniqueId."""
    replaces = changes.pop("replaces", None)
    made = entry(number, data, title=title, **changes)
    receipt = store.submit(
        submission(
            made,
            number=number,
            contents={made.entry_id: data},
            replaces={made.entry_id: replaces} if replaces else None,
        )
    )
    assert receipt.success, receipt.errors
    return made.unique_id


def of_type(code: str, system: str = TRE_A05) -> Code:
    return Code(code, system)


def report(number: int, data: bytes) -> DocumentEntry:
    return entry(number, data, type_code=Code("11502-2", LOINC), hash=sha1(data), size=len(data))


def record_path(store: Client) -> str:
    """The page of the record that was fed last."""
    found = re.search(r"/records/[0-9a-f]+", store.get("/").text)
    assert found is not None
    return found.group()


class Visitor:
    """A browser without its eyes: one origin, cookies kept, redirects not followed."""

    def __init__(self, base_url: str) -> None:
        self._address = urlsplit(base_url).netloc
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self._address, timeout=20)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            pairs = [(name.lower(), value) for name, value in response.getheaders()]
            answer = Answer(response.status, dict(pairs), response.read())
        finally:
            connection.close()
        self.set_cookies = [value for name, value in pairs if name == "set-cookie"]
        for cookie in self.set_cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def send(self, path: str, **fields: str) -> Answer:
        return self.ask(
            "POST", path, urlencode(fields).encode(), content_type="application/x-www-form-urlencoded"
        )

    def sign_in(self, name: str, password: str, goal: str = "/") -> Answer:
        page = self.get("/login").text
        return self.send("/login", nonce=hidden(page, "nonce"), next=goal, name=name, password=password)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)
