"""Sentences of the RegistryErrors that the store answers: which document, which attribute, what to do.

``codeContext`` holds the uniqueId and French and English text, never another value that was sent.
``location`` is ``<entry id>/<attribute>``.
"""

from __future__ import annotations

import re

from gateway.model import DocumentEntry, RegistryError, SubmissionSet

_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9:._-]{1,80}", re.ASCII)


class Refused(Exception):
    """A submission is refused whole; ``errors`` is everything that is wrong with it, never empty."""

    def __init__(self, errors: list[RegistryError]) -> None:
        super().__init__(", ".join(error.code for error in errors))
        self.errors = tuple(errors)


def is_oid(text: str) -> bool:
    """True for an OID of at most 64 characters without leading zeros (the DMP knows no ``OID^extension``)."""
    return len(text) <= 64 and _OID.fullmatch(text) is not None


def of_entry(entry: DocumentEntry, attribute: str, code: str, text: str) -> RegistryError:
    return RegistryError(
        code,
        f"Document {shown(entry.unique_id)}, {attribute}: {text}",
        f"{shown(entry.entry_id)}/{attribute}",
    )


def of_set(submission_set: SubmissionSet, attribute: str, code: str, text: str) -> RegistryError:
    return RegistryError(
        code,
        f"SubmissionSet {shown(submission_set.unique_id)}, {attribute}: {text}",
        f"{shown(submission_set.entry_id)}/{attribute}",
    )


def shown(identity: str) -> str:
    """An id that may be repeated in an answer; anything that does not look like an id is not repeated."""
    return identity if _ID.fullmatch(identity) else "?"
