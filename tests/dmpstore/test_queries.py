"""The 14 stored queries of ITI-18 over real HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from gateway.model import Author, Code, Identifier, Person
from gateway.xds import ebxml, iti18, iti57, metadata, names
from gateway.xds.queries import STORED_QUERIES
from gateway.xds.slot_values import quote, quote_list
from gateway.xds.wire import HttpMessage

from .conftest import Answer, Client
from .samples import OTHER_PATIENT, PATIENT, ROOT, entry, submission

APPROVED = quote_list([names.STATUS_APPROVED])
EVERY_STATUS = quote_list([names.STATUS_APPROVED, names.STATUS_DEPRECATED])
ME = quote(metadata.format_cx(PATIENT))
NOBODY = quote("199999999999999^^^&1.2.250.1.213.1.4.10&ISO^NH")
_DE, _SS, _FD = "$XDSDocumentEntry", "$XDSSubmissionSet", "$XDSFolder"
Slots = Mapping[str, Sequence[str] | str]


@dataclass(frozen=True)
class Result:
    status: str
    codes: list[tuple[str, str]]
    objects: ebxml.RegistryObjects

    @property
    def documents(self) -> list[str]:
        return [each.unique_id for each in self.objects.entries]

    @property
    def sets(self) -> list[str]:
        return [each.unique_id for each in self.objects.submission_sets]

    @property
    def kinds(self) -> list[str]:
        return [each.type.rpartition(":")[2] for each in self.objects.associations]


def ask(store: Client, query_id: str, slots: Slots, return_type: str = "LeafClass") -> Result:
    wanted = {name: [value] if isinstance(value, str) else list(value) for name, value in slots.items()}
    return result(store.query((query_id, wanted), return_type))


def result(answer: Answer) -> Result:
    assert answer.status == 200, answer.text
    read = iti18.read_answer(answer.headers["content-type"], answer.body)
    return Result(
        read.receipt.status, [(each.code, each.location) for each in read.receipt.errors], read.objects
    )


def uuid(store: Client, number: int) -> str:
    return store.entries(f"{ROOT}.1.{number}")[0].entry_uuid


def chain(store: Client) -> None:
    """Set 1 with documents 1 and 2; set 2 with document 3, which replaces 1; another patient's set 3."""
    store.submit(submission(entry(1), entry(2)))
    store.submit(submission(entry(3), number=2, replaces={"Document03": f"{ROOT}.1.1"}))
    store.submit(submission(entry(4, patient_id=OTHER_PATIENT), number=3))


def mandatory(query_id: str) -> dict[str, str]:
    """A value for each mandatory parameter, of a patient and objects that do not exist."""
    found = {}
    for group in STORED_QUERIES[query_id].required:
        name = group[0]
        if name.lower().endswith("patientid"):
            found[name] = NOBODY
        elif name.endswith("Status"):
            found[name] = EVERY_STATUS
        elif name == "$AssociationTypes":
            found[name] = quote_list([names.RPLC])
        else:
            found[name] = quote_list(["urn:uuid:00000000-0000-4000-8000-000000000000"])
    return found


def test_all_queries_answer_an_empty_success_about_what_is_not_there(store: Client) -> None:
    chain(store)

    for query_id, definition in STORED_QUERIES.items():
        for return_type in ("LeafClass", "ObjectRef"):
            found = ask(store, query_id, mandatory(query_id), return_type)
            assert (found.status, found.codes) == ("Success", []), definition.name
            assert found.objects == ebxml.RegistryObjects(), definition.name


def test_every_mandatory_parameter_of_every_query_is_asked_for(store: Client) -> None:
    for query_id, definition in STORED_QUERIES.items():
        for group in definition.required:
            slots = {name: value for name, value in mandatory(query_id).items() if name not in group}
            found = ask(store, query_id, slots)
            assert found.codes == [("XDSStoredQueryMissingParam", " | ".join(group))], definition.name


