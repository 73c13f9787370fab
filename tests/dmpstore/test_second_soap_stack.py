"""zeep, a SOAP stack that we did not write, talks ITI-18 and ITI-57 to the store (WSDL of ours in wsdl/)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.xds import metadata, names
from gateway.xds.slot_values import quote, quote_list

from .conftest import Client
from .samples import PATIENT, ROOT, entry, submission

zeep = pytest.importorskip("zeep", reason="zeep is not installed (pip install zeep)")

WSDL = Path(__file__).resolve().parent / "wsdl" / "registry.wsdl"
CX = metadata.format_cx(PATIENT)
# Answers are judged strictly: what the schema does not know is an error.
STRICT = zeep.Settings(strict=True, xml_huge_tree=False)


@pytest.fixture
def registry(store: Client) -> Any:
    """The operations of the service as Python methods."""
    return service(f"{store.base_url}/services/registry")


def service(address: str) -> Any:
    client = zeep.Client(str(WSDL), settings=STRICT)  # it adds WS-Addressing by itself: the WSDL has actions
    return client.create_service("{urn:example:registry}RegistrySoap12", address)


def slot(name: str, *values: str) -> dict[str, Any]:
    return {"name": name, "ValueList": {"Value": list(values)}}


def query(registry: Any, query_id: str, return_type: str = "LeafClass", **parameters: str) -> Any:
    return registry.RegistryStoredQuery(
        ResponseOption={"returnType": return_type, "returnComposedObjects": True},
        AdhocQuery={
            "id": query_id,
            "Slot": [slot(f"$XDSDocumentEntry{name}", value) for name, value in parameters.items()],
        },
    )


def objects(answer: Any, kind: str) -> list[Any]:
    assert answer.status == names.RESPONSE_STATUS["Success"]
    listing = answer.RegistryObjectList  # None for an empty list
    return [each[kind] for each in (listing["_value_1"] if listing else ()) if kind in each]


def find(registry: Any, status: str = names.STATUS_APPROVED) -> list[Any]:
    answer = query(registry, names.FIND_DOCUMENTS, PatientId=quote(CX), Status=quote_list([status]))
    return objects(answer, "ExtrinsicObject")


def values(found: Any) -> dict[str, list[str]]:
    return {each.name: each.ValueList.Value for each in found.Slot}


def test_zeep_finds_a_document_with_its_metadata(store: Client, registry: Any) -> None:
    sent = entry()
    store.submit(submission(sent))

    (found,) = find(registry)

    assert (found.mimeType, found.status, found.isOpaque) == ("text/xml", names.STATUS_APPROVED, False)
    assert (found.Name.LocalizedString[0].value, found.VersionInfo.versionName) == (sent.title, "1")
    assert (values(found)["hash"], values(found)["size"]) == ([sent.hash], [str(sent.size)])
    identifiers = {each.Name.LocalizedString[0].value: each.value for each in found.ExternalIdentifier}
    assert identifiers == {
        "XDSDocumentEntry.patientId": CX,
        "XDSDocumentEntry.uniqueId": sent.unique_id,
    }
    codes = {each.classificationScheme: each.nodeRepresentation for each in found.Classification}
    assert codes[names.ENTRY_TYPE_CODE] == "11502-2"


def test_zeep_finds_sets_and_associations_and_references(store: Client, registry: Any) -> None:
    store.submit(submission(entry(1), entry(2)))
    (first, _) = find(registry)

    answer = query(registry, names.GET_DOCUMENTS_AND_ASSOCIATIONS, UniqueId=quote_list([f"{ROOT}.1.1"]))
    (association,) = objects(answer, "Association")
    assert (association.associationType, association.targetObject) == (names.HAS_MEMBER, first.id)
    references = query(
        registry, names.GET_DOCUMENTS, "ObjectRef", UniqueId=quote_list([f"{ROOT}.1.1", f"{ROOT}.1.2"])
    )
    assert len(objects(references, "ObjectRef")) == 2


def test_zeep_reads_the_error_of_a_wrong_query(registry: Any) -> None:
    answer = query(registry, names.FIND_DOCUMENTS, PatientId=quote(CX))

    assert answer.status == names.RESPONSE_STATUS["Failure"]
    (error,) = answer.RegistryErrorList.RegistryError
    assert (error.errorCode, error.location) == ("XDSStoredQueryMissingParam", "$XDSDocumentEntryStatus")


def test_zeep_gets_a_fault_for_what_is_not_served_there(store: Client) -> None:
    with pytest.raises(zeep.exceptions.Fault, match="action not served at this address"):
        query(service(f"{store.base_url}/services/repository"), names.FIND_DOCUMENTS, PatientId=quote(CX))


def submission_set(number: int) -> list[dict[str, Any]]:
    """The set of an update and the mark that it is one, as dictionaries."""

    def identifier(scheme: str, value: str) -> dict[str, Any]:
        return {
            "id": f"ei{value}"[:20],
            "identificationScheme": scheme,
            "registryObject": "set",
            "value": value,
        }

    author = {
        "id": "cl1",
        "classificationScheme": names.SET_AUTHOR,
        "classifiedObject": "set",
        "nodeRepresentation": "",
        "Slot": [slot("authorPerson", "899700000017^MEDECIN^CAMILLE^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS")],
    }
    kind = {
        "id": "cl2",
        "classificationScheme": names.SET_CONTENT_TYPE_CODE,
        "classifiedObject": "set",
        "nodeRepresentation": "07",
        "Slot": [slot("codingScheme", "1.2.250.1.213.2.2")],
    }
    package = {
        "id": "set",
        "Slot": [slot("submissionTime", "20260312091600")],
        "Classification": [author, kind],
        "ExternalIdentifier": [
            identifier(names.SET_PATIENT_ID, CX),
            identifier(names.SET_SOURCE_ID, f"{ROOT}.8"),
            identifier(names.SET_UNIQUE_ID, f"{ROOT}.9.{number}"),
        ],
    }
    mark = {"id": "node", "classifiedObject": "set", "classificationNode": names.SET_NODE}
    return [{"RegistryPackage": package}, {"Classification": mark}]


def change_status(registry: Any, entry_uuid: str, before: str, after: str, number: int = 70) -> Any:
    association = {
        "id": "as1",
        "associationType": names.UPDATE_AVAILABILITY_STATUS,
        "sourceObject": "set",
        "targetObject": entry_uuid,
        "Slot": [slot("OriginalStatus", before), slot("NewStatus", after)],
    }
    listing = {"_value_1": [*submission_set(number), {"Association": association}]}
    return registry.UpdateDocumentSet(RegistryObjectList=listing)


def test_zeep_archives_and_deletes_a_document(store: Client, registry: Any) -> None:
    store.submit(submission())
    (found,) = find(registry)

    archived = change_status(registry, found.id, names.STATUS_APPROVED, names.STATUS_ARCHIVED)
    assert archived.status == names.RESPONSE_STATUS["Success"]
    assert len(find(registry, names.STATUS_ARCHIVED)) == 1
    deleted = change_status(registry, found.id, names.STATUS_ARCHIVED, names.STATUS_DELETED, 71)
    assert deleted.status == names.RESPONSE_STATUS["Success"]
    assert find(registry) == find(registry, names.STATUS_ARCHIVED) == []


def test_zeep_reads_why_a_change_is_refused(store: Client, registry: Any) -> None:
    store.submit(submission())
    (found,) = find(registry)

    answer = change_status(registry, found.id, names.STATUS_ARCHIVED, names.STATUS_DELETED)

    assert answer.status == names.RESPONSE_STATUS["Failure"]
    (error,) = answer.RegistryErrorList.RegistryError
    assert (error.errorCode, error.location) == ("XDSMetadataUpdateOperationError", "as1/OriginalStatus")


def test_zeep_writes_a_new_version_of_what_it_has_read(store: Client, registry: Any) -> None:
    store.submit(submission())
    (found,) = find(registry)
    new = zeep.helpers.serialize_object(found, dict)
    new["id"] = "doc"
    for child in (*new["Classification"], *new["ExternalIdentifier"]):
        child |= {name: "doc" for name in ("classifiedObject", "registryObject") if name in child}
    new["Name"]["LocalizedString"][0]["value"] = "Bilan masqué"
    member = {
        "id": "as1",
        "associationType": names.HAS_MEMBER,
        "sourceObject": "set",
        "targetObject": "doc",
        "Slot": [slot("SubmissionSetStatus", "Original"), slot("PreviousVersion", "1")],
    }
    listing = {"_value_1": [*submission_set(72), {"ExtrinsicObject": new}, {"Association": member}]}

    answer = registry.UpdateDocumentSet(RegistryObjectList=listing)

    assert (answer.status, answer.RegistryErrorList) == (names.RESPONSE_STATUS["Success"], None)
    (present,) = find(registry)
    assert present.Name.LocalizedString[0].value == "Bilan masqué"
    assert (present.VersionInfo.versionName, present.lid) == ("2", found.lid)
