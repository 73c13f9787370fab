"""SOAP envelopes that may be shown: the shape of every exchange, nobody's identity, no document.

What may tell a person is masked (letters become x, digits 9), and what was masked is then looked for in all
that stays. Only what a list names stays readable: codes, ids of documents and systems, times, statuses.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from gateway.xds import names, vihf
from gateway.xds.xml import serialise

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")
# An assigning authority or a type in an HL7v2 value; only from the fourth component on, after the names.
_STRUCTURAL = re.compile(
    r"(?:[\w.-]*&[0-2](?:\.\d+)+&ISO|NH|PI|D|L|U|RI|EI|IDNPS|IDNST|SIREN|urn:ihe:[\w:.-]+)?"
)
_FIRST_STRUCTURAL = 3
_QUOTES = "()' "  # around the value of a query
# INS, NIR or NIA, whole, without being an arc of an OID or part of a digest.
_INS = re.compile(r"(?<![\w.+/=-])\d{6}[\dAB]\d{6}(?:\d{2})?(?![\w.+/=-])")
_WORD = re.compile(r"[\w-]{3,}")
_USER = re.compile(r"(?<=://)[^/@\s]*@")

_KEPT_SLOTS = frozenset(
    {
        *("creationTime", "serviceStartTime", "serviceStopTime", "submissionTime", "languageCode"),
        *("hash", "size", "repositoryUniqueId", "codingScheme", "documentAvailability"),
        *("SubmissionSetStatus", "PreviousVersion", "AssociationPropagation", "OriginalStatus", "NewStatus"),
        *("$uuid", "$AssociationTypes", "$MetadataLevel", "$XDSAssociationStatus", "$homeCommunityId"),
    }
)
_KEPT_PARAMETER = re.compile(
    r"\$XDS[A-Za-z]+?(?:Status|UniqueId|EntryUUID|LogicalID|Code|CodeList|Time(?:From|To)|Type|SourceId|ContentType)"
)
_KEPT_ATTRIBUTES_OF_VIHF = frozenset(
    {
        *(vihf.STRUCTURE, vihf.SECTOR, vihf.ROLE, vihf.VERSION, *vihf.MODES, vihf.RESOURCE_URN, vihf.PURPOSE),
        *(vihf.CONFIDENTIALITY, vihf.LPS_ID, vihf.LPS_NAME, vihf.LPS_VERSION, vihf.LPS_HOMOLOGATION),
    }
)
_PATIENT_SCHEMES = frozenset({names.ENTRY_PATIENT_ID, names.SET_PATIENT_ID, names.FOLDER_PATIENT_ID})
_PLAIN = frozenset(
    {
        names.SOAP12,
        names.SOAP11,
        names.WSA,
        names.WSSE,
        names.XDSB,
        names.RS,
        names.LCM,
        names.QUERY,
        names.XOP,
        "",
    }
)


@dataclass
class Redactor:
    """Redacts the messages of one exchange; what one of them tells of people is looked for in the others."""

    _words: set[str] = field(default_factory=set, repr=False)

    def envelope(self, root: Element) -> Element:
        """The same envelope, changed in place; ``finished`` makes its text."""
        for element in list(root.iter(etree.Element)):
            self._element(element)
        return root

    def finished(self, root: Element) -> bytes:
        """The redacted envelope as XML, swept of what all messages of the exchange tell of people."""
        for element in root.iter(etree.Element):
            if element.text:
                element.text = self.swept(element.text)
            for name in element.attrib:
                element.set(name, self.swept(element.get(name, "")))
        return serialise(root)

    def swept(self, text: str) -> str:
        if self._words:
            words = "|".join(re.escape(word) for word in sorted(self._words, key=len, reverse=True))
            text = re.sub(rf"(?<![\w.-])(?:{words})(?![\w-])", _masked_match, text)
        return _USER.sub("", _INS.sub(_masked_match, text))

    def _element(self, element: Element) -> None:
        name = etree.QName(element)
        element.tail = element.tail if not (element.tail or "").strip() else None
        handler = _HANDLERS.get(name.namespace or "")
        if handler is not None:
            handler(self, element, name.localname)
        elif (name.namespace or "") not in _PLAIN:
            self._mask_all(element)

    def _rim(self, element: Element, name: str) -> None:
        if name == "ExternalIdentifier" and element.get("identificationScheme") in _PATIENT_SCHEMES:
            element.set("value", self._person(element.get("value", "")))
        elif name == "LocalizedString" and not _is_display(element):
            # A title or a comment: words of the sender's, not of a person's name alone.
            element.set("value", masked(element.get("value", "")))
        elif name == "Value":
            slot = next(element.iterancestors(f"{{{names.RIM}}}Slot"), None)
            element.text = self._slot(slot.get("name", "") if slot is not None else "", element.text or "")
        elif element.text is not None and element.text.strip():
            element.text = masked(element.text)

    def _slot(self, name: str, value: str) -> str:
        if name in _KEPT_SLOTS or _KEPT_PARAMETER.fullmatch(name):
            return value
        if name == "authorInstitution":
            label, mark, rest = value.partition("^")
            return masked(label) + mark + rest
        if name in ("authorRole", "authorSpecialty"):
            return value
        return self._person(value)

    def _xdsb(self, element: Element, name: str) -> None:
        if name == "Document" and (element.text or "").strip():
            element.text = f"[{_measured(element.text or '')}]"

    def _saml(self, element: Element, name: str) -> None:
        if name == "NameID":
            element.text = self._person(element.text or "")
        elif name == "AttributeValue":
            owner = element.getparent()
            if owner is None or owner.get("Name") not in _KEPT_ATTRIBUTES_OF_VIHF:
                element.text = self._person(element.text or "")

    def _signature(self, element: Element, name: str) -> None:
        if name == "SignatureValue":
            element.text = "[signature]"
        elif name == "X509Certificate":
            element.text = f"[certificate, {_measured(element.text or '')}]"

    def _codes(self, element: Element, name: str) -> None:
        """Role and PurposeOfUse of a VIHF are codes in attributes; nothing else of HL7 belongs here."""
        if name in ("Role", "PurposeOfUse"):
            element.text = None
        else:
            self._mask_all(element)

    def _mask_all(self, element: Element) -> None:
        element.text = masked(element.text) if element.text is not None else None
        for name in element.attrib:
            element.set(name, masked(element.get(name, "")))

    def _person(self, value: str) -> str:
        """An HL7v2 value about a person; its words are remembered."""
        self._words.update(_told(value))
        prefix, bar, rest = value.partition("|") if value.startswith("PID-") else ("", "", value)
        parts = rest.split("^")
        return prefix + bar + "^".join(_component(number, part) for number, part in enumerate(parts))


_HANDLERS: dict[str, Callable[[Redactor, Element, str], None]] = {
    names.RIM: Redactor._rim,
    names.XDSB: Redactor._xdsb,
    vihf.SAML: Redactor._saml,
    vihf.DS: Redactor._signature,
    vihf.HL7: Redactor._codes,
}


def masked(text: str) -> str:
    """The shape of a text: letters become x, digits 9."""
    return _DIGIT.sub("9", _LETTER.sub("x", text))


def _measured(text: str) -> str:
    """Size and SHA-256 of what the Base64 says, or of the text when it is none."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        data = text.encode()
    return f"{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}"


def _masked_match(found: re.Match[str]) -> str:
    return masked(found.group())


def _component(number: int, part: str) -> str:
    kept = number >= _FIRST_STRUCTURAL and _STRUCTURAL.fullmatch(part.strip(_QUOTES))
    return part if kept else masked(part)


def _told(value: str) -> Iterator[str]:
    for part in value.removeprefix("PID-").split("^"):
        if not _STRUCTURAL.fullmatch(part.strip(_QUOTES)):
            yield from _WORD.findall(part)


def _is_display(localized: Element) -> bool:
    """True for the display name of a code, or the fixed name of an identifier."""
    name = localized.getparent()
    owner = name.getparent() if name is not None else None
    kinds = ("Classification", "ExternalIdentifier")
    return owner is not None and etree.QName(owner).localname in kinds
