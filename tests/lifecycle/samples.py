"""Versions of one imaging report, and requests about them, built as the fixtures are."""

from __future__ import annotations

from dataclasses import replace

from fixtures.build import imaging, laboratory
from fixtures.build.header import Cda
from fixtures.build.messages import Request, Visit, request
from fixtures.build.people import CAMILLE, HOSPITAL, RADIOLOGIST

SET = "1.2.250.1.999.10.201"
V1, V2, V3 = f"{SET}.1", f"{SET}.2", f"{SET}.3"
_ORDERS = {"T02": "NW", "T10": "RO", "T04": "CA"}


def version(number: int) -> Cda:
    """Version ``number`` of the CT report; it replaces the one before."""
    return imaging.chest_ct() if number == 1 else replace(imaging.chest_ct(2), version=number)


def mdm(event: str, cda: Cda, control_id: str) -> Request:
    return request(
        "RIS-EXEMPLE", control_id, Visit("O", "V201"), "20261021091600+0200", cda,
        event=event, order=_ORDERS[event],
    )  # fmt: skip


def renamed(message: Request, unique_id: str) -> bytes:
    """The same request about a document with another id (its parent stays)."""
    (cda,), (content,) = message.documents, message.contents
    own = f'root="{cda.unique_id}"'.encode()
    assert content.count(own) == 1
    body = message.carrying(content.replace(own, f'root="{unique_id}"'.encode())).er7()
    return body.replace(f"|{cda.unique_id}|".encode(), f"|{unique_id}|".encode(), 1)


def of_another_patient(cda: Cda) -> Cda:
    return replace(cda, patient=CAMILLE)


def of_another_structure(cda: Cda) -> Cda:
    """The same report, written and sent by the hospital."""
    return replace(cda, structure=HOSPITAL, author=RADIOLOGIST)


def both_levels(order: str = "NW", control_id: str = "LABO-1") -> Request:
    return request(
        "SIL-EXEMPLE", control_id, Visit("O", "V102"), "20261012113100+0200",
        laboratory.kidney_printed(), laboratory.kidney_structured(), order=order,
    )  # fmt: skip


def one_level(order: str, control_id: str) -> Request:
    return request(
        "SIL-EXEMPLE", control_id, Visit("O", "V102"), "20261012113100+0200",
        laboratory.kidney_printed(), order=order,
    )  # fmt: skip
