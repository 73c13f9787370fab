"""The 14 stored queries of ITI-18 as data (ITI TF-2 §3.18.4.1.2.3.7): one row each, parameters and groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gateway.xds import names


class ValueKind(StrEnum):
    """How a parameter value is written."""

    TEXT = "text"
    CODE = "code"  # 'code^^scheme'
    TIME = "time"  # DTM, quoted or as a number
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Parameter:
    """``many`` allows a list (OR); ``repeatable`` allows the slot several times (AND)."""

    name: str
    kind: ValueKind = ValueKind.TEXT
    many: bool = True
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """``required`` are groups of parameter names: of each group at least one; with ``exclusive`` only one."""

    name: str
    query_id: str
    parameters: tuple[Parameter, ...]
    required: tuple[tuple[str, ...], ...]
    exclusive: bool = False

    def parameter(self, name: str) -> Parameter | None:
        return next((each for each in self.parameters if each.name == name), None)


def _one(name: str, kind: ValueKind = ValueKind.TEXT) -> Parameter:
    return Parameter(name, kind, many=False)


def _range(name: str) -> tuple[Parameter, Parameter]:
    return _one(f"{name}From", ValueKind.TIME), _one(f"{name}To", ValueKind.TIME)


def _codes(prefix: str, stems: Iterable[str]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            f"{prefix}{stem}", ValueKind.CODE, repeatable=stem in ("EventCodeList", "ConfidentialityCode")
        )
        for stem in stems
    )


_DE, _SS, _FD = "$XDSDocumentEntry", "$XDSSubmissionSet", "$XDSFolder"
_COMMON = (
    _one("$MetadataLevel", ValueKind.NUMBER),
    _one("$homeCommunityId"),
    Parameter("$XDSAssociationStatus"),
)
_FORMATS = _codes(_DE, ("FormatCode", "ConfidentialityCode"))
_FILTERS = (
    _one(f"{_DE}PatientId"),
    Parameter(f"{_DE}Status"),
    *_codes(
        _DE,
        (
            "ClassCode",
            "TypeCode",
            "PracticeSettingCode",
            "HealthcareFacilityTypeCode",
            "EventCodeList",
            "ConfidentialityCode",
            "FormatCode",
        ),
    ),
    *_range(f"{_DE}CreationTime"),
    *_range(f"{_DE}ServiceStartTime"),
    *_range(f"{_DE}ServiceStopTime"),
    Parameter(f"{_DE}AuthorPerson"),
    Parameter(f"{_DE}Type"),
    Parameter(f"{_DE}ReferenceIdList", repeatable=True),
)
_DE_IDS = (f"{_DE}EntryUUID", f"{_DE}UniqueId")
_SS_IDS = (f"{_SS}EntryUUID", f"{_SS}UniqueId")
_FD_IDS = (f"{_FD}EntryUUID", f"{_FD}UniqueId")


def _many(*identifiers: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name) for name in identifiers)


_ROWS = (
    StoredQuery("FindDocuments", names.FIND_DOCUMENTS, _FILTERS, ((f"{_DE}PatientId",), (f"{_DE}Status",))),
    StoredQuery(
        "FindDocumentsByReferenceId",
        names.FIND_DOCUMENTS_BY_REFERENCE_ID,
        _FILTERS,
        ((f"{_DE}PatientId",), (f"{_DE}Status",), (f"{_DE}ReferenceIdList",)),
    ),
    StoredQuery(
        "FindSubmissionSets",
        names.FIND_SUBMISSION_SETS,
        (
            _one(f"{_SS}PatientId"),
            Parameter(f"{_SS}Status"),
            Parameter(f"{_SS}SourceId"),
            *_range(f"{_SS}SubmissionTime"),
            _one(f"{_SS}AuthorPerson"),
            Parameter(f"{_SS}ContentType", ValueKind.CODE),
        ),
        ((f"{_SS}PatientId",), (f"{_SS}Status",)),
    ),
    StoredQuery(
        "FindFolders",
        names.FIND_FOLDERS,
        (
            _one(f"{_FD}PatientId"),
            Parameter(f"{_FD}Status"),
            *_range(f"{_FD}LastUpdateTime"),
            Parameter(f"{_FD}CodeList", ValueKind.CODE, repeatable=True),
        ),
        ((f"{_FD}PatientId",), (f"{_FD}Status",)),
    ),
    StoredQuery(
        "GetAll",
        names.GET_ALL,
        (
            _one("$patientId"),
            *_many(f"{_DE}Status", f"{_SS}Status", f"{_FD}Status", f"{_DE}Type"),
            *_FORMATS,
        ),
        (("$patientId",), (f"{_DE}Status",), (f"{_SS}Status",), (f"{_FD}Status",)),
    ),
    StoredQuery(
        "GetDocuments",
        names.GET_DOCUMENTS,
        _many(*_DE_IDS, f"{_DE}LogicalID"),
        ((*_DE_IDS, f"{_DE}LogicalID"),),
        exclusive=True,
    ),
    StoredQuery(
        "GetFolders",
        names.GET_FOLDERS,
        _many(*_FD_IDS, f"{_FD}LogicalID"),
        ((*_FD_IDS, f"{_FD}LogicalID"),),
        exclusive=True,
    ),
    StoredQuery("GetAssociations", names.GET_ASSOCIATIONS, _many("$uuid"), (("$uuid",),)),
    StoredQuery(
        "GetDocumentsAndAssociations",
        names.GET_DOCUMENTS_AND_ASSOCIATIONS,
        _many(*_DE_IDS),
        (_DE_IDS,),
        exclusive=True,
    ),
    StoredQuery("GetSubmissionSets", names.GET_SUBMISSION_SETS, _many("$uuid"), (("$uuid",),)),
    StoredQuery(
        "GetSubmissionSetAndContents",
        names.GET_SUBMISSION_SET_AND_CONTENTS,
        (*(_one(name) for name in _SS_IDS), *_FORMATS, Parameter(f"{_DE}Type")),
        (_SS_IDS,),
        exclusive=True,
    ),
    StoredQuery(
        "GetFolderAndContents",
        names.GET_FOLDER_AND_CONTENTS,
        (*(_one(name) for name in _FD_IDS), *_FORMATS, Parameter(f"{_DE}Type")),
        (_FD_IDS,),
        exclusive=True,
    ),
    StoredQuery(
        "GetFoldersForDocument",
        names.GET_FOLDERS_FOR_DOCUMENT,
        tuple(_one(name) for name in _DE_IDS),
        (_DE_IDS,),
        exclusive=True,
    ),
    StoredQuery(
        "GetRelatedDocuments",
        names.GET_RELATED_DOCUMENTS,
        (*(_one(name) for name in _DE_IDS), Parameter("$AssociationTypes"), Parameter(f"{_DE}Type")),
        (_DE_IDS, ("$AssociationTypes",)),
        exclusive=True,
    ),
)

STORED_QUERIES = {
    row.query_id: StoredQuery(
        row.name, row.query_id, (*row.parameters, *_COMMON), row.required, row.exclusive
    )
    for row in _ROWS
}
