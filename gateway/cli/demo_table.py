"""The live table of the demo: one row per message, its six stages, its rubrique or its reason."""

from __future__ import annotations

import asyncio

from rich.table import Table
from rich.text import Text

from gateway.broker import Delivery
from gateway.cli.demo_fixtures import Fixture
from gateway.model import Ack, DeadLetter, Retry, Settlement, Stage, Submission

_STAGES = tuple(Stage)


class DemoTable:
    """Renders itself; ``all_settled`` is set once every fixture reached its end."""

    def __init__(self, fixtures: tuple[Fixture, ...]) -> None:
        self._fixtures = fixtures
        self._reached = dict.fromkeys((fixture.message_id for fixture in fixtures), 0)
        self._ends: dict[str, Text] = {}
        self._waits: dict[str, Text] = {}
        self.all_settled = asyncio.Event()

    def on_stage(self, delivery: Delivery, stage: Stage) -> None:
        name = delivery.envelope.message_id
        if name in self._reached:
            self._reached[name] = max(self._reached[name], _STAGES.index(stage) + 1)

    def on_settled(self, delivery: Delivery, settlement: Settlement, submission: Submission | None) -> None:
        name = delivery.envelope.message_id
        if name not in self._reached:
            return
        if isinstance(settlement, Retry):
            self._waits[name] = Text(f"waiting: {settlement.reason}", style="yellow")
            return
        self._ends[name] = _end(settlement, submission)
        if isinstance(settlement, Ack):
            self._reached[name] = len(_STAGES)
        if len(self._ends) == len(self._fixtures):
            self.all_settled.set()

    def __rich__(self) -> Table:
        table = Table(show_edge=False, pad_edge=False, expand=False)
        table.add_column("message", no_wrap=True)
        table.add_column("sender · flow", no_wrap=True, style="dim")
        table.add_column("R P V C S ·", no_wrap=True)
        table.add_column("outcome", overflow="fold")
        for fixture in self._fixtures:
            flow, _, sender = fixture.routing_key.partition(".")
            name = fixture.message_id
            outcome = self._ends.get(name) or self._waits.get(name) or Text("…", style="dim")
            table.add_row(fixture.name, f"{sender} · {flow}", self._climb(name), outcome)
        table.caption = "R received  P parsed  V validated  C classified  S submitted  · settled"
        table.caption_justify = "left"
        return table

    def _climb(self, name: str) -> Text:
        refused = name in self._ends and self._ends[name].style == "red"
        reached = self._reached[name]
        dots = ["●" if number < reached else "○" for number in range(len(_STAGES))]
        if refused:
            dots = ["●" if number < reached else " " for number in range(len(_STAGES) - 1)] + ["✗"]
        return Text(" ".join(dots), style="red" if refused else "green")


def _end(settlement: Settlement, submission: Submission | None) -> Text:
    match settlement:
        case DeadLetter(reason=reason, findings=findings):
            place = next((str(item.location) for item in findings if item.is_error), "")
            return Text(
                f"dead letter: {reason} at {place}" if place else f"dead letter: {reason}", style="red"
            )
        case Ack() if submission is not None:
            labels = dict.fromkeys(rubrique.label_fr for rubrique in submission.rubriques)
            return Text(f"{submission.action.value} → {', '.join(labels)}", style="green")
        case Ack(note=note):
            return Text(note, style="cyan")
        case Retry(reason=reason):
            return Text(f"waiting: {reason}", style="yellow")
