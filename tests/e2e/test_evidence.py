"""Every fixture goes to the store with evidence on: the files tell of every exchange and of nobody."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from gateway.cli.demo_fixtures import load_fixtures
from gateway.parsers import read
from tests.e2e.harness import Stack
from tests.e2e.test_privacy import identities


def professionals() -> set[str]:
    """Names and numbers of those who wrote, signed or answer for the documents of the fixtures."""
    found: set[str] = set()
    for fixture in load_fixtures():
        for document in read(fixture.body).documents:
            for person in (
                document.root.iter("{urn:hl7-org:v3}assignedPerson") if document.root is not None else ()
            ):
                found |= {"".join(part.itertext()).strip() for part in person.iter("{*}family", "{*}given")}
                parent = person.getparent()
                found |= {one.get("extension", "") for one in parent.iterfind("{urn:hl7-org:v3}id")}
    return {text for text in found if len(text) >= 4}


async def test_no_identity_of_any_fixture_is_in_the_evidence(stack: Stack) -> None:
    folder = stack.folder / "evidence"
    worker = stack.start_worker(GATEWAY_EVIDENCE_DIR=str(folder))
    fixtures = load_fixtures()
    for fixture in fixtures:
        await stack.publish(fixture.body, fixture.routing_key)
    await stack.settled(len(fixtures), 150)
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    kinds = Counter("-".join(name.removesuffix(".xml").split("-")[-2:]) for name in files)
    stored = stack.stored()
    assert kinds["iti41-request"] == kinds["iti41-response"] >= stack.counts()["deposits"] > 10
    assert kinds["iti18-request"] == kinds["iti18-response"] > 0
    assert kinds["iti57-request"] == kinds["iti57-response"] > 0

    secrets = identities() | professionals()
    assert len(secrets) > 40
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(secrets)))})(?![\w-])")
    told = {name: len(found) for name, text in files.items() if (found := set(pattern.findall(text)))}
    assert told == {}
    for name, text in files.items():
        etree.fromstring(text.encode())
        assert "ClinicalDocument" not in text, name
    everything = "\n".join(files.values())
    assert {name for name in stored if name not in everything} == set()
    assert {row["hash"] for row in stored.values() if row["hash"] not in everything} == set()
    assert worker.poll() is None
