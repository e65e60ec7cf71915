"""The command `list`: every requirement in one line.

It answers from the contracts alone and starts fast: shell completion and editors may call it often.
"""

from __future__ import annotations

import argparse

from specs.contract import Requirement
from specs.loading import load, vendors


def list_requirements(options: argparse.Namespace) -> int:
    """Prints id, strength and sentence of requirements; always 0. Raises SpecError for an unknown vendor."""
    seen: dict[str, Requirement] = {}
    for name in [options.vendor] if options.vendor else vendors():
        seen |= load(name).requirements
    rows = [row for row in seen.values() if options.strength in (None, row.strength)]
    width = max((len(row.id) for row in rows), default=0)
    for row in rows:
        print(f"{row.id:<{width}}  {row.strength:<6}  {row.sentence}")
    return 0
