"""Can what is asked be done together? Destinations, visibility and recipients (R.RTE.*)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.model import Finding, Location, Rule, Severity
from gateway.validators import rules_rte as rules
from gateway.validators.index import MessageIndex, place
from gateway.validators.metadata_rows import Wishes
from gateway.validators.participation import Participants, is_patient

DESTINATIONS = ("DESTDMP", "DESTMSSANTEPS", "DESTMSSANTEPAT")

# The MSSanté matrix: for (PS, PAT), the rule of the row and the values that it wants.
MATRIX: dict[tuple[bool, bool], tuple[Rule, dict[str, str]]] = {
    (True, True): (rules.RTE_03, {"MASQUE_PS": "N", "INVISIBLE_PATIENT": "N", "INVISIBLE_REP_LEGAUX": "N"}),
    (True, False): (rules.RTE_04, {"MASQUE_PS": "N", "INVISIBLE_PATIENT": "Y", "INVISIBLE_REP_LEGAUX": "N"}),
    (False, True): (rules.RTE_05, {"INVISIBLE_PATIENT": "N", "CONNEXION_SECRETE": "N", "DESTDMP": "N"}),
}


def judge_routing(index: MessageIndex, wishes: Wishes, people: Participants) -> Iterator[Finding]:
    """R.RTE.01 to R.RTE.07 and R.RTE.09 (R.RTE.08 needs the document: see ``terminology``)."""
    if all(wishes.says(code) == "N" for code in DESTINATIONS):
        yield rules.RTE_01.at(_row(wishes, "DESTDMP"))
    if wishes.wants("INVISIBLE_PATIENT") and wishes.wants("DESTMSSANTEPAT"):
        yield rules.RTE_02.at(_row(wishes, "DESTMSSANTEPAT"))
    strict = Severity.ERROR if index.settings.strict_matrix else Severity.WARNING
    yield from _matrix(wishes, strict)
    changed = any(obx.value(11) == "C" for obx in index.documents)
    if wishes.wants("MODIF_CONF_CODE") and not changed:
        yield rules.RTE_06.at(_row(wishes, "MODIF_CONF_CODE"), severity=strict)
    yield from _recipients(wishes, people)
    yield from _without_effect(wishes, people)


def _matrix(wishes: Wishes, severity: Severity) -> Iterator[Finding]:
    row = MATRIX.get((wishes.wants("DESTMSSANTEPS"), wishes.wants("DESTMSSANTEPAT")))
    if row is None:
        return
    rule, wanted = row
    # A row that is missing or wrong has its own finding: only a clear Y or N can break the matrix.
    wrong = [code for code, value in wanted.items() if wishes.says(code) in {"Y", "N"} - {value}]
    if wrong:
        yield rule.at(_row(wishes, wrong[0]), severity=severity)


def _recipients(wishes: Wishes, people: Participants) -> Iterator[Finding]:
    if not people.recipients:
        return  # R.PRT.16
    patients = [is_patient(recipient) for recipient in people.recipients]
    if wishes.wants("DESTMSSANTEPS") and all(patients):
        yield rules.RTE_09.at(_row(wishes, "DESTMSSANTEPS"))
    if wishes.wants("DESTMSSANTEPAT") and not any(patients):
        yield rules.RTE_09.at(_row(wishes, "DESTMSSANTEPAT"))


def _without_effect(wishes: Wishes, people: Participants) -> Iterator[Finding]:
    if wishes.wants("CONNEXION_SECRETE") and wishes.says("DESTDMP") == "N":
        yield rules.RTE_07.at(_row(wishes, "CONNEXION_SECRETE"))
    no_professional = wishes.says("DESTMSSANTEPS") == "N"
    if wishes.says("DESTMSSANTEPAT") != "N":
        return
    for recipient in people.recipients:
        if no_professional or is_patient(recipient):
            yield rules.RTE_07.at(place(recipient))


def _row(wishes: Wishes, code: str) -> Location:
    row = wishes.first.get(code)
    return Location("OBX", detail=code) if row is None else place(row, 5, 1)
