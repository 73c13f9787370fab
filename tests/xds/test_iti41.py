"""ITI-41 both ways: golden bytes, round trip, one thing broken at a time."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from gateway.errors import MalformedMetadata, MalformedMultipart, MalformedSoap, SoapFaultReceived, Unknown
from gateway.model import Content, Receipt, RegistryError
from gateway.xds import ebxml, iti41, names, soap
from gateway.xds.wire import HttpMessage
from tests.xds import samples

OLD = {"1.2.250.1.999.1.0": "urn:uuid:0b6f2a10-0000-4000-8000-000000000001"}
SOAP = "application/soap+xml; charset=UTF-8"


def request(documents: int = 1) -> HttpMessage:
    return iti41.build_request(
        samples.submission(documents=documents), to=samples.TO, message_id=samples.MESSAGE_ID
    )


def edited(edit: Callable[[bytes], bytes], documents: int = 1) -> tuple[str, bytes]:
    message = request(documents)
    return message.content_type, edit(message.body)


def problems(edit: Callable[[bytes], bytes], documents: int = 1) -> list[tuple[str, str]]:
    with pytest.raises(MalformedMetadata) as caught:
        iti41.read_request(*edited(edit, documents))
    return [(problem.code, problem.location) for problem in caught.value.problems]


def swap(old: str, new: str, count: int = -1) -> Callable[[bytes], bytes]:
    def edit(body: bytes) -> bytes:
        assert old.encode() in body
        return body.replace(old.encode(), new.encode(), count)

    return edit


def test_the_request_is_golden_to_the_byte() -> None:
    message = iti41.build_request(
        samples.replacement(), to=samples.TO, message_id=samples.MESSAGE_ID, predecessors=OLD
    )
    head = f"Content-Type: {message.content_type}\r\nContent-Length: {message.length}\r\n\r\n"
    assert head.encode() + message.body == (samples.GOLDEN / "iti41-request.http").read_bytes()


def test_what_is_written_is_read_back_equal() -> None:
    submission = samples.submission(documents=2)
    message = request(documents=2)
    read = iti41.read_request(message.content_type, message.body)
    assert read.objects.submission_set == submission.submission_set
    assert read.objects.entries == submission.entries
    assert read.contents == {"Document01": samples.CDA, "Document02": samples.CDA}
    assert read.message_id == samples.MESSAGE_ID
    assert message.length == len(message.body)


def test_children_of_registry_objects_stand_in_schema_order() -> None:
    order = ["Slot", "Name", "Description", "VersionInfo", "Classification", "ExternalIdentifier"]
    entry = replace(samples.entry(), version="1")
    objects = [
        ebxml.document_entry_object(entry),
        ebxml.submission_set_object(replace(samples.submission().submission_set, comments="c")),
    ]
    for made in [*objects, *(each for parent in objects for each in parent)]:
        kinds = [etree.QName(child).localname for child in made]
        if set(kinds) <= set(order):
            assert kinds == sorted(kinds, key=order.index)


def test_each_entry_is_a_member_and_a_replacement_names_the_old_entry_uuid() -> None:
    message = iti41.build_request(
        samples.replacement(), to=samples.TO, message_id=samples.MESSAGE_ID, predecessors=OLD
    )
    member, rplc = iti41.read_request(message.content_type, message.body).objects.associations
    assert (member.type, member.source, member.target) == (names.HAS_MEMBER, "SubmissionSet01", "Document01")
    assert member.slots == {"SubmissionSetStatus": ("Original",)}
    assert (rplc.type, rplc.source, rplc.target) == (names.RPLC, "Document01", next(iter(OLD.values())))


def test_a_replacement_without_the_old_entry_uuid_is_not_written() -> None:
    with pytest.raises(MalformedMetadata) as caught:
        iti41.build_request(samples.replacement(), to=samples.TO, message_id=samples.MESSAGE_ID)
    assert (caught.value.code, caught.value.location) == ("XDSReplaceFailed", "Document01")


def test_a_size_that_differs_from_the_content_is_not_written() -> None:
    good = samples.submission()
    bad = replace(good, contents=(Content("Document01", samples.CDA + b" "),))
    with pytest.raises(MalformedMetadata) as caught:
        iti41.build_request(bad, to=samples.TO, message_id=samples.MESSAGE_ID)
    assert (caught.value.code, caught.value.location) == ("XDSNonIdenticalSize", "Document01/size")


@pytest.mark.parametrize("contents", [(), (Content("Document09", samples.CDA),)])
def test_contents_that_do_not_match_the_entries_are_not_written(contents: tuple[Content, ...]) -> None:
    bad = replace(samples.submission(), contents=contents)
    with pytest.raises(MalformedMetadata) as caught:
        iti41.build_request(bad, to=samples.TO, message_id=samples.MESSAGE_ID)
    assert caught.value.code == "XDSMissingDocument"


def test_a_character_that_xml_cannot_carry_is_told_by_place_and_not_by_value() -> None:
    good = samples.submission()
    bad = replace(good, entries=(replace(good.entries[0], title="secret\x00"),))
    with pytest.raises(MalformedMetadata) as caught:
        iti41.build_request(bad, to=samples.TO, message_id=samples.MESSAGE_ID)
    assert caught.value.location == "LocalizedString"
    assert "secret" not in str(caught.value)


def test_an_inline_base64_document_is_read() -> None:
    encoded = base64.b64encode(samples.CDA).decode()
    include = '<xop:Include href="cid:document1%40dmp-gateway"/>'
    content_type, body = edited(swap(include, f"\n  {encoded[:20]}\n{encoded[20:]}\n"))
    assert iti41.read_request(content_type, body).contents["Document01"] == samples.CDA


def test_a_request_without_mtom_is_read() -> None:
    include = '<xop:Include href="cid:document1%40dmp-gateway"/>'
    _, body = edited(swap(include, base64.b64encode(samples.CDA).decode()))
    envelope = body[body.index(b"<?xml") : body.index(b"</soap:Envelope>") + len("</soap:Envelope>")]
    assert iti41.read_request(SOAP, envelope).contents["Document01"] == samples.CDA


def test_an_upper_case_hash_is_the_same_hash() -> None:
    sent = samples.submission().entries[0].hash
    read = iti41.read_request(*edited(swap(sent, sent.upper())))
    assert read.objects.entries[0].hash == sent


def test_hash_and_size_may_be_absent() -> None:
    entry = iti41.read_request(
        *edited(lambda body: swap('name="size"', 'name="x"')(swap('name="hash"', 'name="y"')(body)))
    ).objects.entries[0]
    assert (entry.hash, entry.size) == ("", -1)


@pytest.mark.parametrize(
    ("attribute", "scheme"),
    [
        ("classCode", names.ENTRY_CLASS_CODE),
        ("typeCode", names.ENTRY_TYPE_CODE),
        ("formatCode", names.ENTRY_FORMAT_CODE),
        ("confidentialityCode", names.ENTRY_CONFIDENTIALITY_CODE),
        ("healthcareFacilityTypeCode", names.ENTRY_FACILITY_TYPE_CODE),
        ("practiceSettingCode", names.ENTRY_PRACTICE_SETTING_CODE),
        ("patientId", names.ENTRY_PATIENT_ID),
        ("uniqueId", names.ENTRY_UNIQUE_ID),
        ("creationTime", 'name="creationTime"'),
        ("languageCode", 'name="languageCode"'),
        ("sourcePatientId", 'name="sourcePatientId"'),
        ("mimeType", ' mimeType="text/xml"'),
    ],
)
def test_a_missing_required_attribute_of_an_entry_is_told(attribute: str, scheme: str) -> None:
    gone = {"mimeType": ""}.get(attribute, 'name="x"' if scheme.startswith("name") else "urn:uuid:0")
    expected = [("XDSRepositoryMetadataError", f"Document01/{attribute}")]
    assert problems(swap(scheme, gone)) == expected


@pytest.mark.parametrize(
    ("attribute", "scheme"),
    [
        ("contentTypeCode", names.SET_CONTENT_TYPE_CODE),
        ("patientId", names.SET_PATIENT_ID),
        ("sourceId", names.SET_SOURCE_ID),
        ("uniqueId", names.SET_UNIQUE_ID),
        ("submissionTime", 'name="submissionTime"'),
    ],
)
def test_a_missing_required_attribute_of_the_set_is_told(attribute: str, scheme: str) -> None:
    gone = 'name="x"' if scheme.startswith("name") else "urn:uuid:0"
    assert problems(swap(scheme, gone)) == [("XDSRepositoryMetadataError", f"SubmissionSet01/{attribute}")]


@pytest.mark.parametrize(
    ("location", "old", "new"),
    [
        ("Document01/creationTime", "20260302081530", "2026-03-02"),
        ("Document01/size", ">109<", ">-1<"),
        ("Document01/hash", samples.submission().entries[0].hash, "abc"),
        ("Document01/patientId", '"299010000000011^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH"', '"2990"'),
        ("Document01/objectType", names.OBJECT_STABLE, names.OBJECT_ON_DEMAND),
        ("Document01/typeCode", "11502-2", ""),
    ],
)
def test_a_wrong_value_is_told_by_place_and_not_by_value(location: str, old: str, new: str) -> None:
    assert ("XDSRepositoryMetadataError", location) in problems(swap(old, new))


def test_all_problems_are_told_at_once() -> None:
    edit = swap(names.ENTRY_CLASS_CODE, "urn:uuid:0")
    found = problems(lambda body: swap(names.SET_SOURCE_ID, "urn:uuid:1")(edit(body)), documents=2)
    assert [location for _, location in found] == [
        "SubmissionSet01/sourceId",
        "Document01/classCode",
        "Document02/classCode",
    ]


def test_an_entry_without_document_and_a_document_without_entry_are_told() -> None:
    assert problems(swap('<xdsb:Document id="Document01">', '<xdsb:Document id="Document07">')) == [
        ("XDSMissingDocument", "Document01"),
        ("XDSMissingDocumentMetadata", "Document07"),
    ]


@pytest.mark.parametrize(
    "include",
    [
        '<xop:Include href="cid:document9%40dmp-gateway"/>',
        '<xop:Include href="https://dmp.example/x"/>',
        "<xop:Include/>",
        "not*base64",
        "<x/>",
    ],
)
def test_a_content_that_cannot_be_found_is_a_missing_document(include: str) -> None:
    edit = swap('<xop:Include href="cid:document1%40dmp-gateway"/>', include)
    assert problems(edit) == [("XDSMissingDocument", "Document01")]


def test_one_unique_id_for_two_entries_is_told() -> None:
    expected = [("XDSRepositoryDuplicateUniqueIdInMessage", "Document02/uniqueId")]
    assert problems(swap("1.2.250.1.999.1.2", "1.2.250.1.999.1.1"), documents=2) == expected


def test_two_sets_in_one_submission_are_refused() -> None:
    def twice(body: bytes) -> bytes:
        end = body.index(b"</rim:RegistryPackage>") + len("</rim:RegistryPackage>")
        package = body[body.index(b"<rim:RegistryPackage") : end]
        other = package.replace(b"SubmissionSet01", b"SubmissionSet02").replace(b"999.9.1", b"999.9.2")
        return body[:end] + other + body[end:]

    assert ("XDSRepositoryMetadataError", "SubmissionSet") in problems(twice)


def test_two_parts_with_one_content_id_are_refused() -> None:
    edit = swap("Content-ID: <document2@", "Content-ID: <document1@")
    with pytest.raises(MalformedMultipart):
        iti41.read_request(*edited(edit, documents=2))


def test_a_doctype_in_the_root_part_is_refused() -> None:
    with pytest.raises(MalformedSoap, match="DOCTYPE"):
        iti41.read_request(*edited(swap("<soap:Envelope ", "<!DOCTYPE x><soap:Envelope ")))


def test_another_media_type_is_refused() -> None:
    with pytest.raises(MalformedMultipart):
        iti41.read_request("application/json", request().body)


def test_a_document_that_contains_a_doctype_is_not_our_business() -> None:
    data = b"<!DOCTYPE x><x/>"
    message = iti41.build_request(samples.submission(data=data), to=samples.TO, message_id=samples.MESSAGE_ID)
    assert iti41.read_request(message.content_type, message.body).contents["Document01"] == data


@pytest.mark.parametrize("mtom", [False, True])
def test_a_success_is_read_from_plain_and_multipart_answers(mtom: bool) -> None:
    answer = iti41.build_response(samples.MESSAGE_ID, "Success", mtom=mtom)
    assert answer.content_type.startswith("multipart/related" if mtom else "application/soap+xml")
    assert iti41.read_response(answer.content_type, answer.body) == Receipt("Success")


def test_errors_and_warnings_are_read_back() -> None:
    errors = (
        RegistryError("XDSRepositoryBusy", "plus tard", "Document01"),
        RegistryError("XDSExtraMetadataNotSaved", "slot x", "", "Warning"),
    )
    answer = iti41.build_response(samples.MESSAGE_ID, "Failure", errors)
    assert iti41.read_response(answer.content_type, answer.body) == Receipt("Failure", errors)


@pytest.mark.parametrize(
    ("reason", "status", "errors"),
    [
        ("failure-without-errors", "Failure", ()),
        ("failure-without-errors", "Failure", (RegistryError("A", severity="Warning"),)),
        ("success-with-errors", "Success", (RegistryError("A"),)),
    ],
)
def test_an_answer_that_contradicts_itself_is_unknown(
    reason: str, status: str, errors: tuple[RegistryError, ...]
) -> None:
    answer = iti41.build_response(samples.MESSAGE_ID, status, errors)
    with pytest.raises(Unknown) as caught:
        iti41.read_response(answer.content_type, answer.body)
    assert caught.value.reason == reason


def test_an_unknown_status_is_unknown() -> None:
    answer = iti41.build_response(samples.MESSAGE_ID, "Success")
    with pytest.raises(Unknown, match="answer-without-status"):
        iti41.read_response(answer.content_type, answer.body.replace(b":Success", b":Maybe"))


def test_a_fault_is_its_own_kind_of_error() -> None:
    data = soap.fault("Sender", "DMPInvalidCertificate", "non")
    with pytest.raises(SoapFaultReceived) as caught:
        iti41.read_response(SOAP, data)
    assert (caught.value.code, caught.value.subcode) == ("Sender", "DMPInvalidCertificate")
