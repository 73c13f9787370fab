"""A valid CDA, a valid ORU and a valid MDM about a patient who does not exist, and ways to break them."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from gateway.model import Finding
from gateway.parsers import read
from gateway.validators.documents import judge_documents
from gateway.validators.settings import JudgeSettings

TRIAL, PRODUCTION = JudgeSettings(), JudgeSettings(environment="production")
STRICT = JudgeSettings(strict_matrix=True)


def with_key(core: str) -> str:
    """The INS made of these 13 characters and their key."""
    digits = core.replace("2A", "19").replace("2B", "18")
    return f"{core}{97 - int(digits) % 97:02d}"


INS = with_key("2990199000001")
OTHER_INS = with_key("1880299000002")

CDA = f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
 <realmCode code="FR"/>
 <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
 <templateId root="2.16.840.1.113883.2.8.2.1"/>
 <templateId root="1.2.250.1.213.1.1.1.1"/>
 <templateId root="1.3.6.1.4.1.19376.1.2.20"/>
 <id root="1.2.250.1.999.1.1"/>
 <code code="11502-2" codeSystem="2.16.840.1.113883.6.1" displayName="CR d'examens biologiques"/>
 <title>Compte rendu d'essai</title>
 <effectiveTime value="20260302101500+0100"/>
 <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25" displayName="Normal"/>
 <languageCode code="fr-FR"/>
 <setId root="1.2.250.1.999.1"/>
 <versionNumber value="1"/>
 <recordTarget>
  <patientRole>
   <id root="1.2.250.1.213.1.4.10" extension="{INS}"/>
   <id root="1.2.250.1.999.7" extension="IPP-42"/>
   <patient>
    <name>
     <family qualifier="BR">ESSAI-UN</family>
     <given>CAMILLE ALIX</given>
     <given qualifier="BR">CAMILLE</given>
    </name>
    <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
    <birthTime value="19990115"/>
    <birthplace><place><addr>
     <county>75056</county>
    </addr></place></birthplace>
   </patient>
  </patientRole>
 </recordTarget>
 <author>
  <time value="20260302100000+0100"/>
  <assignedAuthor>
   <id root="1.2.250.1.71.4.2.1" extension="899700000017"/>
   <assignedPerson><name><family>AUTEUR</family><given>Luc</given></name></assignedPerson>
  </assignedAuthor>
 </author>
 <custodian>
  <assignedCustodian><representedCustodianOrganization>
   <id root="1.2.250.1.71.4.2.2" extension="1990000001"/>
   <name>LABO D'ESSAI</name>
   <telecom nullFlavor="UNK"/>
   <addr nullFlavor="UNK"/>
  </representedCustodianOrganization></assignedCustodian>
 </custodian>
 <legalAuthenticator>
  <time value="20260302101500+0100"/>
  <signatureCode code="S"/>
  <assignedEntity>
   <id root="1.2.250.1.71.4.2.1" extension="899700000017"/>
   <assignedPerson><name><family>RESPONSABLE</family></name></assignedPerson>
  </assignedEntity>
 </legalAuthenticator>
 <documentationOf>
  <serviceEvent>
   <effectiveTime>
    <low value="20260302090000+0100"/>
    <high value="20260302093000+0100"/>
   </effectiveTime>
   <performer typeCode="PRF"><assignedEntity><id nullFlavor="NA"/><representedOrganization>
    <standardIndustryClassCode code="AMBULATOIRE" codeSystem="1.2.250.1.213.1.1.4.9" displayName="Soins"/>
   </representedOrganization></assignedEntity></performer>
  </serviceEvent>
 </documentationOf>
 <componentOf>
  <encompassingEncounter>
   <effectiveTime><low value="20260302080000+0100"/></effectiveTime>
   <location><healthCareFacility>
    <code code="SA25" codeSystem="1.2.250.1.71.4.2.4" displayName="Laboratoire"/>
   </healthCareFacility></location>
  </encompassingEncounter>
 </componentOf>
 <component>
  <nonXMLBody><text mediaType="text/plain" representation="B64">RXNzYWk=</text></nonXMLBody>
 </component>
</ClinicalDocument>
"""
REPLACES = ' <relatedDocument typeCode="RPLC"><parentDocument>\n  <id root="1.2.250.1.999.1.0"/>\n'
REPLACES += " </parentDocument></relatedDocument>\n"


