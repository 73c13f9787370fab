"""The public XDS messages replayed over HTTP: each gets the answer that SOURCES.csv expects.

They are not French: the store runs without the French rules, and knows the patients that they speak of.
"""

from __future__ import annotations

import base64
import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.dmpstore import StoreSettings
from gateway.dmpstore.server import EmbeddedStore
from gateway.xds import iti18, iti41, iti43, iti57, names, soap, wire
from gateway.xds.answers import answer_element, read_registry_response
from gateway.xds.iti18 import QueryAnswer

from .conftest import Answer, Client

PUBLIC = Path(__file__).resolve().parents[2] / ".." / "shared" / "examples" / "xds"
pytestmark = pytest.mark.skipif(
    not PUBLIC.is_dir(), reason="the public samples (shared/examples/xds) are absent"
)

SOAP = "application/soap+xml"
SELF = "SELF-5^^^&1.3.6.1.4.1.21367.2005.3.7&ISO"
PATIENTS = (
    SELF,
    "103^^^&2.3.4&ISO",
    "11^^^&1.1&ISO",
    "SR7^^^&1.2.260&ISO",
    "714f4004f80540c^^^&1.3.6.1.4.1.21367.2005.3.7&ISO",
    "P20170823030905.2^^^&1.3.6.1.4.1.21367.2005.13.20.1000&ISO",
    "53ff11cb404344e^^^&1.3.6.1.4.1.21367.2005.3.7&ISO",
)
REPOSITORY = "1.19.6.24.109.42.1.3333333"
OTHER_DOCUMENT = "urn:uuid:e0985823-dc50-45a5-a6c8-a11a829893bd"


@contextmanager
def knowing(database_url: str, patients: tuple[str, ...]) -> Iterator[Client]:
    """A store without French rules that knows these patients only."""
    settings = StoreSettings(
        database_url=database_url,
        repository_unique_id=REPOSITORY,
        french_rules=False,
        known_patients=patients,
        trial=True,
    )
    embedded = EmbeddedStore(settings)
    embedded.launch()
    try:
        yield Client(embedded.base_url)
    finally:
        embedded.shutdown()


@pytest.fixture
def store(database_url: str) -> Iterator[Client]:
    with knowing(database_url, PATIENTS) as client:
        yield client


def sample(name: str) -> bytes:
    return (PUBLIC / name).read_bytes()


