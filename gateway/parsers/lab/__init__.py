"""Plain laboratory results: is this ORU one, and what does it say?"""

from gateway.parsers.lab.recognise import is_plain_lab
from gateway.parsers.lab.report import read_lab

__all__ = ["is_plain_lab", "read_lab"]
