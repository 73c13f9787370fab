"""The files of a pack, found as its authors meant them: by path, the case of letters aside."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

_MOST_INCLUDES = 5000
_DEEPEST = 20
SCH = "{http://purl.oclc.org/dsdl/schematron}"


class NotCompiled(Exception):
    """A file of a pack cannot be used; the text names the cause, a file or a construct, in one line."""


class PackTree:
    """Read-only view of a pack's folder. Nothing outside ``root`` is ever found."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._files = {str(path).lower(): path for path in self.root.rglob("*") if path.is_file()}

    def find(self, base: Path, href: str) -> Path | None:
        """The file that ``href`` names when it stands in a file of the folder ``base``; None when absent.

        The official pack names twelve includes in other letter case than the files have.
        """
        if not href or "://" in href or href.startswith("/"):
            return None
        place = base
        for part in href.replace("\\", "/").split("/"):
            place = place.parent if part == ".." else place if part in ("", ".") else place / part
        return self._files.get(str(place).lower())

    def files(self, *suffixes: str) -> list[Path]:
        """The files with one of these suffixes (lower-case, with the dot), by path."""
        return sorted(path for path in self._files.values() if path.suffix.lower() in suffixes)

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def parse(self, path: Path) -> etree._ElementTree:
        """A file of the pack as a tree. Raises NotCompiled: not well-formed, or with a DOCTYPE."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            tree = etree.parse(str(path), parser)
        except etree.XMLSyntaxError as error:
            where = f"line {error.lineno}" if error.lineno else "no content"
            raise NotCompiled(f"{self.name(path)} is not well-formed XML ({where})") from None
        except OSError as error:
            raise NotCompiled(f"{self.name(path)} cannot be read ({error.strerror})") from None
        if tree.docinfo.internalDTD is not None:
            raise NotCompiled(f"{self.name(path)} has a DOCTYPE, which is refused")
        return tree


def with_includes(tree: PackTree, path: Path) -> etree._ElementTree:
    """The schematron at ``path`` with every ``include`` replaced by what it names (ISO 19757-3 §5.4.4).

    Raises NotCompiled naming every file that the pack lacks.
    """
    return _Inclusion(tree).of(path)


class _Inclusion:
    def __init__(self, tree: PackTree) -> None:
        self._tree, self._count = tree, 0
        self._missing: dict[str, None] = {}

    def of(self, path: Path) -> etree._ElementTree:
        whole = self._tree.parse(path)
        self._fill(whole, (path,))
        if self._missing:
            names = ", ".join(self._missing)
            raise NotCompiled(
                f"includes {len(self._missing)} file(s) that the pack does not contain: {names}"
            )
        return whole

    def _fill(self, part: etree._ElementTree, way: tuple[Path, ...]) -> None:
        for include in list(part.iter(f"{SCH}include")):
            self._count += 1
            href = include.get("href") or ""
            name, _, fragment = href.partition("#")
            target = self._tree.find(way[-1].parent, name)
            if target is None:
                self._missing[href] = None
            elif target in way or len(way) > _DEEPEST or self._count > _MOST_INCLUDES:
                raise NotCompiled(f"{self._tree.name(target)} is included in a circle or too often")
            else:
                self._replace(include, target, fragment, way)

    def _replace(self, include: etree._Element, target: Path, fragment: str, way: tuple[Path, ...]) -> None:
        part = self._tree.parse(target)
        self._fill(part, (*way, target))
        root: etree._Element | None = part.getroot()
        if fragment:
            root = next((one for one in part.iter("{*}*") if one.get("id") == fragment), None)
        parent = include.getparent()
        if root is None or parent is None:
            self._missing[include.get("href") or ""] = None
            return
        news = list(root) if root.tag == f"{SCH}schema" else [root]
        place = parent.index(include)
        tail, include.tail = include.tail, None
        parent.remove(include)
        for offset, new in enumerate(news):
            new.tail = tail
            parent.insert(place + offset, new)
