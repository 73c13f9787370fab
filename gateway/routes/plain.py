"""Plain messages completed: whatever they report, the reading leaves with the document that they lacked."""

from __future__ import annotations

from gateway.model import Facility, Reading
from gateway.routes import imaging_report, lab_report
from gateway.routes.lab_report import Completed, ReadDocument


def complete(
    reading: Reading, facility: Facility, read_document: ReadDocument, *, build: bool = True
) -> Completed:
    """The reading with its built document; one that is not plain is returned as it is.

    ``read_document`` reads a CDA as the parsers do. With ``build`` false only what is missing is told.
    """
    if reading.report is not None:
        return imaging_report.complete(reading, facility, read_document, build=build)
    return lab_report.complete(reading, facility, read_document, build=build)
