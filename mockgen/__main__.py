"""The command line: `mockgen serve VENDOR` and `mockgen write VENDOR DIR`.

Mistakes of the caller (an unknown vendor, a misspelt pace, a folder in use) end with one sentence and status 2.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web

import specs
from mockgen import writing
from mockgen.server import create_app
from mockgen.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit status: 0 when it did its work, 2 for a mistake of the caller."""
    given = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = given.run
    try:
        return run(given)
    except (specs.SpecError, ValueError, OSError) as problem:
        print(f"mockgen: {problem}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mockgen", description="Imitates a vendor's API from its contract alone.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve an imitation until interrupted")
    serve.add_argument("vendor", help="a vendor's name, or a folder with a contract")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    serve.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    serve.add_argument("--seed", type=int, default=0, help="seed of ids, tokens and scores")
    serve.add_argument("--pace", default="reads:1", help="immediate, reads:N, seconds:S or manual")
    serve.add_argument("--fault", action="append", default=[], metavar="NAME[:KEY=VALUE,...]", help="may be repeated")
    serve.add_argument("--no-auth", action="store_true", help="accept calls without credentials")
    serve.add_argument("--objects", type=Path, metavar="DIR", help="folder that stands for s3://")
    serve.set_defaults(run=_serve)
    writing = commands.add_parser("write", help="write a server project of its own")
    writing.add_argument("vendor", help="a vendor's name, or a folder with a contract")
    writing.add_argument("folder", type=Path, help="where to write it")
    writing.add_argument("--name", default="", help="the package is NAME_server (default: the vendor's name)")
    writing.add_argument("--force", action="store_true", help="write into a folder that is not empty")
    writing.set_defaults(run=_write)
    return parser


def _serve(given: argparse.Namespace) -> int:
    settings = Settings(given.seed, given.pace, tuple(given.fault), not given.no_auth, given.objects)
    contract = specs.load(given.vendor)
    app = create_app(contract, settings)
    asyncio.run(_until_interrupted(app, contract.title, given.host, given.port))
    return 0


async def _until_interrupted(app: web.Application, title: str, host: str, port: int) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, auto_decompress=False)
    await runner.setup()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        await web.TCPSite(runner, host, port).start()
        bound = runner.addresses[0][1]
        print(f"{title}: http://{host}:{bound}", flush=True)
        await stopped.wait()
    finally:
        await runner.cleanup()


def _write(given: argparse.Namespace) -> int:
    for path in writing.write(specs.load(given.vendor), given.folder, name=given.name, force=given.force):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
