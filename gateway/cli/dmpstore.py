"""``dmp-gateway dmpstore``: the embedded DMP store, alone, and what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import faults, store_records
from gateway.cli.connection import store_url
from gateway.cli.embedded import store_settings
from gateway.cli.output import AsJson, print_json, print_table
from gateway.dmpstore.listing import fetch_documents
from gateway.dmpstore.server import run_store
from gateway.model import Rubrique
from gateway.observability import configure_logging
from gateway.settings import load_settings

app = typer.Typer(help="The embedded DMP store, for trials and tests.", no_args_is_help=True)
app.add_typer(faults.app, name="faults")
app.add_typer(store_records.app, name="record")
app.command("account")(store_records.account)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address; default GATEWAY_STORE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 = any free one.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of its database.")] = None,
) -> None:
    """Serve XDS.b, the pages and the JSON listing until SIGTERM or Ctrl-C."""
    given = {"store_host": host, "store_port": port, "data_dir": data_dir}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    configure_logging(settings.log_level, settings.log_format)
    run_store(store_settings(settings))


@app.command()
def documents(
    as_json: AsJson = False,
    patient: Annotated[str | None, typer.Option(help="Only this INS.")] = None,
    rubrique: Annotated[Rubrique | None, typer.Option(help="Only this rubrique.")] = None,
    url: Annotated[
        str | None, typer.Option(help="Base URL of the store; default: the one started in this folder.")
    ] = None,
) -> None:
    """List the stored documents by patient and rubrique."""
    settings = load_settings()
    base = store_url(settings, url)
    rows = fetch_documents(
        base, patient, rubrique.value if rubrique else None, token=store_records.token(settings)
    )
    if as_json:
        print_json(rows)
        return
    names = ("rubrique", "type_code", "title", "unique_id", "status", "creation_time", "size")
    print_table(f"{len(rows)} document(s)", names, [[row.get(name, "") for name in names] for row in rows])
