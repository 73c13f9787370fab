"""The times of a document: created when, and the main event from when to when. All DTM in UTC."""

from __future__ import annotations

from gateway.model import CdaHeader, ServiceEvent
from gateway.model.timestamps import is_timestamp, to_utc
from gateway.routes import rules
from gateway.routes.places import Reporter

EVENT = "documentationOf/serviceEvent"


def main_event(header: CdaHeader) -> ServiceEvent | None:
    """The event that the document is about: the one with a start and a practice setting.

    CI-SIS structuration minimale: exactly one documentationOf has effectiveTime/low and a performer with
    standardIndustryClassCode. Without such an event, the first that has a start, else the first.
    """
    events = header.service_events
    complete = [event for event in events if event.start and event.practice_setting]
    started = [event for event in events if event.start]
    return next(iter((*complete, *started, *events)), None)


def creation_time(reporter: Reporter, header: CdaHeader, zone: str) -> str:
    """effectiveTime in UTC, empty (and reported) when it is not a timestamp."""
    if is_timestamp(header.effective_time):
        return to_utc(header.effective_time, zone)
    reporter.report(rules.CREATION_TIME, "effectiveTime")
    return ""


def service_start(reporter: Reporter, event: ServiceEvent | None, zone: str) -> str:
    """The start of the main event in UTC, empty (and reported) when it is not a timestamp."""
    if event is not None and is_timestamp(event.start):
        return to_utc(event.start, zone)
    reporter.report(rules.SERVICE_START, f"{EVENT}/effectiveTime/low")
    return ""


def service_stop(reporter: Reporter, event: ServiceEvent | None, zone: str) -> str:
    """The end of the main event in UTC; empty when there is none, a warning when it is unreadable."""
    if event is None or not event.stop:
        return ""
    if is_timestamp(event.stop):
        return to_utc(event.stop, zone)
    reporter.report(rules.SERVICE_STOP, f"{EVENT}/effectiveTime/high")
    return ""
