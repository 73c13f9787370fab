"""One valid CDA and one valid message, synthetic, to be broken one thing at a time."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from gateway.model import Finding, Reading

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
HL7V2 = SHARED / "examples" / "hl7v2"
CDA = SHARED / "examples" / "cda"
needs_examples = pytest.mark.skipif(not HL7V2.is_dir(), reason="official examples (../shared) are absent")

LOINC = "2.16.840.1.113883.6.1"
PRACTITIONER = "1.2.250.1.71.4.2.1"
STRUCTURE = "1.2.250.1.71.4.2.2"

CDA_TEXT = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- synthetic -->
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:ps3-20="urn:dicom-org:ps3-20">
  <realmCode code="FR"/>
  <templateId root="2.16.840.1.113883.2.8.2.1"/>
  <templateId root="1.2.250.1.213.1.1.1.1"/>
  <id root="1.2.250.1.999.1.7"/>
  <code code="11502-2" codeSystem="{LOINC}" displayName="CR d'examens biologiques"/>
  <title>Compte rendu <!-- note -->d'été</title>
  <effectiveTime value="20260302101500+0100"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25" displayName="Normal"/>
  <languageCode code="fr-FR"/>
  <setId root="1.2.250.1.999.1"/>
  <versionNumber value="2"/>
  <recordTarget><patientRole>
    <id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>
    <id nullFlavor="UNK"/>
    <id root="1.2.250.1.999.2" extension="P12"/>
    <patient>
      <name>
        <given>AGATHE ZOE</given><given qualifier="BR">AGATHE</given><given qualifier="CL">ZOE</given>
        <family qualifier="BR">SPECIMEN</family><family qualifier="SP">EXEMPLE</family>
      </name>
      <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="19790328"/>
      <birthplace><place><addr><county>63220</county></addr></place></birthplace>
    </patient>
  </patientRole></recordTarget>
  <author>
    <functionCode code="ATTPHYS" displayName="Responsable"/>
    <time value="20260302101400+0100"/>
    <assignedAuthor>
      <id root="{PRACTITIONER}" extension="801234567866"/>
      <code code="G15_10/SM03" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Biologiste"/>
      <assignedPerson><name><given>Luc</given><family>MARTIN</family></name></assignedPerson>
      <representedOrganization>
        <id root="{STRUCTURE}" extension="1300017985"/><name>Laboratoire A</name>
      </representedOrganization>
    </assignedAuthor>
  </author>
  <author>
    <time nullFlavor="NA"/>
    <assignedAuthor>
      <id root="1.2.250.1.999.3" extension="D1"/>
      <assignedAuthoringDevice>
        <manufacturerModelName>Modele</manufacturerModelName><softwareName>Logiciel</softwareName>
      </assignedAuthoringDevice>
    </assignedAuthor>
  </author>
  <custodian><assignedCustodian><representedCustodianOrganization>
    <id root="{STRUCTURE}" extension="1300017985"/><name>Laboratoire A</name>
  </representedCustodianOrganization></assignedCustodian></custodian>
  <legalAuthenticator><time value="20260302101500+0100"/><signatureCode code="S"/><assignedEntity>
    <id root="{PRACTITIONER}" extension="801234567897"/>
    <assignedPerson><name><family>DURAND</family><given>Eve</given></name></assignedPerson>
  </assignedEntity></legalAuthenticator>
  <inFulfillmentOf><order>
    <id root="1.2.250.1.999.4" extension="O1"/>
    <ps3-20:accessionNumber root="1.2.250.1.999.5" extension="A1"/>
  </order></inFulfillmentOf>
  <documentationOf><serviceEvent>
    <code code="18727-8" codeSystem="{LOINC}"/>
  </serviceEvent></documentationOf>
  <documentationOf><serviceEvent>
    <id root="1.2.250.1.999.6"/>
    <code code="18719-5" codeSystem="{LOINC}" displayName="Biochimie">
      <translation code="CT" codeSystem="1.2.840.10008.2.16.4" displayName="Scanner"/>
    </code>
    <effectiveTime><low value="20260301"/><high value="20260302"/></effectiveTime>
    <performer typeCode="PRF"><assignedEntity>
      <id root="{PRACTITIONER}" extension="801234567897"/>
      <assignedPerson><name><family>DURAND</family><given>Eve</given></name></assignedPerson>
      <representedOrganization>
        <standardIndustryClassCode code="AMBULATOIRE" codeSystem="1.2.250.1.213.1.1.4.9"/>
      </representedOrganization>
    </assignedEntity></performer>
  </serviceEvent></documentationOf>
  <relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.250.1.999.1.6"/></parentDocument></relatedDocument>
  <componentOf><encompassingEncounter>
    <effectiveTime><low value="20260301"/><high value="20260303"/></effectiveTime>
    <location><healthCareFacility>
      <code code="SA25" codeSystem="1.2.250.1.71.4.2.4" displayName="Laboratoire"/>
    </healthCareFacility></location>
  </encompassingEncounter></componentOf>
  <component><nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0=</text></nonXMLBody></component>
</ClinicalDocument>
"""  # noqa: E501
CDA_BYTES = CDA_TEXT.encode()


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def metadata(code: str, value: str, number: int) -> str:
    return f"OBX|{number}|CE|{code}^x^MetaDMPMSS||{value}^^expandedYes-NoIndicator||||||F"


