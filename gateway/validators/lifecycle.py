"""The life cycle of documents over time: what is asked now against what was accepted before (R.LIF.*).

Pure: the memory is handed in. Two workers may judge at the same time what excludes one another; the
destination's own checks remain the safety net.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.model import (
    Action,
    Document,
    DocumentEntry,
    Finding,
    KnownDocument,
    Location,
    Memory,
    Reading,
    Submission,
)
from gateway.validators import rules_lifecycle as rules

BOTH_LEVELS = frozenset({1, 3})
_CDA = "{urn:hl7-org:v3}"
_ID, _PARENT = "id", "relatedDocument/parentDocument/id"


def judge_lifecycle(reading: Reading, submission: Submission | None, memory: Memory) -> tuple[Finding, ...]:
    """R.MSH.08 of an accepted message, and R.LIF.01 to .07 when it leads to a submission.

    A duplicate is not judged again: what it asks for is done, and it did no wrong in asking.
    A bare CDA is held to R.LIF.01 only: nobody orders its replacement as ORC-1 or OBX-11 would, and the
    store decides what becomes of it.
    """
    if memory.duplicate_of is not None:
        return ()
    reused = (rules.MSH_08.at(Location("MSH", field=10)),) if memory.control_id_reused else ()
    return reused if submission is None else (*reused, *_judge(_Case(reading, submission, memory)))


def resent(submission: Submission, memory: Memory) -> bool:
    """True when every document was accepted before with this very content: the store may have them all."""
    if submission.action is Action.DELETE:
        return False
    found = [(memory.document(entry.unique_id), entry) for entry in submission.entries]
    return all(known is not None and known.sha1 == entry.hash for known, entry in found)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is judged; documents and entries go in pairs, in the order of the message."""

    reading: Reading = field(repr=False)
    submission: Submission = field(repr=False)
    memory: Memory

    @property
    def pairs(self) -> list[tuple[Document, DocumentEntry]]:
        return list(zip(self.reading.documents, self.submission.entries, strict=False))

    @property
    def structure(self) -> str:
        institution = self.submission.submission_set.author.institution
        return institution.identifier.extension if institution and institution.identifier else ""

    def parents(self, entry: DocumentEntry) -> list[str]:
        return [
            wish.predecessor_unique_id
            for wish in self.submission.replacements
            if wish.entry_id == entry.entry_id
        ]


def _judge(case: _Case) -> Iterator[Finding]:
    for document, entry in case.pairs:
        if case.submission.action is Action.DELETE:
            yield from _deleted(case, document, entry)
        else:
            yield from _new_id(case, document, entry)
            yield from _replaced(case, document, entry)


def _new_id(case: _Case, document: Document, entry: DocumentEntry) -> Iterator[Finding]:
    """R.LIF.01. The same content again is no fault: it is looked up and not stored twice."""
    known = case.memory.document(entry.unique_id)
    if known is not None and known.sha1 and (known.deleted or known.sha1 != entry.hash):
        yield rules.LIF_01.at(_at(document, _ID))


def _replaced(case: _Case, document: Document, entry: DocumentEntry) -> Iterator[Finding]:
    if case.reading.message is None:
        return
    for parent in case.parents(entry):
        known = case.memory.document(parent)
        if known is None:
            yield rules.LIF_03.at(_at(document, _PARENT))
            continue
        if known.deleted or set(known.successors) - {entry.unique_id}:
            yield rules.LIF_02.at(_at(document, _PARENT))
        yield from _same_origin(case, document, known)


def _deleted(case: _Case, document: Document, entry: DocumentEntry) -> Iterator[Finding]:
    known = case.memory.document(entry.unique_id)
    if known is None:
        return
    if known.deleted or known.successors:
        yield rules.LIF_04.at(_at(document, _ID))
    yield from _same_origin(case, document, known)


def _same_origin(case: _Case, document: Document, known: KnownDocument) -> Iterator[Finding]:
    """R.LIF.05 to .07. What was not remembered (a deposit before it was kept) is not judged."""
    if known.structures and case.structure and case.structure not in known.structures:
        yield rules.LIF_05.at(_sender(case.reading))
    if known.same_patient is False:
        yield rules.LIF_07.at(Location("PID", field=3))
    if set(known.levels) >= BOTH_LEVELS > set(case.submission.levels):
        yield rules.LIF_06.at(document.origin)


def _at(document: Document, path: str) -> Location:
    """The element of the CDA, with the OBX that carried it."""
    steps = "/".join(f"{_CDA}{step}" for step in path.split("/"))
    element = document.root.find(steps) if document.root is not None else None
    line = int(element.sourceline) if element is not None else None
    return replace(document.origin, xpath=f"/ClinicalDocument/{path}", line=line)


def _sender(reading: Reading) -> Location:
    """PRT-8.10 of the participation that sends (SB)."""
    found = reading.message.named("PRT") if reading.message is not None else []
    number = next((prt.occurrence for prt in found if prt.value(4) == "SB"), 1)
    return Location("PRT", number, 8, component=10)
