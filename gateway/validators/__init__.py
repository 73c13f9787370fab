"""The judges: a reading in, a verdict out. Pure; no finding ever shows a value of the message."""

from gateway.validators.feeding import judge_feeding, last_known
from gateway.validators.lifecycle import judge_lifecycle, resent
from gateway.validators.message import judge_message
from gateway.validators.settings import JudgeSettings
from gateway.validators.verdict import judge

__all__ = [
    "JudgeSettings",
    "judge",
    "judge_feeding",
    "judge_lifecycle",
    "judge_message",
    "last_known",
    "resent",
]