@pytest.mark.parametrize(
    ("slots", "error"),
    [
        ({f"{_DE}PatientId": quote_list(["a", "b"])}, ("XDSStoredQueryParamNumber", f"{_DE}PatientId")),
        ({f"{_DE}PatientId": PATIENT.value + "x"}, ("XDSRegistryError", f"{_DE}PatientId")),
        ({f"{_DE}Status": names.STATUS_APPROVED}, ("XDSRegistryError", f"{_DE}Status")),
        ({f"{_DE}Status": f"('{names.STATUS_APPROVED}'"}, ("XDSRegistryError", f"{_DE}Status")),
        ({f"{_DE}ClassCode": "('10')"}, ("XDSRegistryError", f"{_DE}ClassCode")),
        ({f"{_DE}CreationTimeFrom": "'yesterday'"}, ("XDSRegistryError", f"{_DE}CreationTimeFrom")),
        ({f"{_DE}ServiceStopTimeTo": "20261399"}, ("XDSRegistryError", f"{_DE}ServiceStopTimeTo")),
    ],
)
def test_a_value_of_wrong_number_or_format_is_named(
    store: Client, slots: dict[str, str], error: tuple[str, str]
) -> None:
    given = {f"{_DE}PatientId": ME, f"{_DE}Status": APPROVED, **slots}

    assert ask(store, names.FIND_DOCUMENTS, given).codes == [error]


def test_only_one_way_to_name_documents_at_a_time(store: Client) -> None:
    slots = {f"{_DE}UniqueId": "('1.2')", f"{_DE}EntryUUID": "('urn:uuid:1')"}

    for query_id in (names.GET_DOCUMENTS, names.GET_DOCUMENTS_AND_ASSOCIATIONS):
        assert [code for code, _ in ask(store, query_id, slots).codes] == ["XDSStoredQueryParamNumber"]


def test_a_return_type_that_nobody_knows_is_refused(store: Client) -> None:
    found = ask(store, names.FIND_DOCUMENTS, {f"{_DE}PatientId": ME, f"{_DE}Status": APPROVED}, "Everything")

    assert found.codes == [("XDSRegistryError", "ResponseOption/@returnType")]


DOCTOR = Author(Person(Identifier("1.2.250.1.71.4.2.1", "899700000025"), "D'ARC", "JEANNE"), "IDNPS")
EVENT = "26436-6^^2.16.840.1.113883.6.1"
OTHER_EVENT = "18748-4^^2.16.840.1.113883.6.1"
ORDER = "PR-77^^^&1.2.250.1.999.3&ISO^urn:ihe:iti:xds:2013:order"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"AuthorPerson": "('%ARC^JEANNE%')"}, [1]),
        ({"AuthorPerson": "('%D''ARC%')"}, [1]),
        ({"AuthorPerson": "('8997000000_5^D%')"}, [1]),
        ({"AuthorPerson": "('%MEDECIN%','%ARC%')"}, [1, 2]),
        ({"AuthorPerson": "('%')"}, [1, 2]),
        ({"AuthorPerson": "('ARC')"}, []),
        ({"AuthorPerson": "('%x%''; DROP TABLE documents; --')"}, []),
        ({"EventCodeList": [f"('{EVENT}')"]}, [1, 2]),
        ({"EventCodeList": [f"('{EVENT}')", f"('{OTHER_EVENT}')"]}, [1, 2]),
        ({"EventCodeList": [f"('{EVENT}','{OTHER_EVENT}')"]}, [1, 2]),
        ({"CreationTimeFrom": "20260312091500"}, [1, 2]),
        ({"CreationTimeFrom": "20260312091501"}, [2]),
        ({"CreationTimeTo": "20260312091500"}, []),
        ({"CreationTimeTo": "20260312091501"}, [1]),
        ({"CreationTimeFrom": "202603", "CreationTimeTo": "202604"}, [1, 2]),
        ({"ServiceStopTimeFrom": "2000"}, []),
        ({"ReferenceIdList": f"('{ORDER}')"}, [1]),
        ({"Type": f"('{names.OBJECT_ON_DEMAND}')"}, []),
        ({"Type": f"('{names.OBJECT_STABLE}','{names.OBJECT_ON_DEMAND}')"}, [1, 2]),
        ({"TypeCode": quote_list([f"{n}^^1.2.3" for n in range(2000)])}, []),
    ],
)
def test_find_documents_filters(
    store: Client, filters: dict[str, str | list[str]], expected: list[int]
) -> None:
    codes = [Code(*text.split("^^")) for text in (EVENT, OTHER_EVENT)]
    first = entry(1, authors=(DOCTOR,), event_codes=tuple(codes), reference_ids=(ORDER,))
    second = entry(2, creation_time="20260313", event_codes=(codes[0],))
    store.submit(submission(first, second))

    slots = {f"{_DE}PatientId": ME, f"{_DE}Status": APPROVED}
    found = ask(store, names.FIND_DOCUMENTS, {**slots, **{f"{_DE}{k}": v for k, v in filters.items()}})

    assert found.codes == []
    assert found.documents == [f"{ROOT}.1.{number}" for number in expected]
    if "ReferenceIdList" in filters:
        by_reference = {**slots, f"{_DE}ReferenceIdList": filters["ReferenceIdList"]}
        assert ask(store, names.FIND_DOCUMENTS_BY_REFERENCE_ID, by_reference).documents == found.documents


