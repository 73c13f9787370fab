"""A DocumentEntry as a row of ``documents``: what is searched or listed, and the whole entry as JSON."""

from __future__ import annotations

import json
from typing import Any

from gateway.dmpstore.frozen import to_json
from gateway.model import DocumentEntry
from gateway.nomenclature import rubrique_of, value_set


def columns_of(entry: DocumentEntry) -> dict[str, Any]:
    """All columns that say what the entry says; its place in the registry is added by the caller."""
    institution = next((author.institution for author in entry.authors if author.institution), None)
    return {
        "entry_uuid": entry.entry_uuid,
        "logical_id": entry.logical_id,
        "version": int(entry.version),
        "unique_id": entry.unique_id,
        "sha1": entry.hash,
        "size": entry.size,
        "mime_type": entry.mime_type,
        "type_code": entry.type_code.code,
        "type_display": _display(entry),
        "class_code": entry.class_code.code,
        "format_code": entry.format_code.code,
        "practice_setting": entry.practice_setting_code.code,
        "facility_type": entry.healthcare_facility_type_code.code,
        "rubrique": rubrique_of(entry.type_code.code, entry.type_code.system),
        "title": entry.title,
        "author_institution": institution.name if institution is not None else "",
        "confidentiality": json.dumps([code.code for code in entry.confidentiality_codes]),
        "creation_time": entry.creation_time,
        "service_start_time": entry.service_start_time,
        "service_stop_time": entry.service_stop_time,
        "entry": to_json(entry),
    }


def _display(entry: DocumentEntry) -> str:
    """The official label of the type; a sender's own wording is only the fallback."""
    concept = value_set("J66").get(entry.type_code.code, entry.type_code.system)
    return concept.display if concept is not None else entry.type_code.display
