"""`conformance reap RUN`: removes what a run has left on its target, as its ledger tells.

It may be given as often as one likes: what is gone is struck out of the ledger, and only the rest is asked for again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from dataclasses import replace
from pathlib import Path

from conformance.commands.records import LEDGER, found
from conformance.driving.driver import system_clock
from conformance.driving.sending import talk
from conformance.driving.target import connected
from conformance.keeping.cleaning import clean
from conformance.keeping.ledger import Cleaned, Recorded, opened, read_ledger
from conformance.profile import Profile, profile_for
from conformance.reports.terminal import clean_up_lines
from specs.contract import Contract
from specs.loading import load

DONE, LEFT = 0, 1


def reap(options: argparse.Namespace) -> int:
    """Removes what is left, says what became of it, and answers 0 when nothing is left that could be removed. Raises
    SpecError for a ledger or a profile that cannot be read."""
    file = found(options.run, LEDGER, os.environ)
    status = DONE
    for recorded in read_ledger(file).values():
        open_ones = [entry for entry in recorded.entries.values() if entry.is_open]
        if not open_ones:
            print(f"run {recorded.tag}: nothing is left")
            continue
        contract = load(recorded.vendor, recorded.variant)
        about = profile_for(contract, options.target or recorded.target, options.profile, os.environ)
        cleaned = asyncio.run(_cleaned(contract, replace(about, clean_up=True), recorded, file))
        for line in (f"run {recorded.tag} on {about.url}", *clean_up_lines(cleaned, contract)):
            print(line)
        status = LEFT if cleaned.leftovers else status
    return status


async def _cleaned(contract: Contract, profile: Profile, recorded: Recorded, file: Path) -> Cleaned:
    # Only what the contract still knows: it may have changed since.
    entries = {number: entry for number, entry in recorded.entries.items() if entry.resource in contract.lifecycles}
    ledger = opened(file, recorded.vendor, recorded.target, recorded.tag, entries, recorded.variant)
    async with connected(profile.url, profile.limits) as send:
        run = talk(contract, profile, send, system_clock(), 0, lambda exchange: None, ledger)
        try:
            return await clean(run, recorded.tag)
        finally:
            ledger.close()
