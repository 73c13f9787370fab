"""Every published CDA example: the rubrique of the table, and a Submission with nothing missing."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from gateway.model import DocumentEntry, Reading
from gateway.model.timestamps import is_timestamp
from gateway.nomenclature import value_set
from gateway.parsers import Limits, read
from gateway.routes import build_submission, classify
from tests.routes.samples import FACILITY

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
EXAMPLES = sorted((SHARED / "examples" / "cda").glob("*.xml"))
RUBRIQUES = SHARED / "nomenclatures" / "rubriques.csv"

needs_shared = pytest.mark.skipif(not EXAMPLES, reason="needs ../shared/examples/cda")


@pytest.fixture(scope="module")
def rubriques() -> dict[tuple[str, str], str]:
    with RUBRIQUES.open(encoding="utf-8", newline="") as file:
        return {(row["code"], row["code_system_oid"]): row["rubrique"] for row in csv.DictReader(file)}


def only_reading(path: Path) -> Reading:
    reading = read(path.read_bytes(), Limits())
    assert len(reading.documents) == 1, [str(finding.location) for finding in reading.findings]
    return reading


@needs_shared
def test_all_54_examples_are_there() -> None:
    assert len(EXAMPLES) == 54


@needs_shared
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_official_example_is_filed_and_its_submission_lacks_nothing(
    path: Path, rubriques: dict[tuple[str, str], str]
) -> None:
    reading = only_reading(path)
    outcome = classify(reading.documents[0])
    found = outcome.classification
    assert found is not None, [(one.rule, str(one.location)) for one in outcome.findings]
    assert found.rubrique == rubriques[found.type_code.code, found.type_code.system]
    assert outcome.findings == ()

    built = build_submission(reading, [found], FACILITY, "20260302091530")
    assert built.submission is not None, [(one.rule, str(one.location)) for one in built.findings]
    # Three of them name their predecessor by a UUID or with an extension, which no DMP id can be.
    assert {one.rule for one in built.findings} <= {"R.SUB.24"}
    (entry,) = built.submission.entries
    check_entry(entry, path.read_bytes())
    assert built == build_submission(only_reading(path), [found], FACILITY, "20260302091530")


def check_entry(entry: DocumentEntry, source: bytes) -> None:
    """Every attribute that the French profile requires is there, and coded ones are in their value set."""
    coded = {
        "J57": entry.class_code,
        "J66": entry.type_code,
        "J60": entry.format_code,
        "J61": entry.healthcare_facility_type_code,
        "J62": entry.practice_setting_code,
    }
    for name, code in coded.items():
        assert (code.code, code.system) in value_set(name), name
        assert code.display
    assert all((code.code, code.system) in value_set("J58") for code in entry.confidentiality_codes)
    assert 1 <= len(entry.confidentiality_codes) <= 4
    assert entry.unique_id
    assert entry.patient_id.value
    assert entry.source_patient_id.value
    assert entry.source_patient_info[0].startswith("PID-5|")
    assert 0 < len(entry.title) <= 128
    assert entry.language_code == "fr-FR"
    assert entry.mime_type in ("text/xml", "application/xslt+xml")
    for time in (entry.creation_time, entry.service_start_time):
        assert is_timestamp(time, at_least=8)
        assert time.isdigit()
    assert entry.legal_authenticator is not None
    for author in (*entry.authors, entry.legal_authenticator):
        assert author.person is not None
        assert author.person.family
        assert author.person.identifier is not None
        assert author.person_type in ("IDNPS", "RI", "EI")
    assert entry.authors
    assert (entry.hash, entry.size) == (hashlib.sha1(source).hexdigest(), len(source))
