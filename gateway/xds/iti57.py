"""ITI-57 Update Document Set: status changes (deletion, archiving) and new versions of entries.

The DMP deletes by a new status ``Deleted``; nothing is removed (DMP transaction 3.3c).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lxml import etree

from gateway.errors import MalformedMetadata, MalformedSoap
from gateway.model import Association, DocumentEntry, Receipt, RegistryError, SubmissionSet
from gateway.xds import ebxml, names, soap, wire
from gateway.xds.answers import answer_element, read_registry_response, registry_response
from gateway.xds.wire import HttpMessage
from gateway.xds.xml import child

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One UpdateAvailabilityStatus association, statuses as URNs."""

    entry_uuid: str
    original_status: str
    new_status: str
    association_id: str = ""


@dataclass(frozen=True, slots=True)
class EntryUpdate:
    """A whole new version of an entry; ``entry.logical_id`` says of which, ``entry_id`` is symbolic."""

    entry: DocumentEntry
    previous_version: str


@dataclass(frozen=True, slots=True)
class MetadataUpdate:
    """An update as received."""

    objects: ebxml.RegistryObjects
    status_changes: tuple[StatusChange, ...]
    entry_updates: tuple[EntryUpdate, ...]
    message_id: str = ""
    security: Element | None = field(default=None, repr=False)


def build_delete(
    submission_set: SubmissionSet,
    targets: Mapping[str, str],
    *,
    to: str,
    message_id: str,
    security: Element | None = None,
) -> HttpMessage:
    """Ask for the status Deleted. ``targets`` maps each entryUUID to its present status."""
    changes = [StatusChange(uuid, status, names.STATUS_DELETED) for uuid, status in targets.items()]
    return build_request(submission_set, changes, to=to, message_id=message_id, security=security)


def build_request(
    submission_set: SubmissionSet,
    changes: Sequence[StatusChange] = (),
    updates: Sequence[EntryUpdate] = (),
    *,
    to: str,
    message_id: str,
    security: Element | None = None,
) -> HttpMessage:
    """A plain SOAP request with one set, the new versions of entries and the status changes."""
    request = etree.Element(
        f"{{{names.LCM}}}SubmitObjectsRequest", nsmap={"lcm": names.LCM, "rim": names.RIM}
    )
    listing = ebxml.object_list(ebxml.submission_set_object(submission_set), ebxml.set_marker(submission_set))
    for update in updates:
        listing.append(ebxml.document_entry_object(replace(update.entry, entry_uuid="")))
    for number, association in enumerate(_associations(submission_set, changes, updates), start=1):
        listing.append(ebxml.association_object(association, f"as{number:02d}"))
    request.append(listing)
    envelope = soap.build_request(
        names.ACTION_ITI57, request, to=to, message_id=message_id, security=security
    )
    return wire.plain(envelope, names.ACTION_ITI57)


def read_request(content_type: str, body: bytes) -> MetadataUpdate:
    """Raises MalformedMultipart or MalformedSoap (answer a fault), MalformedMetadata (answer a Failure)."""
    envelope = wire.read(content_type, body).envelope
    update = read_body(envelope.body_element)
    return MetadataUpdate(
        update.objects, update.status_changes, update.entry_updates, envelope.message_id, envelope.security
    )


def read_body(request: Element) -> MetadataUpdate:
    """The changes of a lcm:SubmitObjectsRequest.

    Raises MalformedMetadata: XDSMetadataUpdateOperationError for a status change without its two slots,
    XDSMetadataVersionError for a new version without PreviousVersion, XDSRegistryMetadataError for the rest.
    """
    listing = child(request, names.RIM, "RegistryObjectList")
    if request.tag != f"{{{names.LCM}}}SubmitObjectsRequest" or listing is None:
        raise MalformedSoap("SubmitObjectsRequest attendu / expected (ITI-57)")
    objects = ebxml.read_objects(listing, code="XDSRegistryMetadataError")
    problems = [*_status_problems(objects.associations), *_version_problems(objects)]
    if problems:
        first = problems[0]
        raise MalformedMetadata(first.context, first.code, first.location, problems)
    changes = tuple(
        StatusChange(
            each.target, _slot(each, "OriginalStatus"), _slot(each, "NewStatus"), each.association_id
        )
        for each in _status_associations(objects.associations)
    )
    updates = tuple(EntryUpdate(entry, _previous_version(objects, entry)) for entry in objects.entries)
    return MetadataUpdate(objects, changes, updates)


def build_response(relates_to: str, status: str, errors: Sequence[RegistryError] = ()) -> HttpMessage:
    envelope = soap.build_answer(
        names.ACTION_ITI57_RESPONSE, registry_response(status, errors), relates_to=relates_to
    )
    return wire.plain(envelope, names.ACTION_ITI57_RESPONSE)


def read_response(content_type: str, body: bytes) -> Receipt:
    """The receipt. Raises SoapFaultReceived, Unknown, MalformedMultipart, MalformedSoap."""
    envelope = wire.read(content_type, body).envelope
    return read_registry_response(answer_element(envelope, names.RS, "RegistryResponse"))


def _associations(
    submission_set: SubmissionSet, changes: Sequence[StatusChange], updates: Sequence[EntryUpdate]
) -> Iterator[Association]:
    source = submission_set.entry_id
    for change in changes:
        slots = {"OriginalStatus": (change.original_status,), "NewStatus": (change.new_status,)}
        yield Association("", names.UPDATE_AVAILABILITY_STATUS, source, change.entry_uuid, slots)
    for update in updates:
        slots = {"SubmissionSetStatus": ("Original",), "PreviousVersion": (update.previous_version,)}
        yield Association("", names.HAS_MEMBER, source, update.entry.entry_id, slots)


def _status_associations(associations: Sequence[Association]) -> Iterator[Association]:
    return (each for each in associations if each.type == names.UPDATE_AVAILABILITY_STATUS)


def _status_problems(associations: Sequence[Association]) -> Iterator[RegistryError]:
    for each in _status_associations(associations):
        for name in ("OriginalStatus", "NewStatus"):
            if not _slot(each, name):
                yield RegistryError(
                    "XDSMetadataUpdateOperationError",
                    f"slot {name} absent / missing",
                    f"{each.association_id}/{name}",
                )


def _version_problems(objects: ebxml.RegistryObjects) -> Iterator[RegistryError]:
    for entry in objects.entries:
        if not _previous_version(objects, entry):
            yield RegistryError(
                "XDSMetadataVersionError",
                "slot PreviousVersion absent / missing",
                f"{entry.entry_id}/PreviousVersion",
            )


def _previous_version(objects: ebxml.RegistryObjects, entry: DocumentEntry) -> str:
    for each in objects.associations:
        if each.type == names.HAS_MEMBER and each.target == entry.entry_id:
            return _slot(each, "PreviousVersion")
    return ""


def _slot(association: Association, name: str) -> str:
    return next(iter(association.slots.get(name, ())), "")
