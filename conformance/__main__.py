"""The command line: `conformance run`, `list`, `explain` and the other commands of `commands/options.py`.

Exit status: 0 the target conforms, 1 it does not, 2 the command or a file is wrong, 3 nothing could be judged. Whatever
goes wrong is said in one line; a person who sees a traceback has found a bug of ours.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from conformance.commands.options import parser
from conformance.reports.plain_text import problem_lines
from specs.command_line import read_words
from specs.extras import advice
from specs.source_file import SpecError

CONFORMS, DIFFERS, USAGE, UNJUDGED, INTERRUPTED = 0, 1, 2, 3, 130
Command = Callable[[argparse.Namespace], int]
COMMANDS: Mapping[str, str] = {
    "run": "sending.run",
    "judge": "traffic.judge",
    "proxy": "traffic.proxy",
    "list": "listing.list_requirements",
    "explain": "explaining.explain",
    "replay": "sending.replay",
    "compare": "compare.compare",
    "page": "pages.page",
    "matrix": "pages.matrix",
    "plan": "plan.plan",
    "reap": "reap.reap",
    "resume": "resume.resume",
}
"""Command -> its function, with its module in `commands/`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit status."""
    options = read_words(parser(), arguments)
    try:
        return command(options.command)(options)
    except SpecError as problem:
        print(*problem_lines(problem), sep="\n", file=sys.stderr)
        return USAGE
    except ModuleNotFoundError as problem:
        print(f"conformance: {advice(problem, 'conformance')}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt as end:
        print("interrupted", *end.args, sep="\n", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CONFORMS
    except OSError as problem:
        print(f"{problem.filename or 'output'}: {problem.strerror or problem}", file=sys.stderr)
        return USAGE


def command(name: str) -> Command:
    """The function of a command. Its module is loaded now: who lists requirements waits for no HTTP client."""
    module, _, function = COMMANDS[name].partition(".")
    found: Command = getattr(import_module(f"conformance.commands.{module}"), function)
    return found


if __name__ == "__main__":
    sys.exit(main())
