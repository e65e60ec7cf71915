"""The commands `judge` and `proxy`, from the words of a command line to the functions that do the work.

Both judge what other people send; what they share is read from the words here, once.
"""

from __future__ import annotations

import argparse
import os

from conformance.reports.invocation import Invocation
from conformance.traffic.showing import Judging, judge_file_and_show, proxy_and_show


def judge(options: argparse.Namespace) -> int:
    """Judges a HAR file; the exit status of its report. Raises SpecError, OSError."""
    judging = Judging(_invocation(options), options.base_url, options.host, options.alone)
    return judge_file_and_show(options.file, judging, os.environ, quiet=options.quiet)


def proxy(options: argparse.Namespace) -> int:
    """Forwards and judges until a signal ends it; the exit status of its report. Raises SpecError, OSError."""
    judging = Judging(_invocation(options, options.upstream), alone=options.alone)
    return proxy_and_show(judging, options.port, options.host_header, os.environ)


def _invocation(options: argparse.Namespace, target: str | None = None) -> Invocation:
    return Invocation(
        options.vendor, target, options.profile, tuple(options.only), 0, options.strict, "observe", options.report
    )
