"""The filters of stored queries, as tests on entries and sets (ITI TF-2 §3.18.4.1.2.3.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row

from gateway.dmpstore.refusal import Refused
from gateway.model import Author, Code, DocumentEntry, RegistryError, SubmissionSet
from gateway.model.timestamps import to_moment
from gateway.xds import metadata, names
from gateway.xds.iti18 import Query

ENTRY, SET = "$XDSDocumentEntry", "$XDSSubmissionSet"
_T = TypeVar("_T")
Test = Callable[[_T], bool]
_CODES: dict[str, Callable[[DocumentEntry], Sequence[Code]]] = {
    "ClassCode": lambda entry: (entry.class_code,),
    "TypeCode": lambda entry: (entry.type_code,),
    "FormatCode": lambda entry: (entry.format_code,),
    "PracticeSettingCode": lambda entry: (entry.practice_setting_code,),
    "HealthcareFacilityTypeCode": lambda entry: (entry.healthcare_facility_type_code,),
    "ConfidentialityCode": lambda entry: entry.confidentiality_codes,
    "EventCodeList": lambda entry: entry.event_codes,
}
_TIMES: dict[str, Callable[[DocumentEntry], str]] = {
    "CreationTime": lambda entry: entry.creation_time,
    "ServiceStartTime": lambda entry: entry.service_start_time,
    "ServiceStopTime": lambda entry: entry.service_stop_time,
}


def passing(
    rows: Iterable[Row[Any]], tests: Sequence[Test[_T]], read: Callable[[Row[Any]], _T]
) -> Iterator[Row[Any]]:
    """The rows whose object passes every test; without tests no object is read."""
    for row in rows:
        if not tests:
            yield row
            continue
        value = read(row)
        if all(test(value) for test in tests):
            yield row


def entry_tests(query: Query) -> list[Test[DocumentEntry]]:
    """One test for each filter; a repeated slot is another one (AND).

    Raises Refused on a time that is no DTM.
    """
    return [*_code_tests(query), *_time_tests(query), *_other_tests(query)]


def set_tests(query: Query) -> list[Test[SubmissionSet]]:
    """The same for SubmissionSets."""
    return list(_set_tests(query))


def _set_tests(query: Query) -> Iterator[Test[SubmissionSet]]:
    for group in query.parameters.get(f"{SET}SourceId", ()):
        yield _one_of_sources(frozenset(group))
    for group in query.parameters.get(f"{SET}ContentType", ()):
        yield _one_of_codes(lambda each: (each.content_type_code,), frozenset(group))
    for group in query.parameters.get(f"{SET}AuthorPerson", ()):
        yield _one_of_authors(lambda each: (each.author,), group)
    yield from _within(query, f"{SET}SubmissionTime", _submission_time)


def _submission_time(submission_set: SubmissionSet) -> str:
    return submission_set.submission_time


def _code_tests(query: Query) -> Iterator[Test[DocumentEntry]]:
    for stem, codes in _CODES.items():
        for group in query.parameters.get(f"{ENTRY}{stem}", ()):
            yield _one_of_codes(codes, frozenset(group))


def _time_tests(query: Query) -> Iterator[Test[DocumentEntry]]:
    for stem, time in _TIMES.items():
        yield from _within(query, f"{ENTRY}{stem}", time)


def _other_tests(query: Query) -> Iterator[Test[DocumentEntry]]:
    for group in query.parameters.get(f"{ENTRY}ReferenceIdList", ()):
        yield _one_of_references(frozenset(group))
    for group in query.parameters.get(f"{ENTRY}AuthorPerson", ()):
        yield _one_of_authors(lambda entry: entry.authors, group)
    kinds = query.values(f"{ENTRY}Type")
    if kinds and names.OBJECT_STABLE not in kinds:
        yield lambda _entry: False


def _within(query: Query, stem: str, time: Callable[[_T], str]) -> Iterator[Test[_T]]:
    """From is inclusive, To is not."""
    for value in query.values(f"{stem}From"):
        yield _not_before(time, _moment(value, f"{stem}From"))
    for value in query.values(f"{stem}To"):
        yield _before(time, _moment(value, f"{stem}To"))


def _one_of_sources(wanted: frozenset[str]) -> Test[SubmissionSet]:
    return lambda each: each.source_id in wanted


def _one_of_codes(codes: Callable[[_T], Sequence[Code]], wanted: frozenset[str]) -> Test[_T]:
    return lambda each: any(f"{code.code}^^{code.system}" in wanted for code in codes(each))


def _not_before(time: Callable[[_T], str], bound: datetime) -> Test[_T]:
    return lambda each: bool(time(each)) and to_moment(time(each), "UTC") >= bound


def _before(time: Callable[[_T], str], bound: datetime) -> Test[_T]:
    return lambda each: bool(time(each)) and to_moment(time(each), "UTC") < bound


def _one_of_references(wanted: frozenset[str]) -> Test[DocumentEntry]:
    return lambda entry: not wanted.isdisjoint(entry.reference_ids)


def _one_of_authors(authors: Callable[[_T], Sequence[Author]], patterns: Sequence[str]) -> Test[_T]:
    def matches(each: _T) -> bool:
        people = [
            metadata.format_xcn(author.person, author.person_type)
            for author in authors(each)
            if author.person is not None
        ]
        return any(_like(person, pattern) for pattern in patterns for person in people)

    return matches


def _like(text: str, pattern: str) -> bool:
    """SQL LIKE: ``%`` is any text, ``_`` one character. At most len(text) x len(pattern) steps."""
    at = here = 0
    star, mark = -1, 0
    while at < len(text):
        if here < len(pattern) and pattern[here] == "%":
            star, mark, here = here, at, here + 1
        elif here < len(pattern) and pattern[here] in ("_", text[at]):
            at, here = at + 1, here + 1
        elif star >= 0:
            mark += 1
            at, here = mark, star + 1
        else:
            return False
    return not pattern[here:].strip("%")


def _moment(value: str, parameter: str) -> datetime:
    try:
        return to_moment(value, "UTC")
    except ValueError:
        raise Refused([RegistryError("XDSRegistryError", "DTM attendu / DTM expected", parameter)]) from None
