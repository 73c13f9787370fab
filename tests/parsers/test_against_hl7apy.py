"""Differential test: on every official message our values are those of hl7apy, down to the sub-component."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_segment

from gateway.model import Message, Segment, Separators
from gateway.parsers import read
from tests.parsers.samples import needs_examples, official_messages

pytestmark = needs_examples
Place = tuple[int, int, int, int]  # field, repetition, component, sub-component


def signs(separators: Separators) -> dict[str, str]:
    return {
        "FIELD": separators.field,
        "COMPONENT": separators.component,
        "REPETITION": separators.repetition,
        "ESCAPE": separators.escape,
        "SUBCOMPONENT": separators.subcomponent,
        "SEGMENT": "\r",
        "GROUP": "\r",
    }


def their_values(message: Message, segment: Segment, raw: str) -> dict[Place, str]:
    """Every value that hl7apy finds in one segment; PRT is pre-adopted, so it is read as in 2.8.2."""
    version = "2.8.2" if segment.name == "PRT" else message.msh.value(12)[:3]
    chars = signs(message.separators)
    parsed = parse_segment(raw, version, chars, VALIDATION_LEVEL.TOLERANT)
    found: dict[Place, str] = {}
    repetitions: dict[int, int] = {}
    for field in parsed.children:
        number = _number(field)
        repetitions[number] = repetitions.get(number, 0) + 1
        for component, subcomponent, text in _leaves(field, chars):
            if text.strip():
                found[number, repetitions[number], component, subcomponent] = text.strip()
    return found


def _leaves(field: Any, chars: dict[str, str]) -> Iterator[tuple[int, int, str]]:
    for component_number, component in enumerate(field.children, start=1):
        number = _number(component) or component_number
        for sub_number, sub in enumerate(component.children, start=1):
            yield number, _number(sub) or sub_number, sub.to_er7(chars)


def _number(element: Any) -> int:
    tail = str(element.name or "").rpartition("_")[2]
    return int(tail) if tail.isdigit() else 0


def our_values(segment: Segment) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for number in range(1, len(segment.fields)):
        for repetition, text in enumerate(segment.repetitions(number), start=1):
            for component in range(1, text.count(segment.separators.component) + 2):
                whole = segment.component(number, component, repetition)
                for sub in range(1, whole.count(segment.separators.subcomponent) + 2):
                    value = segment.value(number, component, sub, repetition)
                    if value:
                        found[number, repetition, component, sub] = value
    return found


@pytest.mark.parametrize("path", official_messages(), ids=lambda path: path.name)
def test_every_value_equals_that_of_hl7apy(path: Path) -> None:
    data = path.read_bytes()
    message = read(data).message
    assert message is not None
    lines = data.decode("utf-8").splitlines()
    for segment in message:
        theirs = their_values(message, segment, lines[segment.line - 1].rstrip())
        assert theirs
        ours = our_values(segment)
        if segment.name == "MSH":
            ours, theirs = ({at: v for at, v in found.items() if at[0] > 2} for found in (ours, theirs))
        assert ours == theirs, f"{segment.name}[{segment.occurrence}]"
