"""Does the message follow the base standard: segments, fields, repetitions, types, lengths, tables?

Everything here is a warning (R.HL7.*), from tuples compiled once by ``dictionary``. The check runs for every
message, so a field with nothing wrong costs one regular expression, and only the others are taken apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.model import Finding, Location, Message, Rule, Segment, Separators
from gateway.model.hl7 import pick
from gateway.validators import rules_profile as rules
from gateway.validators.dictionary import Dictionary, FieldSpec, SegmentSpec, Shape, dictionary

# Rule, field, repetition, component (0: the whole field), sub-component (0: the whole component).
Fault = tuple[Rule, int, int, int, int]
_NULL = '""'
_STANDARD = Separators()


def judge_profile(message: Message) -> Iterator[Finding]:
    """R.HL7.01 to .09 of a message; nothing for a version of HL7 that is not read."""
    known = dictionary(message.msh.value(12))
    if known is None:
        return
    usual = message.separators == _STANDARD
    unknown: set[str] = set()
    for segment in message.segments:
        spec = known.segment(segment.name)
        if spec is None:
            if segment.name not in unknown and segment.name[0] != "Z":
                yield rules.HL7_01.at(Location(segment.name, segment.occurrence))
            unknown.add(segment.name)
        elif not (usual and _is_right(segment, spec, known)):
            for fault in _segment_faults(segment, spec, known, message.separators):
                yield _finding(segment, *fault)
    yield from _missing(message, known)


def _is_right(segment: Segment, spec: SegmentSpec, known: Dictionary) -> bool:
    """True when nothing is wrong, for the standard delimiters: the quick way for nearly all segments."""
    fields = segment.fields
    last = len(fields)
    if last > len(spec.right) and not spec.open:
        return False
    for number in spec.required:
        if number >= last or not fields[number] or fields[number] == _NULL:
            return False
    for text, right in zip(fields, spec.right, strict=False):
        if text and right is not None and not right(text):
            return False
    if segment.name != "OBX" or last < 6 or not fields[5] or fields[2] == "ED":
        return True
    found = known.data_type(fields[2])
    return found is None or bool(found[1](fields[5]))


def _missing(message: Message, known: Dictionary) -> Iterator[Finding]:
    present = {segment.name for segment in message.segments}
    for name in known.required_segments(message.msh.value(9, 3)):
        if name not in present:
            yield rules.HL7_02.at(Location(name), more_fr=f"({name})", more_en=f"({name})")


def _finding(
    segment: Segment, rule: Rule, number: int, repetition: int, component: int, subcomponent: int
) -> Finding:
    where = Location(
        segment.name, segment.occurrence, number, repetition, component or None, subcomponent or None
    )
    return rule.at(where)


def _segment_faults(
    segment: Segment, spec: SegmentSpec, known: Dictionary, marks: Separators
) -> Iterator[Fault]:
    fields = segment.fields
    for number in spec.required:
        if number >= len(fields) or not fields[number] or fields[number] == _NULL:
            yield rules.HL7_03, number, 1, 0, 0
    for number, (text, one) in enumerate(zip(fields, spec.fields, strict=False)):
        if text and one is not None and not one.varies:
            yield from _field_faults(number, text, one, marks)
    if segment.name == "OBX":
        yield from _observation_faults(segment, known, marks)
    extra = next((number for number in range(len(spec.fields), len(fields)) if fields[number].strip()), None)
    if extra is not None and not spec.open:
        yield rules.HL7_09, extra, 1, 0, 0


def _observation_faults(segment: Segment, known: Dictionary, marks: Separators) -> Iterator[Fault]:
    """OBX-5 is of the type of OBX-2; encapsulated data has rules of its own (R.DOC.*)."""
    fields = segment.fields
    if len(fields) < 6 or not fields[5] or fields[2] == "ED":
        return
    found = known.data_type(fields[2])
    if found is not None:
        yield from _field_faults(5, fields[5], found[0], marks)


def _field_faults(number: int, text: str, spec: FieldSpec, marks: Separators) -> Iterator[Fault]:
    """What is wrong with one field, looked at part by part; nothing, more often than not."""
    if text == _NULL:
        return
    repetitions = text.split(marks.repetition)
    if len(repetitions) > 1 and not spec.repeats:
        yield rules.HL7_04, number, 2, 0, 0
        del repetitions[1:]
    for repetition, value in enumerate(repetitions, 1):
        components = value.split(marks.component)
        if len(components) > len(spec.parts) and any(components[len(spec.parts) :]):
            yield rules.HL7_06, number, repetition, len(spec.parts) + 1, 0
        several = len(components) > 1
        for position, (part, (shape, inner)) in enumerate(zip(components, spec.parts, strict=False), 1):
            if not part or (shape is None and marks.subcomponent not in part):
                continue
            for rule, deep in _component_faults(part, shape, inner, marks):
                yield rule, number, repetition, position if several or deep else 0, deep
        for limit in spec.limits:
            yield from _limit_faults(number, repetition, value, limit, marks)


def _component_faults(
    text: str, shape: Shape | None, inner: tuple[Shape | None, ...], marks: Separators
) -> Iterator[tuple[Rule, int]]:
    """The faults of one component, with the sub-component where they are (0: the component itself)."""
    values = text.split(marks.subcomponent)
    shapes = inner or (shape,)
    if len(values) > len(shapes) and any(values[len(shapes) :]):
        yield rules.HL7_06, len(shapes) + 1
    for position, (value, one) in enumerate(zip(values, shapes, strict=False), 1):
        trimmed = value.strip()
        if one is not None and trimmed not in ("", _NULL) and not one.fullmatch(trimmed):
            yield rules.HL7_05, position if len(values) > 1 else 0


def _limit_faults(
    number: int, repetition: int, value: str, limit: tuple[int, int, frozenset[str] | None], marks: Separators
) -> Iterator[Fault]:
    component, most, codes = limit
    found = pick(value, component, 1, marks)
    if most and len(found) > most:
        yield rules.HL7_07, number, repetition, component, 0
    if codes is not None and found not in ("", _NULL) and found not in codes:
        yield rules.HL7_08, number, repetition, component, 0
