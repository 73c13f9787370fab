"""Every error of the gateway, in one tree named after the reaction it asks for.

::

    GatewayError
    ├── ConfigurationError      start-up is refused; lists every problem at once
    ├── MissingProgram          an external program is absent; says how to install it
    ├── BrokerUnavailable       the broker cannot be reached; back off and reconnect
    ├── PublishRefused          the broker did not confirm a publish; nothing may be acked
    ├── MalformedMultipart      an MTOM body cannot be read
    ├── MalformedSoap           a SOAP message cannot be read; answer with a SOAP fault
    ├── MalformedMetadata       an ebXML registry message cannot be read
    └── SubmissionError         a deposit did not end in a receipt
        ├── SoapFaultReceived   the destination answered with a SOAP fault
        ├── Permanent           never as it is: dead letter
        ├── Transient           later: retry through the delay queues
        └── Unknown             sent, no answer: ask the store by uniqueId before any resend

No error holds patient data: texts and attributes are codes, places and sizes.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.model import RegistryError


class GatewayError(Exception):
    """Base of all errors raised on purpose by the gateway."""


class ConfigurationError(GatewayError):
    """The configuration cannot work. ``problems`` has one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class MissingProgram(GatewayError):
    """An external program is not installed; ``install`` is the command that installs it."""

    def __init__(self, program: str, install: str) -> None:
        super().__init__(f"{program} is not installed; install it with: {install}")
        self.program = program
        self.install = install


class BrokerUnavailable(GatewayError):
    """The broker refused or lost the connection."""


class PublishRefused(GatewayError):
    """A publish was returned or negatively confirmed by the broker."""


class MalformedMultipart(GatewayError):
    """A multipart/related body does not follow RFC 2387 / XOP."""


class MalformedSoap(GatewayError):
    """A SOAP message cannot be read; ``code`` is the fault code to answer, no prefix (SOAP 1.2 §5.4.6)."""

    def __init__(self, text: str, code: str = "Sender") -> None:
        super().__init__(text)
        self.code = code


class MalformedMetadata(GatewayError):
    """An ebXML message lacks what the standard requires; ``code`` is the XDS error code to answer.

    ``problems`` has everything that is wrong, ready to be answered; never empty.
    """

    def __init__(
        self,
        text: str,
        code: str = "XDSRepositoryMetadataError",
        location: str = "",
        problems: Sequence[RegistryError] = (),
    ) -> None:
        super().__init__(text)
        self.code = code
        self.location = location
        self.problems = tuple(problems) or (RegistryError(code, text, location),)


class SubmissionError(GatewayError):
    """A deposit failed. ``reason`` is a stable code (an XDS error code, ``soap-fault``, ``http-503``...).

    ``reaction`` is the word of the table in ``xds.errors`` (``ask_human``, ``stop_flow``...), empty when no
    row of it was used; ``retries`` is the most retries that this reason deserves, None for the usual policy.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        location: str = "",
        reaction: str = "",
        retries: int | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.location = location
        self.reaction = reaction
        self.retries = retries


class SoapFaultReceived(SubmissionError):
    """The answer is a SOAP fault: local names of code and subcode. ``text`` is the sender's; never log it."""

    def __init__(self, code: str, subcode: str = "", text: str = "") -> None:
        super().__init__("soap-fault", subcode or code)
        self.code = code
        self.subcode = subcode
        self.text = text


class Permanent(SubmissionError):
    """Resending the same bytes cannot succeed."""


class Transient(SubmissionError):
    """The destination is busy or away; the same bytes may succeed later."""


class Unknown(SubmissionError):
    """The request left and no usable answer came back: the document may or may not be stored."""
