"""``dmp-gateway rules``: every rule, its source, what it costs to break it and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Any

import typer

from gateway.cli.enforced import ELSEWHERE
from gateway.cli.output import AsJson, print_json, print_table
from gateway.cli.rulebook import rulebook
from gateway.model import Rule, Severity

_FAMILIES = {
    "P": "Official rule packs",
    "R.BDY": "Body of the document: files and sections",
    "R.CDA": "Message against document",
    "R.CLS": "Classification for the DMP",
    "R.CST": "Consent",
    "R.DMP": "Preconditions of the DMP",
    "R.DOC": "Document in OBX",
    "R.DST": "Destination",
    "R.ENC": "Encoding and framing",
    "R.EVN": "EVN segment",
    "R.FAC": "Sender",
    "R.HDR": "CDA header",
    "R.HL7": "HL7 profile",
    "R.IMG": "Plain imaging reports",
    "R.LAB": "Plain laboratory results",
    "R.LIF": "Life of documents: new, replaced, deleted",
    "R.MET": "Metadata of the deposit in OBX",
    "R.MSH": "MSH segment",
    "R.OBR": "OBR segment",
    "R.ORC": "ORC segment",
    "R.PAM": "Consent feed (PAM.fr)",
    "R.PID": "Patient identity",
    "R.PRT": "Participants (PRT)",
    "R.PV1": "Visit",
    "R.RTE": "Routing and visibility",
    "R.RTY": "Retries",
    "R.STR": "Structure of the message",
    "R.SUB": "Metadata of the deposit",
    "R.TXA": "TXA segment",
    "R.XSD": "CDA R2 schema",
    "X": "Limits and unreadable input",
}
_PAGE_HEAD = """\
# Rules

Written by `make docs-rules` from the rules themselves: do not edit. {count} rules; `dmp-gateway rules` prints
the same list, `dmp-gateway check` says which ones a file breaks and where.

An **error** refuses the message, a **warning** never does. *ERR* is what the sender reads in the
acknowledgement: ERR-3 (table HL70357), then ERR-5 (900 to 906) after the slash. A facility may have a rule
observed (told as a warning) while its vendor mends it: see [facilities.md](facilities.md).
"""
_ELSEWHERE_HEAD = """
## Rules of the guide that no message can break

What the gateway itself promises, and what it does not serve.

| rule | kept by | where |
|---|---|---|
"""


def rules(
    as_json: AsJson = False,
    lang: Annotated[str, typer.Option(help="Language of the texts: fr or en.")] = "fr",
    markdown: Annotated[bool, typer.Option("--markdown", help="Write the page docs/rules.md.")] = False,
) -> None:
    """List every rule: its id, its source, its severity, its HL7 codes and its text."""
    if lang not in ("fr", "en"):
        raise typer.BadParameter("choose fr or en", param_hint="--lang")
    book = rulebook().values()
    if markdown:
        typer.echo(page(), nl=False)
    elif as_json:
        print_json(_row(rule, lang) for rule in book)
    else:
        columns = ("rule", "severity", "ERR", "text", "source")
        rows = [(rule.id, rule.severity.value, _codes(rule), _text(rule, lang), rule.clause) for rule in book]
        print_table("Rules", columns, rows)


def _row(rule: Rule, language: str) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "hl7_code": rule.hl7_code,
        "application_code": rule.application_code,
        "clause": rule.clause,
        "message": _text(rule, language),
    }


def _text(rule: Rule, language: str) -> str:
    return rule.text_en if language == "en" else rule.text_fr


def _codes(rule: Rule) -> str:
    """What an acknowledgement says; a warning is never in one."""
    if rule.severity is Severity.WARNING:
        return ""
    return "/".join(code for code in (rule.hl7_code, rule.application_code) if code)


def family(rule_id: str) -> str:
    """``R.BDY.03`` is of family ``R.BDY``, ``X.EMPTY`` of ``X``."""
    parts = rule_id.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0]


def page() -> str:
    """docs/rules.md, whole."""
    book = rulebook()
    return "".join((_PAGE_HEAD.format(count=len(book)), *_families(list(book.values())), *_elsewhere()))


def _families(book: list[Rule]) -> Iterator[str]:
    for name, members in groupby(book, key=lambda rule: family(rule.id)):
        yield f"\n## {name} · {_FAMILIES.get(name, name)}\n\n"
        yield "| rule | severity | ERR | what is wrong, what to do | source |\n|---|---|---|---|---|\n"
        for rule in members:
            texts = f"{_cell(rule.text_fr)}<br>*{_cell(rule.text_en)}*"
            yield f"| {rule.id} | {rule.severity.value} | {_codes(rule)} | {texts} | {_cell(rule.clause)} |\n"


def _elsewhere() -> Iterator[str]:
    yield _ELSEWHERE_HEAD
    for rule_id, kept in sorted(ELSEWHERE.items()):
        where = f"`{kept.where}`" if "::" in kept.where else kept.where
        yield f"| {rule_id} | {kept.status.value} | {where} |\n"


def _cell(text: str) -> str:
    """Text of a Markdown table: bars, stars and tags are shown as they are."""
    for mark in ("\\", "|", "*", "_", "~", "<", "`"):
        text = text.replace(mark, f"\\{mark}")
    return text
