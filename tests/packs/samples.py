"""A tiny pack of ours, shaped as the official one: two volets (one broken), a value set, an XML schema."""

from __future__ import annotations

import zipfile
from pathlib import Path

from gateway.model import Document
from gateway.parsers import Limits, read
from gateway.resources import fixtures

MODEL = "1.2.250.1.213.1.1.1.13"
SCHEMATRON = "http://purl.oclc.org/dsdl/schematron"

# The include is written in other letter case than the file; the text of the first assert would show a name.
VOLET = f"""<schema xmlns="{SCHEMATRON}" queryBinding="xslt2" defaultPhase="all">
  <title>Volet d'essai</title>
  <ns prefix="cda" uri="urn:hl7-org:v3"/>
  <ns prefix="svs" uri="urn:ihe:iti:svs:2008"/>
  <include href="abstract/inset.sch"/>
  <include href="include/a part .sch"/>
  <phase id="all"><active pattern="header"/><active pattern="language"/><active pattern="part"/></phase>
  <let name="LANGUAGES" value="'../jeuxDeValeurs/languages.xml'"/>
  <pattern id="header">
    <rule context="cda:ClinicalDocument">
      <assert test="cda:templateId[@root='{MODEL}']">The templateId of the model is missing.</assert>
      <assert test="cda:setId">A setId is required for
         <value-of select="cda:recordTarget/cda:patientRole/cda:patient/cda:name/cda:family[1]"/>.</assert>
      <assert role="warning" test="cda:versionNumber">A versionNumber is wanted.</assert>
    </rule>
  </pattern>
  <pattern id="language" is-a="in-set">
    <param name="path_jdv" value="$LANGUAGES"/>
    <param name="what" value="'ClinicalDocument/languageCode'"/>
    <param name="where" value="cda:ClinicalDocument/cda:languageCode"/>
  </pattern>
</schema>
"""
IN_SET = f"""<pattern xmlns="{SCHEMATRON}" id="in-set" abstract="true">
  <rule context="$where">
    <let name="code" value="@code"/>
    <assert test="document($path_jdv)//svs:Concept[@code=$code]">[set] <value-of select="$what"/>
      [<value-of select="$code"/>] must be in <value-of select="$path_jdv"/>.</assert>
  </rule>
</pattern>
"""
PART = f"""<pattern xmlns="{SCHEMATRON}" id="part">
  <rule context="cda:birthTime | cda:patient/cda:administrativeGenderCode">
    <assert test="@value or @code">The birth time or the gender has no value.</assert>
  </rule>
</pattern>
"""
BROKEN = f"""<schema xmlns="{SCHEMATRON}" queryBinding="xslt2">
  <ns prefix="cda" uri="urn:hl7-org:v3"/>
  <include href="include/absent.sch"/>
  <pattern><rule context="cda:ClinicalDocument">
    <assert test="cda:templateId[@root='1.2.250.1.213.1.1.1.46']">Not the model.</assert>
  </rule></pattern>
</schema>
"""
MINIMAL = f"""<schema xmlns="{SCHEMATRON}" queryBinding="xslt2">
  <ns prefix="cda" uri="urn:hl7-org:v3"/>
  <pattern><rule context="cda:ClinicalDocument">
    <assert test="cda:title">A title is required.</assert>
    <assert test="doc('include/absent-set.xml')//*[@code]">Never evaluated: its value set is absent.</assert>
  </rule></pattern>
</schema>
"""
LANGUAGES = """<RetrieveValueSetResponse xmlns="urn:ihe:iti:svs:2008"><ValueSet id="1.2.3"><ConceptList>
  <Concept code="fr-FR" codeSystem="x"/></ConceptList></ValueSet></RetrieveValueSetResponse>
"""
XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3"
  elementFormDefault="qualified" xmlns="urn:hl7-org:v3">
  <xs:include schemaLocation="PARTS.xsd"/>
  <xs:element name="ClinicalDocument"><xs:complexType><xs:sequence>
    <xs:element ref="realmCode"/>
    <xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>
"""
XSD_PARTS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3"
  elementFormDefault="qualified" xmlns="urn:hl7-org:v3">
  <xs:element name="realmCode"><xs:complexType><xs:attribute name="code" use="required"/></xs:complexType>
  </xs:element>
  <xs:element name="languageCode"><xs:complexType><xs:attribute name="code">
    <xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[a-z]{2}-[A-Z]{2}"/></xs:restriction>
    </xs:simpleType></xs:attribute></xs:complexType></xs:element>
</xs:schema>
"""
FILES = {
    "schematrons/CI-SIS_ESSAI_2022.01.sch": VOLET,
    "schematrons/CI-SIS_ABIME_2023.01.sch": BROKEN,
    "schematrons/abstract/InSet.sch": IN_SET,
    "schematrons/include/a part .sch": PART,
    "schematrons/profils/structurationMinimale/Min.sch": MINIMAL,
    "jeuxDeValeurs/Languages.xml": LANGUAGES,
    "xsd/CDA.xsd": XSD,
    "xsd/PARTS.xsd": XSD_PARTS,
    "README.md": "not copied",
}


def write_pack(folder: Path, changes: dict[str, str] | None = None) -> Path:
    for name, text in (FILES | (changes or {})).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def zip_pack(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in FILES.items():
            archive.writestr(f"pack-1.0/{name}", text)
    return path


def body() -> str:
    """A valid synthetic medical summary; its model is the one that the tiny pack's volet is for."""
    return (fixtures() / "valid" / "cda-synthese-medicale.xml").read_text(encoding="utf-8")


def document(*changes: tuple[str, str]) -> Document:
    """The sample with each (old, new) replaced; every old text is there exactly once."""
    text = body()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (one,) = read(text.encode(), Limits()).documents
    return one