def body(name: str, **values: str) -> str:
    """A sample without its XML declaration, its placeholders and the given texts replaced."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", sample(name).decode())
    for before, after in {"$patientid$": SELF, "$patient_id$": SELF, **values}.items():
        text = text.replace(before, after.replace("&", "&amp;").replace("&amp;amp;", "&amp;"))
    return text


def envelope(action: str, inner: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{names.SOAP12}" xmlns:a="{names.WSA}"><s:Header>'
        f"<a:Action>{action}</a:Action><a:MessageID>urn:uuid:1</a:MessageID></s:Header>"
        f"<s:Body>{inner}</s:Body></s:Envelope>"
    ).encode()


def deposit(store: Client, submit: str, data: bytes | None = None) -> list[str]:
    """Send a SubmitObjectsRequest with its document inline; the error codes, empty after a Success."""
    content = base64.b64encode(sample("converted/my_document.txt") if data is None else data).decode()
    inner = (
        f'<x:ProvideAndRegisterDocumentSetRequest xmlns:x="{names.XDSB}">{submit}'
        f'<x:Document id="Document01">{content}</x:Document></x:ProvideAndRegisterDocumentSetRequest>'
    )
    return post(store, SOAP, envelope(names.ACTION_ITI41, inner))


def post(store: Client, content_type: str, data: bytes) -> list[str]:
    answer = store.request("POST", "/services/repository", data, content_type)
    assert answer.status == 200, answer.text
    receipt = iti41.read_response(answer.headers["content-type"], answer.body)
    assert receipt.success == all(error.severity == "Warning" for error in receipt.errors)
    return [error.code for error in receipt.errors]


def update(store: Client, submit: str) -> list[str]:
    data = envelope(names.ACTION_ITI57, submit)
    answer = store.request("POST", "/services/registry", data, SOAP)
    assert answer.status == 200, answer.text
    return [error.code for error in iti57.read_response(answer.headers["content-type"], answer.body).errors]


def query(store: Client, inner: str) -> QueryAnswer:
    answer = store.request("POST", "/services/registry", envelope(names.ACTION_ITI18, inner), SOAP)
    assert answer.status == 200, answer.text
    return iti18.read_answer(answer.headers["content-type"], answer.body)


def fault(answer: Answer) -> str:
    read = soap.read_fault(wire.read(answer.headers["content-type"], answer.body).envelope)
    assert read is not None
    return read.code


def predecessor(store: Client, entry_uuid: str, patient: str, unique_id: str = "1.2.3.4") -> None:
    """The base case under this entryUUID: an id that is a UUID is kept by the registry."""
    text = body("converted/11966_single_doc.xml").replace('value="Document01"', f'value="{unique_id}"')
    text = text.replace('value="SubmissionSet01"', f'value="{unique_id}.1"').replace(
        SELF.replace("&", "&amp;"), patient.replace("&", "&amp;")
    )
    text = text.replace('"Document01"', f'"{entry_uuid}"')
    content = base64.b64encode(sample("converted/my_document.txt")).decode()
    inner = (
        f'<x:ProvideAndRegisterDocumentSetRequest xmlns:x="{names.XDSB}">{text}'
        f'<x:Document id="{entry_uuid}">{content}</x:Document></x:ProvideAndRegisterDocumentSetRequest>'
    )
    assert post(store, SOAP, envelope(names.ACTION_ITI41, inner)) == []
    assert [each.entry_uuid for each in store.entries(unique_id)] == [entry_uuid]


def http_sample(name: str) -> tuple[str, bytes]:
    """Content-Type and body of a whole HTTP message."""
    raw = sample(name)
    blank = re.search(rb"\n *\r?\n", raw)
    content_type = re.search(rb"Content-Type: (.*)", raw)
    assert blank is not None
    assert content_type is not None
    return content_type.group(1).decode().strip(), raw[blank.end() :]


PNR = (
    'multipart/related; boundary="MIMEBoundary_95b57d7287e4fa4b528a8f050c41f8ad829c20332f23b48d"; '
    'type="application/xop+xml"; start-info="application/soap+xml"'
)


# wire/


def test_multipart_with_a_replacement(store: Client) -> None:
    # SOURCES.csv: Success. The message replaces a document: it succeeds where that document exists.
    content_type = sample("wire/multipart.header.txt").decode().split("Content-Type: ")[1].strip()
    data = sample("wire/multipart.body.txt")
    assert post(store, content_type, data) == ["XDSReplaceFailed"]
    replaced = "urn:uuid:639ff453-5a56-46a6-9408-d6685d919739"
    predecessor(store, replaced, PATIENTS[5])

    assert post(store, content_type, data) == []

    assert [each["status"] for each in store.documents()] == ["Deprecated", "Approved"]
    assert store.documents()[1]["replaces"] == "1.2.3.4"


def test_http_mtom_pnr(store: Client) -> None:
    assert post(store, *http_sample("wire/http-mtom-pnr.txt")) == []

    # Its ids are UUIDs, which the registry keeps.
    (entry,) = store.entries("1.42.20101011223601.2")
    assert (entry.entry_uuid, entry.size) == ("urn:uuid:102439f8-5881-4b36-8b42-ef73ae560c04", 1465)


@pytest.mark.parametrize("name", ["PnrXop_Xop", "PnrXop_NoXop"])
def test_document_as_a_part_and_inline(store: Client, name: str) -> None:
    assert post(store, PNR, sample(f"wire/{name}.body.txt")) == []
    assert len(store.documents()) == 1


# soap/


def test_soap_pnr(store: Client) -> None:
    # SOURCES.csv: Success, "document inline base64". The sample has two entries and no xdsb:Document at all:
    # as it is, a repository must refuse it; with the documents it succeeds.
    data = sample("soap/soap-pnr.xml")
    assert b"Document id=" not in data
    assert post(store, SOAP, data) == ["XDSMissingDocument", "XDSMissingDocument"]

    end = b"</xdsb:ProvideAndRegisterDocumentSetRequest>"
    documents = b"".join(
        b'<xdsb:Document id="Document%02d">aGVsbG8=</xdsb:Document>' % number for number in (1, 2)
    )
    assert post(store, SOAP, data.replace(end, documents + end)) == []
    assert len(store.documents()) == 2


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("soap/soap-pnr-soap-order.xml", "/services/repository"),
        ("soap/xml-parse-error.xml", "/services/registry"),
    ],
)
def test_what_is_no_soap_gets_a_fault(store: Client, name: str, path: str) -> None:
    answer = store.request("POST", path, sample(name), SOAP)

    assert (answer.status, fault(answer)) == (400, "Sender")


def test_soap_sq_req(store: Client) -> None:
    answer = store.request("POST", "/services/registry", sample("soap/soap-sq-req.xml"), SOAP)

    read = iti18.read_answer(answer.headers["content-type"], answer.body)
    assert (read.receipt.success, read.objects.entries) == (True, ())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("sq-req-bad-code", "XDSRegistryError"),
        ("sq-req-bad-stat-format1", "XDSRegistryError"),
        ("sq-req-missing-stat", "XDSStoredQueryMissingParam"),
    ],
)
def test_broken_queries(store: Client, name: str, code: str) -> None:
    receipt = query(store, body(f"soap/{name}.xml")).receipt

    assert (receipt.status, [error.code for error in receipt.errors]) == ("Failure", [code])


def test_soap_ret_req(store: Client) -> None:
    # SOURCES.csv expects nothing: its ids are shortened OIDs, which no store has.
    answer = store.request("POST", "/services/repository", sample("soap/soap-ret-req.xml"), SOAP)

    read = iti43.read_response(answer.headers["content-type"], answer.body)
    assert read.receipt.status == "Failure"
    assert [error.code for error in read.receipt.errors] == ["XDSUnknownRepositoryId"] * 2


# converted/


def test_11966_single_doc(store: Client) -> None:
    assert deposit(store, body("converted/11966_single_doc.xml")) == []


def test_11981_bad_hash(store: Client) -> None:
    assert deposit(store, body("converted/11981_bad_hash.xml")) == ["XDSRepositoryMetadataError"]
    assert store.documents() == []


def test_11981_uppercase_hash(store: Client) -> None:
    assert deposit(store, body("converted/11981_uppercase_hash.xml")) == []


def test_11983_no_metadata(store: Client) -> None:
    assert deposit(store, body("converted/11983_no_metadata.xml")) == ["XDSMissingDocumentMetadata"]


def test_11996_unknown_patient(database_url: str) -> None:
    # Its hash is that of another document, which is told too: all errors at once.
    with knowing(database_url, PATIENTS[1:]) as store:
        codes = deposit(store, body("converted/11996_unknown_patient.xml"))

    assert codes == ["XDSUnknownPatientId", "XDSRepositoryMetadataError"]


def test_11998a_no_class_code(store: Client) -> None:
    codes = deposit(store, body("converted/11998a_no_classCode.xml"))

    assert codes == ["XDSRepositoryMetadataError"]
    assert store.documents() == []


def test_15800_update_entry(store: Client) -> None:
    assert deposit(store, body("converted/11966_single_doc.xml")) == []
    (before,) = store.entries("Document01")
    values = {"$lid$": before.logical_id, "$Document01_uid$": "Document01"}
    values['value="SubmissionSet01"'] = 'value="SubmissionSet02"'
    submit = body("converted/15800_update_entry.xml", **values)
    # SOURCES.csv: Success. The sample says size 44 beside the hash of a document of 36 bytes: size describes
    # the bytes and cannot be changed, so the true size goes in its place.
    assert update(store, submit) == ["UnmodifiableMetadataError"]

    assert update(store, submit.replace("<rim:Value>44<", "<rim:Value>36<")) == []

    versions = [(each.version, each.service_start_time) for each in store.entries("Document01")]
    assert versions == [("1", "200412230800"), ("2", "200312230800")]


def test_15800b_update_no_original(store: Client) -> None:
    submit = body("converted/15800b_update_no_original.xml", **{"$Document01_uid$": "Document01"})

    assert update(store, submit) == ["XDSMetadataVersionError"]


def test_20002_missing_newstatus(store: Client) -> None:
    assert deposit(store, body("converted/11966_single_doc.xml")) == []
    (entry,) = store.entries("Document01")
    submit = body("converted/20002_missing_newstatus.xml", **{"$orig_docentry_uuid$": entry.entry_uuid})

    assert update(store, submit) == ["XDSMetadataUpdateOperationError"]


# queries/


def test_find_documents_class_code(store: Client) -> None:
    text = body("converted/11966_single_doc.xml")
    assert deposit(store, text.replace('"REPORTS"', '"DISPENSATIONS"')) == []
    other = text.replace('value="Document01"', 'value="2"').replace('value="SubmissionSet01"', 'value="3"')
    assert deposit(store, other) == []

    found = query(store, body("queries/FindDocuments_classCode.xml"))

    assert found.receipt.success
    assert found.objects.references == (store.entries("Document01")[0].entry_uuid,)


def test_find_documents_by_reference_id(store: Client) -> None:
    reference = "20061223^^^&amp;1.2.5643.2&amp;ISO^urn:ihe:iti:xds:2013:uniqueId"
    slot = (
        f'<rim:Slot name="{names.REFERENCE_ID_LIST}"><rim:ValueList><rim:Value>{reference}</rim:Value>'
        "</rim:ValueList></rim:Slot><rim:Name>"
    )
    text = body("converted/11966_single_doc.xml").replace("<rim:Name>", slot, 1)
    assert deposit(store, text) == []

    found = query(store, body("queries/FindDocumentsByReferenceId.xml"))

    assert len(found.objects.references) == 1


def test_get_all(store: Client) -> None:
    assert deposit(store, body("converted/11966_single_doc.xml")) == []

    found = query(store, body("queries/GetAll.xml")).objects

    assert [each.unique_id for each in found.entries] == ["Document01"]
    assert [each.unique_id for each in found.submission_sets] == ["SubmissionSet01"]
    assert [each.type for each in found.associations] == [names.HAS_MEMBER]


def test_get_associations(store: Client) -> None:
    assert deposit(store, body("converted/11966_single_doc.xml")) == []
    own = query(store, body("queries/GetAll.xml")).objects.submission_sets[0].entry_id

    found = query(store, body("queries/GetAssociations.xml", **{"$uuid$": own})).objects

    assert [each.source for each in found.associations] == [own]


def test_retrieve_partial(store: Client) -> None:
    assert deposit(store, body("converted/11966_single_doc.xml")) == []
    inner = body("queries/Retrieve_partial.xml", **{"$repuid$": REPOSITORY, "$doc_uid$": "Document01"})

    answer = store.request("POST", "/services/repository", envelope(names.ACTION_ITI43, inner), SOAP)

    read = iti43.read_response(answer.headers["content-type"], answer.body)
    assert read.receipt.status == "PartialSuccess"
    assert [error.location for error in read.receipt.errors] == ["bad"]
    assert [each.data for each in read.documents] == [sample("converted/my_document.txt")]


# ipf/


def test_submit_objects_request_ebrs30(store: Client) -> None:
    # SOURCES.csv: Success. It is a snapshot of an on-demand document: that one must be registered.
    text = body("ipf/SubmitObjectsRequest_ebrs30.xml")
    assert deposit(store, text) == ["XDSRegistryMetadataError"]
    predecessor(store, OTHER_DOCUMENT, SELF)

    assert deposit(store, text) == []


def test_submit_objects_request_ebrs30_update(store: Client) -> None:
    # SOURCES.csv: Success. It updates one document and deprecates another: both must be registered, and the
    # first must have the hash and size that the sample repeats, which no known document has: left out here.
    patient = PATIENTS[4]
    lid = "urn:uuid:20744602-ba65-44e9-87ee-a52303a5183e"
    predecessor(store, lid, patient, "1.42.20100709101812.2")
    predecessor(store, OTHER_DOCUMENT, patient, "1.2.3.5")
    text = body("ipf/SubmitObjectsRequest_ebrs30_update.xml")
    assert sorted(update(store, text)) == ["UnmodifiableMetadataError"] * 3
    for name in ("hash", "size", "repositoryUniqueId"):
        text = re.sub(rf'<rim:Slot\s+name="{name}">.*?</rim:Slot>', "", text, flags=re.DOTALL)

    assert update(store, text) == []

    assert [each.version for each in store.entries("1.42.20100709101812.2")] == ["1", "2"]
    assert store.entries("1.2.3.5")[0].availability_status == names.STATUS_DEPRECATED


def test_submission_set(store: Client) -> None:
    # SOURCES.csv: Success. It says size 4 beside the hash of a document of 36 bytes, so the true size goes in
    # its place. It has slots of its sender's own: a warning tells that they are not kept.
    text = body("ipf/submission-set.xml")
    assert deposit(store, text) == ["XDSRepositoryMetadataError"]

    corrected = text.replace("<rim:Value>4</rim:Value>", "<rim:Value>36</rim:Value>")
    assert set(deposit(store, corrected)) == {"XDSExtraMetadataNotSaved"}
    assert len(store.documents()) == 1


# With the French rules, and as a whole


def test_the_same_messages_are_refused_where_french_rules_apply(database_url: str) -> None:
    embedded = EmbeddedStore(StoreSettings(database_url=database_url, trial=True))
    embedded.launch()
    try:
        codes = deposit(Client(embedded.base_url), body("converted/11966_single_doc.xml"))
    finally:
        embedded.shutdown()
    assert {"XDSUnknownPatientId", "XDSRegistryMetadataError"} == set(codes)


def test_answers_of_the_samples_are_read_as_answers() -> None:
    name = "soap/soap-pnr-resp.xml"
    read = answer_element(wire.read(SOAP, sample(name)).envelope, names.RS, "RegistryResponse")
    assert read_registry_response(read).success


def test_every_request_of_the_samples_is_replayed_here() -> None:
    with (PUBLIC / "SOURCES.csv").open(encoding="utf-8") as listing:
        rows = [row for row in csv.DictReader(listing) if row["expected"] != "-"]
    own = Path(__file__).read_text(encoding="utf-8")
    # An answer that a client must not believe: tests/xds/test_public_samples.py.
    names_of_requests = {Path(row["file"]).stem.removesuffix(".body") for row in rows} - {
        "regresp-fail-noerr"
    }
    assert [stem for stem in sorted(names_of_requests) if stem not in own] == []