def test_a_repeated_slot_narrows_and_a_single_one_must_not_be_repeated(store: Client) -> None:
    codes = [Code(*text.split("^^")) for text in (EVENT, OTHER_EVENT)]
    store.submit(submission(entry(1, event_codes=tuple(codes)), entry(2, event_codes=(codes[0],))))
    slots = {f"{_DE}PatientId": ME, f"{_DE}Status": APPROVED, f"{_DE}EventCodeList": f"('{EVENT}')"}

    assert twice(store, slots, f"{_DE}EventCodeList", f"('{OTHER_EVENT}')").documents == [f"{ROOT}.1.1"]
    assert twice(store, slots, f"{_DE}Status", APPROVED).codes == [
        ("XDSStoredQueryParamNumber", f"{_DE}Status")
    ]


def twice(store: Client, slots: Slots, name: str, value: str) -> Result:
    """FindDocuments with one more slot."""
    wanted = {each: [text] for each, text in slots.items()}
    message = iti18.build_request((names.FIND_DOCUMENTS, wanted), to=store.base_url, message_id="urn:uuid:18")
    more = f'<rim:Slot name="{name}"><rim:ValueList><rim:Value>{value}</rim:Value></rim:ValueList></rim:Slot>'
    body = message.body.replace(b"</rim:AdhocQuery>", more.encode() + b"</rim:AdhocQuery>")
    answer = store.post("/services/registry", HttpMessage(message.content_type, (body,), len(body)))
    return result(answer)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [1, 2]),
        ({"Status": quote_list([names.STATUS_DEPRECATED])}, []),
        ({"SourceId": f"('{ROOT}.8')"}, [1]),
        ({"SourceId": f"('{ROOT}.8','{ROOT}.7')"}, [1, 2]),
        ({"SubmissionTimeFrom": "20260312091600"}, [1, 2]),
        ({"SubmissionTimeFrom": "20260312091601"}, [2]),
        ({"SubmissionTimeTo": "20260313"}, [1]),
        ({"SubmissionTimeTo": "20260312091600"}, []),
        ({"AuthorPerson": "'%MEDECIN%'"}, [1]),
        ({"ContentType": "('07^^1.2.250.1.213.2.2')"}, [1, 2]),
        ({"ContentType": "('08^^1.2.250.1.213.2.2')"}, []),
    ],
)
def test_find_submission_sets_filters(store: Client, filters: dict[str, str], expected: list[int]) -> None:
    store.submit(submission(entry(1)))
    other = {"source_id": f"{ROOT}.7", "submission_time": "20260313", "author": DOCTOR}
    store.submit(submission(entry(2), number=2, **other))
    store.submit(submission(entry(3, patient_id=OTHER_PATIENT), number=3))

    slots = {"PatientId": ME, "Status": APPROVED, **filters}
    found = ask(store, names.FIND_SUBMISSION_SETS, {f"{_SS}{name}": value for name, value in slots.items()})

    assert found.codes == []
    assert found.sets == [f"{ROOT}.9.{number}" for number in expected]


