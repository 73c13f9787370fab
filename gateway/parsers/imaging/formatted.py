r"""Formatted text (FT) to plain text: the commands of HL7 2.5 §2.7.6 carried out, 80 columns wide."""

from __future__ import annotations

import re

from gateway.model import Segment
from gateway.model.hl7 import unescape

WIDTH = 80
_MOST = 60
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def formatted(text: str, segment: Segment) -> str:
    """The lines that people read; trailing blanks and blank lines at both ends are left out."""
    mark = re.escape(segment.separators.escape)
    page = _Page()
    last = 0
    for found in re.finditer(f"{mark}\\.(br|sp|in|ti|fi|nf|sk|ce) ?([+-]?\\d*){mark}", text, re.IGNORECASE):
        page.write(_plain(text[last : found.start()], segment))
        page.command(found.group(1).lower(), found.group(2))
        last = found.end()
    page.write(_plain(text[last:], segment))
    return page.text()


def plain(text: str, segment: Segment) -> str:
    """A text without layout (ST, TX): escapes decoded, line ends made the same."""
    return _plain(text, segment).strip()


def _plain(text: str, segment: Segment) -> str:
    marks = segment.separators
    if marks.escape in text:
        mark = re.escape(marks.escape)
        text = re.sub(f"{mark}[HN]{mark}", "", text)  # highlighting: there is none in a plain text
        text = unescape(text, marks)
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class _Page:
    """The lines written so far, the margin, and what the next line begins with."""

    def __init__(self) -> None:
        self.lines = [""]
        self.margin = 0
        self.next_margin: int | None = None
        self.centred = False

    def write(self, text: str) -> None:
        for number, part in enumerate(text.split("\n")):
            if number:
                self.new_line()
            if part and not self.lines[-1]:
                self.lines[-1] = " " * (self.margin if self.next_margin is None else self.next_margin)
                self.next_margin = None
            self.lines[-1] += part

    def command(self, name: str, amount: str) -> None:
        number = max(-_MOST, min(int(amount), _MOST)) if amount.strip("+-") else None
        if name in ("br", "ce", "sp"):
            # .sp moves down by its number plus one, .br by one.
            for _ in range(1 + (max(1 if number is None else number, 0) if name == "sp" else 0)):
                self.new_line()
            self.centred = name == "ce"
        elif name == "in":
            self.margin = self._moved(amount, number or 0)
        elif name == "ti":
            self.next_margin = self._moved(amount, number or 0)
        elif name == "sk":
            self.lines[-1] += " " * max(number or 1, 0)

    def new_line(self) -> None:
        if self.centred:
            self.lines[-1] = self.lines[-1].strip().center(WIDTH).rstrip()
            self.centred = False
        self.lines.append("")

    def text(self) -> str:
        self.new_line()
        return "\n".join(line.rstrip() for line in self.lines).strip("\n")

    def _moved(self, amount: str, number: int) -> int:
        """A sign moves the margin; a bare number sets it."""
        wanted = self.margin + number if amount[:1] in ("+", "-") else number
        return max(0, min(wanted, _MOST))
