"""The verbs, and the one place where an error becomes a line and an exit status."""

from __future__ import annotations

import importlib
import sys
from typing import Annotated, Any, NoReturn

import typer

from gateway import __version__
from gateway.errors import ConfigurationError, GatewayError

# Typer carries its own copy of click and does not export the base class of its usage errors.
_UsageProblem: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)

# Each verb with the module that has it and the name there: a command, or the commands of a group.
VERBS = {
    "demo": ("gateway.cli.demo", "demo"),
    "run": ("gateway.cli.run", "run"),
    "check": ("gateway.cli.check", "check"),
    "rules": ("gateway.cli.rules", "rules"),
    "send": ("gateway.cli.send", "send"),
    "dead-letters": ("gateway.cli.dead_letters", "app"),
    "ledger": ("gateway.cli.ledger", "app"),
    "topology": ("gateway.cli.topology", "app"),
    "dmpstore": ("gateway.cli.dmpstore", "app"),
    "xds": ("gateway.cli.xds", "app"),
    "schemas": ("gateway.cli.schemas", "app"),
    "settings": ("gateway.cli.settings", "settings"),
}
_ABOUT = "Gateway from French hospital, laboratory and imaging systems to the DMP (Mon espace santé)."


def build(wanted: str | None = None) -> typer.Typer:
    """The command line; with ``wanted``, only that verb, whose modules are then the only ones loaded."""
    app = typer.Typer(
        name="dmp-gateway",
        help=_ABOUT,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(help=_ABOUT)(_root)
    for verb, (module, name) in VERBS.items():
        if wanted in (None, verb):
            found = getattr(importlib.import_module(module), name)
            if isinstance(found, typer.Typer):
                app.add_typer(found, name=verb)
            else:
                app.command(verb)(found)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dmp-gateway {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Holds the options that come before the verb."""


def _asked() -> str | None:
    """The verb on the command line; None when there is none that we know (help and errors show them all)."""
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    if first == "--version":
        return "settings"  # the lightest: the answer needs no verb at all
    return first if first in VERBS else None


def main() -> None:
    """Run the command line; exits 0, what the command says, or 2 for wrong usage or configuration."""
    try:
        status = build(_asked())(standalone_mode=False, prog_name="dmp-gateway")
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
