"""An imitation as a fixture: `with mockgen.running("vendor") as mock:` serves it on a free port of this machine.

The server lives in a thread with an event loop of its own, so that any client, blocking or not, may be tested against
it. Leaving the block stops the server, closes every socket and ends the thread.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

import specs
from mockgen.server import SESSION, create_app, runner
from mockgen.session import Session
from mockgen.settings import Settings
from specs.contract import Contract

STOP_S = 10.0


@dataclass(frozen=True)
class Mock:
    """A served imitation. `url` has no trailing slash; `session` may be looked at and steered between requests."""

    url: str
    port: int
    session: Session


@contextmanager
def running(
    vendor: str | Path | Contract,
    *,
    pace: str = "reads:1",
    seed: int = 0,
    faults: tuple[str, ...] = (),
    auth: bool = True,
    objects: Path | None = None,
    variant: str = "",
) -> Iterator[Mock]:
    """Serves a vendor (a name, a folder or a loaded contract) on 127.0.0.1 until the block is left.

    `variant` names a variant of a contract that is not loaded yet. Raises `specs.SpecError` for a folder that cannot
    be read and ValueError for a pace or a fault that cannot.
    """
    contract = vendor if isinstance(vendor, Contract) else specs.load(vendor, variant)
    app = create_app(contract, Settings(seed, pace, faults, auth, objects))
    listening = socket.create_server(("127.0.0.1", 0))
    port = int(listening.getsockname()[1])
    loop = asyncio.new_event_loop()
    stopped = asyncio.Event()
    ready = threading.Event()
    thread = threading.Thread(target=_serve, args=(loop, app, listening, ready, stopped), name=f"mock-{port}")
    thread.start()
    ready.wait()
    try:
        yield Mock(f"http://127.0.0.1:{port}", port, app[SESSION])
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(STOP_S)
        loop.close()


def _serve(
    loop: asyncio.AbstractEventLoop,
    app: web.Application,
    listening: socket.socket,
    ready: threading.Event,
    stopped: asyncio.Event,
) -> None:
    async def until_stopped() -> None:
        serving = runner(app, 0.5)
        try:
            await serving.setup()
            await web.SockSite(serving, listening).start()
            ready.set()
            await stopped.wait()
        finally:
            ready.set()
            await serving.cleanup()
            listening.close()

    asyncio.set_event_loop(loop)
    loop.run_until_complete(until_stopped())
    loop.run_until_complete(loop.shutdown_default_executor())
