"""The business acknowledgement ZAM^Z01: what the DMP answered, for those who asked to know."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from gateway.model import Ack, DeadLetter, Envelope, Location, Receipt, Retry, Settlement, Stage
from gateway.parsers import read
from gateway.pipeline import REFUSED_BY_STORE, Climbed
from gateway.routes.zam import not_delivered, refused_by_dmp, zam_z01
from gateway.validators import rules_lifecycle
from gateway.worker.loop import _given_up
from gateway.worker.replies import control_id_of, is_acknowledged, replies_of
from tests.replies.samples import MOMENT, hl7apy_accepts_zam, judged, lines, messages, valid

ORU = "lab-oru-nfs-glycemie.hl7"
DONE = Ack((Receipt("Success"),))
REFUSED = DeadLetter("DMPClosed", Stage.SUBMITTED, (REFUSED_BY_STORE.at(Location()),))


def envelope(body: bytes, **more: object) -> Envelope:
    given = Envelope(body, "m-1", "intake.lab", "lab.labo-exemple", MOMENT, MOMENT)
    return dataclasses.replace(given, **more)  # type: ignore[arg-type]


def climbed(settlement: Settlement, body: bytes = valid(ORU), **more: object) -> Climbed:
    return Climbed(envelope(body, **more), settlement, judged(body))


def sorts(one: Climbed) -> list[str]:
    return [reply.sort for reply in replies_of(one)]


def zam(one: Climbed) -> dict[str, list[list[str]]]:
    return lines(next(reply.body for reply in replies_of(one) if reply.sort == "zam"))


def test_a_deposit_is_told_as_y_field_by_field() -> None:
    request = read(valid(ORU)).message
    assert request is not None
    assert zam_z01(request, None, MOMENT, "Z0001").decode() == (
        "MSH|^~\\&|PFI-EXEMPLE|LABO-EXEMPLE|SIL-EXEMPLE|LABO-EXEMPLE|20260302091500+0000||ZAM^Z01^ZAM_Z01|Z0001"
        "|T|2.6|||||FRA|UNICODE UTF-8|||2.1^CISIS_CDA_HL7_V2\r"
        "EVN||20260302091500+0000\r"
        "OBX|1|CWE|ACK_RECEPTION_DMP^Accusé de réception DMP^AckMetierZAM|LABO-0001"
        "|Y^^expandedYes-NoIndicator||||||F\r"
    )


def test_a_refusal_is_told_as_n_with_the_code_of_the_dmp() -> None:
    found = zam(climbed(REFUSED))
    assert found["OBX"][0][5] == "N^^expandedYes-NoIndicator"
    [err] = found["ERR"]
    assert err[3:] == [
        "207^Application error^messageErrorCondition",
        "E",
        "DMPClosed^DMP fermé^DMP_ERROR_CODE",
    ]


def test_giving_up_is_told_as_n_with_906() -> None:
    [err] = zam(climbed(DeadLetter("http-503", Stage.SUBMITTED)))["ERR"]
    assert err[5].startswith("906^Dépôt impossible")
    assert err[5].endswith("^applicationErrorCondition")


def test_giving_up_is_not_taken_for_an_answer_of_the_dmp() -> None:
    letter = _given_up(Retry("XDSRegistryBusy"), 4)
    [err] = zam(climbed(letter))["ERR"]
    assert err[5].startswith("906^Dépôt impossible")


def test_an_opposition_is_told_as_ae_and_as_a_negative_zam() -> None:
    found = rules_lifecycle.DMP_08.at(Location("PID"))
    refused = climbed(DeadLetter("R.DMP.08", Stage.CLASSIFIED, (found,)))
    ack, negative = replies_of(refused)
    assert lines(ack.body)["MSA"][0][1] == "AE"
    assert lines(negative.body)["ERR"][0][5] == (
        "906^Le patient s'est opposé à l'alimentation de son DMP^applicationErrorCondition"
    )


def test_what_is_found_after_aa_is_told_by_a_negative_zam() -> None:
    found = rules_lifecycle.LIF_01.at(Location("OBX"))
    letter = DeadLetter("R.LIF.01", Stage.VALIDATED, (found,))
    assert sorts(climbed(letter)) == ["ack"]
    assert sorts(climbed(letter, attempt=2, headers={"x-dmp-acknowledged": True})) == ["zam"]


@pytest.mark.parametrize(
    "settlement",
    [Retry("http-503"), DeadLetter("R.PID.07", Stage.VALIDATED), Ack(note="recorded")],
    ids=["waiting", "refused by us", "recorded"],
)
def test_without_a_final_answer_of_the_dmp_there_is_no_zam(settlement: Settlement) -> None:
    assert "zam" not in sorts(climbed(settlement))


@pytest.mark.parametrize("flag", [b"ACK_RECEPTION", b"DESTDMP"])
def test_without_both_flags_there_is_no_zam(flag: bytes) -> None:
    start = valid(ORU).index(flag)
    body = valid(ORU)[:start] + valid(ORU)[start:].replace(b"|Y^^", b"|N^^", 1)
    assert "zam" not in sorts(climbed(DONE, body))


def test_the_acknowledgement_is_sent_once_over_all_attempts() -> None:
    waiting = climbed(Retry("http-503"))
    assert sorts(waiting) == ["ack"]
    assert is_acknowledged(waiting)
    again = climbed(DONE, attempt=2, headers={"x-dmp-acknowledged": True})
    assert sorts(again) == ["zam"]


def test_a_redelivery_gives_the_same_bytes_and_the_same_id() -> None:
    first, second = climbed(DONE), climbed(DONE, redelivered=True)
    assert list(replies_of(first)) == list(replies_of(second))
    ids = {reply.control_id for reply in replies_of(first)}
    assert len(ids) == 2
    assert all(len(one) <= 20 for one in ids)


def test_two_messages_of_one_message_id_have_answers_of_their_own() -> None:
    ids = {control_id_of("ack", envelope(body)) for body in (valid(ORU), valid(ORU) + b"ZZZ|1\r")}
    assert len(ids) == 2


def test_bare_documents_and_acknowledgements_are_not_answered() -> None:
    ack = b"MSH|^~\\&|A|B|C|D|20260302||ACK^R01^ACK|1|P|2.5|||||FRA|UNICODE UTF-8\rMSA|AA|2\r"
    assert sorts(climbed(DONE, valid("cda-synthese-medicale.xml"))) == []
    assert sorts(climbed(Ack(note="recorded"), ack)) == []


def test_a_consent_message_is_acknowledged_and_gets_no_zam() -> None:
    assert sorts(climbed(Ack(note="recorded"), valid("consent-adt-a01-non-opposition.hl7"))) == ["ack"]


def test_a_destination_that_is_not_served_is_ae() -> None:
    from gateway.pipeline import nothing_to_submit

    start = valid(ORU).index(b"DESTDMP")
    body = valid(ORU)[:start] + valid(ORU)[start:].replace(b"|Y^^", b"|N^^", 1)
    [reply] = replies_of(climbed(nothing_to_submit(judged(body).reading), body))
    assert lines(reply.body)["MSA"][0][1] == "AE"
    assert lines(reply.body)["ERR"][0][5].startswith("906^")


def test_our_own_defect_is_answered_ar_only_when_we_give_up() -> None:
    lost = DeadLetter("internal-error", Stage.RECEIVED)
    assert list(replies_of(Climbed(envelope(valid(ORU)), Retry("internal-error")))) == []
    assert not is_acknowledged(Climbed(envelope(valid(ORU)), Retry("internal-error")))
    [reply] = replies_of(Climbed(envelope(valid(ORU)), lost))
    assert lines(reply.body)["MSA"][0][1] == "AR"


@pytest.mark.parametrize("path", messages(), ids=lambda path: path.name)
def test_hl7apy_accepts_each_zam_for(path: Path) -> None:
    request = read(path.read_bytes()).message
    if request is None:
        pytest.skip("no MSH: nothing to acknowledge")
    for failure in (None, refused_by_dmp("DMPClosed"), refused_by_dmp("Unheard|Of"), not_delivered()):
        found = zam_z01(request, failure, MOMENT, "Z" * 20)
        assert hl7apy_accepts_zam(found)
        assert ("ERR" in lines(found)) == (failure is not None)
