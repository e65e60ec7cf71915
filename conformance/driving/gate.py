"""A bound on the requests under way, where what goes on comes before what begins.

A job is in its first state for a moment only. A command that shall meet it there must not queue behind a hundred
requests that nobody waits for, least of all on a target whose rate is limited.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Gate:
    """Lets `free` holders in at a time; of those that wait the lowest rank first, and of equal ranks who came first."""

    free: int
    waiting: list[tuple[int, int, asyncio.Future[None]]] = field(default_factory=list)
    arrived: int = 0

    @asynccontextmanager
    async def turn(self, rank: int) -> AsyncIterator[None]:
        """Holds one of the places; 0 is the rank that is let in first."""
        await self._enter(rank)
        try:
            yield
        finally:
            self._hand_on()

    async def _enter(self, rank: int) -> None:
        if self.free:
            self.free -= 1
            return
        self.arrived += 1
        admitted = asyncio.get_running_loop().create_future()
        heapq.heappush(self.waiting, (rank, self.arrived, admitted))
        try:
            await admitted
        except asyncio.CancelledError:
            if not admitted.cancelled():  # Let in and called off at the same moment.
                self._hand_on()
            raise

    def _hand_on(self) -> None:
        while self.waiting:
            *_, admitted = heapq.heappop(self.waiting)
            if not admitted.done():
                admitted.set_result(None)
                return
        self.free += 1
