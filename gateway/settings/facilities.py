"""The declared senders: a TOML file, checked whole, found again by code, by MSH-4 or by structure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from gateway.errors import ConfigurationError
from gateway.model import Facility, Reading
from gateway.nomenclature import value_set
from gateway.resources import fixtures
from gateway.settings.declared import (
    DeclaredAddress,
    DeclaredLoinc,
    DeclaredPerson,
    DocumentType,
    document_type,
)

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_STRUCTURE = re.compile(r"[0-9][0-9A-Z]{8,}(/.+)?")
_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")


class _Declared(BaseModel):
    """One ``[[facility]]`` table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: str = Field(min_length=1, max_length=120)
    structure_id: str = Field(min_length=9, max_length=64)
    source_id: str
    oid_root: str = ""
    sender_ids: tuple[str, ...] = ()
    facility_type: str = ""
    practice_setting: str = ""
    time_zone: str = "Europe/Paris"
    default_content_type: str = "07"
    observe: tuple[str, ...] = ()
    document_root: str = ""
    patient_id_root: str = ""
    order_root: str = ""
    local_code_root: str = ""
    author: DeclaredPerson | None = None
    responsible: DeclaredPerson | None = None
    address: DeclaredAddress | None = None
    loinc: dict[str, DeclaredLoinc] = Field(default_factory=dict)
    charset: Literal["", "UNICODE UTF-8", "8859/1", "8859/15", "windows-1252"] = ""
    qualified_identity_by_default: bool = False
    plain_kind: Literal["", "lab", "imaging", "discharge"] = ""
    document_types: dict[str, DocumentType] = Field(default_factory=dict)
    professionals: tuple[DeclaredPerson, ...] = ()
    birthplace_from_ins: bool = False

    @field_validator("code")
    @classmethod
    def _code(cls, value: str) -> str:
        if not _CODE.fullmatch(value):
            raise ValueError("use lower-case letters, digits and hyphens (it becomes a routing key)")
        return value

    @field_validator(
        "source_id", "oid_root", "document_root", "patient_id_root", "order_root", "local_code_root"
    )
    @classmethod
    def _oid(cls, value: str) -> str:
        if value and (not _OID.fullmatch(value) or len(value) > 64):
            raise ValueError("not an OID of at most 64 characters")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("unknown time zone") from None
        return value

    @field_validator("facility_type", "practice_setting")
    @classmethod
    def _listed(cls, value: str, info: ValidationInfo) -> str:
        name = "J61" if info.field_name == "facility_type" else "J62"
        if value and not value_set(name).by_code(value):
            raise ValueError(f"not a code of {name}")
        return value


class FacilityDirectory:
    """Declared facilities, looked up the ways a sender can be recognised.

    When ``open_senders`` is true (trial and test installations), a sender that nobody declared is served
    as the structure that its document names; in production it is unknown (None).
    """

    def __init__(self, facilities: Iterable[Facility], *, open_senders: bool = True) -> None:
        self.facilities = tuple(facilities)
        self._by_code = {facility.code: facility for facility in self.facilities}
        self._by_sender = {
            sender: facility
            for facility in self.facilities
            for sender in (*facility.sender_ids, *_finess_spellings(facility.structure_id))
        }
        self._open = open_senders

    def sender(self, code: str, reading: Reading) -> Facility | None:
        """The facility that a routing key names; for an unknown key of a trial, what the message says."""
        found = self._by_code.get(code)
        return found if found is not None or not self._open else _undeclared(code, reading)

    def of_reading(self, reading: Reading) -> Facility | None:
        """The facility that a message or document says it comes from (PRT-8, MSH-4, author, custodian)."""
        for spelling in _claimed(reading):
            if spelling in self._by_sender:
                return self._by_sender[spelling]
        return _undeclared("inconnu", reading) if self._open else None


