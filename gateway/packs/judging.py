"""Installed packs as judges of documents. Opened once by the roof; any thread may judge."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

from lxml import etree

from gateway.errors import MissingProgram
from gateway.model import Action, Document, Finding, Severity
from gateway.packs.choosing import CISIS, CISIS_ARC, volet_of
from gateway.packs.engine import Engine, EngineFailed, Outcome, require_saxon
from gateway.packs.manifest import Mode, Pack, PackFile, Part
from gateway.packs.places import attribute_of, located, location, readable
from gateway.packs.rules import FAILED, NO_VOLET, NOT_COMPILED, NOT_EVALUATED, OTHER_EDITION, official
from gateway.packs.store import PackStore
from gateway.packs.tree import NotCompiled
from gateway.packs.xsd import SchemaJudge

MOST_OF_A_RULE = 20
MOST_OF_A_FILE = 200
_HL7 = "{urn:hl7-org:v3}"


class Bench:
    """The judges of all installed packs, around one Saxon process."""

    def __init__(self, packs: Iterable[Pack], engine: Engine | None = None) -> None:
        """Raises MissingProgram when a pack needs saxonche and it is not installed."""
        self._engine = engine or Engine()
        self._judges = [PackJudge(pack, self._engine) for pack in packs]
        if any(file.stylesheet for judge in self._judges for file in judge.pack.files):
            require_saxon()

    def __bool__(self) -> bool:
        return bool(self._judges)

    def judge(self, document: Document) -> Iterator[Finding]:
        """What the packs say of a document; nothing of one that could not be read, or is to be deleted."""
        if document.root is None or document.action is Action.DELETE:
            return
        for judge in self._judges:
            yield from judge.judge(document)

    def warm(self) -> None:
        """Start Saxon and load what every document needs, so that the first one does not wait.

        What cannot be loaded now is told of each document (``P.FAILED``).
        """
        with suppress(EngineFailed):
            for judge in self._judges:
                judge.warm()

    def close(self) -> None:
        self._engine.close()


def open_bench(folder: Path) -> Bench:
    """Raises ConfigurationError, or MissingProgram."""
    return Bench(PackStore(folder).packs())


class PackJudge:
    """One pack: its schema, the minimal structure, the profiles and the volet of the document."""

    def __init__(self, pack: Pack, engine: Engine) -> None:
        self.pack, self._engine = pack, engine
        self._severity = Severity.ERROR if pack.mode is Mode.ENFORCE else Severity.WARNING
        self._schemas = [
            SchemaJudge(pack.folder / file.path, self._severity)
            for file in pack.of(Part.SCHEMA)
            if file.usable
        ]
        self._sheets = {file.path: Sheet(pack, file) for file in pack.files if file.stylesheet}

    def warm(self) -> None:
        for file in (*self.pack.of(Part.MINIMAL), *self.pack.of(Part.PROFILE)):
            if file.usable:
                self._engine.load(self._sheets[file.path].stylesheet)

    def judge(self, document: Document) -> Iterator[Finding]:
        for schema in self._schemas:
            yield from self._by_schema(schema, document)
        text = etree.tostring(document.root, encoding="utf-8", with_tail=False)
        for file in self._files(document):
            yield from self._by(self._sheets[file.path], document, text)
        yield from self._not_judged(document)

    def _files(self, document: Document) -> Iterator[PackFile]:
        yield from (file for file in self.pack.of(Part.MINIMAL) if file.usable)
        if document.root.find(f"{_HL7}component/{_HL7}structuredBody") is not None:
            yield from (file for file in self.pack.of(Part.PROFILE) if file.usable)
        volet, _ = self._volet(document)
        if volet is not None and volet.usable:
            yield volet

    def _volet(self, document: Document) -> tuple[PackFile | None, bool]:
        code = document.root.find(f"{_HL7}code")
        type_code = (code.get("code") or "") if code is not None else ""
        return volet_of(self.pack.of(Part.VOLET), _templates(document), type_code)

    def _not_judged(self, document: Document) -> Iterator[Finding]:
        """What the pack could not judge is said, and never held against the document."""
        place = location(document.origin, "/ClinicalDocument/templateId", document.root.sourceline)
        for file in self.pack.not_compiled:
            if file.part is not Part.VOLET:
                yield NOT_COMPILED.at(place, more_fr=f"({file.name})", more_en=f"({file.name})")
        volet, exact = self._volet(document)
        if volet is None:
            models = [
                root for root, _ in _templates(document) if root.startswith(CISIS_ARC) and root != CISIS
            ]
            if models and self.pack.of(Part.VOLET):
                yield NO_VOLET.at(place)
        elif not volet.usable:
            yield NOT_COMPILED.at(place, more_fr=f"({volet.name})", more_en=f"({volet.name})")
        elif not exact:
            judged = f"({volet.name} {volet.edition})"
            yield OTHER_EDITION.at(place, more_fr=judged, more_en=judged)

    def _by_schema(self, schema: SchemaJudge, document: Document) -> Iterator[Finding]:
        try:
            yield from schema.judge(document)
        except (NotCompiled, OSError):
            yield self._failed(document, "XSD: its file is gone or cannot be loaded")

    def _failed(self, document: Document, why: str) -> Finding:
        place = location(document.origin, "/ClinicalDocument", document.root.sourceline)
        return FAILED.at(place, severity=self._severity, more_fr=f"({why})", more_en=f"({why})")

    def _by(self, sheet: Sheet, document: Document, text: bytes) -> Iterator[Finding]:
        name = sheet.file.name
        top = location(document.origin, "/ClinicalDocument", document.root.sourceline)
        try:
            outcome = self._engine.run(sheet.stylesheet, text)
            if outcome.failed:
                sheet.load_texts()
        except (EngineFailed, MissingProgram) as error:
            yield self._failed(document, f"{name}: {error}")
            return
        except (OSError, ValueError):
            yield self._failed(document, f"{name}: its catalogue is gone; the pack was replaced or removed")
            return
        yield from self._failures(sheet, document, outcome)
        if outcome.skipped:
            which = ", ".join(sheet.rule_id(number) for number in outcome.skipped[:10])
            yield NOT_EVALUATED.at(top, more_fr=f"({which})", more_en=f"({which})")

    def _failures(self, sheet: Sheet, document: Document, outcome: Outcome) -> Iterator[Finding]:
        told: Counter[int] = Counter()
        for number, path in dict.fromkeys(outcome.failed):
            told[number] += 1
            if told[number] > MOST_OF_A_RULE or told.total() > MOST_OF_A_FILE:
                continue
            role, text = sheet.texts.get(number, ("", ""))
            severity = Severity.WARNING if role else self._severity
            element = located(document.root, path)
            if element is None:
                element = document.root
            place = readable(element, document.root, attribute_of(path))
            where = location(document.origin, place, cast("int | None", element.sourceline))
            yield official(sheet.rule_id(number), sheet.title, severity, text).at(where)


class Sheet:
    """A compiled schematron; its catalogue is read when the first failure needs a text."""

    def __init__(self, pack: Pack, file: PackFile) -> None:
        self.file = file
        self.stylesheet = pack.folder.resolve() / file.stylesheet
        self.texts: dict[int, tuple[str, str]] = {}
        self._catalogue = pack.folder / file.catalogue

    @property
    def title(self) -> str:
        return f"{self.file.name} {self.file.edition}".rstrip()

    def rule_id(self, number: int) -> str:
        return f"P.{self.file.name}.{number}"

    def load_texts(self) -> None:
        """Read role and text of each assert, once. Raises OSError or ValueError."""
        if not self.texts:
            rows = json.loads(self._catalogue.read_text(encoding="utf-8"))
            self.texts = {row["number"]: (row["role"], row["text"]) for row in rows}


def _templates(document: Document) -> list[tuple[str, str]]:
    return [
        (one.get("root") or "", one.get("extension") or "")
        for one in document.root.findall(f"{_HL7}templateId")
    ]
