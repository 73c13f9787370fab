"""A declared sender: who it is towards the DMP, and what its messages may leave unsaid."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Facility:
    """One hospital, laboratory or imaging centre that feeds the gateway.

    ``code`` is its name in routing keys (``lab.<code>``). ``structure_id`` is Struct_IdNat (``1`` + FINESS).
    ``sender_ids`` are the spellings of MSH-4 and the broker users that mean this facility. ``source_id`` is
    the OID of the emitting system (XDS sourceId); ``oid_root`` is where new SubmissionSet uniqueIds hang.
    """

    code: str
    name: str
    structure_id: str
    source_id: str
    oid_root: str = ""
    sender_ids: frozenset[str] = field(default=frozenset())
    facility_type: str = ""
    practice_setting: str = ""
    time_zone: str = "Europe/Paris"
    default_content_type: str = "07"
    observe: frozenset[str] = field(default=frozenset())