def changed(text: str, *edits: tuple[str, str]) -> str:
    """``text`` after each (old, new); every old is there exactly once."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


CDA_REPLACING = changed(CDA, (" <recordTarget>\n", REPLACES + " <recordTarget>\n"))
CDA_LEVEL_3 = changed(
    CDA,
    ('<id root="1.2.250.1.999.1.1"/>', '<id root="1.2.250.1.999.1.3"/>'),
    (
        '<nonXMLBody><text mediaType="text/plain" representation="B64">RXNzYWk=</text></nonXMLBody>',
        "<structuredBody/>",
    ),
)

_ROWS = (
    "MASQUE_PS^Masqué aux professionnels de Santé",
    "INVISIBLE_PATIENT^Document Non Visible par le patient",
    "INVISIBLE_REP_LEGAUX^Non visible par les représentants Légaux du patient",
    "CONNEXION_SECRETE^Connexion Secrete",
    "MODIF_CONF_CODE^Modification Confidentiality Code",
    "DESTDMP^Destinataire DMP",
    "DESTMSSANTEPS^Destinataire Professionnel de Santé",
    "DESTMSSANTEPAT^Destinataire Patient",
    "ACK_RECEPTION^Accusé de réception",
    "ACK_LECTURE_MSS^Accusé de lecture",
)
_PRO = "ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
PRT_SB = (
    f"PRT||UC||SB^Send by^participation|899700000017^AUTEUR^Luc^^^^^^{_PRO}|||"
    "LABO^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^1990000001"
)
PRT_RCT = (
    f"PRT||UC||RCT^Result Copies To^participation|899700000025^DEST^Eve^^^^^^{_PRO}"
    "||||||||||^^X.400^eve.dest@exemple.mssante.fr"
)
PRT_PATIENT = (
    f"PRT||UC||RCT^Result Copies To^participation|{INS}^ESSAI-UN^CAMILLE^^^^^^"
    "ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^L^^^INS"
    f"||||||||||^^X.400^{INS}@patient.mssante.fr"
)
PRT_REPLY = "PRT||UC||REPLY^Reply To^participation|||||||||||^^X.400^reponse@exemple.mssante.fr"
PID = (
    f"PID|||{INS}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
    "~IPP-42^^^LABO&1.2.250.1.999.7&ISO^PI||ESSAI-UN^CAMILLE^CAMILLE ALIX^^^^L||19990115|F|||"
    "1 RUE DE L ESSAI^^PARIS^^75001^FRA^H~^^^^^^BDL^^75056" + "|" * 21 + "VALI"
)


def oru(cda: str = CDA, second: str = "", *, status: str = "F", wishes: str = "NNNNNYNNNN") -> str:
    """An ORU that asks for the DMP only; ``wishes`` are the ten flags in order."""
    lines = [
        _header("ORU^R01^ORU_R01|A-1|T|2.5"),
        PID,
        "PV1|1|I|||||||||||||||||V88^^^CH^VN",
        "ORC|" + {"F": "NW", "C": "RO", "D": "CA"}[status],
        "OBR|1|||11502-2^CR d'examens biologiques^LN",
        _document(1, cda, "TEXT", status),
        PRT_SB,
    ]
    if second:
        lines.append(_document(2, second, "TEXT", status))
    first_row = 3 if second else 2
    return "\r".join([*lines, *_rows(first_row, "CE", wishes)]) + "\r"


def mdm(cda: str = CDA, *, status: str = "F", wishes: str = "NNNNNYNNNN") -> str:
    """An MDM that asks for the DMP only."""
    event = {"F": "T02", "C": "T10", "D": "T04"}[status]
    parent = "1.2.250.1.999.1.0" if status == "C" else ""
    lines = [
        _header(f"MDM^{event}^MDM_T02|B-1|T|2.6"),
        "EVN||20260302101500",
        PID,
        "PV1|1|I|||||||||||||||||V88^^^CH^VN",
        "ORC|" + {"F": "NW", "C": "RO", "D": "CA"}[status],
        "OBR|1|||11502-2^CR d'examens biologiques^LN",
        f"TXA|1|11502-2|TEXT|||||||||1.2.250.1.999.1.1|{parent}||||AU",
        _document(1, cda, "text", status),
        PRT_SB,
    ]
    return "\r".join([*lines, *_rows(2, "CWE", wishes)]) + "\r"


def _header(nature: str) -> str:
    start = r"MSH|^~\&|SIL|CH|PFI|CH|20260302101500||"
    return f"{start}{nature}|||||FRA|UNICODE UTF-8|||2.1^CISIS_CDA_HL7_V2"


def _document(number: int, cda: str, subtype: str, status: str) -> str:
    data = base64.b64encode(cda.encode()).decode()
    return f"OBX|{number}|ED|11502-2^CR d'examens biologiques^LN||^{subtype}^XML^Base64^{data}||||||{status}"


def _rows(first: int, value_type: str, wishes: str) -> Iterable[str]:
    for number, (row, wish) in enumerate(zip(_ROWS, wishes, strict=True), start=first):
        value = f"{wish}^^expandedYes-NoIndicator"
        yield f"OBX|{number}|{value_type}|{row}^MetaDMPMSS||{value}||||||F"


def judged(text: str, settings: JudgeSettings = TRIAL) -> list[Finding]:
    """What parsers and document judges say."""
    reading = read(text.encode())
    return [*reading.findings, *judge_documents(reading, settings)]


def told(finding: Finding) -> tuple[str, str, str | None, str | None, str]:
    return (
        finding.rule,
        str(finding.location),
        finding.hl7_code,
        finding.application_code,
        finding.severity.value,
    )


def line_of(text: str, marker: str) -> int:
    """The line of the only place where ``marker`` is, counted from 1."""
    assert text.count(marker) == 1, f"{marker!r} is there {text.count(marker)} times"
    return text[: text.index(marker)].count("\n") + 1
