"""Plain reports (imaging, discharge, operation...): is this message one, and what does it say?"""

from gateway.parsers.imaging.recognise import is_plain_report
from gateway.parsers.imaging.report import read_report

__all__ = ["is_plain_report", "read_report"]
