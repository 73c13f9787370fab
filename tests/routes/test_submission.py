"""The Submission of a message: every attribute of the French profile, or every reason why not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from gateway.model import (
    Action,
    Author,
    Code,
    Facility,
    Flags,
    HeaderAuthor,
    HeaderPatient,
    Identifier,
    Organization,
    PatientId,
    Person,
    Replacement,
    Rubrique,
    Sender,
    ServiceEvent,
    Severity,
    Submission,
)
from gateway.nomenclature import LOINC
from gateway.routes import Built, build_submission
from tests.routes.samples import (
    DOCTOR,
    FACILITY,
    HEADER,
    NIR_TEST,
    PATIENT,
    PS,
    STRUCTURES,
    classified,
    document,
    reading,
)

TIME = "20260302091530"


def built(facility: Facility = FACILITY, action: Action = Action.SUBMIT, **changes: Any) -> Built:
    message = reading(document(action=action, **changes))
    return build_submission(message, classified(message), facility, TIME)


def submission(outcome: Built) -> Submission:
    assert outcome.submission is not None, [str(one.location) for one in outcome.findings]
    return outcome.submission


def rules(outcome: Built) -> list[str]:
    return [finding.rule for finding in outcome.findings]


def test_every_attribute_of_the_french_table_comes_from_its_source() -> None:
    """The DocumentEntry table of the French profile, retyped attribute by attribute."""
    sent = document()
    message = reading(sent, flags=Flags(masque_ps=True))
    (entry,) = submission(build_submission(message, classified(message), FACILITY, TIME)).entries
    doctor = Person(Identifier(PS, "899700000017"), "TILLEUL", "Luc")
    found = {
        "uniqueId": entry.unique_id,
        "patientId": entry.patient_id,
        "sourcePatientId": entry.source_patient_id,
        "sourcePatientInfo": entry.source_patient_info,
        "author": entry.authors,
        "legalAuthenticator": entry.legal_authenticator,
        "title": entry.title,
        "mimeType": entry.mime_type,
        "languageCode": entry.language_code,
        "creationTime": entry.creation_time,
        "serviceStartTime": entry.service_start_time,
        "serviceStopTime": entry.service_stop_time,
        "classCode": (entry.class_code.code, entry.class_code.system),
        "typeCode": (entry.type_code.code, entry.type_code.system),
        "formatCode": (entry.format_code.code, entry.format_code.system),
        "confidentialityCode": [code.code for code in entry.confidentiality_codes],
        "eventCodeList": [(code.code, code.system) for code in entry.event_codes],
        "healthcareFacilityTypeCode": entry.healthcare_facility_type_code,
        "practiceSettingCode": entry.practice_setting_code,
        "referenceIdList": entry.reference_ids,
        "hash": entry.hash,
        "size": entry.size,
    }
    assert found == {
        "uniqueId": "1.2.250.1.999.4.1",
        "patientId": PatientId("299010000000011", NIR_TEST, "NH"),
        "sourcePatientId": PatientId("IPP-7", "1.2.250.1.999.3", "PI"),
        "sourcePatientInfo": (
            "PID-5|PAT-QUATRE^ANNE^^^^^L",
            "PID-5|PAT-USUEL^ANNE^^^^^D",
            "PID-7|19990101",
            "PID-8|F",
        ),
        "author": (
            Author(
                person=doctor,
                person_type="IDNPS",
                institution=Organization(Identifier(STRUCTURES, "1990000001"), "Clinique des Tilleuls"),
                institution_type="IDNST",
                roles=("Médecin traitant",),
                specialties=(
                    Code("G15_10/SM03", "1.2.250.1.213.1.1.4.5", entry.authors[0].specialties[0].display),
                ),
            ),
        ),
        "legalAuthenticator": Author(person=doctor, person_type="IDNPS"),
        "title": "CR d'examens biologiques",
        "mimeType": "text/xml",
        "languageCode": "fr-FR",
        "creationTime": "20260302091500",
        "serviceStartTime": "20260301073000",
        "serviceStopTime": "20260301",
        "classCode": ("10", "1.2.250.1.213.1.1.4.1"),
        "typeCode": ("11502-2", LOINC),
        "formatCode": ("urn:ihe:lab:xd-lab:2008", "1.3.6.1.4.1.19376.1.2.3"),
        "confidentialityCode": ["N", "MASQUE_PS"],
        "eventCodeList": [
            ("ABCD001", "1.2.250.1.213.2.5"),
            ("MR", "1.2.840.10008.2.16.4"),
            ("18725-2", LOINC),
        ],
        "healthcareFacilityTypeCode": Code(
            "SA07", "1.2.250.1.71.4.2.4", entry.healthcare_facility_type_code.display
        ),
        "practiceSettingCode": Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
        "referenceIdList": ("42^^^&1.2.250.1.999.5&ISO^urn:ihe:iti:xds:2013:order",),
        "hash": hashlib.sha1(sent.content).hexdigest(),
        "size": len(sent.content),
    }
    assert all(code.display for code in (entry.class_code, entry.type_code, entry.format_code))


def test_the_set_has_every_attribute_of_the_french_table() -> None:
    sent = submission(built())
    assert sent.action is Action.SUBMIT
    assert sent.rubriques == (Rubrique.ANALYSES,)
    assert [content.entry_id for content in sent.contents] == ["Document01"]
    found = sent.submission_set
    assert found.patient_id == sent.entries[0].patient_id
    assert found.source_id == FACILITY.source_id
    assert found.submission_time == TIME
    assert (found.content_type_code.code, found.content_type_code.system) == ("03", "1.2.250.1.213.2.2")
    assert found.unique_id.startswith("1.2.250.1.999.2.")
    assert len(found.unique_id) <= 64
    assert found.author.institution == Organization(Identifier(STRUCTURES, "1990000001"), FACILITY.name)
    assert found.author.person is not None
    assert found.author.person.device
    assert found.author.person.identifier == Identifier(PS, "1990000001/dmp-gateway")
    assert found.author.person_type == "RI"


def test_a_retry_is_the_same_submission_and_another_message_is_not() -> None:
    first = reading(document())
    again = reading(document())
    other = reading(replace(document(), content=document().content + b" "))
    one, two, three = (
        submission(build_submission(message, classified(message), FACILITY, TIME))
        for message in (first, again, other)
    )
    assert one == two
    assert one.submission_set.unique_id != three.submission_set.unique_id
    other_facility = replace(FACILITY, code="labo")
    four = submission(build_submission(first, classified(first), other_facility, TIME))
    assert one.submission_set.unique_id != four.submission_set.unique_id


@pytest.mark.parametrize(
    ("oid_root", "start"),
    [
        ("", "2.25."),
        ("1.2.250.1.999", "1.2.250.1.999."),
        ("1.2.250.1.99999999.99999999.9999999.99999", "1.2.250.1.99999999.99999999.9999999.99999."),
        ("1." + "2" * 50, "2.25."),
    ],
)
def test_the_unique_id_of_the_set_always_fits_in_64_characters(oid_root: str, start: str) -> None:
    found = submission(built(replace(FACILITY, oid_root=oid_root))).submission_set.unique_id
    assert found.startswith(start)
    assert len(found) <= 64
    assert not found.rpartition(".")[2].startswith("0")


def test_two_documents_of_a_message_are_one_set_with_two_entries() -> None:
    message = reading(document(), document(position=2, unique_id=Identifier("1.2.250.1.999.4.2")))
    sent = submission(build_submission(message, classified(message), FACILITY, TIME))
    assert [entry.entry_id for entry in sent.entries] == ["Document01", "Document02"]
    assert [entry.unique_id for entry in sent.entries] == ["1.2.250.1.999.4.1", "1.2.250.1.999.4.2"]
    assert [content.data for content in sent.contents] == [one.content for one in message.documents]
    assert len(sent.rubriques) == 2


def test_two_documents_of_two_patients_are_refused() -> None:
    stranger = replace(PATIENT, identifiers=(Identifier(NIR_TEST, "299010000000099"),))
    message = reading(
        document(), document(position=2, unique_id=Identifier("1.2.250.1.999.4.2"), patient=stranger)
    )
    outcome = build_submission(message, classified(message), FACILITY, TIME)
    assert outcome.submission is None
    assert rules(outcome) == ["R.SUB.17"]
    assert outcome.findings[0].location.erl == "OBX^2^5"


def test_the_same_id_twice_in_a_message_is_refused() -> None:
    message = reading(document(), document(position=2))
    assert rules(build_submission(message, classified(message), FACILITY, TIME)) == ["R.SUB.18"]


def test_two_actions_in_one_message_are_refused() -> None:
    message = reading(
        document(),
        document(position=2, action=Action.DELETE, unique_id=Identifier("1.2.250.1.999.4.2")),
    )
    assert rules(build_submission(message, classified(message), FACILITY, TIME)) == ["R.SUB.19"]


def test_a_message_without_document_is_refused() -> None:
    assert rules(build_submission(reading(), [], FACILITY, TIME)) == ["R.SUB.01"]


def test_a_replacement_names_its_predecessor() -> None:
    sent = submission(built(action=Action.REPLACE, replaces=(Identifier("1.2.250.1.999.4.0"),)))
    assert sent.action is Action.REPLACE
    assert sent.replacements == (Replacement("Document01", "1.2.250.1.999.4.0"),)
    assert len(sent.contents) == 1


def bare(*replaces: Identifier) -> Built:
    """What the parsers make of a CDA alone: it replaces when its header says so."""
    action = Action.REPLACE if replaces else Action.SUBMIT
    message = reading(document(action=action, replaces=replaces), message=None)
    return build_submission(message, classified(message), FACILITY, TIME)


def test_a_bare_cda_that_names_a_predecessor_is_a_replacement() -> None:
    sent = submission(bare(Identifier("1.2.250.1.999.4.0")))
    assert sent.action is Action.REPLACE
    assert sent.replacements == (Replacement("Document01", "1.2.250.1.999.4.0"),)


@pytest.mark.parametrize(
    "predecessor",
    [Identifier("1.2.250.1.999.4.0", "7"), Identifier("2CE71A5B-FD99-4958-ADE4-CA39E86625ED")],
)
def test_a_bare_cda_whose_predecessor_the_dmp_cannot_know_is_deposited_as_new_with_a_warning(
    predecessor: Identifier,
) -> None:
    outcome = bare(predecessor)
    sent = submission(outcome)
    assert (sent.action, sent.replacements) == (Action.SUBMIT, ())
    assert len(sent.contents) == 1
    assert [(one.rule, one.severity) for one in outcome.findings] == [("R.SUB.24", Severity.WARNING)]
    assert outcome.findings[0].location.xpath == "/ClinicalDocument/relatedDocument/parentDocument/id"


def test_an_initial_deposit_whose_cda_names_a_predecessor_is_a_replacement() -> None:
    assert submission(built(replaces=(Identifier("1.2.250.1.999.4.0"),))).action is Action.REPLACE


@pytest.mark.parametrize(
    "replaces",
    [
        (),
        (Identifier("1.2.250.1.999.4.0", "extension"),),
        (Identifier("not an oid"),),
        (Identifier("1.2.250.1.999.4.1"),),
    ],
)
def test_a_replacement_without_a_clear_predecessor_is_refused(replaces: tuple[Identifier, ...]) -> None:
    outcome = built(action=Action.REPLACE, replaces=replaces)
    assert outcome.submission is None
    assert rules(outcome) == ["R.SUB.20"]


def test_a_deletion_names_the_document_and_carries_no_bytes() -> None:
    sent = submission(built(action=Action.DELETE, replaces=(Identifier("1.2.250.1.999.4.0"),)))
    assert sent.action is Action.DELETE
    assert [entry.unique_id for entry in sent.entries] == ["1.2.250.1.999.4.1"]
    assert sent.contents == ()
    assert sent.replacements == ()


def test_deposit_and_deletion_of_the_same_bytes_are_two_sets() -> None:
    deposit, deletion = submission(built()), submission(built(action=Action.DELETE))
    assert deposit.submission_set.unique_id != deletion.submission_set.unique_id


EVENT = HEADER.service_events[1]
HEALTH_CARE = "componentOf/encompassingEncounter/location/healthCareFacility/code"
INDUSTRY = (
    "documentationOf/serviceEvent/performer/assignedEntity/representedOrganization/standardIndustryClassCode"
)
BROKEN: list[tuple[dict[str, Any], str, str]] = [
    ({"unique_id": None}, "R.SUB.02", "id"),
    ({"unique_id": Identifier("1.2.250.1.999.4.1", "7")}, "R.SUB.02", "id"),
    ({"unique_id": Identifier("2CE71A5B-FD99-4958-ADE4-CA39E86625ED")}, "R.SUB.02", "id"),
    ({"unique_id": Identifier("1." + "2" * 63)}, "R.SUB.02", "id"),
    ({"patient": replace(PATIENT, identifiers=())}, "R.SUB.03", "recordTarget/patientRole/id"),
    (
        {
            "patient": replace(
                PATIENT, identifiers=(Identifier("1.2.250.1.213.1.4.2", "1234567890123456789012"),)
            )
        },
        "R.SUB.03",
        "recordTarget/patientRole/id",
    ),
    ({"patient": replace(PATIENT, birth_family="")}, "R.SUB.04", "recordTarget/patientRole/patient/name"),
    ({"title": " "}, "R.SUB.05", "title"),
    ({"title": "x" * 129}, "R.SUB.05", "title"),
    ({"language": "FR-fr"}, "R.SUB.06", "languageCode"),
    ({"language": ""}, "R.SUB.06", "languageCode"),
    ({"effective_time": ""}, "R.SUB.07", "effectiveTime"),
    ({"effective_time": "20260230"}, "R.SUB.07", "effectiveTime"),
    (
        {"service_events": (replace(EVENT, start=""),)},
        "R.SUB.08",
        "documentationOf/serviceEvent/effectiveTime/low",
    ),
    ({"confidentiality": None}, "R.SUB.09", "confidentialityCode"),
    ({"facility_type": None}, "R.SUB.10", HEALTH_CARE),
    ({"facility_type": Code("SA66", "1.2.250.1.71.4.2.4")}, "R.SUB.10", HEALTH_CARE),
    ({"service_events": (replace(EVENT, practice_setting=None),)}, "R.SUB.11", INDUSTRY),
    (
        {"service_events": (replace(EVENT, practice_setting=Code("ESSMS", "1.2.250.1.213.1.1.4.9")),)},
        "R.SUB.11",
        INDUSTRY,
    ),
    ({"authors": ()}, "R.SUB.12", "author"),
    ({"authors": (HeaderAuthor(replace(DOCTOR, family="")),)}, "R.SUB.13", "author/assignedAuthor"),
    ({"legal_authenticator": replace(DOCTOR, family="")}, "R.SUB.13", "legalAuthenticator/assignedEntity"),
    ({"legal_authenticator": None}, "R.SUB.14", "legalAuthenticator"),
]


@pytest.mark.parametrize(("changes", "rule", "path"), BROKEN)
def test_what_is_missing_is_an_error_at_its_place_and_never_a_guess(
    changes: dict[str, Any], rule: str, path: str
) -> None:
    outcome = built(**changes)
    assert outcome.submission is None
    (finding,) = outcome.findings
    assert (finding.rule, finding.severity) == (rule, Severity.ERROR)
    assert finding.location.xpath == f"/ClinicalDocument/{path}"
    assert finding.location.line is not None
    assert finding.location.erl == "OBX^1^5"
    assert finding.text_fr
    assert finding.text_en


def test_everything_missing_is_said_at_once() -> None:
    outcome = built(unique_id=None, title="", authors=(), legal_authenticator=None)
    assert rules(outcome) == ["R.SUB.02", "R.SUB.05", "R.SUB.12", "R.SUB.14"]


def test_no_finding_holds_a_value_of_the_patient() -> None:
    outcome = built(unique_id=None, title="", patient=replace(PATIENT, birth_time="", gender=""))
    said = repr(outcome)
    for secret in ("299010000000011", "PAT-QUATRE", "PAT-USUEL", "ANNE", "IPP-7"):
        assert secret not in said
    assert "299010000000011" not in repr(built())
    assert "PAT-QUATRE" not in repr(built())


def test_the_declaration_of_the_facility_fills_in_what_the_header_leaves_out() -> None:
    declared = replace(FACILITY, facility_type="SA07", practice_setting="AMBULATOIRE")
    (entry,) = submission(
        built(declared, facility_type=None, service_events=(replace(EVENT, practice_setting=None),))
    ).entries
    assert entry.healthcare_facility_type_code.code == "SA07"
    assert entry.practice_setting_code.system == "1.2.250.1.213.1.1.4.9"


def test_the_declaration_of_the_facility_never_mends_what_the_header_says() -> None:
    declared = replace(FACILITY, facility_type="SA07")
    assert rules(built(declared, facility_type=Code("SA66", "1.2.250.1.71.4.2.4"))) == ["R.SUB.10"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"source_id": "1.02.3"}, "R.SUB.22"),
        ({"source_id": ""}, "R.SUB.22"),
        ({"structure_id": ""}, "R.SUB.22"),
        ({"default_content_type": "zz"}, "R.SUB.16"),
    ],
)
def test_a_facility_that_is_not_fully_declared_cannot_deposit(change: dict[str, Any], rule: str) -> None:
    message = reading(document(), patient_class="")
    outcome = build_submission(message, classified(message), replace(FACILITY, **change), TIME)
    assert outcome.submission is None
    assert [(one.rule, str(one.location)) for one in outcome.findings] == [(rule, "facility clinique")]


def test_an_unknown_patient_class_takes_the_default_with_a_warning() -> None:
    message = reading(document(), patient_class="P")
    outcome = build_submission(message, classified(message), FACILITY, TIME)
    assert submission(outcome).submission_set.content_type_code.code == "07"
    assert [(one.rule, str(one.location)) for one in outcome.findings] == [("R.SUB.23", "PV1-2")]


def test_a_specialty_outside_the_dmp_set_is_left_out_with_a_warning() -> None:
    author = replace(HEADER.authors[0], specialty=Code("G15_10/80", "1.2.250.1.213.1.1.4.5"))
    outcome = built(authors=(author,))
    assert submission(outcome).entries[0].authors[0].specialties == ()
    assert [(one.rule, one.severity) for one in outcome.findings] == [("R.SUB.15", Severity.WARNING)]


def test_an_unreadable_end_of_the_event_is_left_out_with_a_warning() -> None:
    outcome = built(service_events=(replace(EVENT, stop="soon"),))
    assert submission(outcome).entries[0].service_stop_time == ""
    assert rules(outcome) == ["R.SUB.21"]


def test_times_without_offset_are_read_in_the_time_zone_of_the_facility() -> None:
    reunion = replace(FACILITY, time_zone="Indian/Reunion")
    (entry,) = submission(built(reunion, effective_time="20260302101500")).entries
    assert entry.creation_time == "20260302061500"


def test_a_day_stays_a_day() -> None:
    (entry,) = submission(built(service_events=(replace(EVENT, start="20260301"),))).entries
    assert entry.service_start_time == "20260301"


def test_the_main_event_is_the_one_with_a_start_and_a_practice_setting() -> None:
    earlier = ServiceEvent(code=Code("X", LOINC), start="19990101")
    (entry,) = submission(built(service_events=(earlier, EVENT))).entries
    assert entry.service_start_time == "20260301073000"


@pytest.mark.parametrize("order", [1, -1])
def test_the_nir_is_preferred_to_the_nia(order: int) -> None:
    identifiers = (
        Identifier("1.2.250.1.213.1.4.9", "299010000000022"),
        Identifier("1.2.250.1.213.1.4.8", "299010000000011"),
    )[::order]
    (entry,) = submission(built(patient=replace(PATIENT, identifiers=identifiers))).entries
    assert entry.patient_id == PatientId("299010000000011", "1.2.250.1.213.1.4.8", "NH")
    assert entry.source_patient_id == entry.patient_id


def test_delimiters_in_a_name_are_escaped() -> None:
    patient = HeaderPatient(identifiers=PATIENT.identifiers, birth_family="A^B|C", givens=("D&E",))
    (entry,) = submission(built(patient=patient)).entries
    assert entry.source_patient_info == (r"PID-5|A\S\B\F\C^D\T\E^^^^^L",)


def test_an_order_id_that_is_a_root_alone_needs_no_authority() -> None:
    root = "2CE71A5B-FD99-4958-ADE4-CA39E86625ED"
    (entry,) = submission(built(order_ids=(Identifier(root), Identifier("")))).entries
    assert entry.reference_ids == (f"{root}^^^^urn:ihe:iti:xds:2013:order",)


def test_an_imaging_report_refers_to_its_order_accession_number_and_study() -> None:
    event = replace(EVENT, identifier=Identifier("1.2.840.99999.1"))
    changes: dict[str, Any] = {
        "service_events": (event,),
        "accession_numbers": (Identifier("1.2.250.1.999.6", "A~1"),),
    }
    (imaging,) = submission(built(code=Code("18748-4", LOINC), **changes)).entries
    assert imaging.reference_ids == (
        "42^^^&1.2.250.1.999.5&ISO^urn:ihe:iti:xds:2013:order",
        r"A\R\1^^^&1.2.250.1.999.6&ISO^urn:ihe:iti:xds:2013:accession",
        "1.2.840.99999.1^^^^urn:ihe:iti:xds:2016:studyInstanceUID",
    )
    (biology,) = submission(built(**changes)).entries
    assert not any("studyInstanceUID" in one for one in biology.reference_ids)


@pytest.mark.parametrize(
    ("person", "extension", "person_type"),
    [
        (Person(Identifier(PS, "99700000017"), "N", "P"), "899700000017", "IDNPS"),
        (Person(Identifier(PS, "899700000017"), "N", "P"), "899700000017", "IDNPS"),
        (Person(Identifier(PS, "991234567"), "N", "P"), "0991234567", "IDNPS"),
        (Person(Identifier(PS, "3990000001/42"), "N", "P"), "3990000001/42", "IDNPS"),
        (Person(Identifier(PS, "1990000001/lab"), "Modèle", "Logiciel", device=True), "1990000001/lab", "RI"),
        (Person(Identifier(NIR_TEST, "299010000000011"), "N", "P"), "299010000000011", "NH"),
        (Person(Identifier("1.2.250.1.999.9", "42"), "N", "P"), "42", "EI"),
    ],
)
def test_an_author_is_identified_as_the_french_xcn_wants(
    person: Person, extension: str, person_type: str
) -> None:
    author = replace(HEADER.authors[0], person=person)
    (found,) = submission(built(authors=(author,))).entries[0].authors
    assert found.person is not None
    assert found.person.identifier is not None
    assert (found.person.identifier.extension, found.person_type) == (extension, person_type)
    assert (found.institution is None) == (person_type == "NH")


@pytest.mark.parametrize(
    ("organization", "expected"),
    [
        (None, (None, "")),
        (Organization(), (None, "")),
        (Organization(None, "Name"), (Organization(None, "Name"), "")),
        (
            Organization(Identifier(STRUCTURES, "990000001"), "N"),
            (Organization(Identifier(STRUCTURES, "1990000001"), "N"), "IDNST"),
        ),
        (
            Organization(Identifier("1.3.2", "990000001"), "N"),
            (Organization(Identifier("1.3.2", "990000001"), "N"), "SIREN"),
        ),
    ],
)
def test_an_institution_is_identified_as_the_french_xon_wants(
    organization: Organization | None, expected: tuple[Organization | None, str]
) -> None:
    author = replace(HEADER.authors[0], organization=organization)
    (found,) = submission(built(authors=(author,))).entries[0].authors
    assert (found.institution, found.institution_type) == expected


def sent_by(sender: Sender) -> Author:
    message = reading(document(), sender=sender)
    return submission(build_submission(message, classified(message), FACILITY, TIME)).submission_set.author


def test_the_sender_of_the_message_is_the_author_of_the_set() -> None:
    author = sent_by(
        Sender(
            person=Person(Identifier(PS, "99700000025"), "CHARME", "Eve"),
            person_id_type="RPPS",
            organization=Organization(Identifier(STRUCTURES, "990000002"), "Autre site"),
            organization_id_type="FINEG",
        )
    )
    assert author == Author(
        person=Person(Identifier(PS, "899700000025"), "CHARME", "Eve"),
        person_type="IDNPS",
        institution=Organization(Identifier(STRUCTURES, "1990000002"), "Autre site"),
    )


def test_a_sender_who_wrote_the_document_keeps_the_role_and_specialty_known_there() -> None:
    author = sent_by(Sender(person=Person(Identifier(PS, "99700000017"), "TILLEUL", "Luc")))
    assert author.roles == ("Médecin traitant",)
    assert [code.code for code in author.specialties] == ["G15_10/SM03"]
    assert author.institution == Organization(Identifier(STRUCTURES, "1990000001"), FACILITY.name)


def test_a_sending_structure_without_a_person_is_represented_by_the_gateway() -> None:
    author = sent_by(Sender(organization=Organization(Identifier(STRUCTURES, "990000002"), "Autre site")))
    assert author.person is not None
    assert author.person.identifier == Identifier(PS, "1990000002/dmp-gateway")
    assert [code.code for code in author.specialties] == ["AUTOMATE"]


def test_a_classification_short_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        build_submission(reading(document()), [], FACILITY, TIME)
