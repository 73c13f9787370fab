"""The associations: type to class, template or media type to format, type to rubrique, flag to code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.model import Code, Rubrique
from gateway.nomenclature.files import once, rows


@dataclass(frozen=True, slots=True)
class TemplateFormat:
    """One row of A11 (or of its supplement): a document model and the formatCode that it leads to."""

    template_id: str
    format: Code


def type_to_class(code: str, system: str, *, dmp: bool = True) -> Code | None:
    """The one class of a document type: association X16 for the DMP, X04 for any other CI-SIS use.

    Both associations also keep retired types: ask the value set of types first (J66, J07).
    """
    return _classes("X16" if dmp else "X04").get((code, system))


def formats_of_templates(template_ids: Iterable[str]) -> tuple[TemplateFormat, ...]:
    """Every format reached from these templateId roots, in their order, whatever value set it is in.

    The XDS-SD template leads to five formats: there the media type decides (``format_of_media_type``).
    """
    table = _templates()
    return tuple(found for root in dict.fromkeys(template_ids) for found in table.get(root, ()))


def format_of_media_type(media_type: str) -> Code | None:
    """The format of a nonXMLBody of this media type (association A12), parameters and case aside."""
    return _media_types().get(media_type.partition(";")[0].strip().lower())


def rubrique_of(code: str, system: str) -> Rubrique | None:
    """The rubrique under which people find this type; None for the signature and for types outside J66.

    The table is ours (no official one is published); it routes and displays, and is never sent to the DMP.
    """
    return _rubriques().get((code, system))


def visibility_code(hl7_code: str) -> Code | None:
    """The XDS confidentialityCode of a MetaDMPMSS flag that has one (``INVISIBLE_REP_LEGAUX``...)."""
    return _visibility().get(hl7_code)


@once
def _classes(name: str) -> Mapping[tuple[str, str], Code]:
    return MappingProxyType(
        {
            (row["code"], row["code_system_oid"]): Code(
                row["class_code"], row["class_system_oid"], row["class_display"]
            )
            for row in rows(name)
        }
    )


@once
def _templates() -> Mapping[str, tuple[TemplateFormat, ...]]:
    table: dict[str, tuple[TemplateFormat, ...]] = {}
    for row in (*rows("A11"), *rows("A11-supplement")):
        root = row["template_id"]
        table[root] = (*table.get(root, ()), TemplateFormat(root, _format(row)))
    return MappingProxyType(table)


@once
def _media_types() -> Mapping[str, Code]:
    return MappingProxyType({row["media_type"]: _format(row) for row in rows("A12")})


@once
def _rubriques() -> Mapping[tuple[str, str], Rubrique]:
    return MappingProxyType(
        {
            (row["code"], row["code_system_oid"]): Rubrique(row["rubrique"])
            for row in rows("rubriques")
            if row["rubrique"]
        }
    )


@once
def _visibility() -> Mapping[str, Code]:
    return MappingProxyType(
        {
            row["code"]: Code(row["xds_code"], row["xds_code_system_oid"], row["display"])
            for row in rows("MetaDMPMSS")
            if row["xds_code"]
        }
    )


def _format(row: Mapping[str, str]) -> Code:
    return Code(row["format_code"], row["format_system_oid"], row["format_display"])
