"""The report of ``check`` in a terminal; piped, the same text without colours."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gateway.cli.excerpts import Excerpt, Line
from gateway.cli.explained import About, Explained, Issue
from gateway.cli.tally import Tally
from gateway.cli.words import LANGUAGES

PIPED_WIDTH = 100


def report_console() -> Console:
    """A console as wide as the terminal; 100 columns when piped."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(highlight=False, markup=False, emoji=False, width=width)


def print_explained(console: Console, explained: Explained, language: str) -> None:
    """The verdict, what the message is, each document, each rule broken with its places."""
    words = LANGUAGES[language]
    good = explained.accepted
    head = Text.assemble((words["accepted" if good else "refused"], "bold green" if good else "bold red"))
    console.print(head.append(f"  {explained.path}", style="bold"), soft_wrap=True)
    counts = [
        f"{number} {words[one if number == 1 else many]}"
        for number, one, many in (
            (explained.errors, "error", "errors"),
            (explained.warnings, "warning", "warnings"),
        )
        if number
    ]
    said = [explained.subject, explained.ack, ", ".join(counts)]
    console.print(
        Padding(Text(" · ".join(part for part in said if part), style="dim"), (0, 0, 0, 2), expand=False)
    )
    for document in explained.documents:
        _print_document(console, document)
    for issue in explained.issues:
        _print_issue(console, issue, language)
    console.print()


def _print_document(console: Console, document: About) -> None:
    console.print(Padding(Text(document.headline, style="cyan"), (0, 0, 0, 2), expand=False))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in document.facts:
        grid.add_row(Text(label), Text(value))
    console.print(Padding(grid, (0, 0, 0, 5), expand=False))


def _print_issue(console: Console, issue: Issue, language: str) -> None:
    style = "red" if issue.is_error else "yellow"
    console.print()
    head = Text.assemble(("✗ " if issue.is_error else "! ", style), (issue.rule, f"bold {style}"), "  ")
    head.append(issue.what, style="bold")
    console.print(Padding(head, (0, 0, 0, 2), expand=False))
    if issue.todo:
        console.print(Padding(Text.assemble(("→ ", style), issue.todo), (0, 0, 0, 4), expand=False))
    for place in issue.places:
        caption = f"  {place.excerpt.caption}" if place.excerpt.caption else ""
        console.print(
            Padding(Text.assemble((place.location, "bold"), (caption, "dim")), (0, 0, 0, 4), expand=False)
        )
        _print_excerpt(console, place.excerpt, style)
    if issue.more:
        more = LANGUAGES[language]["more"].format(n=issue.more)
        console.print(Padding(Text(f"… {more}", style="dim"), (0, 0, 0, 4), expand=False))
    source = " · ".join(part for part in (issue.clause, issue.answer) if part)
    if source:
        console.print(Padding(Text(source, style="dim italic"), (0, 0, 0, 4), expand=False))


def _print_excerpt(console: Console, excerpt: Excerpt, style: str) -> None:
    margin = max((len(line.margin) for line in excerpt.lines), default=0)
    room = console.width - 6 - margin - 3
    for line in excerpt.lines:
        text = Text(f"{line.margin:>{margin}} │ " if margin else "│ ", style="dim")
        text.append_text(_fitted(line, room, style, plain=not console.is_terminal))
        console.print(Padding(text, (0, 0, 0, 6), expand=False), no_wrap=True, overflow="ellipsis", crop=True)


def _fitted(line: Line, room: int, style: str, *, plain: bool) -> Text:
    """The line cut around its mark so that the mark is seen; without colours the mark has « »."""
    mark = f"«{line.mark}»" if plain and line.mark and line.before + line.after else line.mark
    before = line.before
    wanted = len(mark) + min(len(line.after), 12)
    if len(before) + wanted > room and mark:
        keep = max(8, room - wanted)
        before = before if len(before) <= keep else "…" + before[len(before) - keep + 1 :]
    return Text.assemble(
        (before, "dim"),
        (mark, f"bold {style} underline" if line.before + line.after else f"bold {style}"),
        (line.after, "dim"),
    )


def print_tally(console: Console, tally: Tally, language: str) -> None:
    """One line for all; with several messages, a table of the rules."""
    words = LANGUAGES[language]
    if tally.total > 1 and tally.rows:
        table = Table(
            title=words["by_rule"], title_justify="left", title_style="bold", show_edge=False, pad_edge=False
        )
        table.add_column(words["rule"], no_wrap=True)
        table.add_column(words["severity"], no_wrap=True)
        table.add_column(words["messages"], justify="right", no_wrap=True)
        table.add_column(words["places"], justify="right", no_wrap=True)
        table.add_column(words["what"], overflow="fold")
        for row in tally.rows:
            style = "red" if row.severity == "error" else "yellow"
            cells = (row.rule, words[row.severity.value], str(row.messages), str(row.places), row.what)
            table.add_row(
                *(Text(cell, style=style if number < 2 else "") for number, cell in enumerate(cells))
            )
        console.print(table)
        console.print()
    total = words["total"].format(n=tally.total, a=tally.accepted, r=tally.refused)
    console.print(Text(total if tally.total else words["nothing"], style="bold"))
