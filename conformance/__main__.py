"""The command line: `conformance run`, `list`, `explain` and the other commands of `commands/options.py`.

Exit status: 0 the target conforms, 1 it does not, 2 the command or a file is wrong, 3 nothing could be judged. Whatever
goes wrong is said in one line; a person who sees a traceback has found a bug of ours.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from conformance.commands.options import BUDGETS, parser
from conformance.reports.catalogue import explain, list_requirements
from conformance.reports.invocation import Invocation
from conformance.reports.plain_text import problem_lines
from specs.command_line import read_words
from specs.extras import advice
from specs.source_file import SpecError

CONFORMS, DIFFERS, USAGE, UNJUDGED, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit status."""
    options = read_words(parser(), arguments)
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
        options.ledger,
        options.keep,
        _limits(options),
        waivers=options.waivers,
        layers=tuple(options.layers),
        variant=options.variant,
    )
    return judge_and_show(invocation, os.environ, quiet=options.quiet)


def _replay(options: argparse.Namespace) -> int:
    # As above: the HTTP client is loaded only by commands that send.
    from conformance.reports.showing import replay_and_show

    return replay_and_show(options.file, options.target, options.profile, os.environ)


def _compare(options: argparse.Namespace) -> int:
    # Reading reports needs the schema and the judge's tables; listing does not.
    from conformance.commands.compare import compare_and_show

    return compare_and_show(options.reports, options.format)


def _plan(options: argparse.Namespace) -> int:
    # As above, though nothing is sent: the planners are slow to load.
    from conformance.commands.plan import show_plan

    invocation = Invocation(
        options.vendor, options.target, options.profile, tuple(options.only), options.seed, mode=options.mode
    )
    return show_plan(replace(invocation, limits=_limits(options)), os.environ)


def _reap(options: argparse.Namespace) -> int:
    # As above: it sends.
    from conformance.commands.reap import reap

    return reap(options.run, options.target, options.profile, os.environ)


def _resume(options: argparse.Namespace) -> int:
    # As above: it sends.
    from conformance.commands.resume import resume

    return resume(options.run, options.profile, _limits(options), os.environ, quiet=options.quiet)


def _limits(options: argparse.Namespace) -> dict[str, float]:
    named = {name: getattr(options, name) for name in BUDGETS}
    return {name: value for name, value in named.items() if value is not None}


def _judge(options: argparse.Namespace) -> int:
    # Only what reads traffic needs the judge; listing starts without it.
    from conformance.traffic.showing import Judging, judge_file_and_show

    judging = Judging(_of_traffic(options), options.base_url, options.host, options.alone)
    return judge_file_and_show(options.file, judging, os.environ, quiet=options.quiet)


def _proxy(options: argparse.Namespace) -> int:
    # As above, and the HTTP server.
    from conformance.traffic.showing import Judging, proxy_and_show

    judging = Judging(_of_traffic(options, options.upstream), alone=options.alone)
    return proxy_and_show(judging, options.port, options.host_header, os.environ)


def _of_traffic(options: argparse.Namespace, target: str | None = None) -> Invocation:
    return Invocation(
        options.vendor, target, options.profile, tuple(options.only), 0, options.strict, "observe", options.report
    )


def _list(options: argparse.Namespace) -> int:
    return list_requirements(options.vendor, options.strength)


def _explain(options: argparse.Namespace) -> int:
    return explain(options.id, options.vendor)


def _page(options: argparse.Namespace) -> int:
    # Pages read their schema's validator and the lifecycle drawings; nothing else needs them.
    from conformance.commands.pages import show_page

    return show_page(options.report, options.out)


def _matrix(options: argparse.Namespace) -> int:
    # As above.
    from conformance.commands.pages import show_matrix

    return show_matrix(options.reports, options.out, options.format)


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "judge": _judge,
    "proxy": _proxy,
    "list": _list,
    "explain": _explain,
    "replay": _replay,
    "compare": _compare,
    "page": _page,
    "matrix": _matrix,
    "plan": _plan,
    "reap": _reap,
    "resume": _resume,
}


if __name__ == "__main__":
    sys.exit(main())
