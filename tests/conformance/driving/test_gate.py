"""A bound on the requests under way, where what goes on comes before what begins."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from conformance.driving.gate import Gate


async def _order(gate: Gate, ranks: Iterable[int], entered: list[int]) -> list[asyncio.Task[None]]:
    """Tasks that wait for the gate, one after the other; each notes its number when it is let in."""

    async def enter(number: int, rank: int) -> None:
        async with gate.turn(rank):
            entered.append(number)

    tasks = []
    for number, rank in enumerate(ranks):
        tasks.append(asyncio.create_task(enter(number, rank)))
        await asyncio.sleep(0)
    return tasks


def test_the_lowest_rank_is_let_in_first_and_equals_in_their_order() -> None:
    """Of those that wait the lowest rank comes first; of equal ranks the one that came first."""

    async def scene() -> list[int]:
        gate, entered = Gate(1), list[int]()
        async with gate.turn(1):
            tasks = await _order(gate, (1, 1, 0, 1, 0), entered)
        await asyncio.gather(*tasks)
        return entered

    assert [2, 4, 0, 1, 3] == asyncio.run(scene())


def test_no_more_are_inside_than_there_are_places() -> None:
    """Two places hold two at a time, however many come."""

    async def scene() -> int:
        gate, inside, most = Gate(2), 0, 0

        async def stay() -> None:
            nonlocal inside, most
            async with gate.turn(1):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*(stay() for _ in range(7)))
        return most

    assert 2 == asyncio.run(scene())


def test_a_place_is_not_lost_to_who_no_longer_waits() -> None:
    """Who is called off while waiting, or just when let in, leaves the place to the next; then it is free again."""

    async def scene() -> tuple[list[int], int]:
        gate, entered = Gate(1), list[int]()
        async with gate.turn(1):
            tasks = await _order(gate, (0, 0, 0), entered)
            tasks[0].cancel()
            await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return entered, gate.free

    assert ([2], 1) == asyncio.run(scene())
