"""The command line: `mockgen serve VENDOR`, `mockgen write VENDOR DIR` and `mockgen faults`.

Mistakes of the caller (an unknown vendor, a misspelt pace, a folder in use) end with one sentence and status 2.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import specs
from specs.command_line import port, read_words
from specs.extras import advice
from specs.source_file import sentences

USAGE = 2
INTERRUPTED = 130
STATUS = "Exit status: 0 done, or stopped by its user, 2 wrong command or file, 130 interrupted before it served."
STEERING = "GET /__mock__/state tells what a served imitation holds; POST /__mock__/pace and others steer it."


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit status: 0 when it did its work, 2 for a mistake of the caller."""
    given = read_words(_parser(), arguments)
    run: Callable[[argparse.Namespace], int] = given.run
    try:
        return run(given)
    except specs.SpecError as problem:
        print(*(f"mockgen: {told}" for told in sentences(problem)), sep="\n", file=sys.stderr)
    except ModuleNotFoundError as problem:
        print(f"mockgen: {advice(problem, 'mock')}", file=sys.stderr)
    except OSError as problem:
        print(f"mockgen: {problem.filename or 'output'}: {problem.strerror or problem}", file=sys.stderr)
    except ValueError as problem:
        print(f"mockgen: {problem}", file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mockgen", description="Imitates a vendor's API from its contract alone.", epilog=STATUS
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve an imitation until interrupted", epilog=STEERING)
    serve.add_argument("vendor", metavar="VENDOR", help="a vendor's name, or a folder with a contract")
    serve.add_argument("--variant", default="", metavar="NAME", help="a named variant of the contract")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    serve.add_argument("--port", type=port, default=0, metavar="N", help="port to listen on (default: a free one)")
    serve.add_argument("--seed", type=int, default=0, metavar="N", help="seed of ids, tokens and scores")
    serve.add_argument("--pace", default="reads:1", metavar="PACE", help="immediate, reads:N, seconds:S or manual")
    serve.add_argument(
        "--fault", action="append", default=[], metavar="FAULT", help="one of `mockgen faults`; again for more"
    )
    serve.add_argument("--no-auth", action="store_true", help="accept calls without credentials")
    serve.add_argument("--objects", type=Path, metavar="DIR", help="folder that stands for s3://")
    serve.set_defaults(run=_serve)
    writing = commands.add_parser("write", help="write a server project of its own")
    writing.add_argument("vendor", metavar="VENDOR", help="a vendor's name, or a folder with a contract")
    writing.add_argument("folder", type=Path, metavar="DIR", help="where to write it")
    writing.add_argument("--name", default="", help="the package is NAME_server (default: the vendor's name)")
    writing.add_argument("--force", action="store_true", help="write into a folder that is not empty")
    writing.set_defaults(run=_write)
    listing = commands.add_parser("faults", help="list what `serve --fault` plants, and how each is spelled")
    listing.set_defaults(run=_faults)
    return parser


def _faults(given: argparse.Namespace) -> int:
    # The faults build on the engine, which is slow to load; help and mistakes need none of them.
    from mockgen.faults.fault import spelling
    from mockgen.faults.table import BENIGN, FAULTS

    for kind, rows in (("fault", FAULTS), ("benign", BENIGN)):
        for fault in rows.values():
            print(f"{kind:<7} {spelling(fault)}\n        {fault.sentence}")
    return 0


def _serve(given: argparse.Namespace) -> int:
    contract = specs.load(given.vendor, given.variant)
    # The HTTP server comes with the extra, and takes a while to load: only who serves needs it.
    from mockgen.foreground import serve
    from mockgen.settings import Settings

    if given.objects is not None:
        # Jobs write here much later; whoever mistyped the folder wants to know now.
        given.objects.mkdir(parents=True, exist_ok=True)
    settings = Settings(given.seed, given.pace, tuple(given.fault), not given.no_auth, given.objects)
    try:
        serve(contract, settings, given.host, given.port)
    except OSError as problem:
        print(f"mockgen: cannot serve on {given.host}:{given.port}: {reason(problem)}", file=sys.stderr)
        return USAGE
    return 0


def reason(problem: OSError) -> str:
    """What the system says, without the address that asyncio puts before it."""
    return (problem.strerror or str(problem)).rpartition("): ")[2]


def _write(given: argparse.Namespace) -> int:
    # The generator and its templates are loaded only by who writes a project.
    from mockgen import writing

    for path in writing.write(specs.load(given.vendor), given.folder, name=given.name, force=given.force):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
