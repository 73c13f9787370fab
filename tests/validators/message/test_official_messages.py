"""The official messages get the errors that the inventory of the examples foresees for these rules."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from gateway.model import Message, Reading
from gateway.parsers import read
from gateway.validators import JudgeSettings, judge, judge_message

EXAMPLES = Path(__file__).resolve().parents[3] / ".." / "shared" / "examples" / "hl7v2"
GROUPS = ("R.MSH", "R.STR", "R.EVN", "R.PID", "R.PV1", "R.ORC", "R.OBR", "R.TXA", "R.PAM", "R.ENC")

# Where we differ from the inventory, and why.
WRONG_KEY = {"R.PID.07"}  # decision: a real INS (OID .8) cannot have a wrong key
READ_WITH_ITS_OWN_SIGNS = {"R.PID.13"}  # U+02DC is read as the repetition sign that MSH-2 declares


def _examples() -> list[dict[str, str]]:
    inventory = EXAMPLES / "EXAMPLES.csv"
    if not inventory.exists():
        return []
    with inventory.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] in ("message", "adt", "ack")]


def _reading(row: dict[str, str]) -> Reading:
    return read((EXAMPLES / row["file"]).read_bytes())


EXAMPLE_ROWS = _examples()
needs_examples = pytest.mark.skipif(not EXAMPLE_ROWS, reason="../shared/examples is not there")
each_example = pytest.mark.parametrize("row", EXAMPLE_ROWS, ids=[row["file"][-60:] for row in EXAMPLE_ROWS])


@needs_examples
@each_example
def test_an_official_message_gets_the_errors_foreseen(row: dict[str, str]) -> None:
    foreseen = {r for r in re.findall(r"ERR (R\.\w+\.\d+)", row["deviations"]) if r.startswith(GROUPS)}
    reading = _reading(row)
    told = {f.rule for f in judge(reading).errors if f.rule.startswith(GROUPS)}
    message = reading.message
    assert isinstance(message, Message)
    if "R.PID.07: INS key" in row["deviations"]:
        foreseen |= WRONG_KEY
    if "R.ENC.04" in foreseen:
        foreseen -= READ_WITH_ITS_OWN_SIGNS
    assert told == foreseen


@needs_examples
@each_example
def test_an_official_message_is_accepted_or_refused_as_foreseen(row: dict[str, str]) -> None:
    expected = row["expected_ack_default_profile"]
    errors = [f for f in judge_message(_reading(row), JudgeSettings()) if f.is_error]
    if expected in ("AA", "-"):
        assert errors == []
    elif "R.MSH.13" in expected:
        assert "103" in {f.hl7_code for f in errors if f.rule == "R.MSH.13"}


@needs_examples
@each_example
def test_no_finding_shows_a_value_of_the_message(row: dict[str, str]) -> None:
    reading = _reading(row)
    assert reading.message is not None
    secrets = {
        part
        for segment in reading.message.segments
        if segment.name in ("PID", "PV1")
        for text in segment.fields[1:]
        for part in re.split(r"[~^&]", text)
        if len(part) > 4 and not part.startswith(("ASIP-SANTE", "1.2.250.1.213.1.4"))
    }
    for finding in judge(reading).findings:
        shown = f"{finding!r} {finding.location}"
        assert not [secret for secret in secrets if secret in shown]
