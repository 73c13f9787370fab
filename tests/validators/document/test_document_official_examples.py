"""The official examples: a CDA of a type of the DMP is refused for a wrong INS key only, messages as told."""

from __future__ import annotations

import csv
import statistics
import time
from pathlib import Path

import pytest
from lxml import etree
from stdnum.fr import nir

from gateway.nomenclature import value_set
from gateway.parsers import read
from gateway.validators.documents import judge_documents
from gateway.validators.settings import JudgeSettings

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared"
EXAMPLES = SHARED / "examples"
pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="../shared/examples is not here")

GROUPS = ("R.DOC", "R.PRT", "R.MET", "R.RTE", "R.CDA", "R.DMP", "R.HDR")
BY_THE_PARSERS = {"R.DOC.09", "R.DOC.10"}
DOCUMENTS = sorted((EXAMPLES / "cda").glob("*.xml")) if EXAMPLES.is_dir() else []


def _rows() -> list[dict[str, str]]:
    index = EXAMPLES / "hl7v2" / "EXAMPLES.csv"
    if not index.is_file():
        return []
    return list(csv.DictReader(index.read_text(encoding="utf-8").splitlines()))


def _documented(deviations: str) -> set[str]:
    """The error rules of a ``deviations`` cell: ``ERR R.X.01: why | warn ...``, a CDA without the ``ERR``."""
    rules = set()
    for deviation in deviations.split(" | "):
        words = deviation.replace(":", " ").split()
        if words and words[0] == "ERR":
            words = words[1:]
        if words and words[0].startswith(GROUPS):
            rules.add(words[0])
    return rules - BY_THE_PARSERS


def _has_a_real_ins_with_a_wrong_key(root: etree._Element) -> bool:
    """Of authority .8 (NIR) or .9 (NIA); the key is computed here by other means than in the gateway."""
    for element in root.iterfind("h:recordTarget/h:patientRole/h:id", {"h": "urn:hl7-org:v3"}):
        value = element.get("extension", "")
        if element.get("root") in ("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9") and not nir.is_valid(value):
            return True
    return False


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_an_official_document_of_a_type_of_the_dmp_has_no_error_but_a_wrong_key(path: Path) -> None:
    reading = read(path.read_bytes())
    (document,) = reading.documents
    assert document.header is not None
    assert document.header.code is not None
    assert (document.header.code.code, document.header.code.system) in value_set("J66")
    expected = ["R.HDR.12"] if _has_a_real_ins_with_a_wrong_key(document.root) else []
    assert [f.rule for f in judge_documents(reading, JudgeSettings()) if f.is_error] == expected


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["file"])
def test_an_official_message_is_refused_for_the_documented_rules(row: dict[str, str]) -> None:
    # No difference with EXAMPLES.csv as to errors. As to warnings, we say R.RTE.04 only of rows that are
    # there (a missing row is R.MET.01), and R.PRT.20 of a patient address that does not hold the INS.
    content = (EXAMPLES / "hl7v2" / row["file"]).read_bytes()
    found = {f.rule for f in judge_documents(read(content), JudgeSettings()) if f.is_error}
    assert found == _documented(row["deviations"])


def test_a_header_is_judged_in_a_few_milliseconds() -> None:
    # Generous against a busy machine; 1.8 ms of processor time when written, whatever the size of the body.
    reading = read((EXAMPLES / "cda" / "CSE-CS9_2024.01.xml").read_bytes())
    took = []
    for _ in range(50):
        start = time.process_time()
        list(judge_documents(reading, JudgeSettings()))
        took.append(time.process_time() - start)
    assert statistics.median(took) < 0.010
