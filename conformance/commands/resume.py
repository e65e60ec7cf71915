"""`conformance resume RUN`: goes on with a run whose jobs had not ended, and judges all that it has seen.

The journal tells what has been done, the seed and the tag in it make the same plan again. What is done stays done; jobs
that were waited for are read on, and what stands behind them follows.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from conformance.commands.options import limits_of
from conformance.commands.records import JOURNAL, LEDGER, found
from conformance.keeping.journal import read_header
from conformance.keeping.passage import Header
from conformance.reports.invocation import Invocation
from conformance.reports.showing import judge_and_show
from specs.source_file import Complaint, SpecError


def resume(options: argparse.Namespace) -> int:
    """Goes on, prints the result, and answers the exit status of a run. Raises SpecError for a journal or a
    profile that cannot be read."""
    file = found(options.run, JOURNAL, os.environ)
    header = read_header(file)
    named = options.profile or (Path(header.profile) if header.profile else None)
    if named is not None and not named.is_file():
        text = f"the run's profile {str(named)!r} is not there any more: say --profile FILE"
        raise SpecError([Complaint(str(file), 1, "profile", text)])
    invocation = replace(invocation_of(header, file), profile=named, limits=limits_of(options))
    return judge_and_show(invocation, os.environ, quiet=options.quiet)


def invocation_of(header: Header, journal: Path) -> Invocation:
    """How the run of a journal was asked for, as what goes on with it; its reports go beside the journal."""
    ledger = journal.with_name(LEDGER)
    return Invocation(
        header.vendor,
        header.target,
        Path(header.profile) if header.profile else None,
        header.only,
        header.seed,
        header.strict,
        header.mode,
        journal.parent,
        ledger=ledger if ledger.is_file() else None,
        keep=header.keep,
        resume=header,
        waivers=Path(header.waivers) if header.waivers else None,
        layers=header.layers,
        variant=header.variant,
    )
