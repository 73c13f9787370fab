"""Identifying authorities of patients, and the names of code systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.nomenclature.files import once, rows

LOINC = "2.16.840.1.113883.6.1"
TRE_A05 = "1.2.250.1.213.1.1.4.12"
VISIBILITY = "1.2.250.1.213.1.1.4.13"
"""TRE_A07: MASQUE_PS, INVISIBLE_PATIENT, INVISIBLE_REPRESENTANTS_LEGAUX."""


@dataclass(frozen=True, slots=True)
class InsAuthority:
    """``environment`` is ``production``, ``test``, ``demo`` or ``legacy`` (INS-C: refuse)."""

    oid: str
    name: str
    cx5: str
    environment: str


def ins_authority(oid: str) -> InsAuthority | None:
    """The INS authority with this OID, None when the OID is not one."""
    return _authorities().get(oid)


def code_system_name(oid: str) -> str:
    """The name of a code system (``LOINC``, ``TRE_A05-TypeDocComplementaire``), empty when unknown."""
    return _systems().get(oid, "")


def code_system_of_hl7(name: str) -> str | None:
    """The OID of a document type system named as in OBX-3.3 and OBR-4.3: ``LN`` or ``TRE_A05``.

    The full name and the OID itself are understood too; None for anything else.
    """
    return _hl7_names().get(name.strip())


@once
def _authorities() -> Mapping[str, InsAuthority]:
    return MappingProxyType(
        {
            row["oid"]: InsAuthority(row["oid"], row["name"], row["cx5"], row["environment"])
            for row in rows("INS")
        }
    )


@once
def _systems() -> Mapping[str, str]:
    return MappingProxyType({row["oid"]: row["name"] for row in rows("code-systems")})


@once
def _hl7_names() -> Mapping[str, str]:
    named = [row for row in rows("code-systems") if row["hl7_name"]]
    return MappingProxyType(
        {name: row["oid"] for row in named for name in (row["hl7_name"], row["name"], row["oid"])}
    )
