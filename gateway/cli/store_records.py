"""``dmp-gateway dmpstore record`` and ``account``: states of records, and who may sign in to the store."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from gateway.cli.connection import store_url
from gateway.dmpstore.accounts import hash_password, is_name, new_token, token_hash
from gateway.dmpstore.listing import change_record
from gateway.dmpstore.states import State
from gateway.settings import Settings, load_settings

app = typer.Typer(help="The state of a record: open, opposed or closed.", no_args_is_help=True)


class Authority(StrEnum):
    """The assigning authorities of an INS, by a short name."""

    NIR = "nir"
    NIA = "nia"
    TEST = "test"
    DEMO = "demo"


_OIDS = {
    Authority.NIR: "1.2.250.1.213.1.4.8",
    Authority.NIA: "1.2.250.1.213.1.4.9",
    Authority.TEST: "1.2.250.1.213.1.4.10",
    Authority.DEMO: "1.2.250.1.213.1.4.11",
}
Ins = Annotated[str, typer.Argument(metavar="INS", help="15 characters, or a whole CX.")]
Of = Annotated[Authority, typer.Option("--authority", help="Whose number it is.")]
Url = Annotated[
    str | None, typer.Option(help="Base URL of the store; default: the one started in this folder.")
]


@app.command("open")
def open_record(ins: Ins, authority: Of = Authority.TEST, url: Url = None) -> None:
    """Open the record: it can be fed. It is made when there is none."""
    _change(ins, authority, State.OPEN, url)


@app.command("oppose")
def oppose_record(ins: Ins, authority: Of = Authority.TEST, url: Url = None) -> None:
    """The person is opposed to a DMP: deposits get DMPClosed."""
    _change(ins, authority, State.OPPOSED, url)


@app.command("close")
def close_record(ins: Ins, authority: Of = Authority.TEST, url: Url = None) -> None:
    """Close the record: deposits get DMPClosed."""
    _change(ins, authority, State.CLOSED, url)


def account(
    name: Annotated[str, typer.Argument(help="User name: letters, digits, . _ @ -")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked when absent.")
    ],
) -> None:
    """Print the rows of an account for GATEWAY_STORE_ACCOUNTS, and a new bearer token for its scripts."""
    if not is_name(name):
        raise typer.BadParameter("1 to 64 letters, digits, . _ @ -", param_hint="NAME")
    token = new_token()
    typer.echo("[[account]]")
    typer.echo(f'name = "{name}"')
    typer.echo(f'password = "{hash_password(password)}"')
    typer.echo(f'token = "{token_hash(token)}"')
    typer.echo(f"bearer token, shown this once: {token}", err=True)


def token(settings: Settings) -> str:
    """The bearer token of the settings, empty when there is none."""
    return settings.store_token.get_secret_value() if settings.store_token is not None else ""


def _change(ins: str, authority: Authority, state: State, url: str | None) -> None:
    settings = load_settings()
    patient = ins if "^" in ins else f"{ins}^^^&{_OIDS[authority]}&ISO^NH"
    found = change_record(store_url(settings, url), patient, state.value, token=token(settings))
    typer.echo(f"{found['id']}  {found['ins']}  {found['state']}")
