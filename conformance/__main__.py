"""The command line: `conformance run`, `list`, `explain` and `replay`.

Exit status: 0 the target conforms, 1 it does not, 2 the command or a file is wrong, 3 nothing could be judged. Whatever
goes wrong is said in one line; a person who sees a traceback has found a bug of ours.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from conformance.plan import Mode
from conformance.reports.catalogue import explain, list_requirements
from conformance.reports.invocation import Invocation
from conformance.reports.terminal import problem_lines
from specs.extras import advice
from specs.source_file import SpecError

CONFORMS, DIFFERS, USAGE, UNJUDGED, INTERRUPTED = 0, 1, 2, 3, 130
STRENGTHS = ("must", "should", "info")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except SpecError as problem:
        print(*problem_lines(problem), sep="\n", file=sys.stderr)
        return USAGE
    except ModuleNotFoundError as problem:
        print(f"conformance: {advice(problem, 'conformance')}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CONFORMS
    except OSError as problem:
        print(f"{problem.filename or 'output'}: {problem.strerror or problem}", file=sys.stderr)
        return USAGE


def _run(options: argparse.Namespace) -> int:
    # Only what sends requests needs the HTTP client and the planners; listing starts without them.
    from conformance.reports.showing import judge_and_show

    invocation = Invocation(
        options.vendor,
        options.target,
        options.profile,
        tuple(options.only),
        options.seed,
        options.strict,
        options.mode,
        options.report,
        options.variant,
    )
    return judge_and_show(invocation, os.environ, quiet=options.quiet)


def _replay(options: argparse.Namespace) -> int:
    # As above: the HTTP client is loaded only by commands that send.
    from conformance.reports.showing import replay_and_show

    return replay_and_show(options.file, options.target, options.profile, os.environ)


def _list(options: argparse.Namespace) -> int:
    return list_requirements(options.vendor, options.strength)


def _explain(options: argparse.Namespace) -> int:
    return explain(options.id, options.vendor)


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "list": _list,
    "explain": _explain,
    "replay": _replay,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="conformance",
        description="Judges a server by the documented contract of a vendor's API, requirement by requirement.",
        epilog="Exit status: 0 conforms, 1 does not, 2 wrong command or file, 3 nothing could be judged.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="judge a server", allow_abbrev=False))
    listing = commands.add_parser("list", help="list requirements", allow_abbrev=False)
    listing.add_argument("vendor", nargs="?", metavar="VENDOR", help="a vendor's name or folder; default: all vendors")
    listing.add_argument("--strength", choices=STRENGTHS, help="only requirements of one strength")
    explaining = commands.add_parser("explain", help="say all about one requirement", allow_abbrev=False)
    explaining.add_argument("id", metavar="ID")
    explaining.add_argument("--vendor", metavar="VENDOR", help="the name or folder whose requirement is meant")
    again = commands.add_parser("replay", help="judge one case of an earlier run again", allow_abbrev=False)
    again.add_argument("file", type=Path, metavar="FILE", help="a file that `run --report DIR` wrote into DIR/cases")
    _add_target(again)
    return parser


def _add_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("vendor", metavar="VENDOR", help="a vendor's name, or a folder of your own")
    _add_target(command)
    command.add_argument("--variant", metavar="NAME", help="a named variant of the contract (default: the profile's)")
    command.add_argument(
        "--only", action="append", default=[], metavar="ID", help="a requirement, or the start of its id"
    )
    command.add_argument("--seed", type=int, default=0, metavar="N", help="seed of everything drawn (default 0)")
    command.add_argument("--strict", action="store_true", help="count a missed `should` as a failure")
    command.add_argument(
        "--mode",
        choices=tuple(Mode.__members__),
        help="how much the run may do: send nothing, read, create, or also delete "
        "(default: destroy on this machine, read elsewhere)",
    )
    command.add_argument("--report", type=Path, metavar="DIR", help="write report.json, junit.xml and cases/ into DIR")
    command.add_argument("--quiet", action="store_true", help="no progress and no table")


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("--target", metavar="URL", help="where the server is (default: the profile's url)")
    command.add_argument("--profile", type=Path, metavar="FILE", help="what the server has and how to log in (YAML)")


if __name__ == "__main__":
    sys.exit(main())