def _undeclared(code: str, reading: Reading) -> Facility:
    """A sender of a trial that nobody declared, with the structure that its own document names."""
    structures = [spelling for spelling in _claimed(reading) if _STRUCTURE.fullmatch(spelling)]
    return Facility(
        code=code,
        name="",
        structure_id=structures[0] if structures else "",
        source_id="1.2.250.1.999.1.1.0",
    )


def load_facilities(path: Path | None, *, open_senders: bool = True) -> FacilityDirectory:
    """Read a declaration. Raises ConfigurationError with every problem of the file at once."""
    source: Traversable = path if path is not None else fixtures() / "facilities.toml"
    try:
        tables = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError([f"{path}: no such file"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([f"{path}: cannot be read ({type(error).__name__})"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([f"{path}: {error}"]) from None
    return FacilityDirectory(_declared(tables, str(path or "facilities.toml")), open_senders=open_senders)


def _declared(tables: Mapping[str, object], name: str) -> list[Facility]:
    rows = tables.get("facility")
    if not isinstance(rows, list) or not rows:
        raise ConfigurationError([f"{name}: declare at least one [[facility]]"])
    problems: list[str] = []
    facilities: list[Facility] = []
    for number, row in enumerate(rows, 1):
        try:
            declared = _Declared.model_validate(row)
        except ValidationError as error:
            problems += [
                f"{name}: facility {number}: {'.'.join(map(str, item['loc']))}: {item['msg']}"
                for item in error.errors()
            ]
            continue
        facilities.append(_facility(declared))
    codes = [facility.code for facility in facilities]
    problems += [f"{name}: code {code} is declared twice" for code in set(codes) if codes.count(code) > 1]
    if problems:
        raise ConfigurationError(problems)
    return facilities


def _facility(row: _Declared) -> Facility:
    return Facility(
        code=row.code,
        name=row.name,
        structure_id=row.structure_id,
        source_id=row.source_id,
        oid_root=row.oid_root,
        sender_ids=frozenset(row.sender_ids),
        facility_type=row.facility_type,
        practice_setting=row.practice_setting,
        time_zone=row.time_zone,
        default_content_type=row.default_content_type,
        observe=frozenset(row.observe),
        document_root=row.document_root,
        patient_id_root=row.patient_id_root,
        order_root=row.order_root,
        local_code_root=row.local_code_root,
        author=row.author.person() if row.author else None,
        responsible=row.responsible.person() if row.responsible else None,
        address=row.address.address() if row.address else None,
        loinc=tuple((local, entry.concept()) for local, entry in row.loinc.items()),
        charset=row.charset,
        qualified_identity_by_default=row.qualified_identity_by_default,
        plain_kind=row.plain_kind,
        document_types=tuple((local, document_type(code)) for local, code in row.document_types.items()),
        professionals=tuple(one.person() for one in row.professionals),
        birthplace_from_ins=row.birthplace_from_ins,
    )


def _finess_spellings(structure_id: str) -> tuple[str, ...]:
    """A FINESS is written with or without the ``1`` of Struct_IdNat (DT-FR 1.8 and 1.8.2, XON-10)."""
    if len(structure_id) == 10 and structure_id.startswith("1"):
        return structure_id, structure_id[1:]
    return (structure_id,)


def _claimed(reading: Reading) -> list[str]:
    claimed: list[str] = []
    if reading.sender and reading.sender.organization and reading.sender.organization.identifier:
        claimed.append(reading.sender.organization.identifier.extension)
    if reading.message is not None:
        claimed += [reading.message.msh.value(4, subcomponent=1), reading.message.msh.value(4, 2)]
    if reading.report is not None and reading.report.sender:
        claimed.append(reading.report.sender)
    for document in reading.documents:
        if document.header is None:
            continue
        owners = [author.organization for author in document.header.authors] + [document.header.custodian]
        claimed += [owner.identifier.extension for owner in owners if owner and owner.identifier]
    return claimed
