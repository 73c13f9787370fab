"""The verdict as a whole: order, observation, limits, and hostile input."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from message_samples import ADT, MDM, ORU, change, insert, read, told, without

from gateway.model import Location, Rule, Severity
from gateway.parsers import read as parse
from gateway.validators import JudgeSettings, judge
from gateway.validators.catalogue import RULES

TABLE = Path(__file__).resolve().parents[3] / ".." / "shared" / "spec" / "RULES.csv"
OURS = ("R.MSH", "R.STR", "R.EVN", "R.PID", "R.PV1", "R.ORC", "R.OBR", "R.TXA", "R.PAM")
ELSEWHERE = {"R.PAM.08"}  # it needs the memory of the consent store


def test_findings_come_in_the_order_of_the_message() -> None:
    text = change(change(change(ORU, "OBR-4", "^^"), "PV1-2", ""), "MSH-17", "")
    rules = [finding.rule for finding in judge(read(text)).findings if finding.rule != "R.PID.18"]
    places = [rules.index(rule) for rule in ("R.MSH.11", "R.PV1.01", "R.OBR.01")]
    assert places == sorted(places)


def test_a_missing_segment_is_told_where_it_should_have_been() -> None:
    text = change(change(without(ORU, "PV1"), "PID-8", "O"), "ORC-1", "SC")
    rules = [finding.rule for finding in judge(read(text)).findings]
    assert rules.index("R.PID.15") < rules.index("R.STR.04") < rules.index("R.ORC.02")


def test_an_observed_rule_only_warns() -> None:
    text = change(ADT, "ZFA-9", "IC")
    assert not judge(read(text)).accepted
    observed = judge(read(text), JudgeSettings(observe=frozenset({"R.PAM.06"})))
    assert observed.accepted
    assert {finding.rule for finding in observed.warnings} == {"R.PAM.06"}


def test_what_could_not_be_read_stays_an_error_even_when_observed() -> None:
    unreadable = Rule("R.ENC.06", "HL7 2.5", Severity.ERROR, "Illisible.", "Unreadable.", "102")
    reading = replace(read(ADT), findings=(unreadable.at(Location("PID")),))
    assert not judge(reading, JudgeSettings(observe=frozenset({"R.ENC.06"}))).accepted


def test_one_fault_repeated_without_end_does_not_flood_the_verdict() -> None:
    verdict = judge(read(change(ORU, "PID-3", "~".join(["x"] * 5000))))
    assert len([finding for finding in verdict.findings if finding.rule == "R.PID.02"]) == 50
    assert not verdict.accepted


def test_every_rule_speaks_both_languages_and_has_its_own_id() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert [rule.id for rule in RULES if not (rule.text_fr and rule.text_en and rule.clause)] == []


@pytest.mark.skipif(not TABLE.exists(), reason="../shared/spec is not there")
def test_every_row_of_the_table_is_a_rule_here() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = {row["rule_id"]: row for row in csv.DictReader(file) if row["rule_id"].startswith(OURS)}
    ours = {rule.id: rule for rule in RULES if rule.id.startswith(OURS)}
    assert set(rows) - ELSEWHERE == set(ours)
    for rule in ours.values():
        row = rows[rule.id]
        if rule.hl7_code:
            assert rule.hl7_code in row["error_code"], rule.id
        if not row["level"].startswith("error on"):  # R.PID.18 depends on the installation
            assert row["level"].startswith(rule.severity.value), rule.id


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutated_message_is_always_judged(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from((ORU, MDM, ADT))).split("\r")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(1, len(lines) - 1))
        how = data.draw(st.sampled_from(("drop", "twice", "move", "field", "garbage")))
        if how == "drop" and len(lines) > 2:
            del lines[at]
        elif how == "twice":
            lines.insert(at, lines[at])
        elif how == "move":
            lines.insert(data.draw(st.integers(1, len(lines) - 1)), lines.pop(at))
        elif how == "field":
            fields = lines[at].split("|")
            fields[-1 if len(fields) == 1 else data.draw(st.integers(1, len(fields) - 1))] = data.draw(
                st.text(alphabet="Ax1~^&\\\"' é٣", max_size=12)
            )
            lines[at] = "|".join(fields)
        else:
            lines[at] = data.draw(st.sampled_from(("PID", "ZZ9|", "OBX|", "TXA|~~^^&&|~", "PRT|||", "NTE")))
    for finding in judge(parse("\r".join(lines).encode())).findings:
        assert str(finding.location) != "message"
        assert finding.text_fr
        assert finding.text_en


def test_digits_of_other_scripts_are_not_an_ins() -> None:
    ins = "27903512151898\u0669^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS"
    assert told(change(ORU, "PID-3", ins))[0] == {("R.PID.06", "PID-3.1", "102")}


def test_a_segment_without_any_field_is_judged() -> None:
    assert ("R.STR.03", "PID[2]", "198") in told(insert(ORU, "PV1", "PID"))[0]
