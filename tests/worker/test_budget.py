"""Bytes in flight are capped, and no message waits for ever."""

from __future__ import annotations

import asyncio

from gateway.worker import ByteBudget


async def _hold(budget: ByteBudget, size: int, held: list[int], release: asyncio.Event) -> None:
    async with budget.hold(size):
        held.append(size)
        await release.wait()


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_message_waits_until_there_is_room() -> None:
    budget, held, release = ByteBudget(100), [], asyncio.Event()
    tasks = [asyncio.create_task(_hold(budget, size, held, release)) for size in (60, 40, 1)]
    await _settle()
    assert held == [60, 40]
    assert budget.used == 100
    release.set()
    await asyncio.gather(*tasks)
    assert held == [60, 40, 1]
    assert (budget.used, budget.holders) == (0, 0)


async def test_a_message_larger_than_the_whole_budget_is_let_in_alone() -> None:
    budget, held, release = ByteBudget(10), [], asyncio.Event()
    tasks = [asyncio.create_task(_hold(budget, size, held, release)) for size in (5, 500)]
    await _settle()
    assert held == [5]
    release.set()
    await asyncio.gather(*tasks)
    assert held == [5, 500]


async def test_an_error_inside_gives_the_bytes_back() -> None:
    budget = ByteBudget(10)
    try:
        async with budget.hold(10):
            raise RuntimeError
    except RuntimeError:
        pass
    assert budget.used == 0
