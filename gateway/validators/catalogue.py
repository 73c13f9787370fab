"""Every rule of this room in one list, for the page of rules and for the tests.

The rules that the parsers apply (R.ENC.02 and so on) are in their own room.
"""

from __future__ import annotations

from types import ModuleType

from gateway.model import Rule
from gateway.validators import (
    rules_consent,
    rules_dmp,
    rules_doc,
    rules_hdr,
    rules_header,
    rules_lifecycle,
    rules_met,
    rules_patient,
    rules_plain,
    rules_prt,
    rules_request,
    rules_rte,
    rules_schema,
    rules_structure,
)

MODULES: tuple[ModuleType, ...] = (
    rules_header,
    rules_structure,
    rules_request,
    rules_patient,
    rules_consent,
    rules_doc,
    rules_prt,
    rules_met,
    rules_rte,
    rules_dmp,
    rules_hdr,
    rules_plain,
    rules_schema,
)


def _rules(module: ModuleType) -> list[Rule]:
    return [value for value in vars(module).values() if isinstance(value, Rule)]


RULES: tuple[Rule, ...] = tuple(
    sorted((rule for module in MODULES for rule in _rules(module)), key=lambda rule: rule.id)
)


def rule(rule_id: str) -> Rule:
    """The rule with this id. Raises KeyError."""
    return _BY_ID[rule_id]


_BY_ID = {rule.id: rule for rule in RULES}
