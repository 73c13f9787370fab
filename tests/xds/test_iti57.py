"""ITI-57: the deletion that the DMP knows, and what a status change must say."""

from __future__ import annotations

import pytest

from gateway.errors import MalformedMetadata, MalformedSoap
from gateway.model import Receipt, RegistryError
from gateway.xds import iti57, names
from gateway.xds.wire import HttpMessage
from tests.xds import samples

UUID = "urn:uuid:0b6f2a10-0000-4000-8000-000000000001"


def delete() -> HttpMessage:
    return iti57.build_delete(
        samples.submission().submission_set,
        {UUID: names.STATUS_DEPRECATED},
        to=samples.TO,
        message_id=samples.MESSAGE_ID,
    )


def test_a_deletion_is_a_change_of_status() -> None:
    message = delete()
    update = iti57.read_request(message.content_type, message.body)
    change = update.status_changes[0]
    assert (change.entry_uuid, change.original_status) == (UUID, names.STATUS_DEPRECATED)
    assert change.new_status == "urn:asip:ci-sis:2010:StatusType:Deleted"
    assert update.objects.submission_set == samples.submission().submission_set
    assert (update.entry_updates, update.message_id) == ((), samples.MESSAGE_ID)
    assert message.content_type.startswith("application/soap+xml")


@pytest.mark.parametrize("slot", ["OriginalStatus", "NewStatus"])
def test_a_status_change_without_its_slot_is_told(slot: str) -> None:
    message = delete()
    with pytest.raises(MalformedMetadata) as caught:
        iti57.read_request(message.content_type, message.body.replace(slot.encode(), b"Other"))
    problem = caught.value.problems[0]
    assert (problem.code, problem.location) == ("XDSMetadataUpdateOperationError", f"as01/{slot}")


def test_another_body_is_refused() -> None:
    message = delete()
    with pytest.raises(MalformedSoap):
        iti57.read_request(message.content_type, message.body.replace(b"SubmitObjects", b"RemoveObjects"))


def test_the_answer_is_read_back() -> None:
    error = RegistryError("XDSMetadataVersionError", "", "as01")
    answer = iti57.build_response(samples.MESSAGE_ID, "Failure", (error,))
    assert iti57.read_response(answer.content_type, answer.body) == Receipt("Failure", (error,))
