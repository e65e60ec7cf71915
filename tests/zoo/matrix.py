"""The kill matrix: every planted fault with the requirement that was blamed for it, and every benign variant.

`python -m tests.zoo.matrix [WORD ...]` prints one line a trial; words keep the trials whose vendor and fault
contain one of them. The exit status is 1 when a fault was not caught, or anything was blamed wrongly.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.zoo.benign import VARIANTS
from tests.zoo.faults import PLANTED
from tests.zoo.planted import Planted
from tests.zoo.trials import blamed, of_fault, of_variant, wrongly_blamed


@dataclass(frozen=True)
class Line:
    """One trial as it is printed."""

    outcome: str
    vendor: str
    fault: str
    text: str
    requests: int


def fault_line(vendor: str, row: Planted) -> Line:
    """The trial of a planted fault: the requirement that it breaks, and who else was blamed."""
    report = of_fault(vendor, row)
    found = blamed(report)
    stray = wrongly_blamed(found, row)
    outcome = "missed" if row.breaks not in found else "stray" if stray else "caught"
    text = f"{row.breaks}  (+{len(found) - (row.breaks in found)} others)"
    return Line(outcome, vendor, row.fault, "  ".join([text, *stray]), len(report.history.exchanges))


def variant_line(vendor: str, variant: str) -> Line:
    """The trial of a benign variant."""
    report = of_variant(vendor, variant)
    found = blamed(report)
    return Line("blamed" if found else "clean", vendor, variant, "  ".join(found), len(report.history.exchanges))


def lines(words: Sequence[str]) -> Iterator[Line]:
    """All trials that the words ask for, faults first; as many side by side as the machine has cores."""
    faults = [(name, row) for name, rows in PLANTED.items() for row in rows if _wanted(f"{name} {row.fault}", words)]
    variants = [(name, row) for name, rows in VARIANTS.items() for row in rows if _wanted(f"{name} {row}", words)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(_line, [*faults, *variants])


def _line(trial: tuple[str, Planted | str]) -> Line:
    vendor, row = trial
    return fault_line(vendor, row) if isinstance(row, Planted) else variant_line(vendor, row)


def _wanted(text: str, words: Sequence[str]) -> bool:
    return not words or any(word in text for word in words)


def main(words: Sequence[str]) -> int:
    """Print the matrix and its sums."""
    outcomes: Counter[tuple[str, str]] = Counter()
    for line in lines(words):
        outcomes[line.vendor, line.outcome] += 1
        print(f"{line.outcome:<7} {line.vendor:<18} {line.requests:>5}  {line.fault}\n{'':>34}{line.text}", flush=True)
    print()
    for (vendor, outcome), count in outcomes.items():
        print(f"{vendor:<18} {outcome:<7} {count:>4}")
    return 0 if all(outcome in ("caught", "clean") for _, outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
