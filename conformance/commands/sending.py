"""The commands `run` and `replay`, from the words of a command line to the functions that do the work.

They are what most people start with; what they print is made in `reports/showing.py`, which the pytest plugin and
`resume` use as well.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from conformance.commands.options import limits_of
from conformance.reports.invocation import Invocation
from conformance.reports.showing import judge_and_show, replay_and_show


def run(options: argparse.Namespace) -> int:
    """Judges a server; the exit status of its report. Raises SpecError, and OSError for an unwritable report."""
    invocation = replace(
        asked(options),
        strict=options.strict,
        reports=options.report,
        ledger=options.ledger,
        keep=options.keep,
        waivers=options.waivers,
        layers=tuple(options.layers),
        variant=options.variant,
    )
    return judge_and_show(invocation, os.environ, quiet=options.quiet)


def asked(options: argparse.Namespace) -> Invocation:
    """What the words of a run say that a forecast of it needs too: at whom, what and how much."""
    return Invocation(
        options.vendor,
        options.target,
        options.profile,
        tuple(options.only),
        options.seed,
        mode=options.mode,
        limits=limits_of(options),
    )


def replay(options: argparse.Namespace) -> int:
    """Judges one case again; the exit status of its verdict. Raises SpecError for a file that is no case."""
    return replay_and_show(options.file, options.target, options.profile, os.environ)
