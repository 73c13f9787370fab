"""The end of a check: how many messages, and which rules, over all of them. Keeps counts only."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.cli.explained import Explained
from gateway.model import Severity


@dataclass(slots=True)
class RuleCount:
    """One rule: in how many messages, at how many places."""

    rule: str
    severity: Severity
    what: str
    messages: int = 0
    places: int = 0


@dataclass(slots=True)
class Tally:
    """Grows message after message; its size is the number of rules broken, however many messages."""

    total: int = 0
    accepted: int = 0
    _counts: dict[tuple[str, Severity], RuleCount] = field(default_factory=dict)

    def count(self, accepted: bool) -> None:
        """One more message, of which nothing else need be known."""
        self.total += 1
        self.accepted += accepted

    def add(self, explained: Explained) -> None:
        self.count(explained.accepted)
        here: set[tuple[str, Severity]] = set()
        for issue in explained.issues:
            key = issue.rule, issue.severity
            row = self._counts.setdefault(key, RuleCount(issue.rule, issue.severity, issue.what))
            row.places += issue.count
            row.messages += key not in here
            here.add(key)

    @property
    def refused(self) -> int:
        return self.total - self.accepted

    @property
    def rows(self) -> list[RuleCount]:
        """Errors first, the most frequent first."""
        return sorted(
            self._counts.values(),
            key=lambda row: (row.severity is not Severity.ERROR, -row.messages, row.rule),
        )
