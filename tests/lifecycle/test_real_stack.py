"""The life of one document through a real broker, real workers and the store."""

from __future__ import annotations

from tests.consent.test_feed import settle
from tests.e2e.harness import Stack
from tests.lifecycle.samples import V1, V2, mdm, renamed, version

IMAGING = "imaging.imagerie-exemple"


async def test_a_document_is_deposited_replaced_and_deleted_once_each(stack: Stack) -> None:
    stack.start_worker()
    first = mdm("T02", version(1), "IMG-1").er7()
    second = mdm("T10", version(2), "IMG-2").er7()
    last = mdm("T04", version(2), "IMG-3").er7()
    ends = [await settle(stack, body, IMAGING) for body in (first, second)]
    again = await settle(stack, first, IMAGING)
    stale = await settle(stack, renamed(mdm("T10", version(2), "IMG-4"), f"{V2}.99"), IMAGING)
    ends += [await settle(stack, last, IMAGING), await settle(stack, last, IMAGING)]

    assert [end["outcome"] for end in ends] == ["submitted", "submitted", "submitted", "recorded"]
    assert (again["outcome"], again["detail"]) == ("recorded", f"duplicate of {ends[0]['id']}")
    assert (stale["outcome"], stale["reason"]) == ("refused", "R.LIF.02")
    stored = stack.stored()
    assert set(stored) == {V1, V2}
    assert (stored[V1]["status"], stored[V2]["status"]) == ("Deprecated", "Deleted")
    (letter,) = await stack.dead_letters()
    assert letter.headers["x-dmp-rule"] == "R.LIF.02"
