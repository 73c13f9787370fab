"""``dmp-gateway schemas``: the rules in force, ours and those of the official packs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.output import AsJson, print_json, print_table
from gateway.nomenclature import versions
from gateway.packs import Mode, Pack, PackFile, PackStore
from gateway.resources import schemas as our_schemas
from gateway.settings import load_settings

app = typer.Typer(help="Schemas, nomenclatures and official rule packs.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of an installed pack, as `schemas list` shows it.")]


@app.command()
def add(
    path: Annotated[Path, typer.Argument(help="Folder or zip of the official CI-SIS pack.")],
    mode: Annotated[Mode, typer.Option(help="Findings as warnings, or as errors.")] = Mode.OBSERVE,
    name: Annotated[str, typer.Option(help="Name of the pack; default: that of the folder or zip.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace the pack of this name.")] = False,
    as_json: AsJson = False,
) -> int:
    """Install a pack, compile it, and tell each file that cannot be compiled and why.

    Exit status: 0 installed, also when some files could not be compiled; 2 when nothing was installed.
    """
    quiet = as_json or not typer.get_text_stream("stderr").isatty()
    pack = _store().add(
        path, name=name, mode=mode, replace=replace, progress=_silent if quiet else _show_progress
    )
    if as_json:
        print_json([_pack_row(pack), *(_file_row(pack, file) for file in pack.files)])
    else:
        _print_pack(pack)
        typer.echo("Workers that run use it when they are started again.")
    return 0


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Show our own schemas and nomenclatures, and every pack with its files."""
    packs = _store().packs()
    if as_json:
        print_json(_our_rows())
        print_json(row for pack in packs for row in (_pack_row(pack), *_file_rows(pack)))
        return
    columns = ("sort", "name", "version", "source")
    print_table("Ours", columns, [[row[column] for column in columns] for row in _our_rows()])
    for pack in packs:
        typer.echo()
        _print_pack(pack)
    if not packs:
        typer.echo("\nNo official pack is installed: dmp-gateway schemas add PATH")


@app.command()
def remove(name: Name) -> None:
    """Remove an installed pack."""
    _store().remove(name)
    typer.echo(f"{name} removed; workers that run keep it until they are started again.")


@app.command("mode")
def set_mode(
    name: Name,
    mode: Annotated[Mode, typer.Argument(help="observe: findings are warnings; enforce: errors.")],
) -> None:
    """Say whether the findings of a pack refuse a document."""
    _store().set_mode(name, mode)
    typer.echo(f"{name}: {mode.value}; workers that run take it when they are started again.")


def _store() -> PackStore:
    return PackStore(load_settings().packs_folder)


def _silent(file: str) -> None:
    """Nothing to show: the output is for a script."""


def _show_progress(file: str) -> None:
    typer.echo(f"compiling {file}", err=True)


def _our_rows() -> list[dict[str, Any]]:
    rows = [
        {
            "sort": "nomenclature",
            "name": one.name,
            "version": one.version,
            "source": one.source,
            "rows": one.rows,
        }
        for one in versions()
    ]
    folder = our_schemas() / "cda"
    files = sorted(one.name for one in folder.iterdir() if one.is_file()) if folder.is_dir() else []
    own = [name for name in files if name.endswith((".xsd", ".sch"))]
    return [
        *(
            {"sort": "schema", "name": name, "version": "", "source": "dmp-gateway", "rows": 0}
            for name in own
        ),
        *rows,
    ]


def _pack_row(pack: Pack) -> dict[str, Any]:
    return {
        "sort": "pack",
        "name": pack.name,
        "mode": pack.mode.value,
        "installed": pack.installed,
        "source": pack.source,
        "digest": pack.digest,
        "files": len(pack.files),
        "compiled": len(pack.files) - len(pack.not_compiled),
        "value_sets": pack.value_sets,
    }


def _file_rows(pack: Pack) -> list[dict[str, Any]]:
    return [_file_row(pack, file) for file in pack.files]


def _file_row(pack: Pack, file: PackFile) -> dict[str, Any]:
    return {
        "sort": "file",
        "pack": pack.name,
        "path": file.path.removeprefix("files/"),
        "part": file.part.value,
        "name": file.name,
        "edition": file.edition,
        "compiled": file.usable,
        "reason": file.reason,
        "asserts": file.asserts,
        "templates": list(file.templates),
        "missing_value_sets": list(file.gaps),
    }


def _print_pack(pack: Pack) -> None:
    lost = pack.not_compiled
    title = (
        f"{pack.name} · {pack.mode.value} · {len(pack.files) - len(lost)} of {len(pack.files)} files compiled"
        f" · {pack.value_sets} value sets · installed {pack.installed}"
    )
    columns = ("part", "name", "edition", "asserts", "state")
    print_table(
        title,
        columns,
        [(one.part.value, one.name, one.edition, one.asserts, _state(one)) for one in pack.files],
    )
    for one in lost:
        typer.echo(f"NOT COMPILED {one.path.removeprefix('files/')}: {one.reason}")
    for one in pack.files:
        if one.gaps:
            names = ", ".join(one.gaps)
            typer.echo(f"INCOMPLETE {one.path.removeprefix('files/')}: value sets not in the pack: {names}")


def _state(file: PackFile) -> str:
    if not file.usable:
        return "not compiled"
    return "compiled, value sets missing" if file.gaps else "compiled"
