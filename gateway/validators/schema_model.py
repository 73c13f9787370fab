"""The content model of a class as an expression over the names of elements, and what it expects next.

Expressions are read with Brzozowski derivatives: the derivative by a name is what may follow that name. An
expression is a nested tuple, so that equal ones are equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from xmlschema.validators import XsdElement, XsdGroup

Expression = tuple[Any, ...]

NOTHING: Expression = ("nothing",)
EMPTY: Expression = ("empty",)
FOREIGN = "*"  # an element of another vocabulary


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where children leave the model: ``index`` counts from 0 and is None when the end came too early.

    ``expected`` are the qualified names that could have stood there (at the end: what was lacking);
    ``complete`` says whether the content could also have ended there. ``missing`` is the one name that would
    have made room for the child found, if there is exactly one.
    """

    index: int | None
    expected: tuple[str, ...]
    complete: bool
    missing: str | None = None


def expression_of(particle: Any) -> Expression:
    """The expression of an xmlschema particle: a group, an element or a wildcard."""
    if isinstance(particle, XsdGroup):
        parts = [expression_of(part) for part in particle]
        body = _any_of(parts) if particle.model == "choice" and parts else _in_order(parts)
    else:
        body = ("name", particle.name if isinstance(particle, XsdElement) else FOREIGN)
    return _repeated(body, particle.min_occurs, particle.max_occurs)


def first_deviation(model: Expression, names: Iterable[str]) -> Deviation | None:
    """The first place where ``names`` leave the model; None when they follow it to its end."""
    here = model
    for index, name in enumerate(names):
        following = derivative(here, name)
        if following == NOTHING:
            return Deviation(index, _expected(here), may_end(here), _missing_before(here, name))
        here = following
    return None if may_end(here) else Deviation(None, _lacking(here), complete=False)


def _expected(here: Expression) -> tuple[str, ...]:
    return tuple(sorted(name for name in names_in(here) if derivative(here, name) != NOTHING))


def _lacking(here: Expression) -> tuple[str, ...]:
    """The names that would complete the content; when none does alone, those that could follow."""
    following = _expected(here)
    return tuple(name for name in following if may_end(derivative(here, name))) or following


def _missing_before(here: Expression, name: str) -> str | None:
    openers = [other for other in _expected(here) if derivative(derivative(here, other), name) != NOTHING]
    return openers[0] if len(openers) == 1 else None


def _in_order(parts: Iterable[Expression]) -> Expression:
    whole = EMPTY
    for part in reversed(list(parts)):
        whole = _then(part, whole)
    return whole


def _any_of(parts: Iterable[Expression]) -> Expression:
    whole = NOTHING
    for part in parts:
        whole = _or(whole, part)
    return whole


def _repeated(body: Expression, least: int, most: int | None) -> Expression:
    if most is None:
        rest = body if body[0] == "many" else ("many", body)
    else:
        rest = EMPTY
        for _ in range(most - least):
            rest = _or(EMPTY, _then(body, rest))
    for _ in range(least):
        rest = _then(body, rest)
    return rest


def _then(left: Expression, right: Expression) -> Expression:
    if NOTHING in (left, right):
        return NOTHING
    if left == EMPTY:
        return right
    return left if right == EMPTY else ("then", left, right)


def _or(left: Expression, right: Expression) -> Expression:
    either = {part for part in (*_options(left), *_options(right)) if part != NOTHING}
    if not either:
        return NOTHING
    return either.pop() if len(either) == 1 else ("or", frozenset(either))


def _options(expression: Expression) -> Iterable[Expression]:
    return cast("frozenset[Expression]", expression[1]) if expression[0] == "or" else (expression,)


def may_end(expression: Expression) -> bool:
    """Whether the content could end here."""
    match expression[0]:
        case "then":
            return may_end(expression[1]) and may_end(expression[2])
        case "or":
            return any(may_end(part) for part in expression[1])
        case kind:
            return kind in ("empty", "many")


def derivative(expression: Expression, name: str) -> Expression:
    """What may follow ``name``; NOTHING when it cannot stand here."""
    match expression[0]:
        case "name":
            return EMPTY if expression[1] == name else NOTHING
        case "then":
            _, left, right = expression
            after = _then(derivative(left, name), right)
            return _or(after, derivative(right, name)) if may_end(left) else after
        case "or":
            return _any_of(derivative(part, name) for part in expression[1])
        case "many":
            return _then(derivative(expression[1], name), expression)
        case _:
            return NOTHING


def names_in(expression: Expression) -> set[str]:
    """Every name of the expression."""
    match expression[0]:
        case "name":
            return {expression[1]}
        case "then":
            return names_in(expression[1]) | names_in(expression[2])
        case "or":
            return set().union(*(names_in(part) for part in expression[1]))
        case "many":
            return names_in(expression[1])
        case _:
            return set()
