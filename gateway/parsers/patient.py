"""recordTarget: identifiers and the five INS traits (CI-SIS structuration minimale, recordTarget)."""

from __future__ import annotations

from lxml.etree import _Element

from gateway.model import HeaderPatient
from gateway.parsers.elements import attribute, child, children, descend, identifiers_of, text_of

_USED = frozenset({"CL", "SP"})


def read_patient(record_target: _Element | None) -> HeaderPatient:
    """The patient of the first recordTarget; ``givens`` are the given names without qualifier.

    The list of birth given names is written without qualifier, the first of them again with qualifier BR.
    """
    role = child(record_target, "patientRole")
    patient = child(role, "patient")
    names = list(children(patient, "name"))
    families = [part for name in names for part in children(name, "family")]
    givens = [part for name in names for part in children(name, "given")]
    return HeaderPatient(
        identifiers=tuple(identifiers_of(role)),
        birth_family=_qualified(families, frozenset({"BR"})),
        used_family=_qualified(families, _USED),
        birth_given=_qualified(givens, frozenset({"BR"})),
        givens=tuple(text for part in givens if not part.get("qualifier") and (text := text_of(part))),
        birth_time=attribute(child(patient, "birthTime"), "value"),
        gender=attribute(child(patient, "administrativeGenderCode"), "code"),
        birthplace=text_of(child(descend(patient, "birthplace", "place", "addr"), "county")),
    )


def _qualified(parts: list[_Element], wanted: frozenset[str]) -> str:
    """The first part that bears one of the wanted qualifiers (a list of tokens, CDA R2 EN part)."""
    found = (part for part in parts if wanted & set((part.get("qualifier") or "").split()))
    return text_of(next(found, None))
