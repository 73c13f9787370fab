"""The model's frozen dataclasses as JSON text and back, so that a registry answers what it was told."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: Any) -> str:
    """One dataclass as compact JSON. All its fields are text, numbers, tuples or dataclasses."""
    return json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":"))


def from_json(kind: type[T], text: str) -> T:
    """The dataclass that ``to_json`` wrote; a field added to the model since then keeps its default."""
    built: T = _build(kind, json.loads(text))
    return built


def _build(kind: Any, value: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(
            **{
                part.name: _build(hints[part.name], value[part.name])
                for part in fields(kind)
                if part.name in value
            }
        )
    if get_origin(kind) is UnionType:
        return None if value is None else _build(_without_none(kind), value)
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in value)
    return value


def _without_none(kind: Any) -> Any:
    return next(part for part in get_args(kind) if part is not NoneType)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