def test_a_submission_set_comes_back_as_it_was_sent(store: Client) -> None:
    sent = submission(title="Dépôt", comments="vu")
    store.submit(sent)

    (back,) = ask(
        store, names.FIND_SUBMISSION_SETS, {f"{_SS}PatientId": ME, f"{_SS}Status": APPROVED}
    ).objects.submission_sets

    assert back.entry_id.startswith("urn:uuid:")
    assert replace(back, entry_id=sent.submission_set.entry_id) == sent.submission_set


def test_get_all_gives_everything_of_one_patient(store: Client) -> None:
    chain(store)
    slots = {
        "$patientId": ME,
        f"{_DE}Status": EVERY_STATUS,
        f"{_SS}Status": EVERY_STATUS,
        f"{_FD}Status": EVERY_STATUS,
    }

    found = ask(store, names.GET_ALL, slots)

    assert found.documents == [f"{ROOT}.1.{number}" for number in (1, 2, 3)]
    assert found.sets == [f"{ROOT}.9.1", f"{ROOT}.9.2"]
    assert found.kinds == ["HasMember", "HasMember", "HasMember", "RPLC"]
    assert len(ask(store, names.GET_ALL, slots, "ObjectRef").objects.references) == 9

    confidential = {**slots, f"{_DE}ConfidentialityCode": "('V^^2.16.840.1.113883.5.25')"}
    assert ask(store, names.GET_ALL, confidential).documents == []
    no_set = {**slots, f"{_SS}Status": quote_list([names.STATUS_DEPRECATED])}
    assert ask(store, names.GET_ALL, no_set).sets == []


def test_associations_are_found_from_both_ends(store: Client) -> None:
    chain(store)
    old, new = uuid(store, 1), uuid(store, 3)

    found = ask(store, names.GET_ASSOCIATIONS, {"$uuid": quote_list([old])}).objects.associations

    member, replacement = found
    assert (member.type, member.target) == (names.HAS_MEMBER, old)
    assert member.slots["SubmissionSetStatus"] == ("Original",)
    assert (replacement.type, replacement.source, replacement.target) == (names.RPLC, new, old)
    assert all(each.association_id.startswith("urn:uuid:") for each in found)
    deprecated = {"$uuid": quote_list([old]), "$XDSAssociationStatus": quote_list([names.STATUS_DEPRECATED])}
    assert ask(store, names.GET_ASSOCIATIONS, deprecated).kinds == []


def test_documents_and_their_associations(store: Client) -> None:
    chain(store)

    found = ask(store, names.GET_DOCUMENTS_AND_ASSOCIATIONS, {f"{_DE}UniqueId": f"('{ROOT}.1.3')"})

    assert found.documents == [f"{ROOT}.1.3"]
    assert found.kinds == ["HasMember", "RPLC"]


def test_the_sets_of_a_document(store: Client) -> None:
    chain(store)

    found = ask(store, names.GET_SUBMISSION_SETS, {"$uuid": quote_list([uuid(store, 2), uuid(store, 3)])})

    assert found.sets == [f"{ROOT}.9.1", f"{ROOT}.9.2"]
    assert found.kinds == ["HasMember", "HasMember"]
    assert found.documents == []


def test_a_set_and_its_contents(store: Client) -> None:
    chain(store)

    found = ask(store, names.GET_SUBMISSION_SET_AND_CONTENTS, {f"{_SS}UniqueId": f"'{ROOT}.9.1'"})

    assert (found.sets, found.documents) == ([f"{ROOT}.9.1"], [f"{ROOT}.1.1", f"{ROOT}.1.2"])
    assert found.kinds == ["HasMember", "HasMember"]
    own = found.objects.submission_sets[0].entry_id
    again = ask(
        store,
        names.GET_SUBMISSION_SET_AND_CONTENTS,
        {f"{_SS}EntryUUID": quote(own), f"{_DE}FormatCode": "('x^^1.2')"},
    )
    assert (again.sets, again.documents, again.kinds) == ([f"{ROOT}.9.1"], [], [])


