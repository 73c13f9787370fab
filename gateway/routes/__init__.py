"""From a judged document to what goes to the DMP: classification, then the Submission. Pure, never a guess.

``classify`` answers one document (type, class, format, rubrique); ``build_submission`` answers a message.
"""

from gateway.routes.lab_report import Completed
from gateway.routes.plain import complete
from gateway.routes.submission import Built, build_submission
from gateway.routes.table import Classification, Classified, classify

__all__ = [
    "Built",
    "Classification",
    "Classified",
    "Completed",
    "build_submission",
    "classify",
    "complete",
]
