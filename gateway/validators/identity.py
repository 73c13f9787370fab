"""Who the patient is: the INS and its key, and the elements of a document that identify the patient."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from gateway.model import Finding, Severity
from gateway.validators import header_places as places
from gateway.validators import rules_dmp, rules_hdr
from gateway.validators.header_places import HeaderView, Place, attribute, qualified

NIR, NIA = "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9"
TEST_NIR, DEMO_NIR = "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"
INS_OIDS = (NIR, TEST_NIR, DEMO_NIR, NIA)
"""The INS authorities, the preferred first: a NIR is used before a NIA (PAM.fr 2.11 §4.4.1)."""
TRIAL_OIDS = frozenset({TEST_NIR, DEMO_NIR})

_SHAPE = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{8}")


def ins_has_shape(value: str) -> bool:
    """15 characters, key included: 5 digits, 2 digits or 2A/2B (Corsica), 8 digits (PAM.fr 2.11 §6.6.1)."""
    return _SHAPE.fullmatch(value) is not None


def ins_key_is_right(value: str) -> bool:
    """The last two digits are 97 minus the first 13 modulo 97, 2A counting as 19 and 2B as 18."""
    if not ins_has_shape(value):
        return False
    department = {"2A": "19", "2B": "18"}.get(value[5:7], value[5:7])
    return 97 - int(value[:5] + department + value[7:13]) % 97 == int(value[13:])


def preferred_ins(found: dict[str, str]) -> tuple[str, str] | None:
    """(OID, value) of the INS to use among those found, by OID; None when there is none."""
    return next(((oid, found[oid]) for oid in INS_OIDS if oid in found), None)


def same_name(left: str, right: str) -> bool:
    """Equal but for case, accents, hyphens, apostrophes and blanks, none of which tells two people apart."""
    return _letters(left) == _letters(right)


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


@dataclass(frozen=True)
class CdaPatient:
    """The one recordTarget of a document; each trait is the element that carries it, None when absent."""

    role: etree._Element = field(repr=False)

    @cached_property
    def identifiers(self) -> list[etree._Element]:
        return places.PATIENT_ID.all(self.role)

    @cached_property
    def ins(self) -> dict[str, etree._Element]:
        """The first id of each INS authority."""
        found: dict[str, etree._Element] = {}
        for identifier in self.identifiers:
            if (root := attribute(identifier, "root")) in INS_OIDS and attribute(identifier, "extension"):
                found.setdefault(root, identifier)
        return found

    @cached_property
    def patient(self) -> etree._Element | None:
        return places.PATIENT.first(self.role)

    def first(self, place: Place, qualifier: str = "") -> etree._Element | None:
        """The first element at a place below patient, with this qualifier when one is asked for."""
        if self.patient is None:
            return None
        found = place.all(self.patient)
        return next((e for e in found if not qualifier or qualified(e, qualifier)), None)

    @cached_property
    def birth_family(self) -> etree._Element | None:
        return self.first(places.FAMILY, "BR")

    @cached_property
    def first_given(self) -> etree._Element | None:
        """The first birth given name (qualifier BR), else the list of given names."""
        found = self.first(places.GIVEN, "BR")
        return self.first(places.GIVEN) if found is None else found


def cda_patient(view: HeaderView) -> CdaPatient | None:
    """The patient of a document that has exactly one recordTarget with a patientRole."""
    targets = places.RECORD_TARGET.all(view.root)
    role = places.PATIENT_ROLE.first(targets[0]) if len(targets) == 1 else None
    return None if role is None else CdaPatient(role)


def judge_patient(view: HeaderView, patient: CdaPatient | None, *, refuse_trial: bool) -> Iterator[Finding]:
    """What the installation and the DMP say of the INS; ``refuse_trial``: a test INS is an error."""
    if patient is None:
        return
    for identifier in patient.identifiers:
        trial = attribute(identifier, "root") in TRIAL_OIDS and attribute(identifier, "extension")
        if refuse_trial and trial:
            yield rules_hdr.HDR_13.at(view.at(places.PATIENT_ID, identifier, "root"))
    if view.document.origin.segment is None and set(patient.ins) == {NIA}:
        # R.DMP.09 is written for messages; the DMP itself is said to take a NIA too: no more than a warning.
        spot = view.at(places.PATIENT_ID, patient.ins[NIA], "root")
        yield rules_dmp.DMP_09.at(spot, severity=Severity.WARNING)
