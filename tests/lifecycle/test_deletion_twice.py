"""A deletion that may have happened: the DMP no longer returns what is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gateway.errors import Transient
from gateway.model import Ack, Action, DocumentEntry, Envelope, Receipt, Retry, Submission
from gateway.routes.letters import retry_headers
from tests.lifecycle.house import START, Shelf, Trial
from tests.lifecycle.samples import mdm, version

KEY = "imaging.imagerie-exemple"
DONE_BEFORE = Ack((Receipt("Success", already_there=True),))


class ForgetfulShelf(Shelf):
    """Finds nothing to delete: it was deleted, or never came."""

    async def submit(self, submission: Submission) -> Receipt:
        if submission.action is Action.DELETE:
            raise Transient("predecessor-not-found", reaction="retry")
        return await super().submit(submission)

    async def find(
        self, unique_ids: Sequence[str], about: Submission | None = None
    ) -> tuple[DocumentEntry, ...]:
        return ()


def deletion(**more: Any) -> Envelope:
    envelope = Envelope(mdm("T04", version(1), "IMG-2").er7(), "m-2", "intake.imaging", KEY, START, START)
    return replace(envelope, **more)


def after(reason: str) -> dict[str, Any]:
    """The second attempt of a message whose first one ended for this reason."""
    return {"attempt": 2, "headers": retry_headers(deletion(), Retry(reason))}


@pytest.mark.parametrize(
    ("delivery", "deleted"),
    [
        ({}, False),
        ({"redelivered": True}, True),
        (after("timeout"), True),
        (after("connection-lost"), True),
        (after("predecessor-not-found"), False),
    ],
)
async def test_an_absent_document_was_deleted_only_if_we_may_have_done_it(
    gateway: Trial, delivery: dict[str, Any], deleted: bool
) -> None:
    gateway.house = replace(gateway.house, repository=ForgetfulShelf())
    await gateway.send(mdm("T02", version(1), "IMG-1").er7())
    settlement = await gateway.deliver(deletion(**delivery))
    assert settlement == DONE_BEFORE if deleted else isinstance(settlement, Retry)


async def test_what_never_came_through_here_was_not_deleted_by_us(gateway: Trial) -> None:
    gateway.house = replace(gateway.house, repository=ForgetfulShelf())
    settlement = await gateway.deliver(deletion(redelivered=True))
    assert isinstance(settlement, Retry)
    assert settlement.reason == "predecessor-not-found"
