"""The packs of an installation: one folder each under ``GATEWAY_PACKS_DIR``."""

from __future__ import annotations

import dataclasses
import json
import re
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from lxml import etree

from gateway.errors import ConfigurationError
from gateway.packs import manifest
from gateway.packs.choosing import assigned, named
from gateway.packs.compiling import compile_schematron
from gateway.packs.engine import Engine, EngineFailed, require_saxon
from gateway.packs.manifest import Mode, Pack, PackFile, Part
from gateway.packs.source import bring, discard
from gateway.packs.tree import SCH, NotCompiled, PackTree
from gateway.packs.xsd import entry_points, load_schema

Progress = Callable[[str], None]
_VALUE_SETS = frozenset({"RetrieveValueSetResponse", "valueSets", "valueSet"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class PackStore:
    """``folder`` need not exist yet. Everything raises ConfigurationError with what to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def packs(self) -> tuple[Pack, ...]:
        """Every installed pack, by name."""
        if not self.folder.is_dir():
            return ()
        found = sorted(path for path in self.folder.iterdir() if path.is_dir() and path.name[0] != ".")
        return tuple(manifest.read(path) for path in found)

    def pack(self, name: str) -> Pack:
        found = next((pack for pack in self.packs() if pack.name == name), None)
        if found is None:
            known = ", ".join(pack.name for pack in self.packs()) or "none"
            raise ConfigurationError([f"no pack named {name}; installed: {known}"])
        return found

    def add(
        self,
        source: Path,
        *,
        name: str = "",
        mode: Mode = Mode.OBSERVE,
        replace: bool = False,
        progress: Progress = lambda file: None,
    ) -> Pack:
        """Install and compile. A file that cannot be compiled is kept with its reason; the pack is installed.

        ``progress`` is told each file before it is compiled. Raises MissingProgram without saxonche.
        """
        require_saxon()
        given = source.resolve()
        name = name or re.sub(r"[^A-Za-z0-9._-]+", "-", given.name.removesuffix(".zip"))
        if not _NAME.fullmatch(name):
            raise ConfigurationError([f"{name!r} is no name for a pack: letters, digits, dots and hyphens"])
        target = self.folder / name
        if target.exists() and not replace:
            raise ConfigurationError([f"a pack named {name} is installed; give --replace, or another --name"])
        self.folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
        # Workers may run as somebody else than the one who installs.
        work.chmod(0o755)
        try:
            digest = bring(source, work / "files")
            pack = _compiled(work, name, mode, source.name, digest, progress)
            manifest.write(pack)
            discard(target)
            work.rename(target)
        finally:
            discard(work)
        return dataclasses.replace(pack, folder=target)

    def remove(self, name: str) -> None:
        """Also a pack whose ``pack.json`` can no longer be read."""
        folder = self.folder / name
        discard(folder if _NAME.fullmatch(name) and folder.is_dir() else self.pack(name).folder)

    def set_mode(self, name: str, mode: Mode) -> Pack:
        return manifest.with_mode(self.pack(name), mode)


def _compiled(folder: Path, name: str, mode: Mode, source: str, digest: str, progress: Progress) -> Pack:
    tree = PackTree(folder / "files")
    engine = Engine()
    files: list[PackFile] = []
    try:
        for path in tree.files(".sch"):
            file = _schematron(tree, path, engine, folder, progress)
            if file is not None:
                files.append(file)
    finally:
        engine.close()
    for path in entry_points(tree):
        progress(tree.name(path))
        files.append(_schema(tree, path, folder))
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    sets = sum(1 for path in tree.files(".xml") if _is_value_set(path))
    return Pack(name, mode, folder, moment, source, digest, sets, assigned(files))


def _schematron(
    tree: PackTree, path: Path, engine: Engine, folder: Path, progress: Progress
) -> PackFile | None:
    """None for a part that schematrons include."""
    part, name, edition = named(tree.name(path))
    own = path.relative_to(folder).as_posix()
    try:
        if tree.parse(path).getroot().tag != f"{SCH}schema":
            return None
        progress(tree.name(path))
        made = compile_schematron(tree, path)
        stylesheet = path.with_name(f"{path.stem}.compiled.xsl")
        stylesheet.write_bytes(made.stylesheet)
        engine.load(stylesheet)
    except (NotCompiled, EngineFailed) as error:
        return PackFile(own, part, name, str(error), edition)
    catalogue = path.with_name(f"{path.stem}.asserts.json")
    texts = [dataclasses.asdict(one) for one in made.asserts]
    catalogue.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    if part is Part.PROFILE and made.templates:
        part = Part.VOLET
    return PackFile(
        path=own,
        part=part,
        name=name,
        edition=edition,
        templates=made.templates,
        type_codes=made.type_codes,
        gaps=made.gaps,
        asserts=len(made.asserts),
        stylesheet=stylesheet.relative_to(folder).as_posix(),
        catalogue=catalogue.relative_to(folder).as_posix(),
    )


def _schema(tree: PackTree, path: Path, folder: Path) -> PackFile:
    own = path.relative_to(folder).as_posix()
    try:
        load_schema(path)
    except NotCompiled as error:
        return PackFile(own, Part.SCHEMA, "XSD", str(error))
    return PackFile(own, Part.SCHEMA, "XSD")


def _is_value_set(path: Path) -> bool:
    """IHE SVS (RetrieveValueSetResponse) or ART-DECOR (valueSets); the root element tells."""
    with path.open("rb") as file:
        parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True)
        try:
            parser.feed(file.read(1 << 16))
            _, root = next(iter(cast("Iterable[tuple[str, etree._Element]]", parser.read_events())))
        except (etree.XMLSyntaxError, StopIteration):
            return False
    return str(root.tag).rpartition("}")[2] in _VALUE_SETS
