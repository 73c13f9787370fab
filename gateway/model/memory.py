"""What the ledger remembers that matters for one message: its twin, and the documents that it names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document of which this gateway settled a deposit or a deletion, by another message.

    ``sha1`` is empty when only a deletion is known. ``successors`` are the uniqueIds of the documents
    accepted in its place. ``structures`` are Struct_IdNat: the sender's, then those of the authors.
    ``levels`` are the CDA levels (1, 3) of all the documents of its message. ``same_patient`` is None when
    it cannot be told.
    """

    unique_id: str
    sha1: str = ""
    deleted: bool = False
    successors: tuple[str, ...] = ()
    structures: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    same_patient: bool | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """``duplicate_of`` is the ledger id of a settled message with the same sender, MSH-10 and content.

    ``control_id_reused``: the sender has used this MSH-10 for another content. ``documents`` are those known
    among the uniqueIds that the message names.
    """

    duplicate_of: int | None = None
    control_id_reused: bool = False
    documents: tuple[KnownDocument, ...] = ()

    def document(self, unique_id: str) -> KnownDocument | None:
        return next((known for known in self.documents if known.unique_id == unique_id), None)
