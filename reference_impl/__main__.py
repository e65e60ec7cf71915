"""The command line: `reference-impl serve`.

Starting is one line with the address on standard output; everything else goes to standard error.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from specs.command_line import duration, natural, port, read_words
from specs.extras import advice

USAGE, INTERRUPTED = 2, 130
STATUS = "Exit status: 0 stopped by its user, 2 wrong command or file, 130 interrupted before it served."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; answers the exit status (0 stopped by its user, 2 wrong use)."""
    parser = argparse.ArgumentParser(
        prog="reference-impl", description="A server that really does the work.", epilog=STATUS
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve all vendors on one port")
    serve.add_argument("--port", type=port, default=8080, metavar="N", help="0 takes a free one (default: 8080)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--data", type=Path, metavar="DIR", help="folder of everything (default: a temporary one)")
    serve.add_argument("--seed", type=natural, default=7, metavar="N", help="seed of data and models (default: 7)")
    serve.add_argument("--no-auth", action="store_true", help="accept calls without credentials")
    serve.add_argument("--step-delay", type=duration, default=0.05, metavar="S", help="pause in each state of a job")
    options = read_words(parser, arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    return _serve(options)


def _serve(options: argparse.Namespace) -> int:
    try:
        return _served(options)
    except ModuleNotFoundError as problem:
        print(f"reference-impl: {advice(problem, 'reference')}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        # Before it was up; a server that is stopped while it serves has done what was asked.
        return INTERRUPTED


def _served(options: argparse.Namespace) -> int:
    # The server and its scorers come with the extra, and take a second to load: only who serves needs them.
    from reference_impl.engine.store import StoreProblem
    from reference_impl.fixture import serve_on_thread
    from reference_impl.settings import Settings

    with ExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reference-impl-")))
        settings = Settings(
            folder,
            host=options.host,
            port=options.port,
            seed=options.seed,
            authenticate=not options.no_auth,
            step_delay_s=options.step_delay,
        )
        try:
            server = stack.enter_context(serve_on_thread(settings))
        except OSError as problem:
            print(f"reference-impl: {_cause(problem, options)}", file=sys.stderr)
            return USAGE
        except StoreProblem as problem:
            print(f"reference-impl: {problem}", file=sys.stderr)
            return USAGE
        print(f"reference server on {server.url}, data in {server.data}", flush=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _cause(problem: OSError, options: argparse.Namespace) -> str:
    """What could not be used, a file or the address, and what the system says about it."""
    text = problem.strerror or str(problem)
    if problem.filename:
        return f"cannot keep data in {problem.filename}: {text}"
    # asyncio repeats the address before what the system says.
    return f"cannot serve on {options.host}:{options.port}: {text.rpartition('): ')[2]}"


if __name__ == "__main__":
    sys.exit(main())
