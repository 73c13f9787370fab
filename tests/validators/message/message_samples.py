"""Valid messages with synthetic patients, and the tools to break one thing in them."""

from __future__ import annotations

from dataclasses import replace

from gateway.model import CdaHeader, Code, Document, Flags, Identifier, Kind, Message, Reading, Segment
from gateway.model.hl7 import Separators
from gateway.nomenclature import LOINC
from gateway.validators import judge_message
from gateway.validators.settings import JudgeSettings

_PID = (
    "PID|1||279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS~P12^^^CH-A^PI||"
    "PAT-TROIS^DOMINIQUE^DOMINIQUE^^^^L||19790328|F|||1 rue A^^PARIS^^75001^FRA^H~^^^^^^BDL^^63220|||||||"
    "D77^^^CH-A^AN||||||||||||||VALI"
)
_PV1 = "PV1|1|I|||||||||||||||||V88^^^CH-A^VN"
_PRT = (
    "PRT||UC||SB^Send by^participation|801234567866^MARTIN^Luc^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^"
    "IDNPS|||CH-A^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^300017985"
)
_METADATA = (
    ("MASQUE_PS", "N"),
    ("INVISIBLE_PATIENT", "N"),
    ("INVISIBLE_REP_LEGAUX", "N"),
    ("CONNEXION_SECRETE", "N"),
    ("MODIF_CONF_CODE", "N"),
    ("DESTDMP", "Y"),
    ("DESTMSSANTEPS", "N"),
    ("DESTMSSANTEPAT", "N"),
    ("ACK_RECEPTION", "N"),
    ("ACK_LECTURE_MSS", "N"),
)
_OBR = "OBR|1|||11502-2^CR d'examens biologiques^LN"


def _msh(code: str, version: str, profile: str = "2.1^CISIS_CDA_HL7_V2") -> str:
    return (
        f"MSH|^~\\&|SIL-A|CH-A|PFI|CH-A|20260302101500||{code}|A-0001|T|{version}|||||FRA|UNICODE UTF-8"
        f"|||{profile}"
    )


def _observations(kind: str, media: str) -> list[str]:
    coded = [
        f"OBX|{number}|{kind}|{name}^{name}^MetaDMPMSS||{value}^^expandedYes-NoIndicator||||||F"
        for number, (name, value) in enumerate(_METADATA, 2)
    ]
    document = f"OBX|1|ED|11502-2^CR d'examens biologiques^LN||^{media}^XML^Base64^PENsaW5pY2FsLz4=||||||F"
    return [document, _PRT, *coded]


ORU = "\r".join((_msh("ORU^R01^ORU_R01", "2.5"), _PID, _PV1, "ORC|NW", _OBR, *_observations("CE", "TEXT")))
MDM = "\r".join(
    (
        _msh("MDM^T02^MDM_T02", "2.6"),
        "EVN||20260302101500",
        _PID,
        _PV1,
        "ORC|NW",
        _OBR,
        "TXA|1|11502-2|TEXT|||||||||1.2.250.9.1|||||AU",
        *_observations("CWE", "text"),
    )
)
ADT = "\r".join(
    (
        _msh("ADT^A01^ADT_A01", "2.5^FRA^2.11", "2.11^IHE_FRANCE-2.11-PAM"),
        "EVN||20260302101500||||20260302101500",
        _PID,
        _PV1,
        "ZBE|312^CHU-A^000897406|20260302101500||INSERT|N||Chir^^^^^^UF^^^6268||HMS",
        "ZFA|ACTIF|20260302101500|||||||INO|20260302101500|IC|20260302101500",
    )
)
REPLACEMENT = MDM.replace("MDM^T02", "MDM^T10").replace("ORC|NW", "ORC|RO").replace("=||||||F", "=||||||C")
REPLACEMENT = REPLACEMENT.replace("|1.2.250.9.1|||||AU", "|1.2.250.9.1|1.2.250.9.0||||AU")
HEADER = CdaHeader(unique_id=Identifier("1.2.250.9.1"), code=Code("11502-2", LOINC))
NEW_VERSION = replace(HEADER, replaces=(Identifier("1.2.250.9.0"),))


def change(text: str, spot: str, value: str) -> str:
    """The message with one field replaced; ``spot`` is ``PID-3`` or ``OBX[2]-5``."""
    name, _, number = spot.partition("-")
    name, _, occurrence = name.rstrip("]").partition("[")
    lines = text.split("\r")
    at = [n for n, line in enumerate(lines) if line.startswith(name + "|")][int(occurrence or 1) - 1]
    fields = lines[at].split("|")
    index = int(number) - 1 if name == "MSH" else int(number)
    fields += [""] * (index + 1 - len(fields))
    fields[index] = value
    lines[at] = "|".join(fields)
    return "\r".join(lines)


def without(text: str, *names: str) -> str:
    return "\r".join(line for line in text.split("\r") if line[:3] not in names)


def insert(text: str, before: str, *segments: str) -> str:
    """The message with segments put before the first segment called ``before``."""
    lines = text.split("\r")
    at = next(n for n, line in enumerate(lines) if line.startswith(before))
    return "\r".join((*lines[:at], *segments, *lines[at:]))


def read(text: str, header: CdaHeader | None = None) -> Reading:
    """A reading of ``text`` without the parsers: this room is judged alone."""
    marks, seen, segments = Separators(), dict[str, int](), []
    for number, line in enumerate(text.split("\r"), 1):
        fields = line.split("|")
        name = fields[0]
        seen[name] = seen.get(name, 0) + 1
        raw = (name, "|", *fields[1:]) if name == "MSH" else tuple(fields)
        segments.append(Segment(name, raw, number, seen[name], marks))
    asked = "DESTDMP^DESTDMP^MetaDMPMSS||Y" in text
    documents = (Document(b"", header=header),) if header is not None else ()
    message = Message(tuple(segments), marks, "utf-8")
    kind = Kind.ACKNOWLEDGEMENT if "|ACK^" in text else Kind.LAB
    return Reading(kind, message, documents, replace(Flags(), destdmp=asked))


def told(
    text: str, settings: JudgeSettings | None = None, header: CdaHeader | None = None
) -> tuple[set[tuple[str, str, str | None]], set[tuple[str, str, str | None]]]:
    """Errors and warnings as (rule, location, code); code is ``207+905`` with an application code."""
    errors, warnings = set(), set()
    for finding in judge_message(read(text, header), settings or JudgeSettings()):
        code = "+".join(filter(None, (finding.hl7_code, finding.application_code))) or None
        (errors if finding.is_error else warnings).add((finding.rule, str(finding.location), code))
    return errors, warnings
