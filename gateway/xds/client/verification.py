"""What the registry's entries prove about a deposit or a deletion whose answer was lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from gateway.errors import Permanent, Transient, Unknown
from gateway.model import DocumentEntry, Receipt
from gateway.xds import names
from gateway.xds.errors import Reaction
from gateway.xds.iti43 import RetrievedDocument


def by_unique_id(entries: Iterable[DocumentEntry]) -> dict[str, list[DocumentEntry]]:
    """Entries grouped by uniqueId (a registry may know several metadata versions of one document)."""
    found: dict[str, list[DocumentEntry]] = {}
    for entry in entries:
        found.setdefault(entry.unique_id, []).append(entry)
    return found


def already_there(wanted: Sequence[DocumentEntry], found: Sequence[DocumentEntry], absent: str) -> Receipt:
    """A success when every wanted document is stored with the same hash.

    Raises Transient (reason ``absent``) when none is, Permanent when one has another content or when only
    some are stored, Unknown when the registry does not tell the hash.
    """
    known = by_unique_id(found)
    stored = [entry for entry in wanted if entry.unique_id in known]
    if not stored:
        raise Transient(absent, Reaction.RETRY.advice, reaction=Reaction.RETRY.value)
    for entry in stored:
        hashes = {each.hash for each in known[entry.unique_id]}
        if entry.hash in hashes:
            continue
        if "" in hashes:
            raise Unknown("hash-not-told", Reaction.ASK_HUMAN.advice, entry.unique_id, Reaction.VERIFY.value)
        raise _human("XDSNonIdenticalHash", entry.unique_id)
    if len(stored) < len(wanted):
        raise _human("partially-stored", ",".join(entry.unique_id for entry in stored))
    return Receipt("Success", already_there=True)


def deleted(found: Sequence[DocumentEntry], doubt: Unknown) -> Receipt:
    """A success when nothing undeleted is left: a deleted document is normally no longer returned."""
    if all(entry.availability_status == names.STATUS_DELETED for entry in found):
        return Receipt("Success", already_there=True)
    raise Transient(doubt.reason, Reaction.RETRY.advice, doubt.location, Reaction.RETRY.value)


def predecessors_of(wishes: Iterable[str], found: Sequence[DocumentEntry]) -> dict[str, str]:
    """entryUUID by uniqueId. Raises Transient when one is not there yet, Permanent when it was superseded."""
    known = by_unique_id(found)
    result: dict[str, str] = {}
    for wish in wishes:
        if wish not in known:
            raise not_found([wish])
        closed = (names.STATUS_DEPRECATED, names.STATUS_DELETED)
        open_entries = [entry for entry in known[wish] if entry.availability_status not in closed]
        if not open_entries:
            raise Permanent(
                "predecessor-superseded", Reaction.REJECT.advice, wish, reaction=Reaction.REJECT.value
            )
        result[wish] = open_entries[-1].entry_uuid
    return result


def not_found(unique_ids: Sequence[str]) -> Transient:
    """What is to be replaced or deleted may still arrive."""
    location = ",".join(unique_ids)
    return Transient("predecessor-not-found", Reaction.RETRY.advice, location, Reaction.RETRY.value)


def check_content(document: RetrievedDocument, entries: Mapping[str, DocumentEntry]) -> None:
    """Raises Permanent when the bytes are not those that were registered, or were not asked for."""
    entry = entries.get(document.unique_id)
    digest = hashlib.sha1(document.data, usedforsecurity=False).hexdigest()
    if entry is None or (entry.hash and entry.hash != digest) or entry.size not in (-1, len(document.data)):
        reaction = Reaction.ASK_HUMAN
        raise Permanent("retrieved-content-differs", reaction.advice, document.unique_id, reaction.value)


def _human(reason: str, location: str) -> Permanent:
    return Permanent(reason, Reaction.ASK_HUMAN.advice, location, Reaction.ASK_HUMAN.value)
