"""Which order comes from which result: microbiology links cultures and antibiograms (OBR-26, OBR-29)."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model.lab import LabOrder, LabReport, LabResult, ParentLink

# HL7 table 0078, susceptibility; NS and SDD came later.
SUSCEPTIBILITY = frozenset({"S", "I", "R", "MS", "VS", "NS", "SDD"})


@dataclass(frozen=True, slots=True)
class Parent:
    """What an order comes from; ``result`` is None when only the order is named."""

    order: LabOrder
    result: LabResult | None


@dataclass(slots=True)
class Isolate:
    """One germ: the result that names it, the results about it, and the orders that came from it."""

    head: LabResult
    members: list[LabResult] = field(default_factory=list)
    orders: list[LabOrder] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """A root order with everything that came from it. Every result of these orders is in exactly one place:
    ``loose``, an isolate (its head and members), an order of an isolate, or one of ``orders``."""

    order: LabOrder
    loose: list[LabResult] = field(default_factory=list)
    isolates: list[Isolate] = field(default_factory=list)
    orders: list[LabOrder] = field(default_factory=list)

    @property
    def all_orders(self) -> list[LabOrder]:
        return [self.order, *(o for isolate in self.isolates for o in isolate.orders), *self.orders]


def parent_of(report: LabReport, order: LabOrder) -> Parent | None:
    """The parent that OBR-26 and OBR-29 name; None when the message does not hold it."""
    link = order.parent
    if link is None:
        return None
    candidates = [one for one in report.orders if one is not order and _is_named(one, link)]
    if not link.code:
        return Parent(candidates[0], None) if candidates else None
    for candidate in candidates:
        for result in candidate.results:
            if _names(result, link):
                return Parent(candidate, result)
    return None


def groups_of(report: LabReport) -> list[Group]:
    """The orders of a report by root. An order that names a parent elsewhere is a root of its own."""
    parents = {order.sequence: parent_of(report, order) for order in report.orders}
    roots = {order.sequence: _root(order, parents) for order in report.orders}
    groups: list[Group] = []
    for order in report.orders:
        if roots[order.sequence] is order:
            family = [one for one in report.orders if one is not order and roots[one.sequence] is order]
            groups.append(_group(order, family, parents))
    return groups


def _is_named(order: LabOrder, link: ParentLink) -> bool:
    if not link.filler and not link.placer:
        return True
    placer = order.placer.extension if order.placer else ""
    return bool(link.filler and link.filler == order.filler_number) or bool(
        link.placer and link.placer == placer
    )


def _names(result: LabResult, link: ParentLink) -> bool:
    codes = {code.code for code in result.concept.codings} if result.concept else set()
    return link.code in codes and (not link.sub_id or link.sub_id == result.sub_id)


def _root(order: LabOrder, parents: dict[int, Parent | None]) -> LabOrder:
    seen = {order.sequence}
    while (parent := parents[order.sequence]) is not None and parent.order.sequence not in seen:
        order = parent.order
        seen.add(order.sequence)
    # A circle has no root of its own: its first order is taken.
    return order if parents[order.sequence] is None else _first(order, parents)


def _first(order: LabOrder, parents: dict[int, Parent | None]) -> LabOrder:
    circle, one = [order], parents[order.sequence]
    while one is not None and one.order not in circle:
        circle.append(one.order)
        one = parents[one.order.sequence]
    return min(circle, key=lambda member: member.sequence)


def _group(order: LabOrder, family: list[LabOrder], parents: dict[int, Parent | None]) -> Group:
    group = Group(order)
    heads = _heads(order, family, parents)
    for head in heads:
        members = [r for r in order.results if r is not head and head.sub_id and r.sub_id == head.sub_id]
        group.isolates.append(Isolate(head, [r for r in members if r not in heads]))
    taken = {id(r) for isolate in group.isolates for r in (isolate.head, *isolate.members)}
    group.loose = [result for result in order.results if id(result) not in taken]
    for child in family:
        parent = parents[child.sequence]
        isolate = next((i for i in group.isolates if parent and i.head is parent.result), None)
        (isolate.orders if isolate else group.orders).append(child)
    return group


def _heads(order: LabOrder, family: list[LabOrder], parents: dict[int, Parent | None]) -> list[LabResult]:
    """The results that name a germ: those with child orders, else the first of a tested sub-id."""
    linked = {id(p.result) for child in family if (p := parents[child.sequence]) and p.order is order}
    heads = [result for result in order.results if id(result) in linked]
    named = {head.sub_id for head in heads}
    by_sub_id: dict[str, list[LabResult]] = {}
    for result in order.results:
        if result.sub_id and result.sub_id not in named:
            by_sub_id.setdefault(result.sub_id, []).append(result)
    heads += [found[0] for found in by_sub_id.values() if _is_antibiogram(found)]
    return sorted(heads, key=lambda head: head.sequence)


def _is_antibiogram(results: list[LabResult]) -> bool:
    """A sub-id that begins with a name and goes on with susceptibilities."""
    first, *others = results
    named = bool(first.values) and first.data_type in ("CE", "CWE", "CNE", "ST", "TX", "IS")
    return (
        named and not set(first.flags) & SUSCEPTIBILITY and any(set(r.flags) & SUSCEPTIBILITY for r in others)
    )
