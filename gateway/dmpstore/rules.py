"""How strict a store is: with the DMP, or as any XDS registry for messages that are not French."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gateway.dmpstore.refusal import is_oid
from gateway.dmpstore.statuses import APPROVED, ARCHIVED, DELETED, DEPRECATED
from gateway.model import PatientId
from gateway.nomenclature import ins_authority
from gateway.xds import metadata, names

# NIR or NIA with its key; 2A and 2B are the departments of Corsica.
_INS = re.compile(r"\d{6}[0-9AB]\d{8}", re.ASCII)
_IDENTIFIER = re.compile(r"[A-Za-z0-9:^._-]{1,64}", re.ASCII)
_LONGEST_PATIENT_ID = 64
_OF_THE_DMP = frozenset({names.HAS_MEMBER, names.RPLC, names.SIGNS})
_OF_IHE = _OF_THE_DMP | {names.APND, names.XFRM, names.XFRM_RPLC, names.IS_SNAPSHOT_OF}
# Deprecated is not among those of the DMP: there only a replacement deprecates (transactions 3.3c and 3.3d).
_MOVES: Mapping[str, tuple[str, ...]] = {
    APPROVED: (DELETED, ARCHIVED),
    ARCHIVED: (DELETED, APPROVED),
    DEPRECATED: (DELETED,),
    DELETED: (),
}
_MOVES_OF_IHE: Mapping[str, tuple[str, ...]] = {
    **_MOVES,
    APPROVED: (DELETED, ARCHIVED, DEPRECATED),
    DEPRECATED: (DELETED, APPROVED),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """``french``: value sets, required attributes, INS and OIDs as the DMP wants them.

    ``known_patients`` are value and authority; when there is any, all others are unknown.
    """

    french: bool = True
    known_patients: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, french: bool, patients: Iterable[str]) -> Rules:
        """``patients`` are CX values: ``id^^^&oid&ISO``."""
        read = [metadata.parse_cx(each) for each in patients]
        return cls(french, frozenset((each.value, each.authority) for each in read))

    @property
    def association_types(self) -> frozenset[str]:
        return _OF_THE_DMP if self.french else _OF_IHE

    def moves(self, status: str) -> tuple[str, ...]:
        """The statuses that an entry of ``status`` may be given by ITI-57."""
        return (_MOVES if self.french else _MOVES_OF_IHE)[status]

    def is_identifier(self, text: str) -> bool:
        """A uniqueId or sourceId: an OID for the DMP, a short word for others."""
        return is_oid(text) if self.french else _IDENTIFIER.fullmatch(text) is not None

    def patient_problem(self, patient: PatientId) -> str:
        """Why nobody can have this id, empty when somebody may."""
        if self.french and not _is_ins(patient):
            return "INS de 15 caractères attendu (1.2.250.1.213.1.4.8 à .11) / INS of 15 characters expected"
        if not (0 < len(patient.value) <= _LONGEST_PATIENT_ID and is_oid(patient.authority)):
            return "identifiant de patient illisible / patient id cannot be read"
        if self.known_patients and (patient.value, patient.authority) not in self.known_patients:
            return "patient inconnu de cet entrepôt / patient not known to this store"
        return ""


def _is_ins(patient: PatientId) -> bool:
    authority = ins_authority(patient.authority)
    return authority is not None and authority.environment != "legacy" and bool(_INS.fullmatch(patient.value))
