"""``dmp-gateway check``: judge files offline, exactly as a worker would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from gateway.bootstrap.chosen import bench_of, directory_of, judging_of, limits_of
from gateway.cli.explained import explain
from gateway.cli.progress import Progress
from gateway.cli.report import as_data
from gateway.cli.report_page import ReportPage
from gateway.cli.sources import Piece, pieces, walk
from gateway.cli.tally import Tally
from gateway.cli.terminal import print_explained, print_tally, report_console
from gateway.errors import ConfigurationError
from gateway.packs import Bench
from gateway.pipeline import Judged, judge_message
from gateway.settings import FacilityDirectory, Settings, load_settings


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files, folders that are walked, or - for standard input.", metavar="PATH..."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")] = False,
    facilities: Annotated[
        Path | None, typer.Option(help="Declared senders (TOML); default: the demo's declaration.")
    ] = None,
    emit: Annotated[
        Path | None, typer.Option(help="Write each CDA as it would be submitted, as <file>.<n>.xml.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the report as one HTML page, without any script.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the messages: fr or en.")] = "fr",
) -> int:
    """Judge HL7v2 messages and CDA documents without sending anything.

    Reads single messages, MLLP captures and batches (FHS, BHS); the report never shows an identity.
    Exit status: 0 all accepted, 1 some rejected, 2 wrong usage.
    """
    if lang not in ("fr", "en"):
        raise typer.BadParameter("choose fr or en", param_hint="--lang")
    settings = load_settings(**({"facilities": facilities} if facilities else {}))
    directory = directory_of(settings)
    files = walk(paths)
    with closing(bench_of(settings)) as bench, _report(as_json, html, lang) as report:
        progress = Progress(len(files), wanted=any(path.is_dir() for path in paths))
        emitter = _Emitter(emit) if emit is not None else None
        for path in progress.over(files):
            for piece in pieces(path, limits_of(settings).max_message_bytes):
                judged = judge_piece(piece, directory, settings, bench)
                with progress.aside():
                    report.add(piece, judged)
                if emitter is not None:
                    emitter.write(piece, judged)
    return 0 if report.tally.accepted == report.tally.total else 1


def judge_piece(piece: Piece, directory: FacilityDirectory, settings: Settings, bench: Bench) -> Judged:
    """One message, as the worker of its sender would judge it, with the official packs of ``bench``."""
    moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return judge_message(
        piece.body, directory.of_reading, moment, judging_of(settings), limits_of(settings), (bench.judge,)
    )


class _Report:
    """Says each message as it is judged, and the tally at the end."""

    def __init__(self, as_json: bool, page: ReportPage | None, language: str) -> None:
        self.tally = Tally()
        self._console: Console | None = None if as_json else report_console()
        self._page = page
        self._language = language

    def add(self, piece: Piece, judged: Judged) -> None:
        if self._console is None:
            typer.echo(json.dumps(as_data(piece.path, judged, self._language), ensure_ascii=False))
            if self._page is None:
                self.tally.count(judged.verdict.accepted)
                return
        explained = explain(piece.path, judged, self._language)
        self.tally.add(explained)
        if self._page is not None:
            self._page.add(explained)
        if self._console is not None:
            print_explained(self._console, explained, self._language)

    def end(self) -> None:
        if self._page is not None:
            self._page.finish(self.tally)
        if self._console is not None:
            print_tally(self._console, self.tally, self._language)


@contextmanager
def _report(as_json: bool, html: Path | None, language: str) -> Iterator[_Report]:
    with ExitStack() as stack:
        page = stack.enter_context(closing(_page(html, language))) if html is not None else None
        report = _Report(as_json, page, language)
        yield report
        report.end()


def _page(html: Path, language: str) -> ReportPage:
    try:
        return ReportPage(html, language, datetime.now().astimezone())
    except OSError as error:
        raise ConfigurationError([f"{html}: {error.strerror}"]) from None


class _Emitter:
    """Writes the documents as they would be submitted; two files of one name do not overwrite each other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counts: dict[str, int] = {}

    def write(self, piece: Piece, judged: Judged) -> None:
        contents: tuple[Any, ...] = judged.submission.contents if judged.submission is not None else ()
        for content in contents:
            number = self._counts[piece.file] = self._counts.get(piece.file, 0) + 1
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{piece.file}.{number}.xml").write_bytes(content.data)
