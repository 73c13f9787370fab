"""The fixtures of the demo: messages with the sender, the flow and the order in which they are sent."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable

from gateway.resources import fixtures


@dataclass(frozen=True, slots=True)
class Fixture:
    """One synthetic message. ``accepted`` is what it was written to get."""

    name: str
    body: bytes = field(repr=False)
    routing_key: str
    accepted: bool
    order: int
    message_id: str


def load_fixtures() -> tuple[Fixture, ...]:
    """Every fixture with an ``.expected.json`` beside it, in publication order."""
    found = [
        _load(folder, item)
        for folder in fixtures().iterdir()
        if folder.is_dir()
        for item in folder.iterdir()
        if item.name.endswith(".expected.json")
    ]
    return tuple(sorted(found, key=lambda fixture: (fixture.order, fixture.name)))


def _load(folder: Traversable, sidecar: Traversable) -> Fixture:
    expected = json.loads(sidecar.read_text(encoding="utf-8"))
    name = sidecar.name.removesuffix(".expected.json")
    return Fixture(
        name=name,
        body=(folder / name).read_bytes(),
        routing_key=f"{expected['routing_key_kind']}.{expected['facility']}",
        accepted=bool(expected["accepted"]),
        order=int(expected["order"]),
        message_id=str(uuid.uuid4()),
    )
