"""The 54 official documents: by queue and gateway into the store, found by ITI-18, given back by ITI-43."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from gateway.model import PatientId
from gateway.xds import iti18, names
from gateway.xds.client import ClientSettings, XdsRepository
from tests.e2e.harness import SHARED, Stack
from tests.e2e.test_official_examples import _header, _real_ins_with_a_wrong_key

EXAMPLES = SHARED / "examples" / "cda"
NIR, TEST_NIR = "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.10"
STATUSES = (names.STATUS_APPROVED, names.STATUS_DEPRECATED)

pytestmark = [
    pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the official examples are not beside the project"),
    pytest.mark.timeout(300),
]


def sendable(path: Path) -> bytes:
    """The official bytes. Four have an INS whose key is wrong (R.HDR.12): theirs is said to be a test INS."""
    body = path.read_bytes()
    if _real_ins_with_a_wrong_key(body):
        body = body.replace(f'root="{NIR}"'.encode(), f'root="{TEST_NIR}"'.encode())
    return body


async def test_all_official_documents_are_stored_found_and_given_back(stack: Stack) -> None:
    bodies = {}
    owners = defaultdict(set)
    for path in sorted(EXAMPLES.iterdir()):
        body = sendable(path)
        header = _header(body)
        assert header.unique_id is not None
        bodies[header.unique_id.root] = body
    assert len(bodies) == 54
    assert (
        sum(body not in {path.read_bytes() for path in EXAMPLES.iterdir()} for body in bodies.values()) == 4
    )

    stack.start_worker()
    sent = {await stack.publish(body, "discharge.exemples-officiels"): name for name, body in bodies.items()}
    rows = await stack.settled(54, 240)
    assert {
        name: rows[message]["reason"]
        for message, name in sent.items()
        if rows[message]["outcome"] != "submitted"
    } == {}

    base = stack.store.base_url
    client = XdsRepository(ClientSettings(f"{base}/services/repository", f"{base}/services/registry"))
    try:
        for name in bodies:
            (entry,) = await client.find([name])
            assert entry.unique_id == name
            owner = entry.patient_id
            owners[PatientId(owner.value, owner.authority, "")].add(name)
        for patient, theirs in owners.items():
            found = await client.query(iti18.find_documents(patient, STATUSES))
            assert {each.unique_id for each in found.objects.entries} == theirs
        retrieved = await client.retrieve(list(bodies))
        assert retrieved.receipt.success
        assert {document.unique_id: document.data for document in retrieved.documents} == bodies
    finally:
        await client.close()
