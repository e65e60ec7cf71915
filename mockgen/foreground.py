"""An imitation in the foreground: served until its user, or whoever supervises the process, stops it.

The command line loads this, and with it the HTTP server, only when there is something to serve.
"""

from __future__ import annotations

import asyncio
import signal

from aiohttp import web

from mockgen.server import create_app, runner
from mockgen.settings import Settings
from specs.contract import Contract
from specs.message import origin


def serve(contract: Contract, settings: Settings, host: str, port: int) -> None:
    """Serves until SIGINT or SIGTERM; port 0 takes a free one. Raises OSError when the address cannot be used, and
    ValueError for a pace or a fault that cannot be."""
    app = create_app(contract, settings)
    asyncio.run(_until_interrupted(app, contract.title, host, port))


async def _until_interrupted(app: web.Application, title: str, host: str, port: int) -> None:
    running = runner(app, 1.0)
    await running.setup()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        await web.TCPSite(running, host, port).start()
        bound = running.addresses[0][1]
        print(f"{title}: {origin(host, bound)}", flush=True)
        await stopped.wait()
    finally:
        await running.cleanup()
