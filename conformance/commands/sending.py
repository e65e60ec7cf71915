"""The commands `run` and `replay`, from the words of a command line to the functions that do the work.

They are what most people start with; what they print is made in `reports/showing.py`, which the pytest plugin and
`resume` use as well.
"""

from __future__ import annotations

import argparse
import os

from conformance.commands.options import limits_of
from conformance.reports.invocation import Invocation
from conformance.reports.showing import judge_and_show, replay_and_show


def run(options: argparse.Namespace) -> int:
    """Judges a server; the exit status of its report. Raises SpecError, and OSError for an unwritable report."""
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
        limits_of(options),
        waivers=options.waivers,
        layers=tuple(options.layers),
        variant=options.variant,
    )
    return judge_and_show(invocation, os.environ, quiet=options.quiet)


def replay(options: argparse.Namespace) -> int:
    """Judges one case again; the exit status of its verdict. Raises SpecError for a file that is no case."""
    return replay_and_show(options.file, options.target, options.profile, os.environ)
