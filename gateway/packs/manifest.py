"""What is known of an installed pack: kept as ``pack.json`` in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from gateway.errors import ConfigurationError

FORMAT = 1


class Mode(StrEnum):
    """``observe``: findings are warnings. ``enforce``: they are errors, and refuse the document."""

    OBSERVE = "observe"
    ENFORCE = "enforce"


class Part(StrEnum):
    """What a file judges: every document, any structured body, one model of document, the grammar."""

    MINIMAL = "minimal"
    PROFILE = "profile"
    VOLET = "volet"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class PackFile:
    """One schematron or XML schema. ``reason`` says why it cannot be used, empty when it can.

    ``stylesheet`` and ``catalogue`` are its compiled forms and ``path`` its own file, all relative to the
    pack's folder. ``gaps`` are value sets that the pack lacks: asserts that need them are not evaluated.
    ``templates`` are the templateIds of the documents it judges, ``edition`` its YYYY.MM; ``type_codes``
    narrows a volet whose templateId is common to all unstructured documents.
    """

    path: str
    part: Part
    name: str
    reason: str = ""
    edition: str = ""
    templates: tuple[str, ...] = ()
    type_codes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    asserts: int = 0
    stylesheet: str = ""
    catalogue: str = ""

    @property
    def usable(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class Pack:
    """An installed pack. ``folder`` holds everything; ``digest`` is the SHA-256 of its files."""

    name: str
    mode: Mode
    folder: Path
    installed: str
    source: str
    digest: str
    value_sets: int
    files: tuple[PackFile, ...]

    def of(self, part: Part) -> tuple[PackFile, ...]:
        return tuple(file for file in self.files if file.part is part)

    @property
    def not_compiled(self) -> tuple[PackFile, ...]:
        return tuple(file for file in self.files if not file.usable)


def write(pack: Pack) -> None:
    """Write ``pack.json``; what reads it meanwhile sees the old one or the new one."""
    data = asdict(pack)
    del data["folder"]
    target = pack.folder / "pack.json"
    fresh = target.with_suffix(".new")
    fresh.write_text(json.dumps({"format": FORMAT, **data}, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(target)


def read(folder: Path) -> Pack:
    """Raises ConfigurationError when ``pack.json`` is absent, or not one of this version."""
    try:
        data = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise ValueError
        files = tuple(_file(row) for row in data.pop("files"))
        mode = Mode(data.pop("mode"))
        return Pack(folder=folder, mode=mode, files=files, **data)
    except (OSError, ValueError, KeyError, TypeError):
        problem = f"{folder.name}: pack.json cannot be read; install the pack again (schemas add --replace)"
        raise ConfigurationError([problem]) from None


def with_mode(pack: Pack, mode: Mode) -> Pack:
    changed = replace(pack, mode=mode)
    write(changed)
    return changed


def _file(row: dict[str, object]) -> PackFile:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return PackFile(**{**row, **lists, "part": Part(str(row["part"]))})  # type: ignore[arg-type]
