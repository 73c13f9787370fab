"""Flags, sender, action, kind and documents of a message."""

from __future__ import annotations

import pytest

from gateway.model import Action, Flags, Identifier, Kind, Location, Organization, Person, Sender
from gateway.parsers import read
from tests.parsers.samples import CDA_BYTES, CDA_TEXT, base64_of, edited, oru, wire

SB = 6


def test_the_sample_is_read_whole() -> None:
    reading = read(wire(oru()))
    assert reading.findings == ()
    assert (reading.kind, reading.message_type, reading.control_id) == (Kind.LAB, "ORU^R01^ORU_R01", "A-0001")
    assert reading.patient_class == "I"
    (document,) = reading.documents
    assert document.content == CDA_BYTES
    assert (document.position, document.action) == (1, Action.SUBMIT)
    assert document.origin == Location(segment="OBX", field=5, component=5)


def test_flags_are_those_set_to_y() -> None:
    flags = read(wire(oru())).flags
    assert flags == Flags(invisible_patient=True, destdmp=True, ack_reception=True)


def test_a_message_asks_for_the_dmp_only_by_destdmp() -> None:
    without = [segment for segment in oru() if "DESTDMP" not in segment]
    assert read(wire(without)).flags.destdmp is False
    assert read(wire(edited(oru(), 9, "||Y^", "||N^"))).flags.destdmp is False
    assert read(wire(edited(oru(), 9, "||Y^", "||O^"))).flags.destdmp is False
    assert read(CDA_BYTES).flags == Flags()


def test_the_sender_is_the_sb_participation() -> None:
    assert read(wire(oru())).sender == Sender(
        person=Person(Identifier("1.2.250.1.71.4.2.1", "801234567866"), "MARTIN", "Luc"),
        person_id_type="IDNPS",
        organization=Organization(Identifier("1.2.250.1.71.4.2.2", "300017985"), "CH-A"),
        organization_id_type="FINEG",
    )


def test_a_device_can_be_the_sender() -> None:
    segments = oru()
    segments[SB] = "PRT||UC||SB^^participation||||CH-A||D1^Robot^1.2.250.1.999^ISO"
    sender = read(wire(segments)).sender
    assert sender is not None
    assert sender.person == Person(Identifier("1.2.250.1.999", "D1"), "Robot", device=True)
    assert sender.organization == Organization(None, "CH-A")


def test_a_recipient_is_not_the_sender() -> None:
    assert read(wire(edited(oru(), SB, "SB^", "RCT^"))).sender is None


@pytest.mark.parametrize(
    ("obx_11", "orc_1", "event", "action"),
    [
        ("F", "CA", "R01", Action.SUBMIT),
        ("C", "NW", "R01", Action.REPLACE),
        ("D", "NW", "R01", Action.DELETE),
        ("", "RO", "R01", Action.REPLACE),
        ("P", "CA", "R01", Action.DELETE),
        ("", "", "T10", Action.REPLACE),
        ("", "SC", "T04", Action.DELETE),
        ("", "", "T02", Action.SUBMIT),
    ],
)
def test_the_action_is_obx_11_else_orc_1_else_the_event(
    obx_11: str, orc_1: str, event: str, action: Action
) -> None:
    segments = edited(edited(oru(), 0, "R01^", f"{event}^"), 3, "NW", orc_1)
    segments[5] = segments[5].removesuffix("F") + obx_11
    assert read(wire(segments)).documents[0].action is action


def test_mail_bodies_and_metadata_are_not_documents() -> None:
    data = base64_of(b"Bonjour")
    body = f"OBX|6|ED|CORPSMAIL_PS^Corps^MetaDMPMSS||^TEXT^^Base64^{data}||||||F"
    older = f"OBX|7|ED|CORPSMAIL_PATIENT^Corps||^TEXT^^Base64^{data}||||||F"
    reading = read(wire([*oru(), body, older]))
    assert reading.findings == ()
    assert len(reading.documents) == 1


@pytest.mark.parametrize(
    ("code", "system", "kind"),
    [
        ("11502-2", "2.16.840.1.113883.6.1", Kind.LAB),
        ("51969-4", "2.16.840.1.113883.6.1", Kind.LAB),
        ("18748-4", "2.16.840.1.113883.6.1", Kind.IMAGING),
        ("IMG-KOS", "1.2.250.1.213.1.1.4.12", Kind.IMAGING),
        ("55115-0", "2.16.840.1.113883.6.1", Kind.DOCUMENT),
        ("11490-0", "2.16.840.1.113883.6.1", Kind.DISCHARGE),
        ("34112-3", "2.16.840.1.113883.6.1", Kind.DISCHARGE),
        ("57833-6", "2.16.840.1.113883.6.1", Kind.DOCUMENT),
        ("11502-2", "9.9.9", Kind.DOCUMENT),
    ],
)
def test_the_document_type_decides_the_kind(code: str, system: str, kind: Kind) -> None:
    text = CDA_TEXT.replace(
        'code="11502-2" codeSystem="2.16.840.1.113883.6.1"', f'code="{code}" codeSystem="{system}"'
    )
    assert read(text.encode()).kind is kind
    assert read(wire(oru(base64_of(text.encode())))).kind is kind


def test_an_unreadable_document_still_has_a_kind_from_obx_3() -> None:
    segments = edited(oru(base64_of(b"no xml")), 5, "11502-2^CR d'examens biologiques", "18748-4^CR")
    assert read(wire(segments)).kind is Kind.IMAGING


@pytest.mark.parametrize(
    ("message_type", "kind"),
    [
        ("ADT^A01^ADT_A01", Kind.CONSENT),
        ("ACK^R01^ACK", Kind.ACKNOWLEDGEMENT),
        ("ZAM^Z01^ZAM_Z01", Kind.ACKNOWLEDGEMENT),
        ("ORU^R01^ORU_R01", Kind.LAB),
        ("MDM^T02^MDM_T02", Kind.DOCUMENT),
        ("OUL^R22", Kind.DOCUMENT),
        ("", Kind.DOCUMENT),
    ],
)
def test_without_a_document_the_message_type_decides(message_type: str, kind: Kind) -> None:
    segments = edited(oru(), 0, "ORU^R01^ORU_R01", message_type)[:4]
    reading = read(wire([*segments, "MSA|AA|1"]))
    assert (reading.kind, reading.documents, reading.findings) == (kind, (), ())
    assert (reading.message_type or "") == message_type
