"""Value sets and associations of the French terminologies, read from ``schemas/nomenclatures/``.

Codes are data: they change every year and only the CSV files change with them (``versions()`` says which
edition is in use). The key of a concept is always ``(code, system)``; ``system`` is what goes into the XDS
codingScheme: an OID, or the literal ``URN`` or ``ASTM`` of the signature rows. Everything is read once, on
first use, from any thread, and cannot be altered.
"""

from gateway.nomenclature.associations import (
    TemplateFormat,
    format_of_media_type,
    formats_of_templates,
    rubrique_of,
    type_to_class,
    visibility_code,
)
from gateway.nomenclature.files import Edition, versions
from gateway.nomenclature.identifiers import (
    LOINC,
    TRE_A05,
    VISIBILITY,
    InsAuthority,
    code_system_name,
    code_system_of_hl7,
    ins_authority,
)
from gateway.nomenclature.valuesets import Concept, ValueSet, value_set

__all__ = [
    "LOINC",
    "TRE_A05",
    "VISIBILITY",
    "Concept",
    "Edition",
    "InsAuthority",
    "TemplateFormat",
    "ValueSet",
    "code_system_name",
    "code_system_of_hl7",
    "format_of_media_type",
    "formats_of_templates",
    "ins_authority",
    "rubrique_of",
    "type_to_class",
    "value_set",
    "versions",
    "visibility_code",
]
