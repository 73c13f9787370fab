"""The judges: a reading in, a verdict out. Pure; no rule ever shows a value of the message."""

from gateway.validators.message import judge_message
from gateway.validators.settings import JudgeSettings

__all__ = ["JudgeSettings", "judge_message"]
