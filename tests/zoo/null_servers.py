"""Servers that know nothing: each answers every request in the same way.

Whoever counts the absence of complaints as success would find that they conform. A server takes a request to its end
and then sends the same bytes, or closes the connection, or never says anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

HEAD_MAX = 1 << 20
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
AWS = "application/x-amz-json-1.1"
PAGE = b"<!doctype html><html><head><title>Welcome</title></head><body><p>It works!</p></body></html>"

Answer = bytes | Literal["close", "hang"]
"""The bytes of a response, or what happens instead of one."""


def response(status: str, kind: str = "", body: bytes = b"", *headers: str) -> bytes:
    """A whole response; the connection is closed behind it."""
    named = [f"Content-Type: {kind}"] if kind else []
    lines = [f"HTTP/1.1 {status}", *named, *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


NULL_SERVERS: Mapping[str, Answer] = {
    "200_object": response("200 OK", "application/json", b"{}"),
    "200_aws_object": response("200 OK", AWS, b"{}"),
    "200_array": response("200 OK", "application/json", b"[]"),
    "200_null": response("200 OK", "application/json", b"null"),
    "200_text": response("200 OK", "text/plain", b"welcome"),
    "200_page": response("200 OK", "text/html; charset=utf-8", PAGE),
    "204": response("204 No Content"),
    "302": response("302 Found", "", b"", "Location: /"),
    "401": response("401 Unauthorized", "application/json", b'{"message": "Unauthorized"}'),
    "404": response("404 Not Found", "application/json", b'{"message": "Not found"}'),
    "422": response("422 Unprocessable Entity", "application/json", b'{"message": "Invalid field data"}'),
    "429": response("429 Too Many Requests", "application/json", b"{}", "Retry-After: 1"),
    "500": response("500 Internal Server Error", "application/json", b"{}"),
    "400_aws_invalid": response("400 Bad Request", AWS, b'{"__type": "InvalidInputException", "message": "no"}'),
    "400_aws_unknown": response("400 Bad Request", AWS, b'{"__type": "ResourceNotFoundException", "message": "no"}'),
    "not_http": b"220 mail.example.com ESMTP ready\r\n",
    "close": "close",
    "hang": "hang",
}


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The URL of a server on a free port of this machine; leaving the block ends it."""
    loop = asyncio.new_event_loop()
    stopped, ready = asyncio.Event(), threading.Event()
    ports: list[int] = []

    async def until_stopped() -> None:
        server = await asyncio.start_server(lambda r, w: _answered(r, w, answer, stopped), "127.0.0.1", limit=HEAD_MAX)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stopped.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(until_stopped()), name="null-server")
    thread.start()
    ready.wait()
    try:
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join()
        loop.close()


async def _answered(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer, stopped: asyncio.Event
) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        await reader.readexactly(int(length[1]) if length else 0)
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        elif answer == "hang":
            await stopped.wait()
    with contextlib.suppress(OSError):
        writer.close()
        await writer.wait_closed()
