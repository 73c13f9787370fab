"""A document with everything a header may have, and single defects of it, each named by what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from lxml import etree

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "valid"
_NAMES = {"h": "urn:hl7-org:v3"}
Defect = Callable[[etree._Element], None]

_PERSON = (
    '<id root="1.2.250.1.71.4.2.1" extension="899000000051"/>'
    "<assignedPerson><name><family>PS-ESSAI</family><given>Ana</given></name></assignedPerson>"
)
_MORE = f"""<more xmlns="urn:hl7-org:v3">
<informant before="custodian"><assignedEntity>{_PERSON}</assignedEntity></informant>
<informant before="custodian"><relatedEntity classCode="NOK">
 <relatedPerson><name><family>PROCHE</family></name></relatedPerson></relatedEntity></informant>
<informationRecipient before="legalAuthenticator"><intendedRecipient>
 <id root="1.2.250.1.71.4.2.1" extension="899000000077"/>
 <informationRecipient><name><family>DEST</family></name></informationRecipient>
</intendedRecipient></informationRecipient>
<authenticator before="documentationOf"><time value="20261104164500+0100"/><signatureCode code="S"/>
 <assignedEntity>{_PERSON}</assignedEntity></authenticator>
<participant before="documentationOf" typeCode="INF"><time><low value="20261104164500+0100"/></time>
 <associatedEntity classCode="PROV"><id root="1.2.250.1.71.4.2.1" extension="899000000077"/>
 <associatedPerson><name><family>ADRESSEUR</family></name></associatedPerson></associatedEntity></participant>
