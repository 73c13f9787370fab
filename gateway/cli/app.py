"""The verbs, and the one place where an error becomes a line and an exit status."""

from __future__ import annotations

import sys
from typing import Annotated, Any, NoReturn

import typer

from gateway import __version__
from gateway.cli import (
    check,
    dead_letters,
    demo,
    dmpstore,
    ledger,
    rules,
    run,
    schemas,
    send,
    settings,
    topology,
)
from gateway.errors import ConfigurationError, GatewayError

# Typer carries its own copy of click and does not export the base class of its usage errors.
_UsageProblem: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)

app = typer.Typer(
    name="dmp-gateway",
    help="Gateway from French hospital, laboratory and imaging systems to the DMP (Mon espace santé).",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("check")(check.check)
app.command("rules")(rules.rules)
app.command("send")(send.send)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(ledger.app, name="ledger")
app.add_typer(topology.app, name="topology")
app.add_typer(dmpstore.app, name="dmpstore")
app.add_typer(schemas.app, name="schemas")
app.command("settings")(settings.settings)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dmp-gateway {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Gateway from French hospital, laboratory and imaging systems to the DMP (Mon espace santé)."""


def main() -> None:
    """Run the command line; exits 0, what the command says, or 2 for wrong usage or configuration."""
    try:
        status = app(standalone_mode=False, prog_name="dmp-gateway")
    except ConfigurationError as error:
        _fail(*error.problems)
    except GatewayError as error:
        _fail(str(error))
    except _UsageProblem as error:
        _wrong_usage(error)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is wrong, nothing more can be said.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _wrong_usage(error: Any) -> NoReturn:
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.exit(2)  # the help has been printed: that is the answer
    _fail(f"{' '.join(error.format_message().split()).rstrip('.')} (try --help)")


def _fail(*lines: str) -> NoReturn:
    for line in lines:
        print(f"dmp-gateway: {line}", file=sys.stderr)
    sys.exit(2)
