"""Our schema against the official one on mutated official examples; a command that prints the table too.

``python -m tests.schema.differential 20000`` judges that many mutations. The choice is deterministic: the
same number gives the same mutations.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random

from lxml import etree

from gateway.resources import schemas
from tests.schema.mutations import MUTATIONS, XSI, Mutation, Undo
from tests.schema.official import OFFICIAL, example_documents

SEED = 20241
ATTEMPTS = 12  # picks of an element before a mutation is given up for a document


@dataclass(frozen=True, slots=True)
class Disagreement:
    document: str
    mutation: str
    place: str
    refused_by: str
    reason: str


@dataclass(slots=True)
class Report:
    judged: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.judged.total()

    @property
    def agreement(self) -> float:
        """The share of mutations on which both schemas say the same, from 0 to 1."""
        return 1 - len(self.disagreements) / self.total

    def __str__(self) -> str:
        lines = [f"{'mutation':28} {'judged':>7} {'accepted by both':>17}"]
        for name, count in sorted(self.judged.items()):
            lines.append(f"{name:28} {count:7} {self.accepted[name]:17}")
        lines.append(f"{'all':28} {self.total:7} {self.accepted.total():17}")
        lines.append(f"agreement {self.agreement:.3%}; {len(self.disagreements)} disagreements")
        reasons = Counter((d.refused_by, d.reason, d.place, d.mutation) for d in self.disagreements)
        for (who, why, place, mutation), count in reasons.items():
            lines.append(f"{count:5}  refused by {who}: {why} at {place} ({mutation})")
        return "\n".join(lines)


class Specimen:
    """One example in memory, its elements by depth so that deep and shallow ones are picked alike."""

    def __init__(self, name: str, root: etree._Element) -> None:
        self.name, self.root = name, root
        self.depths: list[list[etree._Element]] = []
        self.typed = [element for element in root.iter("*") if element.get(XSI + "type") is not None]
        self._sort(root, 0)

    def _sort(self, element: etree._Element, depth: int) -> None:
        if depth == len(self.depths):
            self.depths.append([])
        self.depths[depth].append(element)
        for child in element.iterchildren("*"):
            self._sort(child, depth + 1)

    def mutate(self, mutation: Mutation, pick: Random) -> tuple[etree._Element, Undo] | None:
        wants_type = (
            "xsi_type" in mutation.__name__ and not mutation.__name__.startswith("add") and self.typed
        )
        for _ in range(ATTEMPTS):
            element = pick.choice(self.typed if wants_type else pick.choice(self.depths))
            undo = mutation(element, pick)
            if undo is not None:
                return element, undo
        return None


@cache
def ours() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(schemas() / "cda" / "cda.xsd")))


@cache
def official() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(OFFICIAL)))


def compare(count: int) -> Report:
    """Judge ``count`` mutations with both schemas, spread over documents, kinds and depths."""
    report = Report()
    specimens = [Specimen(name, root) for name, root in example_documents()]
    for specimen, mutation, pick in _plan(specimens):
        if report.total >= count:
            break
        found = specimen.mutate(mutation, pick)
        if found is None:
            continue
        element, undo = found
        _judge(report, specimen, mutation.__name__, element)
        undo()
    return report


def _plan(specimens: list[Specimen]) -> Iterator[tuple[Specimen, Mutation, Random]]:
    pick = Random(SEED)
    while True:
        pairs = [(specimen, mutation) for specimen in specimens for mutation in MUTATIONS]
        pick.shuffle(pairs)
        yield from ((specimen, mutation, pick) for specimen, mutation in pairs)


def _judge(report: Report, specimen: Specimen, mutation: str, element: etree._Element) -> None:
    report.judged[mutation] += 1
    by_us, by_them = ours().validate(specimen.root), official().validate(specimen.root)
    if by_us and by_them:
        report.accepted[mutation] += 1
    if by_us == by_them:
        return
    log = official().error_log if by_us else ours().error_log
    steps = [element, *element.iterancestors()]
    named = "/".join(etree.QName(step).localname for step in reversed(steps[:3]))
    who = "the official schema" if by_us else "ours"
    report.disagreements.append(Disagreement(specimen.name, mutation, named, who, str(log[0].type_name)))


if __name__ == "__main__":
    print(compare(int(sys.argv[1]) if len(sys.argv) > 1 else 6000))
