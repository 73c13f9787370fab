"""The table: which type, class, format and rubrique a document has. Nothing is guessed.

The class is never chosen freely: it follows from the type by X16 (DMP) or X04 (other CI-SIS uses). The
body decides the format: level 1 by media type (A12) whatever templates it declares, level 3 by model (A11).
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model import Body, Code, Document, Finding, Rubrique
from gateway.nomenclature import (
    TemplateFormat,
    format_of_media_type,
    formats_of_templates,
    rubrique_of,
    type_to_class,
    value_set,
)
from gateway.routes import rules
from gateway.routes.places import Reporter

FRENCH_MODELS = "1.2.250.1.213."
UNSTRUCTURED_MODEL = "1.3.6.1.4.1.19376.1.2.20"
"""IHE XDS-SD: a body of level 3 cannot take its format from there."""
OUTSIDE_PROFILES = "urn:asipSante:modelesHorsProfils:2011"


@dataclass(frozen=True, slots=True)
class Classification:
    """What a document is, with the displays of the value sets.

    ``rubrique`` is None only for a document that does not go to the DMP and whose type is not in J66.
    """

    type_code: Code
    class_code: Code
    format_code: Code
    rubrique: Rubrique | None


@dataclass(frozen=True, slots=True)
class Classified:
    """``classification`` is None when, and only when, one of the findings is an error."""

    classification: Classification | None
    findings: tuple[Finding, ...] = ()


def classify(document: Document, *, for_dmp: bool = True) -> Classified:
    """Type (J66), class (X16), format (J60) and rubrique of a document for the DMP.

    With ``for_dmp`` false: J07, X04 and J10, and a missing rubrique is no error.
    """
    reporter = Reporter(document)
    type_code = _type(reporter, for_dmp)
    class_code = _class(reporter, type_code, for_dmp) if type_code else None
    rubrique = _rubrique(reporter, type_code, for_dmp) if type_code else None
    format_code = _format(reporter, for_dmp)
    findings = tuple(reporter.findings)
    if type_code is None or class_code is None or format_code is None:
        return Classified(None, findings)
    if any(finding.is_error for finding in findings):
        return Classified(None, findings)
    return Classified(Classification(type_code, class_code, format_code, rubrique), findings)


def _type(reporter: Reporter, for_dmp: bool) -> Code | None:
    header = reporter.document.header
    code = header.code if header else None
    types = value_set("J66" if for_dmp else "J07")
    concept = types.get(code.code, code.system) if code else None
    if concept is not None:
        return concept.coded
    if code is None or not code.code:
        more = ("Ce code manque.", "This code is missing.")
    elif for_dmp and (code.code, code.system) in value_set("J07"):
        more = (
            "Ce type existe au CI-SIS (J07), mais pas au DMP.",
            "The CI-SIS has this type (J07), the DMP not.",
        )
    elif types.by_code(code.code):
        more = ("Ce code existe, mais dans un autre système.", "This code exists, but in another system.")
    else:
        more = ("", "")
    reporter.report(rules.TYPE_NOT_ACCEPTED, "code", f"({types.name}) {more[0]}", f"({types.name}) {more[1]}")
    return None


def _class(reporter: Reporter, type_code: Code, for_dmp: bool) -> Code | None:
    found = type_to_class(type_code.code, type_code.system, dmp=for_dmp)
    concept = value_set("J57" if for_dmp else "J06").get(found.code, found.system) if found else None
    if concept is None:
        reporter.report(rules.TYPE_WITHOUT_CLASS, "code")
        return None
    return concept.coded


def _rubrique(reporter: Reporter, type_code: Code, for_dmp: bool) -> Rubrique | None:
    found = rubrique_of(type_code.code, type_code.system)
    if found is None and for_dmp:
        reporter.report(rules.TYPE_WITHOUT_RUBRIQUE, "code")
    return found


def _format(reporter: Reporter, for_dmp: bool) -> Code | None:
    header = reporter.document.header
    body = header.body if header else None
    if header is None or body is None:
        reporter.report(rules.NO_BODY, "component")
        return None
    found = _body_format(reporter, body) if body.level == 1 else _model_format(reporter, header.template_ids)
    if found is None:
        return None
    formats = value_set("J60" if for_dmp else "J10")
    concept = formats.get(found.code, found.system)
    if concept is None:
        where = "component/nonXMLBody/text" if body.level == 1 else "templateId"
        reporter.report(rules.FORMAT_NOT_ACCEPTED, where, f"({formats.name})", f"({formats.name})")
        return None
    return concept.coded


def _body_format(reporter: Reporter, body: Body) -> Code | None:
    found = format_of_media_type(body.media_type)
    if found is None:
        reporter.report(rules.MEDIA_TYPE_WITHOUT_FORMAT, "component/nonXMLBody/text")
    return found


def _model_format(reporter: Reporter, template_ids: tuple[str, ...]) -> Code | None:
    models = [row for row in formats_of_templates(template_ids) if row.template_id != UNSTRUCTURED_MODEL]
    if not models:
        reporter.report(rules.MODEL_OUTSIDE_PROFILES, "templateId")
        return value_set("J60").by_code(OUTSIDE_PROFILES)[0].coded
    best = max(_rank(model) for model in models)
    candidates = [model for model in models if _rank(model) == best]
    if len({candidate.format for candidate in candidates}) > 1:
        reporter.report(rules.SEVERAL_MODELS, "templateId")
    return candidates[-1].format


def _rank(model: TemplateFormat) -> tuple[bool, int]:
    """How specific a model is: a French one before an international one, then the longer OID.

    CI-SIS models refine IHE ones, and a sub-model hangs under its family (``…2.1.5`` under ``…2.1``).
    """
    return model.template_id.startswith(FRENCH_MODELS), model.template_id.count(".")
