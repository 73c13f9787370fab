"""As many results out as in, whatever the results."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.model.lab import LabReport
from gateway.parsers import read, read_document
from gateway.routes import complete
from tests.plain_lab.cases import CASES
from tests.plain_lab.judged import V3, content, document, judged, laboratory, observations, problems
from tests.plain_lab.samples import ORC, VALID, message, obr, obx


@pytest.mark.parametrize("name", CASES)
def test_every_result_is_in_the_document(name: str) -> None:
    case = CASES[name]
    root = document(case.body)
    assert len(observations(root)) == case.results
    assert sum(1 for _ in root.iter(f"{V3}observationMedia")) == max(case.files, 1)


_WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="|^~\\&"), min_size=1, max_size=12
)
_NUMBERS = st.decimals(-(10**6), 10**6, places=2).map(str)
_SN = st.builds("{}^{}".format, st.sampled_from(["", "<", ">", "<=", ">="]), _NUMBERS)
_VALUES = st.one_of(
    st.tuples(st.just("NM"), _NUMBERS),
    st.tuples(st.just("SN"), _SN),
    st.tuples(st.sampled_from(["ST", "TX", "FT"]), _WORDS.map(lambda text: f"x{text}")),
    st.tuples(st.sampled_from(["CE", "CWE"]), _WORDS.map(lambda text: f"C1^x{text}^L")),
    st.tuples(st.just("TS"), st.sampled_from(["2026", "20261005", "20261005083000"])),
)
_RESULTS = st.tuples(
    _VALUES,
    st.sampled_from(["", "1", "2", "A"]),
    st.sampled_from(["", "g/L", "UI/L", "inconnue"]),
    st.sampled_from(["", "1-5", "< 3", "négatif"]),
    st.sampled_from(["", "N", "S", "R", "HH"]),
    st.sampled_from(["F", "C", "X"]),
)
_ORDERS = st.lists(
    st.tuples(st.sampled_from(["CH", "MB", ""]), st.lists(_RESULTS, max_size=8)), min_size=1, max_size=5
)


@settings(max_examples=60, deadline=None)
@given(_ORDERS)
def test_the_number_of_observations_is_the_number_of_results(orders: list) -> None:  # type: ignore[type-arg]
    lines, count = [], 0
    for number, (section, results) in enumerate(orders, 1):
        lines += [ORC, obr(number, section=section)]
        for (kind, text), sub, unit, ref, flag, status in results:
            count += 1
            lines.append(obx(count, kind, f"T{count}^Test^L", text, unit, ref, flag, sub, status))
    found = judged(message(*lines))
    if not count:
        assert problems(found) == [("R.LAB.01", "OBX")]
        return
    assert problems(found) == []
    root = found.reading.documents[0].root
    assert len(observations(root)) == count
    anchors = [element.get("ID") for element in root.iter(f"{V3}content")]
    targets = {element.get("value", "")[1:] for element in root.iter(f"{V3}reference")}
    assert len(anchors) == len(set(anchors))
    assert targets <= set(anchors)


def test_a_document_with_fewer_results_than_the_message_is_an_error() -> None:
    """The count is taken from the document itself: a result lost on the way cannot pass."""
    reading = read(VALID)
    assert isinstance(reading.lab, LabReport)
    short = dataclasses.replace(reading, lab=dataclasses.replace(reading.lab, observations=2))
    completed = complete(short, laboratory(), read_document)
    assert [finding.rule for finding in completed.findings] == ["R.LAB.35"]
    assert completed.reading.documents == ()


def test_the_same_message_gives_the_same_bytes_and_another_gives_another_id() -> None:
    first, again = content(VALID), content(VALID)
    assert first == again
    other = judged(VALID.replace(b"11.4", b"11.5"))
    same = judged(VALID)
    assert other.submission is not None
    assert same.submission is not None
    assert other.submission.entries[0].unique_id != same.submission.entries[0].unique_id


def test_all_reports_of_an_order_share_their_set_id() -> None:
    def set_id(body: bytes) -> str:
        element = document(body).find(f"{V3}setId")
        assert element is not None
        return element.get("root", "")

    later = VALID.replace(b"LAB-0001", b"LAB-0002").replace(b"11.4", b"12.4")
    assert set_id(VALID) == set_id(later)
    assert set_id(VALID) != set_id(VALID.replace(b"L2026-001", b"L2026-002"))
