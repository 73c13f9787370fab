"""Every official example goes through a real queue; what the DMP takes is in the store, byte for byte."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
from lxml import etree
from stdnum.fr import nir

from gateway.model.document import CdaHeader
from gateway.parsers import read
from tests.e2e.harness import SHARED, Stack

EXAMPLES = SHARED / "examples"

pytestmark = [
    pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the official examples are not beside the project"),
    pytest.mark.timeout(300),
]


def _rubriques() -> dict[tuple[str, str], str]:
    with (SHARED / "nomenclatures" / "rubriques.csv").open(encoding="utf-8", newline="") as file:
        return {(row["code"], row["code_system_oid"]): row["rubrique"] for row in csv.DictReader(file)}


def _messages() -> list[Path]:
    """CDA documents first, so that what replaces comes after what it replaces."""
    found = [path for path in sorted((EXAMPLES / "cda").iterdir()) if path.is_file()]
    return found + [path for path in sorted((EXAMPLES / "hl7v2").iterdir()) if path.suffix != ".csv"]


def _real_ins_with_a_wrong_key(body: bytes) -> bool:
    """An INS of authority .8 or .9 in recordTarget whose key does not match: the DMP cannot have it."""
    for element in etree.fromstring(body).iter("{urn:hl7-org:v3}patientRole"):
        for one in element.iterfind("{urn:hl7-org:v3}id"):
            real = one.get("root") in ("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9")
            if real and not nir.is_valid(one.get("extension", "")):
                return True
    return False


def _header(body: bytes) -> CdaHeader:
    header = read(body).documents[0].header
    assert header is not None
    return header


async def test_every_official_example_is_stored_or_refused_with_rule_and_place(stack: Stack) -> None:
    stack.start_worker()
    sent = {
        await stack.publish(path.read_bytes(), "discharge.exemples-officiels"): path for path in _messages()
    }
    rows = await stack.settled(len(sent), 240)
    stored = stack.stored()
    rubriques = _rubriques()

    assert {rows[name]["outcome"] for name in sent} <= {"submitted", "refused", "recorded"}
    for name, path in sent.items():
        if path.parent.name != "cda":
            continue
        body = path.read_bytes()
        header = _header(body)
        assert header.code is not None
        assert header.unique_id is not None
        if _real_ins_with_a_wrong_key(body):
            errors = [one["rule"] for one in rows[name]["findings"] if one["severity"] == "error"]
            assert (rows[name]["outcome"], errors) == ("refused", ["R.HDR.12"]), path.name
            continue
        assert (rows[name]["outcome"], rows[name]["reason"]) == ("submitted", ""), path.name
        document = stored[header.unique_id.root]
        assert document["rubrique"] == rubriques[header.code.code, header.code.system], path.name
        assert (document["hash"], document["size"]) == (hashlib.sha1(body).hexdigest(), len(body)), path.name
        assert stack.content(header.unique_id.root) == body, path.name

    for name, row in rows.items():
        if row["outcome"] == "refused":
            errors = [finding for finding in row["findings"] if finding["severity"] == "error"]
            assert errors, sent[name].name
            assert all(finding["rule"] and finding["location"] for finding in errors), sent[name].name
    refused = {name for name in sent if rows[name]["outcome"] == "refused"}
    letters = {letter.message_id: letter.body for letter in await stack.dead_letters()}
    assert letters == {name: sent[name].read_bytes() for name in refused}


async def test_the_official_replacement_message_is_refused_or_waits_for_its_predecessor(stack: Stack) -> None:
    """R.LIF.03: its predecessor was never deposited here; the message must not vanish nor store a guess."""
    path = next((EXAMPLES / "hl7v2").glob("*Remplacement_ORU*RPLC_N3_SEGUR.hl7"))
    stack.start_worker()
    name = await stack.publish(path.read_bytes(), "lab.exemples-officiels")
    row = (await stack.settled(1))[name]
    assert (row["outcome"], row["reason"]) == ("refused", "predecessor-not-found")
    assert row["attempts"] == 4
    assert stack.stored() == {}


def test_the_examples_are_what_this_test_believes() -> None:
    assert len(list((EXAMPLES / "cda").iterdir())) == 54
    etree.parse(next((EXAMPLES / "cda").iterdir()))
