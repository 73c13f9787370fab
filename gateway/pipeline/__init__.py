"""The climb: one message from its bytes to its settlement, one floor after the other, never back down.

``received -> parsed -> validated -> classified -> submitted -> settled``. A refused document has no way to
the submission floor: :func:`climb` returns before it.
"""

from gateway.pipeline.climb import Climbed, House, climb, nothing_to_submit
from gateway.pipeline.judging import ExtraJudge, Judged, judge_message
from gateway.pipeline.rules import REFUSED_BY_STORE, RULES

__all__ = [
    "REFUSED_BY_STORE",
    "RULES",
    "Climbed",
    "ExtraJudge",
    "House",
    "Judged",
    "climb",
    "judge_message",
    "nothing_to_submit",
]
