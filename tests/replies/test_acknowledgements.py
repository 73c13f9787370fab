"""The technical acknowledgement: exact to the field, for any message of which MSH could be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.model import Finding, Location, Severity, Verdict
from gateway.parsers import read, read_header
from gateway.routes.ack import build_ack
from gateway.routes.replies import acknowledge, unable
from tests.replies.samples import MOMENT, hl7apy_accepts_ack, judged, lines, messages, valid

ORU, MDM = "lab-oru-nfs-glycemie.hl7", "imaging-mdm-t04-echographie.hl7"


def answer(body: bytes) -> bytes:
    known = judged(body)
    assert known.reading.message is not None
    return build_ack(known.reading.message, acknowledge(known.verdict), MOMENT, "A0001")


def error(location: Location, hl7_code: str, application_code: str | None = None) -> Finding:
    return Finding("R.X", Severity.ERROR, location, "à corriger", "mend it", hl7_code, application_code)


def test_a_good_oru_is_answered_field_by_field_as_the_guide_says() -> None:
    assert answer(valid(ORU)) == (
        b"MSH|^~\\&|PFI-EXEMPLE|LABO-EXEMPLE|SIL-EXEMPLE|LABO-EXEMPLE|20260302091500+0000||ACK^R01^ACK"
        b"|A0001|T|2.5|||||FRA|UNICODE UTF-8\r"
        b"MSA|AA|LABO-0001\r"
    )


def test_an_mdm_is_answered_in_2_6_with_its_own_event_and_without_a_profile() -> None:
    [msh] = lines(answer(valid(MDM)))["MSH"]
    assert (msh[9], msh[12], len(msh)) == ("ACK^T04^ACK", "2.6", 19)


def test_an_adt_is_answered_in_2_5() -> None:
    [msh] = lines(answer(valid("consent-adt-a01-non-opposition.hl7")))["MSH"]
    assert (msh[9], msh[12]) == ("ACK^A01^ACK", "2.5")


def test_the_answer_is_written_in_the_character_set_received() -> None:
    body = valid("lab-oru-latin9-bilan-lipidique.hl7").replace(b"|ORU^R01^ORU_R01|", b"|ORU^R02^ORU_R01|")
    found = answer(body)
    assert found.startswith(b"MSH")
    assert lines(found)["MSH"][0][18] == "8859/15"
    text = lines(found)["ERR"][0][8]
    assert text.encode("iso-8859-15") in found
    assert not text.isascii()


def test_a_wrong_version_is_ae_203_at_msh_12_as_in_the_guide() -> None:
    found = lines(answer(valid(ORU).replace(b"|2.5|", b"|2.7|", 1)))
    assert found["MSA"] == [["MSA", "AE", "LABO-0001"]]
    assert ["ERR", "", "MSH^1^12", "203^Unsupported version id^messageErrorCondition", "E"] in [
        err[:5] for err in found["ERR"]
    ]


def test_every_error_has_its_err_and_warnings_have_none() -> None:
    message = read(valid(ORU)).message
    assert message is not None
    where = Location("OBX", 1, 5, 1, 4)
    warning = Finding("R.Y", Severity.WARNING, where, "", "", "103")
    findings = (error(where, "103"), warning, error(Location("PID", 1, 3, 2, 4, 2), "207", "904"))
    found = lines(build_ack(message, acknowledge(Verdict(findings)), MOMENT, "A"))["ERR"]
    assert [err[2:6] for err in found] == [
        ["OBX^1^5^1^4", "103^Table value not found^messageErrorCondition", "E", ""],
        [
            "PID^1^3^2^4^2",
            "207^Application error^messageErrorCondition",
            "E",
            "904^INS ou traits différents de ceux connus du récepteur^applicationErrorCode",
        ],
    ]


def test_two_rules_at_one_place_are_one_err_that_names_both() -> None:
    findings = [error(Location("MSH", field=9), "200") for _ in range(2)]
    named = [Finding(rule, *_rest(one)) for rule, one in zip(("R.A", "R.B"), findings, strict=True)]
    [only] = acknowledge(Verdict(tuple(named))).errors
    assert only.rules == ("R.A", "R.B")


def _rest(finding: Finding) -> tuple[Severity, Location, str, str, str | None]:
    return finding.severity, finding.location, finding.text_fr, finding.text_en, finding.hl7_code


def test_warnings_alone_are_aa_without_err() -> None:
    body = valid(ORU).replace(b"\r", b"\r\n")
    assert judged(body).verdict.warnings
    assert set(lines(answer(body))) == {"MSH", "MSA"}


def test_a_message_of_which_only_msh_is_readable_is_answered() -> None:
    body = b"MSH|^~\\&|SIL|LABO\r\x00\x01 garbage\r"
    found = lines(answer(body))
    assert found["MSH"][0][3:12] == [
        "",
        "",
        "SIL",
        "LABO",
        "20260302091500+0000",
        "",
        "ACK^^ACK",
        "A0001",
        "P",
    ]
    assert found["MSA"] == [["MSA", "AE", '""']]
    assert found["ERR"]


def test_delimiters_of_the_request_do_not_leak_into_the_answer() -> None:
    body = b"MSH#$%@!#SIL$1.2.3$ISO#LA|BO#PFI#CH#20260302#x#ORU$R01$ORU_R01#a^1#P#2.5#####FRA#UNICODE UTF-8\r"
    found = lines(answer(body))
    assert found["MSH"][0][5:7] == ["SIL^1.2.3^ISO", "LA\\F\\BO"]
    assert found["MSA"][0][2] == "a\\S\\1"


def test_ar_is_for_a_temporary_inability_and_says_so() -> None:
    request = read_header(valid(ORU))
    assert request is not None
    body = build_ack(request, unable("Réessayez plus tard."), MOMENT, "A")
    found = lines(body)
    assert found["MSA"][0][1] == "AR"
    assert found["ERR"][0][3] == "207^Application error^messageErrorCondition"
    assert found["ERR"][0][5].startswith("906^")
    assert hl7apy_accepts_ack(body)


@pytest.mark.parametrize("body", [b"", b"<a/>", b"PID|1", b"MSH|^~\\&|A|B|C|D|2026||ACK^R01^ACK|1|P|2.5"])
def test_nothing_is_read_to_answer_where_nothing_can_be_answered(body: bytes) -> None:
    assert read_header(body) is None


@pytest.mark.parametrize("path", messages(), ids=lambda path: path.name)
def test_hl7apy_accepts_the_acknowledgement_of(path: Path) -> None:
    known = judged(path.read_bytes())
    if known.reading.message is None:
        pytest.skip("no MSH: nothing to acknowledge")
    found = build_ack(known.reading.message, acknowledge(known.verdict), MOMENT, "A" * 20)
    assert hl7apy_accepts_ack(found)
    segments = lines(found)
    assert (segments["MSA"][0][1] == "AA") == known.verdict.accepted
    assert ("ERR" in segments) != known.verdict.accepted
    for err in segments.get("ERR", []):
        assert err[3].split("^")[2] == "messageErrorCondition"
        assert (err[3].startswith("207^")) == bool(err[5] if len(err) > 5 else "")
