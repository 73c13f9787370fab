"""rs:RegistryResponse, the answer of every transaction (ITI TF-3 §4.2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree

from gateway.errors import Unknown
from gateway.model import Receipt, RegistryError
from gateway.xds import names
from gateway.xds.soap import SoapEnvelope, read_fault
from gateway.xds.xml import child, children, element

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_STATUS_BY_URN = {urn: status for status, urn in names.RESPONSE_STATUS.items()}


def registry_response(status: str, errors: Sequence[RegistryError] = ()) -> Element:
    """``status`` is ``Success``, ``Failure`` or ``PartialSuccess``."""
    made = etree.Element(f"{{{names.RS}}}RegistryResponse", nsmap={"rs": names.RS})
    made.set("status", names.RESPONSE_STATUS[status])
    append_errors(made, errors)
    return made


def append_errors(parent: Element, errors: Sequence[RegistryError]) -> None:
    """The rs:RegistryErrorList, when there is any error."""
    if not errors:
        return
    listing = element(parent, names.RS, "RegistryErrorList")
    for error in errors:
        made = element(listing, names.RS, "RegistryError")
        made.set("errorCode", error.code)
        made.set("codeContext", error.context)
        if error.location:
            made.set("location", error.location)
        made.set("severity", names.SEVERITY_PREFIX + error.severity)
    worst = "Error" if any(error.severity == "Error" for error in errors) else "Warning"
    listing.set("highestSeverity", names.SEVERITY_PREFIX + worst)


def read_registry_response(response: Element) -> Receipt:
    """Read the response, whatever its element name (AdhocQueryResponse has the same attributes).

    Raises Unknown when it says nothing that can be relied on: unknown status, Failure without an error,
    Success with errors.
    """
    status = _STATUS_BY_URN.get(response.get("status", ""))
    if status is None:
        raise Unknown("answer-without-status")
    errors = tuple(_errors(response))
    serious = [error for error in errors if error.severity != "Warning"]
    if status == "Failure" and not serious:
        raise Unknown("failure-without-errors")
    if status == "Success" and serious:
        raise Unknown("success-with-errors", serious[0].code)
    return Receipt(status, errors)


def answer_element(envelope: SoapEnvelope, namespace: str, name: str) -> Element:
    """The body element of an answer. Raises SoapFaultReceived, or Unknown when it is another element."""
    fault = read_fault(envelope)
    if fault is not None:
        raise fault.error()
    if envelope.body_element.tag != f"{{{namespace}}}{name}":
        raise Unknown("unexpected-answer", f"{name} expected")
    return envelope.body_element


def _errors(response: Element) -> list[RegistryError]:
    listing = child(response, names.RS, "RegistryErrorList")
    return [
        RegistryError(
            each.get("errorCode", ""),
            each.get("codeContext", ""),
            each.get("location", ""),
            each.get("severity", "").rpartition(":")[2] or "Error",
        )
        for each in children(listing, names.RS, "RegistryError")
    ]
