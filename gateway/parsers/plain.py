"""The segments that every ordinary HL7v2 message shares: PID, persons, codes (HL7 2.3.1 to 2.6)."""

from __future__ import annotations

import re

from gateway.model import Code, Identifier, Segment
from gateway.model.hl7 import pick, unescape
from gateway.model.plain import PlainAddress, PlainConcept, PlainPatient, PlainPerson

INS_TYPE = "INS"
_FORMATTING = re.compile(r"\.(br|sp|in|ti|fi|nf|ce|sk)\s*([+-]?\d*)", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def read_pid(pid: Segment | None) -> PlainPatient:
    """The patient of PID; everything empty without one. INS are the repetitions of type INS."""
    if pid is None:
        return PlainPatient()
    ins, local = _identifiers(pid)
    birth, used = _name(pid, ("L",)), _name(pid, ("D", "U"))
    born, home = _address(pid, ("BDL",)), _address(pid, ("H", "L", "C", "M", "O", ""))
    return PlainPatient(
        ins=ins,
        local=local,
        birth_family=_part(pid, 5, birth, 1),
        birth_given=_part(pid, 5, birth, 2),
        birth_givens=_part(pid, 5, birth, 3) or _part(pid, 5, birth, 2),
        used_family=_part(pid, 5, used, 1),
        used_given=_part(pid, 5, used, 2),
        birth_time=pid.value(7),
        gender=pid.value(8),
        birthplace_code=_part(pid, 11, born, 9),
        birthplace_name=_part(pid, 11, born, 3) or pid.value(23),
        address=_home(pid, home),
        telecoms=tuple(_telecoms(pid)),
    )


def read_concept(segment: Segment, number: int, repetition: int = 1) -> PlainConcept | None:
    """A CE, CWE or CNE field; None when nothing is there."""
    texts = segment.repetitions(number)
    return concept_of(texts[repetition - 1], segment) if repetition <= len(texts) else None


def concept_of(text: str, segment: Segment, level: str = "component") -> PlainConcept | None:
    """The same from a raw text; ``level="subcomponent"`` for a code inside a composite (OBR-15.1)."""
    marks = segment.separators
    sign = marks.component if level == "component" else marks.subcomponent
    parts = [readable(part, segment) for part in text.split(sign)] + [""] * 9
    code, other = Code(parts[0], parts[2], parts[1]), Code(parts[3], parts[5], parts[4])
    if not any((code.code, code.display, other.code, other.display, parts[8])):
        return None
    return PlainConcept(code, other if other.code or other.display else None, parts[8])


def read_person(segment: Segment, number: int) -> PlainPerson | None:
    """An XCN (or CN of the older versions); None without a name and an identifier."""
    if not segment.raw(number):
        return None
    value, root = segment.value(number, 1), segment.value(number, 9, 2)
    family, given = segment.value(number, 2), segment.value(number, 3)
    if not value and not family:
        return None
    identifier = Identifier(root, value) if value else None
    return PlainPerson(identifier, family, given, segment.value(number, 6))


def readable(text: str, segment: Segment) -> str:
    """Escapes decoded, formatting commands of FT carried out, characters that XML cannot hold left out."""
    marks = segment.separators
    if marks.escape in text:
        mark = re.escape(marks.escape)
        text = re.sub(f"{mark}[HN]{mark}", "", text)
        text = re.sub(f"{mark}({_FORMATTING.pattern}){mark}", _formatted, text, flags=re.IGNORECASE)
        text = unescape(text, marks)
    text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return "" if text == '""' else text


def _formatted(found: re.Match[str]) -> str:
    command, amount = found.group(2).lower(), found.group(3)
    if command in ("br", "sp", "ce"):
        return "\n" * (int(amount) if command == "sp" and amount.isdigit() and 0 < int(amount) < 10 else 1)
    return " " if command in ("sk", "ti", "in") else ""


def _identifiers(pid: Segment) -> tuple[tuple[Identifier, ...], tuple[Identifier, ...]]:
    ins: list[Identifier] = []
    local: list[Identifier] = []
    for text in pid.repetitions(3):
        value, root = pick(text, 1, 1, pid.separators), pick(text, 4, 2, pid.separators)
        if value:
            wanted = ins if pick(text, 5, 1, pid.separators) == INS_TYPE else local
            wanted.append(Identifier(root, value))
    return tuple(ins), tuple(local)


def _name(pid: Segment, kinds: tuple[str, ...]) -> int:
    return _typed(pid, 5, kinds)


def _address(pid: Segment, kinds: tuple[str, ...]) -> int:
    return _typed(pid, 11, kinds)


def _typed(pid: Segment, number: int, kinds: tuple[str, ...]) -> int:
    """The first repetition whose seventh component is one of ``kinds``; 0 without."""
    texts = enumerate(pid.repetitions(number), 1)
    return next((n for n, text in texts if pick(text, 7, 1, pid.separators) in kinds), 0)


def _part(pid: Segment, number: int, repetition: int, component: int) -> str:
    return pid.value(number, component, 1, repetition) if repetition else ""


def _home(pid: Segment, repetition: int) -> PlainAddress | None:
    if not repetition:
        return None
    found = PlainAddress(*(_part(pid, 11, repetition, component) for component in (1, 3, 5, 6)))
    return found if any((found.street, found.city, found.postcode)) else None


def _telecoms(pid: Segment) -> list[str]:
    """tel: and mailto: addresses of PID-13, each once."""
    found: list[str] = []
    for text in pid.repetitions(13):
        number, mail = pick(text, 1, 1, pid.separators), pick(text, 4, 1, pid.separators)
        digits = re.sub(r"[^0-9+]", "", number or pick(text, 12, 1, pid.separators))
        if mail and "@" in mail and " " not in mail:
            found.append(f"mailto:{mail}")
        elif digits:
            found.append(f"tel:{digits}")
    return list(dict.fromkeys(found))
