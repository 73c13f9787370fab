"""ITI-18 both ways: quoting, tokenizing, the rules of each stored query, answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.errors import MalformedMetadata
from gateway.xds import ebxml, iti18, names
from gateway.xds.queries import STORED_QUERIES
from gateway.xds.slot_values import quote, quote_list, read_value
from tests.xds import samples


def adhoc(query_id: str, slots: list[tuple[str, list[str]]], return_type: str = "LeafClass") -> iti18.Query:
    request = etree.Element(f"{{{names.QUERY}}}AdhocQueryRequest")
    etree.SubElement(request, f"{{{names.QUERY}}}ResponseOption", returnType=return_type)
    query = etree.SubElement(request, f"{{{names.RIM}}}AdhocQuery", id=query_id)
    for name, values in slots:
        ebxml.slot(query, name, values)
    return iti18.read_body(request)


def refused(query_id: str, slots: list[tuple[str, list[str]]], **options: str) -> list[tuple[str, str]]:
    with pytest.raises(MalformedMetadata) as caught:
        adhoc(query_id, slots, **options)
    return [(problem.code, problem.location) for problem in caught.value.problems]


FIND = [
    ("$XDSDocumentEntryPatientId", ["'2990^^^&1.2&ISO'"]),
    ("$XDSDocumentEntryStatus", [f"('{names.STATUS_APPROVED}')"]),
]


@given(st.lists(st.text(alphabet="a'(), é%;-", min_size=1), min_size=1, max_size=4))
def test_any_quoted_list_is_read_back(texts: list[str]) -> None:
    assert read_value(quote_list(texts), "$x") == texts
    assert read_value(quote(texts[0]), "$x") == [texts[0]]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("'a'", ["a"]),
        ("('a' , 'b')", ["a", "b"]),
        ("20260302", ["20260302"]),
        ("'it''s'", ["it's"]),
        ("('a')", ["a"]),
    ],
)
def test_values_are_tokenized(text: str, values: list[str]) -> None:
    assert read_value(text, "$x") == values


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "'a",
        "a'",
        "('a'",
        "'a')",
        "()",
        "('a',)",
        "(,'a')",
        "('a' 'b')",
        "'a','b'",
        "'a' or 1=1",
        "(('a'))",
        "",
        "12a",
    ],
)
def test_a_value_with_another_syntax_is_refused(text: str) -> None:
    with pytest.raises(MalformedMetadata) as caught:
        read_value(text, "$x")
    assert (caught.value.code, caught.value.location) == ("XDSRegistryError", "$x")


def test_get_documents_by_unique_id_travels() -> None:
    message = iti18.build_request(
        iti18.get_documents(unique_ids=["1.2.3", "1.2.4"]), to=samples.TO, message_id=samples.MESSAGE_ID
    )
    query = iti18.read_request(message.content_type, message.body)
    assert query.definition.name == "GetDocuments"
    assert query.values("$XDSDocumentEntryUniqueId") == ("1.2.3", "1.2.4")
    assert (query.return_type, query.message_id) == ("LeafClass", samples.MESSAGE_ID)
    assert b"('1.2.3','1.2.4')" in message.body


def test_get_documents_by_entry_uuid_travels() -> None:
    message = iti18.build_request(
        iti18.get_documents(entry_uuids=["urn:uuid:1"]), to=samples.TO, message_id=samples.MESSAGE_ID
    )
    query = iti18.read_request(message.content_type, message.body)
    assert query.values("$XDSDocumentEntryEntryUUID") == ("urn:uuid:1",)


def test_find_documents_is_written_as_the_official_samples_write_it() -> None:
    filters = {"ClassCode": ["10^^1.2"], "CreationTimeFrom": ["20260101"]}
    message = iti18.build_request(
        iti18.find_documents(samples.PATIENT, filters=filters), to=samples.TO, message_id=samples.MESSAGE_ID
    )
    assert b">'299010000000011^^^&amp;1.2.250.1.213.1.4.10&amp;ISO'<" in message.body
    assert f">('{names.STATUS_APPROVED}')<".encode() in message.body
    assert b">20260101<" in message.body
    query = iti18.read_request(message.content_type, message.body)
    assert query.values("$XDSDocumentEntryClassCode") == ("10^^1.2",)


def test_an_unknown_filter_is_refused_before_it_is_sent() -> None:
    with pytest.raises(MalformedMetadata):
        iti18.find_documents(samples.PATIENT, filters={"Colour": ["x"]})


def test_the_fourteen_queries_are_known() -> None:
    assert len(STORED_QUERIES) == 14


@pytest.mark.parametrize("query_id", STORED_QUERIES)
def test_each_query_tells_its_missing_parameters(query_id: str) -> None:
    expected = [
        ("XDSStoredQueryMissingParam", " | ".join(group)) for group in STORED_QUERIES[query_id].required
    ]
    assert refused(query_id, []) == expected


def test_an_unknown_query_is_refused() -> None:
    assert refused("urn:uuid:0", FIND) == [("XDSUnknownStoredQuery", "AdhocQuery/@id")]


def test_several_values_are_or_and_repeated_slots_are_and() -> None:
    name = "$XDSDocumentEntryEventCodeList"
    query = adhoc(names.FIND_DOCUMENTS, [*FIND, (name, ["('a^^1','b^^1')", "'c^^1'"]), (name, ["('d^^1')"])])
    assert query.parameters[name] == (("a^^1", "b^^1", "c^^1"), ("d^^1",))


@pytest.mark.parametrize(
    "slot",
    [
        ("$XDSDocumentEntryStatus", ["('b')"]),
        ("$XDSDocumentEntryCreationTimeFrom", ["('2026','2027')"]),
    ],
)
def test_a_number_of_values_that_is_not_allowed_is_told(slot: tuple[str, list[str]]) -> None:
    assert refused(names.FIND_DOCUMENTS, [*FIND, slot]) == [("XDSStoredQueryParamNumber", slot[0])]


def test_two_ways_to_name_the_documents_are_refused() -> None:
    slots = [("$XDSDocumentEntryUniqueId", ["('1')"]), ("$XDSDocumentEntryEntryUUID", ["('2')"])]
    assert [code for code, _ in refused(names.GET_DOCUMENTS, slots)] == ["XDSStoredQueryParamNumber"]


@pytest.mark.parametrize("code", ["value", "value^^", "^^1.2"])
def test_a_code_without_scheme_is_refused(code: str) -> None:
    slot = ("$XDSDocumentEntryClassCode", [f"('{code}')"])
    assert refused(names.FIND_DOCUMENTS, [*FIND, slot]) == [("XDSRegistryError", slot[0])]


def test_a_parameter_that_nobody_knows_is_ignored() -> None:
    assert "$Colour" not in adhoc(names.FIND_DOCUMENTS, [*FIND, ("$Colour", ["'x'"])]).parameters


def test_another_return_type_is_refused() -> None:
    found = refused(names.FIND_DOCUMENTS, FIND, return_type="RepositoryItem")
    assert found == [("XDSRegistryError", "ResponseOption/@returnType")]


def test_the_patient_of_a_query_stays_out_of_repr() -> None:
    assert "2990" not in repr(adhoc(names.FIND_DOCUMENTS, FIND))


def test_entries_travel_back_with_what_the_registry_added() -> None:
    stored = replace(
        samples.entry(),
        entry_id="urn:uuid:1",
        entry_uuid="urn:uuid:1",
        logical_id="urn:uuid:1",
        availability_status=names.STATUS_APPROVED,
        repository_unique_id="1.2.250.1.213.4.1.1.1.2",
        version="1",
    )
    answer = iti18.build_response(samples.MESSAGE_ID, [ebxml.document_entry_object(stored)])
    assert iti18.read_response(answer.content_type, answer.body) == (stored,)


def test_an_answer_may_be_poor_but_must_name_its_documents() -> None:
    poor = etree.Element(
        f"{{{names.RIM}}}ExtrinsicObject",
        id="urn:uuid:1",
        objectType=names.OBJECT_STABLE,
        nsmap={"r": names.RIM},
    )
    answer = iti18.build_response(samples.MESSAGE_ID, [poor])
    with pytest.raises(MalformedMetadata) as caught:
        iti18.read_response(answer.content_type, answer.body)
    assert [problem.location for problem in caught.value.problems] == ["urn:uuid:1/uniqueId"]
    etree.SubElement(
        poor,
        f"{{{names.RIM}}}ExternalIdentifier",
        identificationScheme=names.ENTRY_UNIQUE_ID,
        value="1.2.3",
    )
    answer = iti18.build_response(samples.MESSAGE_ID, [poor])
    assert iti18.read_response(answer.content_type, answer.body)[0].unique_id == "1.2.3"


def test_an_answer_of_references_is_read() -> None:
    answer = iti18.build_response(samples.MESSAGE_ID, [ebxml.object_ref("urn:uuid:1")])
    assert iti18.read_answer(answer.content_type, answer.body).objects.references == ("urn:uuid:1",)
