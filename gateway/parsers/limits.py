"""What one message may cost. Every cap is checked before the memory it protects is used."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one message; beyond them it is refused, never cut.

    ``max_message_bytes`` is the whole delivery, ``max_document_bytes`` one CDA once out of Base64.
    ``max_segments``, ``max_fields`` and ``max_repetitions`` are counted over a whole HL7v2 message.
    ``max_markup`` counts ``<`` and ``max_attributes`` counts ``=`` in a CDA: upper bounds of its nodes.
    ``max_depth`` is the number of nested elements; libxml2 itself stops at 256 below 10 MB.
    """

    max_message_bytes: int = 25 * MIB
    max_document_bytes: int = 20 * MIB
    max_documents: int = 4
    max_segments: int = 20_000
    max_fields: int = 500_000
    max_repetitions: int = 100_000
    max_markup: int = 400_000
    max_attributes: int = 300_000
    max_depth: int = 256


DEFAULT = Limits()
