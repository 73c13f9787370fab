"""``dmp-gateway check``: judge files offline, exactly as a worker would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.bootstrap import bench_of, directory_of, judging_of, limits_of
from gateway.cli.report import as_data, print_report, print_total
from gateway.errors import ConfigurationError
from gateway.packs import Bench
from gateway.pipeline import Judged, judge_message
from gateway.settings import FacilityDirectory, Settings, load_settings

# Files that sit beside messages in a folder and are none.
NOT_MESSAGES = frozenset(
    f".{suffix}"
    for suffix in (
        *("csv", "md", "json", "html", "css", "js", "pdf", "png", "jpg", "py", "sh", "toml", "yaml", "yml"),
        *("zip", "log", "sch", "xsd", "xsl"),
    )
)


def check(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, or folders that are walked.", metavar="PATH...")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")] = False,
    facilities: Annotated[
        Path | None, typer.Option(help="Declared senders (TOML); default: the demo's declaration.")
    ] = None,
    emit: Annotated[
        Path | None, typer.Option(help="Write each CDA as it would be submitted, as <file>.<n>.xml.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the messages: fr or en.")] = "fr",
) -> int:
    """Judge HL7v2 messages and CDA documents without sending anything.

    Exit status: 0 all accepted, 1 some rejected, 2 wrong usage.
    """
    if lang not in ("fr", "en"):
        raise typer.BadParameter("choose fr or en", param_hint="--lang")
    settings = load_settings(**({"facilities": facilities} if facilities else {}))
    directory = directory_of(settings)
    total = accepted = 0
    with closing(bench_of(settings)) as bench:
        for path, name in _files(paths):
            judged = judge_file(path, directory, settings, bench)
            total, accepted = total + 1, accepted + judged.verdict.accepted
            if as_json:
                typer.echo(json.dumps(as_data(name, judged, lang), ensure_ascii=False))
            else:
                print_report(name, judged, lang)
            if emit is not None:
                _emit(judged, path, emit)
    if not as_json:
        print_total(total, accepted, lang)
    return 0 if accepted == total else 1


def judge_file(path: Path, directory: FacilityDirectory, settings: Settings, bench: Bench) -> Judged:
    """One file, as the worker of its sender would judge it, with the official packs of ``bench``."""
    limits = limits_of(settings)
    body = _bounded(path, limits.max_message_bytes)
    moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return judge_message(body, directory.of_reading, moment, judging_of(settings), limits, (bench.judge,))


def _bounded(path: Path, limit: int) -> bytes:
    """At most one byte over the limit: enough to be judged too large."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise ConfigurationError([f"{path}: {error.strerror}"]) from None


def _files(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        if path.is_dir():
            for found in sorted(path.rglob("*")):
                if found.is_file() and _looks_like_a_message(found):
                    yield found, str(found)
        elif path.exists():
            yield path, str(path)
        else:
            raise ConfigurationError([f"{path}: no such file or folder"])


def _looks_like_a_message(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix.lower() not in NOT_MESSAGES


def _emit(judged: Judged, path: Path, folder: Path) -> None:
    if judged.submission is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(judged.submission.contents, 1):
        (folder / f"{path.name}.{number}.xml").write_bytes(content.data)
