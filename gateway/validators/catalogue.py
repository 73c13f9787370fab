"""Every rule of this room in one list, for the page of rules and for the tests.

A module named ``rules_*`` beside this one is found by its name: to add rules, add a module. The rules of
other rooms (parsers, routes, pipeline, worker) are in their own; ``gateway.cli.rulebook`` lists them all.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from gateway.model import Rule


def _rule_modules() -> tuple[ModuleType, ...]:
    here = str(Path(__file__).parent)
    names = sorted(found.name for found in iter_modules([here]) if found.name.startswith("rules_"))
    return tuple(import_module(f"gateway.validators.{name}") for name in names)


def rules_of(module: ModuleType) -> tuple[Rule, ...]:
    """The rules that a module declares: its ``RULES``, else every rule it names."""
    declared = getattr(module, "RULES", None)
    if isinstance(declared, tuple):
        return tuple(item for item in declared if isinstance(item, Rule))
    return tuple(value for value in vars(module).values() if isinstance(value, Rule))


MODULES: tuple[ModuleType, ...] = _rule_modules()
RULES: tuple[Rule, ...] = tuple(
    sorted((rule for module in MODULES for rule in rules_of(module)), key=lambda rule: rule.id)
)


def rule(rule_id: str) -> Rule:
    """The rule with this id. Raises KeyError."""
    return _BY_ID[rule_id]


_BY_ID = {rule.id: rule for rule in RULES}
