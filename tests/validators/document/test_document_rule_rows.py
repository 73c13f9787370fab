"""The rule rows themselves: complete, in two languages, as RULES.csv wants them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from gateway.model import Rule
from gateway.validators import (
    rules_cda_header,
    rules_dmp,
    rules_doc,
    rules_hdr,
    rules_met,
    rules_prt,
    rules_rte,
)

NAMED = (rules_dmp, rules_doc, rules_hdr, rules_met, rules_prt, rules_rte)
ROOMS = (*NAMED, rules_cda_header)
RULES: dict[str, Rule] = {rule.id: rule for room in ROOMS for rule in room.RULES}
CATALOGUE = Path(__file__).resolve().parents[3] / ".." / "shared" / "spec" / "RULES.csv"
OTHERS = {"R.DOC.09", "R.DOC.10", "R.RTE.10", "R.RTE.11", "R.DMP.07", "R.DMP.08", "R.DMP.10", "R.CDA.03"}


def test_every_rule_is_listed_once() -> None:
    assert len(RULES) == sum(len(room.RULES) for room in ROOMS)
    for room in NAMED:
        declared = {value for value in vars(room).values() if isinstance(value, Rule)}
        assert declared == set(room.RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_speaks_both_languages_and_cites_its_clause(rule: Rule) -> None:
    assert rule.clause
    assert rule.text_fr.endswith(".")
    assert rule.text_en.endswith(".")
    assert rule.text_fr != rule.text_en
    assert (rule.hl7_code == "207") == (rule.application_code is not None)


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="../shared/spec/RULES.csv is not here")
def test_our_groups_are_complete_and_have_the_codes_of_the_catalogue() -> None:
    rows = list(csv.DictReader(CATALOGUE.read_text(encoding="utf-8").splitlines()))
    groups = ("R.DOC", "R.PRT", "R.MET", "R.RTE", "R.CDA", "R.DMP")
    ours = {row["rule_id"]: row for row in rows if row["rule_id"].startswith(groups)}
    assert ours.keys() - OTHERS == {rule_id for rule_id in RULES if not rule_id.startswith("R.HDR")}
    for rule_id in ours.keys() - OTHERS:
        rule, row = RULES[rule_id], ours[rule_id]
        codes = set(re.findall(r"\d{3}", row["error_code"]))
        assert {code for code in (rule.hl7_code, rule.application_code) if code} <= codes, rule_id
        assert row["level"].startswith(rule.severity.value), rule_id
