"""What ``check --json`` says about one message: the contract for scripts (DESIGN)."""

from __future__ import annotations

from typing import Any

from gateway.model import Document, Finding
from gateway.pipeline import Judged
from gateway.routes import Classification
from gateway.routes.flags import confidentiality_codes
from gateway.routes.replies import acknowledge


def as_data(path: str, judged: Judged, language: str = "fr") -> dict[str, Any]:
    """One object of ``check --json``; the keys are stable."""
    return {
        "path": path,
        "accepted": judged.verdict.accepted,
        "kind": judged.reading.kind.value,
        "message_type": judged.reading.message_type,
        "documents": [_document(judged, *pair) for pair in judged.documents],
        "ack": _acknowledgement(judged),
        "findings": [_finding(finding, language) for finding in judged.verdict.findings],
    }


def _document(judged: Judged, document: Document, classification: Classification | None) -> dict[str, Any]:
    header = document.header
    codes = confidentiality_codes(header.confidentiality, judged.reading.flags) if header is not None else ()
    unique_id = header.unique_id if header is not None else None
    return {
        "unique_id": unique_id.root if unique_id is not None else None,
        "type_code": header.code.code if header is not None and header.code is not None else None,
        "class_code": classification.class_code.code if classification else None,
        "format_code": classification.format_code.code if classification else None,
        "rubrique": classification.rubrique.value if classification and classification.rubrique else None,
        "action": document.action.value,
        "confidentiality": [code.code for code in codes],
    }


def _acknowledgement(judged: Judged) -> dict[str, Any] | None:
    if judged.reading.message is None:
        return None
    ack = acknowledge(judged.verdict)
    return {
        "code": ack.code,
        "errors": [
            {"location": error.location, "err3": error.err3, "err5": error.err5} for error in ack.errors
        ],
    }


def _finding(finding: Finding, language: str) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "location": str(finding.location),
        "message": finding.text(language),
    }
