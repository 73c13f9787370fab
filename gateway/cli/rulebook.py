"""Every rule of the house in one list, whichever room applies it.

Rooms keep their rules in modules named ``rules`` or ``rules_*``, which are found by that name, or beside the
one place that applies them; those few places are named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import gateway
from gateway.model import Rule

# Modules that keep a rule or two beside the code that applies them.
ELSEWHERE = ("gateway.pipeline", "gateway.worker.loop", "gateway.packs.xsd")


@cache
def rulebook() -> dict[str, Rule]:
    """Rule id to rule, sorted by id. A rule may have several texts: the first speaks for it.

    Raises ValueError when two rules of different clauses have one id.
    """
    book: dict[str, Rule] = {}
    for name in sorted({*_rule_modules(), *ELSEWHERE}):
        for value in vars(import_module(name)).values():
            rows: Iterable[object] = value if isinstance(value, tuple) else (value,)
            for rule in (row for row in rows if isinstance(row, Rule)):
                known = book.setdefault(rule.id, rule)
                if (known.clause, known.hl7_code) != (rule.clause, rule.hl7_code):
                    raise ValueError(f"two different rules are named {rule.id}")
    return dict(sorted(book.items()))


def _rule_modules() -> Iterator[str]:
    folder = Path(gateway.__file__).parent
    for path in folder.rglob("rules*.py"):
        if path.stem == "rules" or path.stem.startswith("rules_"):
            if path.parent.name == "cli":
                continue  # the verb of that name
            yield ".".join(("gateway", *path.relative_to(folder).with_suffix("").parts))
