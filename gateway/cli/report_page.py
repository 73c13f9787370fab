"""The HTML report of ``check``: one page, no script, no outside resource, everything escaped.

Messages are written as they come, to a file beside the page; the head needs the totals and is written last.
Memory does not grow with the number of messages.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryFile

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gateway import __version__
from gateway.cli.explained import Explained
from gateway.cli.tally import Tally
from gateway.cli.words import LANGUAGES

_environment = Environment(
    loader=PackageLoader("gateway.cli"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class ReportPage:
    """``add`` each message, ``finish`` with the totals, then ``close``. Raises OSError."""

    def __init__(self, path: Path, language: str, moment: datetime) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._parts = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by close()
        self._facts = {
            "lang": language,
            "words": LANGUAGES[language],
            "version": __version__,
            "moment": moment.strftime("%Y-%m-%d %H:%M"),
        }
        self._message = _environment.get_template("message.html")
        self._number = 0

    def add(self, explained: Explained) -> None:
        self._number += 1
        self._parts.write(self._message.render(self._facts, it=explained, number=self._number))

    def finish(self, tally: Tally) -> None:
        style = files("gateway.cli") / "templates" / "report.css"
        head = _environment.get_template("report.html").render(
            self._facts,
            tally=tally,
            style=Markup(style.read_text(encoding="utf-8")),  # noqa: S704 - our own
        )
        before, _, after = head.partition("<!--messages-->")
        self._file.write(before)
        self._parts.seek(0)
        shutil.copyfileobj(self._parts, self._file)
        self._file.write(after)

    def close(self) -> None:
        self._parts.close()
        self._file.close()
