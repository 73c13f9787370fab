"""Is every segment there, once, and in its place? (CI-SIS CDA-HL7v2 2.1, profils ORU_R01 et MDM_T02)"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.model import Finding, Location, Rule, Segment, Severity
from gateway.validators import rules_header, rules_structure
from gateway.validators.index import MessageIndex, is_metadata, place


@dataclass(frozen=True, slots=True)
class Grammar:
    """The order of one message structure: ``slots`` in turn, the ``tail`` slots as often as needed.

    A name may have several slots (NTE). PRT has a rule of its own (R.STR.13) and no slot; TQ2 shares the
    slot of TQ1, for they alternate. ``single`` are the segments that must be there exactly once.
    """

    rule: Rule
    slots: tuple[str, ...]
    tail: tuple[str, ...]
    single: tuple[tuple[Rule, str], ...]

    @property
    def known(self) -> frozenset[str]:
        return frozenset((*self.slots, *self.tail, "TQ2", "PRT"))

    @property
    def once(self) -> frozenset[str]:
        return frozenset(("MSH", "PV1", *(name for _, name in self.single)))

    def misplaced(self, names: Sequence[str]) -> int | None:
        """The index of the first name that no slot can take, None when the order is right."""
        order, restart = self.slots + self.tail, len(self.slots)
        at = 0
        for position, name in enumerate(names):
            if order[at] == name:
                continue
            try:
                at = order.index(name, min(at, restart))
            except ValueError:
                return position
        return None


ORU_R01 = Grammar(
    rules_structure.STR_01,
    slots=("MSH", "SFT", "PID", "PD1", "NTE", "NK1", "PV1", "PV2", "ORC", "OBR", "NTE", "TQ1", "CTD"),
    tail=("OBX", "NTE"),
    single=(
        (rules_structure.STR_03, "PID"),
        (rules_structure.STR_06, "ORC"),
        (rules_structure.STR_07, "OBR"),
    ),
)
MDM_T02 = Grammar(
    rules_structure.STR_02,
    slots=("MSH", "SFT", "UAC", "EVN", "PID", "PV1", "ORC", "TQ1", "OBR", "NTE", "TXA"),
    tail=("OBX", "NTE"),
    single=(
        (rules_structure.STR_05, "EVN"),
        (rules_structure.STR_03, "PID"),
        (rules_structure.STR_04, "PV1"),
        (rules_structure.STR_06, "ORC"),
        (rules_structure.STR_07, "OBR"),
        (rules_structure.STR_08, "TXA"),
    ),
)
GRAMMARS = {"ORU": ORU_R01, "MDM": MDM_T02}
_KNOWN = {code: grammar.known for code, grammar in GRAMMARS.items()}
_ONCE = {code: grammar.once for code, grammar in GRAMMARS.items()}
_TRIALS = 40


def judge_structure(index: MessageIndex) -> Iterator[Finding]:
    """R.STR.* and R.ENC.09 of an ORU or MDM; other messages have no structure to judge here."""
    grammar = GRAMMARS.get(index.code)
    if grammar is None:
        return
    second = _second_group(index)
    segments = _before(index.message.segments, second)
    yield from _unknown_segments(index)
    yield from _cardinalities(index, grammar, second)
    yield from _order(grammar, [s for s in segments if _has_place(index.code, s)])
    yield from _documents(index, _before(index.named("OBX"), second))
    yield from _participations(index, segments)


def _second_group(index: MessageIndex) -> Segment | None:
    """The ORC that opens a second ORDER_OBSERVATION in an ORU: what follows is judged by R.STR.09 alone."""
    orders = index.named("ORC")
    repeated = index.code == "ORU" and len(orders) > 1 and len(index.named("OBR")) > 1
    return orders[1] if repeated else None


def _before(segments: Sequence[Segment], end: Segment | None) -> Sequence[Segment]:
    return segments if end is None else [segment for segment in segments if segment.line < end.line]


def _has_place(code: str, segment: Segment) -> bool:
    # A second PID or ORC is a matter of cardinality: the order is judged on the first ones.
    if segment.name == "PRT" or segment.name not in _KNOWN[code]:
        return False
    return segment.occurrence == 1 or segment.name not in _ONCE[code]


def _unknown_segments(index: MessageIndex) -> Iterator[Finding]:
    # The receiver need not process what the guide does not list: told once per name, never an error.
    for name in index.by_name.keys() - _KNOWN[index.code]:
        yield rules_header.ENC_09.at(place(index.named(name)[0]))


def _cardinalities(index: MessageIndex, grammar: Grammar, second: Segment | None) -> Iterator[Finding]:
    if second is not None:
        yield rules_structure.STR_09.at(place(second))
    for rule, name in grammar.single:
        found = index.named(name)
        if not found:
            yield rule.at(Location(name))
        elif len(found) > 1 and (second is None or name == "PID"):
            yield rule.at(place(found[1]), hl7_code="198")
    if index.code == "ORU":
        yield from _optional_visit(index)


def _optional_visit(index: MessageIndex) -> Iterator[Finding]:
    # ORU: PV1 is RE in the profile table, required by the prose: its absence only warns.
    found = index.named("PV1")
    if not found:
        yield rules_structure.STR_04.at(Location("PV1"), severity=Severity.WARNING)
    elif len(found) > 1:
        yield rules_structure.STR_04.at(place(found[1]), hl7_code="198")


def _order(grammar: Grammar, segments: Sequence[Segment]) -> Iterator[Finding]:
    names = ["TQ1" if segment.name == "TQ2" else segment.name for segment in segments]
    found = grammar.misplaced(names)
    if found is not None:
        yield grammar.rule.at(place(segments[_culprit(grammar, names, found)]))


def _culprit(grammar: Grammar, names: list[str], found: int) -> int:
    """The segment to name: one whose removal mends the order, an optional one first; else ``found``."""
    trials = (found, *range(1, min(found, _TRIALS)))
    mending = [at for at in trials if grammar.misplaced(names[:at] + names[at + 1 :]) is None]
    optional = [at for at in mending if names[at] not in grammar.once]
    return next(iter(optional or mending), found)


def _documents(index: MessageIndex, observations: Sequence[Segment]) -> Iterator[Finding]:
    rule, most = (rules_structure.STR_10, 2) if index.code == "ORU" else (rules_structure.STR_11, 1)
    seen, late, carriers = 0, False, set(map(id, index.documents))
    for observation in observations:
        if is_metadata(observation):
            late = True
        elif id(observation) in carriers:
            seen += 1
            if seen == most + 1:
                yield rule.at(place(observation), hl7_code="198")
            if late:
                yield rules_structure.STR_12.at(place(observation))
    if not seen:
        yield rule.at(Location("OBX"))


def _participations(index: MessageIndex, segments: Sequence[Segment]) -> Iterator[Finding]:
    if not index.named("PRT"):
        yield rules_structure.STR_14.at(Location("PRT"))
    if not index.documents:
        return
    open_for_prt, known = False, _KNOWN[index.code]
    for segment in segments:
        if segment.name == "PRT":
            if not open_for_prt:
                yield rules_structure.STR_13.at(place(segment))
        elif segment.name in known:
            open_for_prt = segment is index.documents[0]
