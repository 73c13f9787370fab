"""What ``check`` says about one file: the contract for scripts, and a page for people."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from gateway.model import Document, Finding
from gateway.pipeline import Judged
from gateway.routes import Classification
from gateway.routes.flags import confidentiality_codes
from gateway.routes.replies import acknowledge

_WORDS = {
    "fr": {"yes": "ACCEPTÉ", "no": "REFUSÉ", "total": "{n} fichier(s) : {a} accepté(s), {r} refusé(s)"},
    "en": {"yes": "ACCEPTED", "no": "REFUSED", "total": "{n} file(s): {a} accepted, {r} refused"},
}


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


def print_report(path: str, judged: Judged, language: str) -> None:
    """A few lines about one file: the verdict, each document, each finding with what to do."""
    console, words = Console(highlight=False), _WORDS[language]
    accepted = judged.verdict.accepted
    head = Text(words["yes"] if accepted else words["no"], style="bold green" if accepted else "bold red")
    console.print(head.append(f"  {path}", style="default"), soft_wrap=True)
    kind = judged.reading.message_type or "CDA R2"
    console.print(Text(f"  {kind} · {judged.reading.kind.value}", style="dim"))
    for document, classification in judged.documents:
        console.print(Text(f"  {document.position}. {_about(document, classification, language)}"))
    for finding in judged.verdict.findings:
        style = "red" if finding.is_error else "yellow"
        console.print(Text(f"  {finding.rule} ", style=style).append(str(finding.location), style="bold"))
        console.print(Text(f"      {finding.text(language)}"))


def print_total(total: int, accepted: int, language: str) -> None:
    Console(highlight=False).print(
        Text(_WORDS[language]["total"].format(n=total, a=accepted, r=total - accepted), style="bold")
    )


def _about(document: Document, classification: Classification | None, language: str) -> str:
    header = document.header
    code = header.code if header is not None else None
    if classification is None or classification.rubrique is None:
        return f"{document.action.value} · {code.code if code else '?'}"
    rubrique = classification.rubrique
    label = rubrique.label_en if language == "en" else rubrique.label_fr
    what = classification.type_code
    return (
        f"{document.action.value} · {what.code} {what.display} → {label} ({classification.format_code.code})"
    )
