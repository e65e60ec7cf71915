"""A reference server in this process, on a thread with an event loop of its own.

For tests and notebooks: `with running() as server: ... server.url`. Without a data folder it works in a temporary one.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aiohttp import web
from aiohttp.http import HttpProcessingError

from reference_impl.house import create_app
from reference_impl.settings import Settings
from specs.message import origin

START_TIMEOUT_S = 60.0
LOG = logging.getLogger("reference_impl.http")


@dataclass(frozen=True)
class Server:
    """A server that is up. `url` has no last slash; `data` is its folder."""

    url: str
    data: Path


@contextmanager
def running(
    data: Path | None = None,
    port: int = 0,
    host: str = "127.0.0.1",
    seed: int = 7,
    authenticate: bool = True,
    step_delay_s: float = 0.05,
) -> Iterator[Server]:
    """Serve for the length of a `with` block. Port 0 takes a free one. Raises OSError when the port is taken."""
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reference-impl-")))
        settings = Settings(
            folder, host=host, port=port, seed=seed, authenticate=authenticate, step_delay_s=step_delay_s
        )
        yield stack.enter_context(serve_on_thread(settings))


@contextmanager
def serve_on_thread(settings: Settings) -> Iterator[Server]:
    """Serve settings as they are, on a thread."""
    ready: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=_run, args=(settings, ready), name="reference", daemon=True)
    thread.start()
    port, loop, stop = ready.result(START_TIMEOUT_S)
    try:
        yield Server(origin(settings.host, port), settings.data)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def _run(settings: Settings, ready: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
    try:
        asyncio.run(_serve(settings, ready))
    except BaseException as problem:
        if ready.done():
            raise
        ready.set_exception(problem)


def _is_about_us(record: logging.LogRecord) -> bool:
    """Whether a line of the log is about anything but a client's broken request, which is answered with 400."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError | ConnectionError))


async def _serve(settings: Settings, ready: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
    LOG.addFilter(_is_about_us)
    app = create_app(replace(settings))
    runner = web.AppRunner(app, access_log=None, logger=LOG, shutdown_timeout=1.0, auto_decompress=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        stop = asyncio.Event()
        ready.set_result((runner.addresses[0][1], asyncio.get_running_loop(), stop))
        await stop.wait()
    finally:
        await runner.cleanup()
