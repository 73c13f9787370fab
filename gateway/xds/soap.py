"""SOAP 1.2 envelopes with WS-Addressing 1.0, and faults. SOAP 1.1 is understood when reading."""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from gateway.errors import MalformedSoap, SoapFaultReceived
from gateway.xds import names
from gateway.xds.xml import child, children, element, parse, serialise, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_VERSIONS = {names.SOAP12: "1.2", names.SOAP11: "1.1"}
_UNDERSTOOD = frozenset({names.WSA, names.WSSE})
_PREFIXES = {"soap": names.SOAP12, "wsa": names.WSA}


@dataclass(frozen=True, slots=True)
class SoapEnvelope:
    """A SOAP message as read. ``action``, ``message_id``, ``relates_to`` are empty when absent.

    ``body_element`` is the only child of the Body; ``version`` is ``1.1`` or ``1.2``.
    """

    action: str
    message_id: str
    relates_to: str
    header: Element | None = field(repr=False)
    body_element: Element = field(repr=False)
    version: str

    @property
    def security(self) -> Element | None:
        """The wsse:Security header element, unverified."""
        return child(self.header, names.WSSE, "Security")

    def not_understood(self) -> tuple[str, ...]:
        """Names of header blocks that must be understood and are unknown to us (SOAP 1.2 §2.4)."""
        blocks = [] if self.header is None else list(self.header)
        soap = names.SOAP12 if self.version == "1.2" else names.SOAP11
        return tuple(
            etree.QName(block).localname
            for block in blocks
            if block.get(f"{{{soap}}}mustUnderstand") in ("1", "true")
            and etree.QName(block).namespace not in _UNDERSTOOD
        )


@dataclass(frozen=True, slots=True)
class SoapFault:
    """Local names of code and subcode, and the sender's reason."""

    code: str
    subcode: str = ""
    reason: str = field(default="", repr=False)

    def error(self) -> SoapFaultReceived:
        return SoapFaultReceived(self.code, self.subcode, self.reason)


