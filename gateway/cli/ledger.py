"""``dmp-gateway ledger``: what happened to each message."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from gateway.cli.output import AsJson, print_json, print_table
from gateway.errors import ConfigurationError
from gateway.ledger import LedgerReader, open_database
from gateway.settings import load_settings

app = typer.Typer(help="Every message, its stages and its end.", no_args_is_help=True)


@app.command("list")
def list_messages(
    as_json: AsJson = False,
    outcome: Annotated[str, typer.Option(help="submitted, recorded, waiting or refused.")] = "",
    facility: Annotated[str, typer.Option(help="Only this sender.")] = "",
    reason: Annotated[str, typer.Option(help="Only this reason code.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most this many.")] = 100,
    after: Annotated[int, typer.Option(min=0, help="Only ledger ids above this one.")] = 0,
) -> None:
    """List messages, oldest first."""
    rows = _reader().messages(outcome=outcome, facility=facility, reason=reason, limit=limit, after=after)
    if as_json:
        print_json(rows)
        return
    names = ("id", "facility", "kind", "stage", "outcome", "reason", "attempts", "first_seen")
    print_table(f"{len(rows)} message(s)", names, [[row[name] for name in names] for row in rows])


@app.command()
def show(
    message: Annotated[str, typer.Argument(help="Ledger id, message id or control id.")],
    as_json: AsJson = False,
) -> None:
    """Show one message with its documents and findings."""
    row = _reader().message(message)
    if row is None:
        raise ConfigurationError([f"the ledger knows no message {message}"])
    if as_json:
        print_json([row])
    else:
        _print(row)


def _reader() -> LedgerReader:
    return LedgerReader(open_database(load_settings().ledger_database))


def _print(row: dict[str, Any]) -> None:
    console = Console(highlight=False)
    for name, value in row.items():
        if name not in ("findings", "documents") and value not in ("", None):
            console.print(
                Text(f"{name.replace('_', ' '):<14} ", style="dim").append(str(value), style="default")
            )
    for document in row["documents"]:
        console.print(
            Text(f"document {document['position']}: {document['unique_id']} → {document['rubrique']}")
        )
    for finding in row["findings"]:
        console.print(Text(f"{finding['rule']} ", style="bold").append(finding["location"]))
        console.print(Text(f"    {finding['text_fr']}"))
