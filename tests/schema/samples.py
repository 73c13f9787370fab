"""A small CDA of our own with the extensions in it, and how to break it in one place."""

from __future__ import annotations

from lxml import etree

from gateway.model import Document, Finding, Location
from gateway.validators.schema import judge_schema

SAMPLE = """<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:sdtc="urn:hl7-org:sdtc" xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2"
  xmlns:pharm="urn:ihe:pharm:medication" xmlns:dicom="urn:dicom-org:ps3-20">
<realmCode code="FR"/>
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<templateId root="2.16.840.1.113883.2.8.2.1"/>
<id root="1.2.250.1.999.1.1.1"/>
<code code="11502-2" codeSystem="2.16.840.1.113883.6.1" sdtc:valueSet="1.2.3"/>
<title>Compte rendu</title>
<effectiveTime value="20260102093000+0100"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
<languageCode code="fr-FR"/>
<recordTarget><patientRole>
<id root="1.2.250.1.213.1.4.10" extension="160012B23456757"/>
<patient><name><family qualifier="BR">MARTIN</family><given>Alix</given></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
<birthTime value="19600101"/>
<sdtc:multipleBirthInd value="true"/>
<sdtc:multipleBirthOrderNumber value="2"/>
</patient></patientRole></recordTarget>
<author><time value="20260102"/><assignedAuthor><id root="1.2.3"/></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization>
<id root="1.2.3"/>
</representedCustodianOrganization></assignedCustodian></custodian>
<inFulfillmentOf><order>
<id root="1.2.3"/><dicom:accessionNumber root="1.2.4" extension="A1"/>
</order></inFulfillmentOf>
<documentationOf><serviceEvent><lab:statusCode code="completed"/></serviceEvent></documentationOf>
<component><structuredBody>
<component><section>
<code code="18719-5" codeSystem="2.16.840.1.113883.6.1"/>
<text><table><tbody><tr><td ID="c1">Potassium <sup>+</sup></td></tr></tbody></table></text>
<entry>
<observation classCode="OBS" moodCode="EVN">
<code code="2823-3" codeSystem="2.16.840.1.113883.6.1"/>
<statusCode code="completed"/>
<value xsi:type="PQ" value="5.1" unit="mmol/L"/>
</observation>
</entry>
<entry>
<substanceAdministration classCode="SBADM" moodCode="INT">
<consumable><manufacturedProduct><manufacturedMaterial>
<pharm:formCode code="a"><pharm:originalText>comprimé</pharm:originalText></pharm:formCode>
<pharm:ingredient classCode="ACTI">
<pharm:quantity><numerator xsi:type="PQ" value="1"/><denominator xsi:type="PQ" value="1"/></pharm:quantity>
</pharm:ingredient>
</manufacturedMaterial></manufacturedProduct></consumable>
</substanceAdministration>
</entry>
</section></component>
</structuredBody></component>
</ClinicalDocument>"""


def changed(old: str, new: str) -> str:
    """The sample with one piece replaced; the piece must be there exactly once."""
    assert SAMPLE.count(old) == 1, old
    return SAMPLE.replace(old, new)


def line_of(text: str, marker: str) -> int:
    """The line of the first ``marker``, from 1."""
    return text[: text.index(marker)].count("\n") + 1


def judged(text: str, origin: Location | None = None) -> list[Finding]:
    content = text.encode()
    document = Document(content, root=etree.fromstring(content), origin=origin or Location())
    return list(judge_schema(document))
