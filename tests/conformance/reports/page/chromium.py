"""A headless Chromium for tests of pages, driven over its own debugging protocol.

It is used where it is installed and never downloaded. A fresh profile and no background services: whatever the browser
asks the network for was asked for by the page.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--mute-audio"),
    *("--disable-dev-shm-usage", "--remote-debugging-port=0", "--remote-debugging-address=127.0.0.1"),
)
KEYS = {"Tab": 9, "Enter": 13, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
START_S, ANSWER_S = 60, 60


def installed() -> str | None:
    """The path of a browser on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Tab:
    """One page in the browser. `events` holds what it reported: its console, its errors, and its requests."""

    socket: aiohttp.ClientWebSocketResponse
    events: list[dict[str, Any]] = field(default_factory=list)
    last: int = 0

    async def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Calls a method of the protocol; events that come before its answer are kept."""
        self.last += 1
        await self.socket.send_json({"id": self.last, "method": method, "params": parameters})
        return await self._until(lambda message: message.get("id") == self.last)

    async def _until(self, is_wanted: Any) -> dict[str, Any]:
        while True:
            message: dict[str, Any] = await self.socket.receive_json(timeout=ANSWER_S)
            assert "error" not in message, message
            if "method" in message:
                self.events.append(message)
            if is_wanted(message):
                return message

    async def open(self, url: str) -> None:
        """Loads a page and waits until it is loaded."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.send(f"{domain}.enable")
        await self.send("Page.navigate", url=url)
        if not any(event["method"] == "Page.loadEventFired" for event in self.events):
            await self._until(lambda message: message.get("method") == "Page.loadEventFired")

    async def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page, promises awaited."""
        answer = await self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer["result"], answer["result"]
        return answer["result"]["result"].get("value")

    async def press(self, key: str, text: str = "") -> None:
        """One key, pressed and released."""
        given = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        await self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **given)
        await self.send("Input.dispatchKeyEvent", type="keyUp", **given)

    async def write(self, text: str) -> None:
        """Text into whatever has the focus."""
        await self.send("Input.insertText", text=text)

    async def picture(self, file: Path, width: int, height: int, scheme: str = "light") -> None:
        """A screenshot, for people."""
        await self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.send("Emulation.setDeviceMetricsOverride", **size)
        answer = await self.send("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(answer["result"]["data"]))

    def of(self, *methods: str) -> list[dict[str, Any]]:
        """The parameters of all events of some kinds."""
        return [event["params"] for event in self.events if event["method"] in methods]


@asynccontextmanager
async def tab(program: str, profile: Path) -> AsyncIterator[Tab]:
    """A browser with one empty page; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        *(program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        address = await asyncio.wait_for(_address(process), START_S)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://{address}/json/list") as answer:
                pages = json.loads(await answer.text())
            url = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
            async with session.ws_connect(url, max_msg_size=0) as socket:
                yield Tab(socket)
    finally:
        process.kill()
        await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        if b"DevTools listening on ws://" in line:
            return line.decode().split("ws://")[1].split("/")[0]
    raise AssertionError("the browser ended before it listened")