def test_the_documents_related_to_a_document(store: Client) -> None:
    chain(store)
    slots = {f"{_DE}UniqueId": f"'{ROOT}.1.1'", "$AssociationTypes": quote_list([names.RPLC])}

    found = ask(store, names.GET_RELATED_DOCUMENTS, slots)

    assert (found.documents, found.kinds) == ([f"{ROOT}.1.1", f"{ROOT}.1.3"], ["RPLC"])
    alone = {**slots, f"{_DE}UniqueId": f"'{ROOT}.1.2'"}
    assert ask(store, names.GET_RELATED_DOCUMENTS, alone).documents == []
    appended = {**slots, "$AssociationTypes": quote_list([names.APND, "urn:nothing"])}
    assert ask(store, names.GET_RELATED_DOCUMENTS, appended).documents == []


def test_no_query_gives_whole_objects_of_two_patients(store: Client) -> None:
    chain(store)
    both = quote_list([uuid(store, 2), uuid(store, 4)])
    for query_id, name in (
        (names.GET_DOCUMENTS, f"{_DE}EntryUUID"),
        (names.GET_DOCUMENTS_AND_ASSOCIATIONS, f"{_DE}EntryUUID"),
        (names.GET_ASSOCIATIONS, "$uuid"),
        (names.GET_SUBMISSION_SETS, "$uuid"),
    ):
        assert [code for code, _ in ask(store, query_id, {name: both}).codes] == ["XDSResultNotSinglePatient"]
        assert ask(store, query_id, {name: both}, "ObjectRef").codes == []


def test_a_deleted_document_is_in_no_default_result(store: Client) -> None:
    chain(store)
    gone = uuid(store, 2)
    deletion = iti57.build_delete(
        replace(submission().submission_set, unique_id=f"{ROOT}.9.50"),
        {gone: names.STATUS_APPROVED},
        to=store.base_url,
        message_id="urn:uuid:57",
    )
    assert store.update(deletion).success

    for query_id, slots in (
        (names.GET_DOCUMENTS, {f"{_DE}EntryUUID": quote_list([gone])}),
        (names.GET_DOCUMENTS_AND_ASSOCIATIONS, {f"{_DE}EntryUUID": quote_list([gone])}),
        (names.FIND_DOCUMENTS, {f"{_DE}PatientId": ME, f"{_DE}Status": APPROVED}),
    ):
        assert f"{ROOT}.1.2" not in ask(store, query_id, slots).documents
    contents = ask(store, names.GET_SUBMISSION_SET_AND_CONTENTS, {f"{_SS}UniqueId": f"'{ROOT}.9.1'"})
    assert contents.documents == [f"{ROOT}.1.1"]
    trace = ask(store, names.GET_ASSOCIATIONS, {"$uuid": quote_list([gone])})
    assert trace.kinds == ["HasMember", "UpdateAvailabilityStatus"]
    assert trace.objects.associations[1].slots["NewStatus"] == (names.STATUS_DELETED,)


_TRICKS = (
    "' OR '1'='1",
    "'; DROP TABLE documents; --",
    '" OR ""="',
    "1.2.3') UNION SELECT data FROM blobs --",
    "'] | //* | ['",
    "' or count(/*)>0 or '",
    "%",
    "\\",
    "x" * 50_000,
)


@pytest.mark.parametrize("trick", _TRICKS, ids=lambda trick: trick[:20])
def test_no_value_of_a_query_becomes_a_query(store: Client, trick: str) -> None:
    chain(store)
    before = store.counts()

    for query_id in STORED_QUERIES:
        slots = {
            name: value if name.endswith(("Status", "Types")) else quote(trick)
            for name, value in mandatory(query_id).items()
        }
        found = ask(store, query_id, slots)
        assert (found.codes, found.objects) == ([], ebxml.RegistryObjects())
    for stem in ("ClassCode", "EventCodeList"):
        slots = {f"{_DE}PatientId": ME, f"{_DE}Status": APPROVED, f"{_DE}{stem}": quote(f"{trick}^^{trick}")}
        assert ask(store, names.FIND_DOCUMENTS, slots).documents == []
    assert store.counts() == before


def test_an_unquoted_injection_is_a_syntax_error(store: Client) -> None:
    slots = {f"{_DE}PatientId": ME, f"{_DE}Status": f"{APPROVED} OR 1=1"}

    assert ask(store, names.FIND_DOCUMENTS, slots).codes == [("XDSRegistryError", f"{_DE}Status")]