def oru(document: str | None = None, charset: str = "UNICODE UTF-8") -> list[str]:
    """The segments of an ORU with one CDA, DESTDMP=Y and a sender."""
    data = base64_of(CDA_BYTES) if document is None else document
    return [
        rf"MSH|^~\&|SIL-A|CH-A|PFI|CH-A|20260302101500||ORU^R01^ORU_R01|A-0001|T|2.5|||||FRA|{charset}"
        "|||2.1^CISIS_CDA_HL7_V2",
        "PID|1||279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS~P12^^^CH-A^PI"
        "||SPECIMEN^AGATHE^AGATHE^^^^L||19790328|F",
        "PV1|1|I",
        "ORC|NW",
        "OBR|1|||11502-2^CR d'examens biologiques^LN",
        f"OBX|1|ED|11502-2^CR d'examens biologiques^LN||^TEXT^XML^Base64^{data}||||||F",
        "PRT||UC||SB^Send by^participation|801234567866^MARTIN^Luc^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO"
        "^D^^^IDNPS|||CH-A^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^300017985",
        metadata("MASQUE_PS", "N", 2),
        metadata("INVISIBLE_PATIENT", "Y", 3),
        metadata("DESTDMP", "Y", 4),
        metadata("ACK_RECEPTION", "Y", 5),
    ]


def wire(segments: list[str], end: str = "\r", codec: str = "utf-8") -> bytes:
    return "".join(segment + end for segment in segments).encode(codec)


def edited(segments: list[str], number: int, old: str, new: str) -> list[str]:
    """The same segments with one text of one of them replaced; the text must be there."""
    assert old in segments[number]
    return [text.replace(old, new) if place == number else text for place, text in enumerate(segments)]


def rules_of(reading: Reading, *, errors: bool = True) -> list[str]:
    return [finding.rule for finding in reading.findings if finding.is_error or not errors]


def only(reading: Reading) -> Finding:
    """The single finding of a reading."""
    assert len(reading.findings) == 1, [str(finding.location) for finding in reading.findings]
    return reading.findings[0]


def official_messages() -> list[Path]:
    files = sorted(HL7V2.glob("*")) if HL7V2.is_dir() else []
    return [path for path in files if path.suffix.lower() not in (".xml", ".csv")]


def official_documents() -> list[Path]:
    files = [*sorted(CDA.glob("*")), *sorted(HL7V2.glob("*"))] if HL7V2.is_dir() else []
    return [path for path in files if path.suffix.lower() == ".xml"]
