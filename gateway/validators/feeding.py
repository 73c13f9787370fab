"""May this patient's DMP be fed? What was said before decides, at the moment of the deposit (R.DMP.08).

How the statements of one patient add up (R.PAM.08 and our choices where PAM.fr is silent):

- the latest collection date (ZFA-10) wins, in whatever order the messages came; between equal dates, the
  message written last;
- NA never erases IO or INO;
- UPDATE of a movement (ZBE-4, event Z99) takes the place of what was stated before with the same movement
  (ZBE-1), even when it carries an earlier collection date: it corrects it;
- CANCEL of a movement sets aside what was stated with it; what had been said before applies again. The ZFA
  that a cancelling message repeats is no statement.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.model import Feeding, FeedingStatement, Finding, Location, Movement, Reading
from gateway.validators import rules_lifecycle as rules

_CORRECTIONS = frozenset({Movement.UPDATE, Movement.CANCEL})


def last_known(statements: Sequence[FeedingStatement]) -> Feeding:
    """The position in force; ``statements`` are all those of the patient, in the order they were received."""
    corrections = [one for one in statements if one.movement and _corrects(one)]
    standing = [
        one
        for one in statements
        if one.feeding is not Feeding.NOT_COLLECTED
        and one.movement_action is not Movement.CANCEL
        and not any(_set_aside(one, by) for by in corrections)
    ]
    ordered = sorted(standing, key=lambda one: (one.collected, one.stated))
    return ordered[-1].feeding if ordered else Feeding.NOT_COLLECTED


def judge_feeding(
    reading: Reading, statements: Sequence[FeedingStatement], *, required: bool = False
) -> tuple[Finding, ...]:
    """R.DMP.08 when the patient is opposed; with ``required``, R.CST.01 when their position is not known."""
    place = Location("PID", field=3) if reading.message is not None else _RECORD_TARGET
    position = last_known(statements)
    if position is Feeding.OPPOSED:
        return (rules.DMP_08.at(place),)
    if required and position is Feeding.NOT_COLLECTED:
        return (rules.CST_01.at(place),)
    return ()


_RECORD_TARGET = Location(xpath="/ClinicalDocument/recordTarget/patientRole/id")


def _corrects(statement: FeedingStatement) -> bool:
    """A cancellation always; an update only when it says something, for NA never erases."""
    if statement.movement_action is Movement.UPDATE:
        return statement.feeding is not Feeding.NOT_COLLECTED
    return statement.movement_action is Movement.CANCEL


def _set_aside(one: FeedingStatement, by: FeedingStatement) -> bool:
    if one is by or one.movement != by.movement:
        return False
    return one.stated < by.stated or (one.stated == by.stated and one.movement_action not in _CORRECTIONS)
