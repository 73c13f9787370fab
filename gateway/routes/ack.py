"""The technical acknowledgement as bytes: ACK^<event>^ACK for any message whose MSH could be read.

PFI guide §10. Built from MSH alone: what else the message holds does not matter here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from gateway.model import Message, Segment
from gateway.model.hl7 import pick
from gateway.routes.replies import APPLICATION_LABELS, ERROR_TEXTS, AckError, Acknowledgement
from gateway.routes.skeletons import ack_skeletons, escape

CHARSETS = {"UNICODE UTF-8": "utf-8", "8859/15": "iso-8859-15"}
"""What an answer may be written in (R.ENC.05): MSH-18 and the codec."""

_EVENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_HL7_2_6 = frozenset({"MDM", "ZAM"})
_DEFAULT_PROCESSING = "P"
_NULL = '""'


def build_ack(request: Message, answer: Acknowledgement, moment: datetime, control_id: str) -> bytes:
    """The acknowledgement of ``request``, in the character set of ``request``.

    ``moment`` (aware) is MSH-7, ``control_id`` MSH-10 (at most 20 characters). The same arguments give the
    same bytes. A request without MSH-10 is answered with MSA-2 = ``""``, the HL7 null.
    """
    msh = request.msh
    version = "2.6" if msh.value(9, 1) in _HL7_2_6 else "2.5"
    skeletons = ack_skeletons(version)
    event = msh.value(9, 2)
    charset = charset_of(request)
    header = answer_header(msh, moment, control_id) | {
        9: f"ACK^{event if _EVENT.fullmatch(event) else ''}^ACK",
        18: charset,
    }
    lines = [skeletons.fill("MSH", header)]
    lines.append(skeletons.fill("MSA", {1: answer.code, 2: escape(msh.value(10)) or _NULL}))
    lines += (skeletons.fill("ERR", _error(error)) for error in answer.errors)
    return encode(lines, charset)


def answer_header(msh: Segment, moment: datetime, control_id: str) -> dict[int, str]:
    """MSH-3 to 7, 10 and 11 of any answer: sender and receiver change places (R.ACK.02)."""
    return {
        3: _designator(msh, 5),
        4: _designator(msh, 6),
        5: _designator(msh, 3),
        6: _designator(msh, 4),
        7: timestamp(moment),
        10: escape(control_id),
        11: escape(msh.value(11)) or _DEFAULT_PROCESSING,
    }


def charset_of(request: Message) -> str:
    """MSH-18 of the answer: the set received when answers may use it, else UTF-8."""
    return request.charset if request.charset in CHARSETS else "UNICODE UTF-8"


def encode(lines: list[str], charset: str) -> bytes:
    """Segments as bytes, each ended by CR; a character that the set lacks becomes ``?``."""
    text = "".join(f"{line}\r" for line in lines).replace("’", "'")
    return text.encode(CHARSETS[charset], errors="replace")


def timestamp(moment: datetime) -> str:
    """TS to the second with its offset."""
    return moment.strftime("%Y%m%d%H%M%S%z")


def _designator(msh: Segment, number: int) -> str:
    """An HD of the request, written with the standard delimiters whatever the request used."""
    first = next(iter(msh.repetitions(number)), "")
    return "^".join(_components(first, msh)).rstrip("^")


def _components(text: str, msh: Segment) -> Iterator[str]:
    for component in (1, 2, 3):
        yield escape(pick(text, component, 1, msh.separators))


def _error(error: AckError) -> dict[int, str]:
    """ERR-2 where, ERR-3 what, ERR-5 with 207; ERR-7 names our rules and ERR-8 says what to do."""
    values = {
        2: error.location,
        3: f"{error.err3}^{ERROR_TEXTS.get(error.err3, ERROR_TEXTS['199'])}^messageErrorCondition",
        4: "E",
        5: "",
        7: escape(" ".join(error.rules)),
        8: escape(error.text[:250]),
    }
    if error.err5:
        values[5] = f"{error.err5}^{escape(APPLICATION_LABELS.get(error.err5, ''))}^applicationErrorCode"
    return values