def message_id(*parts: str) -> str:
    """A ``urn:uuid:`` that depends only on ``parts``: the same attempt of the same thing, the same id."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, '/'.join(parts))}"


def build_request(
    action: str, body: Element, *, to: str, message_id: str, security: Element | None = None
) -> bytes:
    """A request envelope. ``security`` is a wsse:Security or its content (a SAML assertion), kept as is."""
    envelope, header = _envelope()
    _address(header, "MessageID", message_id)
    _address(header, "To", to)
    reply_to = element(header, names.WSA, "ReplyTo")
    _must_understand(reply_to)
    _address(reply_to, "Address", names.WSA_ANONYMOUS)
    _must_understand(_address(header, "Action", action))
    if security is not None:
        header.append(_security(security))
    return _finish(envelope, body)


def build_answer(action: str, body: Element, *, relates_to: str, message_id: str = "") -> bytes:
    """An answer envelope; without ``message_id`` one is derived from ``relates_to``."""
    envelope, header = _envelope()
    _must_understand(_address(header, "Action", action))
    _address(header, "MessageID", message_id or _derived_id(action, relates_to))
    _address(header, "To", names.WSA_ANONYMOUS)
    if relates_to:
        _address(header, "RelatesTo", relates_to)
    return _finish(envelope, body)


def fault(code: str, subcode: str, reason: str, *, relates_to: str = "") -> bytes:
    """A SOAP 1.2 fault envelope: ``code`` is ``Sender``, ``Receiver``..., ``subcode`` empty or ``DMP...``."""
    made = etree.Element(f"{{{names.SOAP12}}}Fault", nsmap={"soap": names.SOAP12})
    code_element = element(made, names.SOAP12, "Code")
    element(code_element, names.SOAP12, "Value", f"soap:{code}")
    if subcode:
        inner = element(code_element, names.SOAP12, "Subcode")
        element(inner, names.SOAP12, "Value", f"soap:{subcode}")
    sentence = element(element(made, names.SOAP12, "Reason"), names.SOAP12, "Text", reason)
    sentence.set(f"{{{names.XML}}}lang", "fr")
    return build_answer(names.WSA_FAULT, made, relates_to=relates_to)


def read_envelope(data: bytes) -> SoapEnvelope:
    """Raises MalformedSoap: not XML, a DTD, no envelope, Body before Header, not exactly one body element."""
    root = parse(data)
    qualified = etree.QName(root)
    version = _VERSIONS.get(qualified.namespace or "")
    if qualified.localname != "Envelope":
        raise MalformedSoap("ce n'est pas une enveloppe SOAP / not a SOAP envelope")
    if version is None:
        raise MalformedSoap("version de SOAP inconnue / unknown SOAP version", "VersionMismatch")
    soap = qualified.namespace or ""
    kinds = [etree.QName(each) for each in root]
    if [kind.localname for kind in kinds] not in (["Header", "Body"], ["Body"]) or any(
        kind.namespace != soap for kind in kinds
    ):
        raise MalformedSoap("Header puis Body attendus / Header then Body expected (SOAP 1.2 §5.1)")
    header, body = child(root, soap, "Header"), root[-1]
    if len(body) != 1:
        raise MalformedSoap("un seul élément attendu dans Body / exactly one element expected in Body")
    return SoapEnvelope(
        _header(header, "Action"),
        _header(header, "MessageID"),
        _header(header, "RelatesTo"),
        header,
        body[0],
        version,
    )


def read_fault(envelope: SoapEnvelope) -> SoapFault | None:
    """The fault that the envelope carries, None when it carries something else."""
    body = envelope.body_element
    if body.tag == f"{{{names.SOAP12}}}Fault":
        code = child(body, names.SOAP12, "Code")
        subcode = child(code, names.SOAP12, "Subcode")
        reason = child(child(body, names.SOAP12, "Reason"), names.SOAP12, "Text")
        return SoapFault(
            _local(child(code, names.SOAP12, "Value")),
            _local(child(subcode, names.SOAP12, "Value")),
            text(reason),
        )
    if body.tag == f"{{{names.SOAP11}}}Fault":
        # SOAP 1.1 children have no namespace; a dotted code carries the subcode ("Client.Authentication").
        code_text, _, subcode_text = _local(child(body, "", "faultcode")).partition(".")
        return SoapFault(code_text, subcode_text, text(child(body, "", "faultstring")))
    return None


def _envelope() -> tuple[Element, Element]:
    envelope = etree.Element(f"{{{names.SOAP12}}}Envelope", nsmap=_PREFIXES)
    return envelope, element(envelope, names.SOAP12, "Header")


def _finish(envelope: Element, body: Element) -> bytes:
    element(envelope, names.SOAP12, "Body").append(body)
    return serialise(envelope)


def _address(parent: Element, name: str, value: str) -> Element:
    return element(parent, names.WSA, name, value)


def _must_understand(block: Element) -> None:
    block.set(f"{{{names.SOAP12}}}mustUnderstand", "true")


def _security(content: Element) -> Element:
    # A copy: lxml would move the caller's element. No prefix of ours is also used in an assertion, so
    # its namespace declarations stay where its signer put them.
    if content.tag == f"{{{names.WSSE}}}Security":
        return copy.deepcopy(content)
    made = etree.Element(f"{{{names.WSSE}}}Security", nsmap={"wsse": names.WSSE})
    made.append(copy.deepcopy(content))
    return made


def _derived_id(action: str, relates_to: str) -> str:
    return message_id(action, relates_to)


def _header(header: Element | None, name: str) -> str:
    found = list(children(header, names.WSA, name))
    if len(found) > 1 and name != "RelatesTo":
        raise MalformedSoap(f"wsa:{name} répété / repeated (WS-Addressing 1.0 §3.2)")
    return text(found[0]) if found else ""


def _local(qualified: Element | None) -> str:
    return text(qualified).rpartition(":")[2]
