"""``dmp-gateway dmpstore faults``: what a trial store does wrong on demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from gateway.cli import store_records
from gateway.cli.connection import store_url
from gateway.cli.output import AsJson, print_json, print_table
from gateway.dmpstore.faults import FaultKind, patient_hash
from gateway.dmpstore.faults_client import clear_faults, list_faults, set_faults
from gateway.settings import load_settings

app = typer.Typer(help="Faults on demand, for trials: what the store does wrong.", no_args_is_help=True)

Url = Annotated[
    str | None, typer.Option(help="Base URL of the store; default: the one started in this folder.")
]
_COLUMNS = ("kind", "transaction", "rate", "times", "fired", "structure", "patient_hash", "type_code")
_DETAILS = {"milliseconds": 0, "code": "", "text": "", "status": 503}


@app.command("set")
def set_fault(
    kind: Annotated[FaultKind, typer.Argument(help="What happens.")],
    transaction: Annotated[
        str, typer.Option("--on", help="Only this transaction: iti41, iti18, iti43 or iti57.")
    ] = "",
    rate: Annotated[float, typer.Option(min=0, max=1, help="Share of the requests that meet it.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the rate: the same draws again.")] = 0,
    times: Annotated[
        int | None, typer.Option(min=1, help="How many times at most; without it, until cleared.")
    ] = None,
    structure: Annotated[str, typer.Option(help="Only this structure (Struct_IdNat).")] = "",
    patient: Annotated[str, typer.Option(help="Only this INS; the store is told its hash.")] = "",
    type_code: Annotated[str, typer.Option(help="Only documents of this type code.")] = "",
    milliseconds: Annotated[int, typer.Option("--ms", min=0, help="For slow and slow-answer.")] = 0,
    code: Annotated[str, typer.Option(help="Subcode of a soap-fault, code of a registry-error.")] = "",
    text: Annotated[str, typer.Option(help="Sentence of the fault or error.")] = "",
    status: Annotated[int, typer.Option(min=200, max=599, help="For http-status.")] = 503,
    add: Annotated[bool, typer.Option("--add", help="Keep the faults already in force, before it.")] = False,
    url: Url = None,
) -> None:
    """Put a fault in force, in place of the others (or after them with --add)."""
    base, token = _store(url)
    wanted = {
        "kind": kind.value,
        "transaction": transaction,
        "rate": rate,
        "times": times,
        "structure": structure,
        "patient_hash": patient_hash(patient) if patient else "",
        "type_code": type_code,
        "milliseconds": milliseconds,
        "code": code,
        "text": text,
        "status": status,
    }
    before: list[Mapping[str, Any]] = list_faults(base, token=token)["faults"] if add else []
    _show(set_faults(base, [*before, wanted], seed, token=token)["faults"], as_json=False)


@app.command("list")
def list_all(as_json: AsJson = False, url: Url = None) -> None:
    """List the faults in force; ``times`` is how many are left."""
    base, token = _store(url)
    _show(list_faults(base, token=token)["faults"], as_json=as_json)


@app.command()
def clear(url: Url = None) -> None:
    """Serve every request as it should be."""
    base, token = _store(url)
    clear_faults(base, token=token)


def _store(url: str | None) -> tuple[str, str]:
    """Base URL and bearer token of the store."""
    settings = load_settings()
    return store_url(settings, url), store_records.token(settings)


def _show(rows: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    found = list(rows)
    if as_json:
        print_json(found)
        return
    cells = [[*(_cell(row.get(name)) for name in _COLUMNS), _details(row)] for row in found]
    print_table(f"{len(found)} fault(s) in force", (*_COLUMNS, "details"), cells)


def _cell(value: object) -> str:
    return "∞" if value is None else str(value)


def _details(row: Mapping[str, Any]) -> str:
    """Only what the kind uses or what was chosen."""
    return " ".join(
        f"{name}={row[name]}" for name, usual in _DETAILS.items() if row.get(name, usual) != usual
    )
