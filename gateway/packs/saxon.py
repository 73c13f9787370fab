"""The child process in which Saxon works: the only module that imports saxonche.

A process of its own because a transformation cannot be stopped in a thread, a crash of native code would take
its process down, and Saxon wants to stay on one thread and not be forked. Frames on stdin and stdout: four
bytes of length, then as many bytes. A request is one JSON frame; ``run`` is followed by the document. It ends
when its stdin does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_FAILED = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
# More failures of one document help nobody.
MOST_FAILURES = 2000


class Saxon:
    """One processor; stylesheets are kept once loaded."""

    def __init__(self) -> None:
        from saxonche import PySaxonProcessor

        self._processor = PySaxonProcessor(license=False)
        # Rules may read the files of their pack; the network is never asked for anything.
        self._processor.set_configuration_property("http://saxon.sf.net/feature/allowedProtocols", "file")
        self._xslt = self._processor.new_xslt30_processor()
        self._loaded: dict[str, Any] = {}

    def answer(self, request: dict[str, Any], document: bytes) -> dict[str, Any]:
        if request["op"] == "load":
            return self._load(request["path"])
        return self._run(request["path"], document)

    def _load(self, path: str) -> dict[str, Any]:
        if path not in self._loaded:
            try:
                self._loaded[path] = self._xslt.compile_stylesheet(stylesheet_file=path)
            except Exception as error:  # noqa: BLE001 - whatever Saxon says of a rule file is the answer
                return {"ok": False, "error": _one_line(error)}
        return {"ok": True}

    def _run(self, path: str, document: bytes) -> dict[str, Any]:
        try:
            node = self._processor.parse_xml(xml_text=document.decode("utf-8"))
            answer = self._loaded[path].transform_to_string(xdm_node=node)
        except Exception as error:  # noqa: BLE001 - its text may quote the document: only its kind is told
            return {"ok": False, "error": type(error).__name__}
        failed, skipped = [], []
        for one in etree.fromstring(answer.encode("utf-8")).iter(*_FAILED, f"{_SVRL}not-evaluated"):
            if one.tag in _FAILED:
                failed.append((int(one.get("id") or 0), one.get("location") or ""))
            else:
                skipped.append(int(one.get("id") or 0))
        return {"ok": True, "failed": failed[:MOST_FAILURES], "skipped": sorted(set(skipped))}


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:300] or type(error).__name__


def read_frame(stream: BinaryIO) -> bytes | None:
    size = stream.read(4)
    return stream.read(int.from_bytes(size, "big")) if len(size) == 4 else None


def write_frame(stream: BinaryIO, payload: bytes) -> None:
    stream.write(len(payload).to_bytes(4, "big") + payload)
    stream.flush()


def main() -> None:
    """Answer until stdin ends."""
    saxon = Saxon()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (frame := read_frame(source)) is not None:
        request = json.loads(frame)
        document = (read_frame(source) or b"") if request["op"] == "run" else b""
        if request["op"] == "load" and not Path(request["path"]).is_file():
            answer: dict[str, Any] = {"ok": False, "error": "the compiled file is gone"}
        else:
            answer = saxon.answer(request, document)
        write_frame(sink, json.dumps(answer).encode())


if __name__ == "__main__":
    main()
