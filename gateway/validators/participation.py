"""The participants of a request: sender, recipients, reply address (R.PRT.*)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from gateway.model import Finding, Location, Segment, Severity
from gateway.validators import rules_prt as rules
from gateway.validators.identity import INS_OIDS
from gateway.validators.index import MessageIndex, place, required_in
from gateway.validators.metadata_rows import Wishes

PERSON_AUTHORITY, STRUCTURE_AUTHORITY = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
PATIENT_DOMAIN = "patient.mssante.fr"
ROLES = ("SB", "RCT", "REPLY")

_UC, _ROLES, _X400 = frozenset({"UC"}), frozenset(ROLES), frozenset({"X.400"})
_PERSON_TYPES = frozenset(
    ("EI", "NH", "INS", "NNFRA", "PPN", "PI", "PN", "RRI", "ADELI", "RPPS", "IDNPS", "RI")
)
_RECIPIENT_TYPES = frozenset({"RPPS", "IDNPS", "INS"})
_SENDER_STRUCTURES = frozenset({"FINEJ", "FINEG", "IDNST"})
# The guide prints SVR where table 0203 says SRV.
_RECIPIENT_STRUCTURES = _SENDER_STRUCTURES | {"UF", "SRV", "SVR"}
_FORMS = {
    "RPPS": re.compile(r"8?[0-9]{11}"),
    "ADELI": re.compile(r"0?[0-9A-Z]{9}"),
    "IDNPS": re.compile(r"8[0-9]{11}|0[0-9A-Z]{9}|[1345].{9,}|6[0-9].{2,}"),
    "FINEG": re.compile(r"1?[0-9][0-9AB][0-9]{7}"),
    "FINEJ": re.compile(r"1?[0-9][0-9AB][0-9]{7}"),
    "IDNST": re.compile(r"0[0-9A-Z]{9}|1[0-9][0-9AB][0-9]{7}|2[0-9]{9}.*|3[0-9]{14}.*|4[0-9].{2,}"),
}
_ADDRESS = re.compile(r"[^@\s]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")


@dataclass(frozen=True, slots=True)
class Participants:
    """The PRT segments by role, in the order sent."""

    senders: tuple[Segment, ...] = field(repr=False)
    recipients: tuple[Segment, ...] = field(repr=False)
    replies: tuple[Segment, ...] = field(repr=False)


def read_participants(index: MessageIndex) -> Participants:
    by_role = {role: tuple(p for p in index.named("PRT") if p.value(4) == role) for role in ROLES}
    return Participants(by_role["SB"], by_role["RCT"], by_role["REPLY"])


def is_patient(recipient: Segment) -> bool:
    """A recipient is the patient by its identifier type or by the domain of its address."""
    address = recipient.value(15, 4).lower()
    return recipient.value(5, 13) == "INS" or address.endswith("@" + PATIENT_DOMAIN)


def judge_participation(index: MessageIndex, wishes: Wishes, people: Participants) -> Iterator[Finding]:
    """R.PRT.01 to R.PRT.22, but R.PRT.20 which needs the patient (see ``patient_recipients``)."""
    for participant in index.named("PRT"):
        yield from _any(participant)
    yield from _order(index)
    for repeated in (*people.senders[1:2], *people.replies[1:2]):
        yield rules.PRT_05.at(place(repeated, 4, 1))
    if not wishes.foreign:
        yield from _needed(wishes, people)
    for sender in people.senders[:1]:
        yield from _sender(sender, wishes)
    for recipient in people.recipients:
        yield from _recipient(recipient)
    for reached in (*people.recipients, *people.replies):
        yield from _address(reached)


def _any(participant: Segment) -> Iterator[Finding]:
    yield from required_in(rules.PRT_01, participant, 2, _UC)
    yield from required_in(rules.PRT_02, participant, 4, _ROLES, component=1)
    if participant.value(4) in _ROLES:
        for component, fine in ((2, bool), (3, "participation".__eq__)):
            value = participant.value(4, component)
            if not fine(value):
                yield rules.PRT_03.at(place(participant, 4, component), hl7_code=None if value else "101")


def _order(index: MessageIndex) -> Iterator[Finding]:
    ranks = [(ROLES.index(p.value(4)), p) for p in index.named("PRT") if p.value(4) in _ROLES]
    for (before, _), (rank, participant) in pairwise(ranks):
        if rank < before:
            yield rules.PRT_04.at(place(participant, 4, 1))
            return


def _needed(wishes: Wishes, people: Participants) -> Iterator[Finding]:
    if wishes.wants("DESTDMP") and not people.senders:
        yield rules.PRT_06.at(Location("PRT"))
    mailed = wishes.wants("DESTMSSANTEPS") or wishes.wants("DESTMSSANTEPAT")
    if mailed and not people.recipients:
        yield rules.PRT_16.at(Location("PRT"))


def _sender(sender: Segment, wishes: Wishes) -> Iterator[Finding]:
    person, device = sender.value(5), sender.value(10)
    if not person and not device:
        yield rules.PRT_07.at(place(sender, 5, 1))
    if sender.raw(5).strip("^&~ "):
        yield from _sending_person(sender, told=not device)
    # Another flow sends no organisation: R.MSH.13 has refused it.
    if not wishes.foreign:
        yield from _sending_structure(sender, wishes)


def _sending_person(sender: Segment, *, told: bool) -> Iterator[Finding]:
    if not sender.value(5) and not told:
        yield rules.PRT_08.at(place(sender, 5, 1))
    for component in (2, 3, 13):
        if not sender.value(5, component):
            yield rules.PRT_08.at(place(sender, 5, component))
    for sub in (2, 3):
        if not sender.value(5, 9, sub):
            yield rules.PRT_08.at(_sub(sender, 5, 9, sub))
    if not sender.value(5, 10):
        yield rules.PRT_08.at(place(sender, 5, 10), severity=Severity.WARNING)
    yield from _authority(sender, missing_too=False)
    kind = sender.value(5, 13)
    if kind and kind not in _PERSON_TYPES:
        yield rules.PRT_10.at(place(sender, 5, 13))
    yield from _form(sender, 5, 1, kind)


def _authority(participant: Segment, *, missing_too: bool) -> Iterator[Finding]:
    for sub, expected in ((2, PERSON_AUTHORITY), (3, "ISO")):
        value = participant.value(5, 9, sub)
        if value != expected and (value or missing_too):
            yield rules.PRT_09.at(_sub(participant, 5, 9, sub))


def _sending_structure(sender: Segment, wishes: Wishes) -> Iterator[Finding]:
    if not sender.value(8):
        yield rules.PRT_11.at(place(sender, 8, 1), severity=Severity.WARNING)
    if not sender.component(8, 6).strip("& "):
        yield rules.PRT_11.at(place(sender, 8, 6))
    elif sender.value(8, 6, 2) != STRUCTURE_AUTHORITY:
        yield rules.PRT_12.at(_sub(sender, 8, 6, 2))
    kind = sender.value(8, 7)
    if not kind:
        yield rules.PRT_11.at(place(sender, 8, 7))
    elif kind not in _SENDER_STRUCTURES:
        yield rules.PRT_13.at(place(sender, 8, 7))
    elif kind == "FINEJ" and wishes.wants("DESTDMP"):
        yield rules.PRT_15.at(place(sender, 8, 7))
    if not sender.value(8, 10):
        yield rules.PRT_11.at(place(sender, 8, 10))
    yield from _form(sender, 8, 10, kind)


def _form(sender: Segment, number: int, component: int, kind: str) -> Iterator[Finding]:
    value, form = sender.value(number, component), _FORMS.get(kind)
    if value and form is not None and not form.fullmatch(value):
        yield rules.PRT_14.at(place(sender, number, component))


def _recipient(recipient: Segment) -> Iterator[Finding]:
    if recipient.raw(5).strip("^&~ "):
        kind = recipient.value(5, 13)
        if kind not in _RECIPIENT_TYPES:
            yield rules.PRT_21.at(place(recipient, 5, 13))
        if kind == "INS":
            if recipient.value(5, 9, 2) not in INS_OIDS or recipient.value(5, 9, 3) != "ISO":
                yield rules.PRT_19.at(_sub(recipient, 5, 9, 2))
        elif not is_patient(recipient):
            yield from _authority(recipient, missing_too=True)
    if recipient.raw(8).strip("^&~ ") and recipient.value(8, 7) not in _RECIPIENT_STRUCTURES:
        yield rules.PRT_22.at(place(recipient, 8, 7))


def _address(participant: Segment) -> Iterator[Finding]:
    address = participant.value(15, 4)
    if not _ADDRESS.fullmatch(address):
        yield rules.PRT_17.at(place(participant, 15, 4), hl7_code=None if address else "101")
    if not participant.raw(15).strip("^&~ "):
        return  # Nothing there at all is one fault, not two.
    yield from required_in(rules.PRT_18, participant, 15, _X400, component=3)
    if participant.value(15, 2) not in {"", "NET"}:
        yield rules.PRT_18.at(place(participant, 15, 2))


def judge_patient_recipients(people: Participants, ins: str) -> Iterator[Finding]:
    """R.PRT.20: a recipient who is the patient is the patient of the message, whose INS is ``ins``."""
    for recipient in people.recipients:
        if recipient.value(5, 13) != "INS" or not ins:
            continue
        if recipient.value(5) != ins:
            yield rules.PRT_20.at(place(recipient, 5, 1))
        elif recipient.value(15, 4) and recipient.value(15, 4).partition("@")[0] != ins:
            yield rules.PRT_20.at(place(recipient, 15, 4))


def _sub(segment: Segment, number: int, component: int, subcomponent: int) -> Location:
    return Location(segment.name, segment.occurrence, number, 1, component, subcomponent)