<inFulfillmentOf before="documentationOf"><order><id root="1.2.250.1.999.3" extension="P1"/></order>
</inFulfillmentOf>
<relatedDocument before="componentOf" typeCode="RPLC"><parentDocument><id root="1.2.250.1.999.10.400.9"/>
</parentDocument></relatedDocument>
<authorization before="componentOf"><consent><code nullFlavor="NA"/><statusCode code="completed"/></consent>
</authorization>
</more>"""


def base(level: int = 3) -> etree._Element:
    """A valid fixture of this level (1 or 3) with every optional part of the header added."""
    name = {1: "cda-certificat-medical.xml", 3: "cda-note-de-vaccination.xml"}[level]
    root = etree.parse(str(FIXTURES / name)).getroot()
    for extra in etree.fromstring(_MORE):
        place = _one(root, f"h:{extra.attrib.pop('before')}")
        place.addprevious(extra)
    return root


def _all(root: etree._Element, path: str) -> list[etree._Element]:
    return list(root.xpath(path, namespaces=_NAMES))


def _one(root: etree._Element, path: str) -> etree._Element:
    return _all(root, path)[0]


def _without(path: str) -> Defect:
    def break_it(root: etree._Element) -> None:
        found = _one(root, path)
        found.getparent().remove(found)

    return break_it


def _without_any(path: str) -> Defect:
    def break_it(root: etree._Element) -> None:
        for found in _all(root, path):
            found.getparent().remove(found)

    return break_it


def _twice(path: str) -> Defect:
    def break_it(root: etree._Element) -> None:
        found = _one(root, path)
        found.addnext(deepcopy(found))

    return break_it


def _null(path: str) -> Defect:
    """Only a nullFlavor, as a sender writes what he does not know."""

    def break_it(root: etree._Element) -> None:
        found = _one(root, path)
        found.attrib.clear()
        found.set("nullFlavor", "UNK")

    return break_it


def _marked(path: str) -> Defect:
    """A nullFlavor on an element that keeps its content."""
    return _set(path, "nullFlavor", "UNK")


def _set(path: str, name: str, value: str | None) -> Defect:
    def break_it(root: etree._Element) -> None:
        found = _one(root, path)
        if value is None:
            del found.attrib[name]
        else:
            found.set(name, value)

    return break_it


def _text(path: str, value: str) -> Defect:
    def break_it(root: etree._Element) -> None:
        _one(root, path).text = value

    return break_it


def _added(path: str, name: str, **attributes: str) -> Defect:
    def break_it(root: etree._Element) -> None:
        etree.SubElement(_one(root, path), f"{{urn:hl7-org:v3}}{name}", attributes)

    return break_it


def _second_act_first(root: etree._Element) -> None:
    act = _one(root, "h:documentationOf")
    act.addprevious(
        etree.fromstring('<documentationOf xmlns="urn:hl7-org:v3"><serviceEvent/></documentationOf>')
    )


ROLE = "h:recordTarget/h:patientRole"
PATIENT = f"{ROLE}/h:patient"
INS = f"{ROLE}/h:id[starts-with(@root, '1.2.250.1.213.1.4.')]"
AUTHOR = "h:author/h:assignedAuthor"
KEEPER = "h:custodian/h:assignedCustodian/h:representedCustodianOrganization"
LEGAL = "h:legalAuthenticator/h:assignedEntity"
ACT = "h:documentationOf/h:serviceEvent"
DOER = f"{ACT}/h:performer"
STAY = "h:componentOf/h:encompassingEncounter"
WHO = "h:participant/h:associatedEntity"

DEFECTS: dict[str, Defect] = {
    "realmCode absent": _without("h:realmCode"),
    "realmCode US": _set("h:realmCode", "code", "US"),
    "realmCode twice": _twice("h:realmCode"),
    "typeId of another standard": _set("h:typeId", "extension", "POCD_HD000041"),
    "templateId of HL7 France absent": _without("h:templateId[@root='2.16.840.1.113883.2.8.2.1']"),
    "templateId of the minimal structure absent": _without("h:templateId[@root='1.2.250.1.213.1.1.1.1']"),
    "templateId of the minimal structure twice": _twice("h:templateId[@root='1.2.250.1.213.1.1.1.1']"),
    "templateId of the model absent": _without_any(
        "h:templateId[not(@root='1.2.250.1.213.1.1.1.1') and not(@root='2.16.840.1.113883.2.8.2.1')]"
    ),
    "id absent": _without("h:id"),
    "id unknown": _null("h:id"),
    "id twice": _twice("h:id"),
    "id with an empty root": _set("h:id", "root", ""),
    "id that is a UUID": _set("h:id", "root", "90E1C8EC-F951-4B26-A305-A34848818DD6"),
    "id with a leading zero": _set("h:id", "root", "1.2.250.01"),
    "id with an extension": _set("h:id", "extension", "7"),
    "code absent": _without("h:code"),
    "code unknown": _null("h:code"),
    "code of no list": _set("h:code", "code", "0-0"),
    "code without label": _set("h:code", "displayName", None),
    "code without system": _set("h:code", "codeSystem", None),
    "title absent": _without("h:title"),
    "title unknown": _marked("h:title"),
    "title empty": _text("h:title", ""),
    "title of 129 characters": _text("h:title", "t" * 129),
    "effectiveTime absent": _without("h:effectiveTime"),
    "effectiveTime unknown": _null("h:effectiveTime"),
    "effectiveTime no date": _set("h:effectiveTime", "value", "hier"),
    "effectiveTime 30 February": _set("h:effectiveTime", "value", "20260230101500+0100"),
    "effectiveTime without offset": _set("h:effectiveTime", "value", "20260228101500"),
    "confidentialityCode absent": _without("h:confidentialityCode"),
    "confidentialityCode of no list": _set("h:confidentialityCode", "code", "X"),
    "confidentialityCode without label": _set("h:confidentialityCode", "displayName", None),
    "confidentialityCode of another system": _set("h:confidentialityCode", "codeSystem", "1.2.3"),
    "languageCode absent": _without("h:languageCode"),
    "languageCode unknown": _null("h:languageCode"),
    "languageCode English": _set("h:languageCode", "code", "en-US"),
    "setId absent": _without("h:setId"),
    "setId unknown": _null("h:setId"),
    "versionNumber absent": _without("h:versionNumber"),
    "versionNumber in letters": _set("h:versionNumber", "value", "un"),
    "versionNumber zero": _set("h:versionNumber", "value", "0"),
    "recordTarget absent": _without("h:recordTarget"),
    "recordTarget twice": _twice("h:recordTarget"),
    "recordTarget unknown": _marked("h:recordTarget"),
    "patient absent": _without(PATIENT),
    "patient id without extension": _set(f"{ROLE}/h:id[2]", "extension", None),
    "patient id without root": _set(f"{ROLE}/h:id[2]", "root", None),
    "no INS": _without(INS),
    "INS of 14 characters": _set(INS, "extension", "21605315559931"),
    "INS with a wrong key": _set(INS, "extension", "216053155599318"),
    "birth name absent": _without(f"{PATIENT}/h:name/h:family[@qualifier='BR']"),
    "family without qualifier": _set(f"{PATIENT}/h:name/h:family[@qualifier='BR']", "qualifier", None),
    "first birth given name absent": _without(f"{PATIENT}/h:name/h:given[@qualifier='BR']"),
    "list of birth given names absent": _without(f"{PATIENT}/h:name/h:given[not(@qualifier)]"),
    "used name with qualifier SP": _set(f"{PATIENT}/h:name/h:family[2]", "qualifier", "SP"),
    "sex absent": _without(f"{PATIENT}/h:administrativeGenderCode"),
    "sex unknown": _null(f"{PATIENT}/h:administrativeGenderCode"),
    "sex of no list": _set(f"{PATIENT}/h:administrativeGenderCode", "code", "X"),
    "birthTime absent": _without(f"{PATIENT}/h:birthTime"),
    "birthTime to the month": _set(f"{PATIENT}/h:birthTime", "value", "201605"),
    "birthplace absent": _without(f"{PATIENT}/h:birthplace"),
    "birthplace without INSEE code": _without(f"{PATIENT}/h:birthplace/h:place/h:addr/h:county"),
    "patient address of unknown use": _set(f"{ROLE}/h:addr", "use", "ZZ"),
    "patient telecom without prefix": _set("//h:telecom[@value]", "value", "0561000035"),
    "telecom of unknown use": _set("//h:telecom[@use]", "use", "ZZ"),
    "two cities in an address": _twice(f"{ROLE}/h:addr/h:city"),
    "author absent": _without_any("h:author"),
    "author without time": _without("h:author/h:time"),
    "author time unknown": _null("h:author/h:time"),
    "author time no date": _set("h:author/h:time", "value", "hier"),
    "author without id": _without(f"{AUTHOR}/h:id"),
    "author id without extension": _set(f"{AUTHOR}/h:id", "extension", None),
    "author without person nor device": _without(f"{AUTHOR}/h:assignedPerson"),
    "author without family name": _without(f"{AUTHOR}/h:assignedPerson/h:name/h:family"),
    "author with two given names": _twice(f"{AUTHOR}/h:assignedPerson/h:name/h:given"),
    "author code without label": _set(f"{AUTHOR}/h:code", "displayName", None),
    "author code of no list": _set(f"{AUTHOR}/h:code", "code", "ZZZ"),
    "author structure without value": _set(f"{AUTHOR}/h:representedOrganization/h:id", "extension", None),
    "assignedAuthor unknown": _marked(AUTHOR),
    "custodian absent": _without("h:custodian"),
    "custodian without id": _without(f"{KEEPER}/h:id"),
    "custodian id unknown": _null(f"{KEEPER}/h:id"),
    "custodian of another registry": _set(f"{KEEPER}/h:id", "root", "1.2.3.4"),
    "custodian without name": _without(f"{KEEPER}/h:name"),
    "custodian without address": _without(f"{KEEPER}/h:addr"),
    "legalAuthenticator absent": _without("h:legalAuthenticator"),
    "legalAuthenticator twice": _twice("h:legalAuthenticator"),
    "legalAuthenticator without time": _without("h:legalAuthenticator/h:time"),
    "legalAuthenticator time no date": _set("h:legalAuthenticator/h:time", "value", "hier"),
    "signatureCode absent": _without("h:legalAuthenticator/h:signatureCode"),
    "signatureCode I": _set("h:legalAuthenticator/h:signatureCode", "code", "I"),
    "legalAuthenticator without id": _without(f"{LEGAL}/h:id"),
    "legalAuthenticator id without extension": _set(f"{LEGAL}/h:id", "extension", None),
    "legalAuthenticator without person": _without(f"{LEGAL}/h:assignedPerson"),
    "legalAuthenticator without family name": _without(f"{LEGAL}/h:assignedPerson/h:name/h:family"),
    "authenticator not signed": _set("h:authenticator/h:signatureCode", "code", "I"),
    "authenticator without time": _without("h:authenticator/h:time"),
    "participant without time": _without("h:participant/h:time"),
    "participant of class PAT": _set(WHO, "classCode", "PAT"),
    "participant of unknown type": _set("h:participant", "typeCode", "ZZZ"),
    "participant without family name": _without(f"{WHO}/h:associatedPerson/h:name/h:family"),
    "informant without id": _without("h:informant/h:assignedEntity/h:id"),
    "informant of class ZZZ": _set("h:informant/h:relatedEntity", "classCode", "ZZZ"),
    "recipient id without value": _set("h:informationRecipient/h:intendedRecipient/h:id", "extension", None),
    "order without id": _without("h:inFulfillmentOf/h:order/h:id"),
    "consent not completed": _set("h:authorization/h:consent/h:statusCode", "code", "active"),
    "documentationOf absent": _without_any("h:documentationOf"),
    "act unknown": _marked(ACT),
    "act without effectiveTime": _without(f"{ACT}/h:effectiveTime"),
    "act without low": _without(f"{ACT}/h:effectiveTime/h:low"),
    "act low unknown": _null(f"{ACT}/h:effectiveTime/h:low"),
    "act without performer": _without(DOER),
    "act with two performers": _twice(DOER),
    "main act in second place": _second_act_first,
    "performer without organisation": _without(f"{DOER}/h:assignedEntity/h:representedOrganization"),
    "performer without id": _without(f"{DOER}/h:assignedEntity/h:id"),
    "practice setting absent": _without(f"{DOER}//h:standardIndustryClassCode"),
    "practice setting unknown": _null(f"{DOER}//h:standardIndustryClassCode"),
    "practice setting of no list": _set(f"{DOER}//h:standardIndustryClassCode", "code", "ZZZ"),
    "practice setting without label": _set(f"{DOER}//h:standardIndustryClassCode", "displayName", None),
    "replacement without parent id": _without("h:relatedDocument/h:parentDocument/h:id"),
    "replacement of two documents": _twice("h:relatedDocument"),
    "componentOf absent": _without("h:componentOf"),
    "encounter without effectiveTime": _without(f"{STAY}/h:effectiveTime"),
    "encounter without location": _without(f"{STAY}/h:location"),
    "facility type absent": _without(f"{STAY}/h:location/h:healthCareFacility/h:code"),
    "facility type of no list": _set(f"{STAY}/h:location/h:healthCareFacility/h:code", "code", "ZZ"),
    "component absent": _without("h:component"),
}


LEVEL_1: dict[str, Defect] = {
    "level 1 without setId": _without("h:setId"),
    "level 1 without its own templateId": _set(
        "h:templateId[@root='1.3.6.1.4.1.19376.1.2.20']", "root", "1.2.250.1.213.1.1.1.46"
    ),
    "level 1 with four templateId": _added("h:templateId[1]/..", "templateId", root="1.2.3"),
}


def broken(name: str) -> bytes:
    """The document with this one defect."""
    root = base(1 if name in LEVEL_1 else 3)
    (LEVEL_1 | DEFECTS)[name](root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
