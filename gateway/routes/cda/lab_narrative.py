"""What people read of a laboratory report: tables by order, every value with an anchor for its entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element

from gateway.model.lab import LabOrder, LabReport, LabResult
from gateway.model.lab_tree import Group
from gateway.routes.cda.lab_values import flags_text
from gateway.routes.cda.markup import append_text, el
from gateway.routes.cda.times import shown
from gateway.routes.cda.units import unit_text

HEADS = ("Examen", "Résultat", "Unité", "Valeurs de référence", "Interprétation")
NOT_OBTAINED = "Non réalisé"


@dataclass(frozen=True, slots=True)
class Row:
    """One result in words; ``anchor`` is the stem of its IDs; ``notes`` are lines below it."""

    anchor: str
    name: str = field(repr=False)
    value: str = field(repr=False)
    unit: str
    reference: str = field(repr=False)
    flags: str
    notes: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def cells(self) -> tuple[str, ...]:
        return self.name, self.value, self.unit, self.reference, self.flags


@dataclass(frozen=True, slots=True)
class Table:
    """The results of one order, or of one isolate; ``anchor`` names its title."""

    anchor: str
    title: str = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    notes: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def row_of(result: LabResult, order: LabOrder, zone: str) -> Row:
    """``result`` as a row; its own date and method are notes when they are not those of the order."""
    anchor = f"r{result.sequence}"
    name = result.concept.text if result.concept else ""
    if result.status == "C":
        name += " (résultat corrigé)"
    notes = [(f"{anchor}-c{n}", text) for n, text in enumerate(result.comments, 1)]
    if result.method is not None:
        notes.append((f"{anchor}-m", f"Méthode : {result.method.text}"))
    if result.observed and result.observed != order.observed:
        notes.append((f"{anchor}-d", f"Date : {shown(result.observed, zone)}"))
    if result.validator is not None and result.validator.family:
        who = f"{result.validator.given} {result.validator.family}".strip()
        notes.append((f"{anchor}-o", f"Observateur : {who}"))
    if result.performer:
        notes.append((f"{anchor}-p", f"Exécutant : {result.performer}"))
    return Row(
        anchor, name, value_text(result, zone), unit_text(result.unit), result.reference,
        flags_text(result), tuple(notes),
    )  # fmt: skip


def value_text(result: LabResult, zone: str) -> str:
    if result.status == "X" and not result.values:
        return NOT_OBTAINED
    texts = [shown(value.time, zone) if value.time else value.text for value in result.values]
    return "\n".join(texts)


def tables_of(group: Group, zone: str) -> Iterator[Table]:
    """The tables of a root order, in reading order: its results, its isolates, the orders that followed."""
    order = group.order
    head = order_notes(order, zone)
    rows = tuple(row_of(result, order, zone) for result in group.loose)
    yield Table(f"o{order.sequence}", order_title(order), rows, head)
    for isolate in group.isolates:
        title = f"Isolat : {value_text(isolate.head, zone) or '?'}"
        found = (isolate.head, *isolate.members)
        yield Table(f"i{isolate.head.sequence}", title, tuple(row_of(r, order, zone) for r in found))
        for child in isolate.orders:
            yield _table(child, zone)
    for child in group.orders:
        yield _table(child, zone)


def _table(order: LabOrder, zone: str) -> Table:
    rows = tuple(row_of(result, order, zone) for result in order.results)
    return Table(f"o{order.sequence}", order_title(order), rows, order_notes(order, zone))


def order_title(order: LabOrder) -> str:
    return order.service.text if order.service is not None else "Examens"


def order_notes(order: LabOrder, zone: str) -> tuple[tuple[str, str], ...]:
    """What is said above a table: specimen, dates, numbers, comments, who validated."""
    anchor, notes = f"o{order.sequence}", list[tuple[str, str]]()
    specimen = order.specimen
    if specimen is not None and specimen.concept is not None:
        notes.append((f"{anchor}-s", f"Prélèvement : {specimen.concept.text}"))
    if specimen is not None and specimen.site is not None:
        notes.append((f"{anchor}-site", f"Site : {specimen.site.text}"))
    taken = (specimen.collected if specimen else "") or order.observed
    dates = (("d", "Prélevé le", taken), ("r", "Reçu le", order.received), ("v", "Validé le", order.reported))
    notes += [(f"{anchor}-{mark}", f"{label} {shown(text, zone)}") for mark, label, text in dates if text]
    if order.filler is not None:
        notes.append((f"{anchor}-f", f"Dossier n° {order.filler.extension}"))
    if order.placer is not None:
        notes.append((f"{anchor}-n", f"Prescription n° {order.placer.extension}"))
    if order.interpreter is not None and order.interpreter.family:
        who = f"{order.interpreter.given} {order.interpreter.family}".strip()
        notes.append((f"{anchor}-b", f"Interprété par {who}"))
    if order.status == "C":
        notes.append((f"{anchor}-k", "Ce compte rendu corrige un compte rendu antérieur."))
    if order.status == "X":
        notes.append((f"{anchor}-x", NOT_OBTAINED))
    return (*notes, *((f"{anchor}-c{n}", text) for n, text in enumerate(order.comments, 1)))


def text_element(tables: Sequence[Table]) -> _Element:
    """``section/text``."""
    text = el("text")
    for table in tables:
        text.append(el("paragraph", el("content", table.title, ID=table.anchor, styleCode="Bold")))
        for anchor, note in table.notes:
            text.append(el("paragraph", _content(anchor, note)))
        if table.rows:
            text.append(_html(table))
    return text


def comments_element(report: LabReport) -> _Element:
    """The ``text`` of the comments about the whole report."""
    return el("text", *[el("paragraph", _content(f"c{n}", t)) for n, t in enumerate(report.comments, 1)])


def _html(table: Table) -> _Element:
    rows: list[_Element] = []
    for row in table.rows:
        cells = [
            el("td", _content(row.anchor, row.name)),
            el("td", _content(f"{row.anchor}-v", row.value)) if row.value else el("td"),
            el("td", row.unit),
            el("td", _content(f"{row.anchor}-n", row.reference)) if row.reference else el("td"),
            el("td", row.flags),
        ]
        rows.append(el("tr", *cells))
        if row.notes:
            notes = [el("paragraph", _content(anchor, note)) for anchor, note in row.notes]
            rows.append(el("tr", el("td", *notes, colspan=str(len(HEADS)))))
    heads = el("tr", *[el("th", head) for head in HEADS])
    return el("table", el("thead", heads), el("tbody", *rows), border="1")


def _content(anchor: str, text: str) -> _Element:
    """Text with an ID; its line breaks become ``br``."""
    element = el("content", ID=anchor)
    for number, line in enumerate(text.split("\n")):
        if number:
            element.append(el("br"))
        append_text(element, line)
    return element
