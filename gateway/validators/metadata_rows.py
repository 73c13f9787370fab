"""The metadata OBX of an ORU or MDM (table MetaDMPMSS): read once as wishes, judged row by row (R.MET.*)."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.model import Finding, Location, Segment, Severity
from gateway.validators import rules_met as rules
from gateway.validators.index import METADATA_SYSTEM, MessageIndex, is_metadata, place, required_in

CODED = (
    "MASQUE_PS",
    "INVISIBLE_PATIENT",
    "INVISIBLE_REP_LEGAUX",
    "CONNEXION_SECRETE",
    "MODIF_CONF_CODE",
    "DESTDMP",
    "DESTMSSANTEPS",
    "DESTMSSANTEPAT",
    "ACK_RECEPTION",
    "ACK_LECTURE_MSS",
)
MAIL = ("CORPSMAIL_PS", "CORPSMAIL_PATIENT")
LPS_PROFILE = "CISIS_CDA_HL7_LPS"

_RANK = {code: rank for rank, code in enumerate((*CODED, *MAIL))}
_MAIL_FLAG = {"CORPSMAIL_PS": "DESTMSSANTEPS", "CORPSMAIL_PATIENT": "DESTMSSANTEPAT"}
_ED, _F, _SYSTEM = frozenset({"ED"}), frozenset({"F"}), frozenset({METADATA_SYSTEM})
_YES_NO, _TABLE = frozenset({"Y", "N"}), frozenset({"expandedYes-NoIndicator"})
_VALUE_TYPE = {"ORU": frozenset({"CE"}), "MDM": frozenset({"CWE"})}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the sender wants, as the rows say it. A row that is missing or unreadable wants nothing."""

    rows: tuple[Segment, ...] = field(repr=False)
    first: Mapping[str, Segment] = field(repr=False)
    foreign: bool
    """True for a message of the other flow (PFI to LPS), which has other rows: R.MSH.13 refuses it."""

    def says(self, code: str) -> str:
        row = self.first.get(code)
        return row.value(5) if row is not None else ""

    def wants(self, code: str) -> bool:
        return self.says(code) == "Y"


def read_wishes(index: MessageIndex) -> Wishes:
    """The metadata rows in the order sent; of a repeated code the first row counts."""
    rows = tuple(obx for obx in index.named("OBX") if is_metadata(obx))
    first: dict[str, Segment] = {}
    for row in rows:
        first.setdefault(row.value(3), row)
    return Wishes(rows, first, foreign=index.msh.value(21, 2) == LPS_PROFILE)


def judge_metadata(index: MessageIndex, wishes: Wishes) -> Iterator[Finding]:
    """R.MET.01 to R.MET.12."""
    if not wishes.foreign:
        yield from _missing(index, wishes)
    yield from _order(wishes)
    for row in wishes.rows:
        yield from _row(index, wishes, row)
    yield from _mail_bodies(wishes)
    if index.named("NTE"):
        yield from _notes(index, wishes)


def _missing(index: MessageIndex, wishes: Wishes) -> Iterator[Finding]:
    if not wishes.rows:
        yield rules.MET_01.at(
            Location("OBX", sequence=len(index.named("OBX")) + 1), more_fr="(toutes)", more_en="(all)"
        )
        return
    for rank, code in enumerate(CODED, start=1):
        if code not in wishes.first:
            # Where the row should have been, counting the documents before it.
            expected = Location("OBX", sequence=len(index.documents) + rank, detail=code)
            yield rules.MET_01.at(expected, more_fr=f"({code})", more_en=f"({code})")


def _order(wishes: Wishes) -> Iterator[Finding]:
    known = [code for code in wishes.first if code in _RANK]
    for code, expected in zip(known, sorted(known, key=_RANK.__getitem__), strict=True):
        if code != expected:
            yield rules.MET_03.at(place(wishes.first[code], 3, 1))
            return


def _row(index: MessageIndex, wishes: Wishes, row: Segment) -> Iterator[Finding]:
    code = row.value(3)
    if code not in _RANK:
        yield rules.MET_04.at(place(row, 3, 1), hl7_code=None if code else "101")
    elif wishes.first[code] is not row:
        yield rules.MET_02.at(place(row, 3, 1))
    yield from required_in(rules.MET_06, row, 3, _SYSTEM, component=3)
    if code in CODED:
        yield from required_in(rules.MET_05, row, 2, _VALUE_TYPE[index.code])
        yield from required_in(rules.MET_07, row, 5, _YES_NO, component=1)
        yield from required_in(rules.MET_08, row, 5, _TABLE, component=3)
    elif code in MAIL:
        yield from _mail(row)
    yield from required_in(rules.MET_09, row, 11, _F)


def _mail(row: Segment) -> Iterator[Finding]:
    if row.value(2) not in _ED:
        yield rules.MET_10.at(place(row, 2))
    elif (
        row.value(5, 2).lower() != "text" or row.value(5, 4) != "Base64" or not _decodes(row.component(5, 5))
    ):
        yield rules.MET_10.at(place(row, 5), severity=Severity.WARNING, hl7_code="102")


def _decodes(data: str) -> bool:
    text = data.strip()
    try:
        # Missing padding is accepted, as for the document (R.DOC.09).
        decoded = binascii.a2b_base64(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), strict_mode=True)
        return bool(decoded.decode("utf-8"))
    except ValueError:
        return False


def _mail_bodies(wishes: Wishes) -> Iterator[Finding]:
    for code, flag in _MAIL_FLAG.items():
        if code in wishes.first and wishes.says(flag) == "N":
            yield rules.MET_11.at(place(wishes.first[code]))


def _notes(index: MessageIndex, wishes: Wishes) -> Iterator[Finding]:
    """NTE-4 after DESTMSSANTEPAT is FIN: the patient may not answer. FIN means nothing elsewhere."""
    code: str | None = None
    for segment in index.message.segments:
        if segment.name == "OBX":
            code = segment.value(3)
        elif segment.name == "NTE" and code is not None and (word := segment.value(4)):
            if code == "DESTMSSANTEPAT" and word != "FIN":
                yield rules.MET_12.at(place(segment, 4))
            elif word == "FIN" and not (code == "DESTMSSANTEPAT" and wishes.wants(code)):
                yield rules.MET_11.at(place(segment, 4))
