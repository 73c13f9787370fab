"""Where the official examples and the official schema are, when they are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
EXAMPLES = SHARED / "examples"
OFFICIAL = SHARED / "official" / "cda-xsd" / "CDA_extended.xsd"
CLINICAL_DOCUMENT = "{urn:hl7-org:v3}ClinicalDocument"

needs_examples = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="official examples are not at ../shared")
needs_oracle = pytest.mark.skipif(not OFFICIAL.is_file(), reason="official schema is not at ../shared")


def example_paths() -> list[Path]:
    """Every official CDA, bare, carried beside a message, or self-presentable; sorted by name."""
    paths = [*EXAMPLES.glob("cda/*.xml"), *EXAMPLES.glob("hl7v2/*.xml"), *EXAMPLES.glob("hl7v2/*.XML")]
    return sorted(paths)


def clinical_document(content: bytes) -> etree._Element:
    """The ClinicalDocument alone, taken out of the stylesheet that may embed it."""
    root = etree.fromstring(content)
    found = root if root.tag == CLINICAL_DOCUMENT else next(root.iter(CLINICAL_DOCUMENT))
    return etree.fromstring(etree.tostring(found, with_tail=False))


def example_documents() -> Iterator[tuple[str, etree._Element]]:
    for path in example_paths():
        yield path.name, clinical_document(path.read_bytes())
