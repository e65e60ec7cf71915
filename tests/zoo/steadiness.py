"""The suite is steady: no seed makes it blame a variant that is allowed, and one seed decides all alike each time.

`python -m tests.zoo.steadiness [N [WORD ...]]` judges every benign variant with N seeds (20 unless told), and each
vendor's right server N times with one seed and every feature; words keep the trials whose vendor and variant contain
one of them. The exit status is 1 when anything was blamed, or two runs of one seed differ. One seed that stays silent
proves little about a suite that draws its cases; a user who sees a verdict flip once believes none of them again.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby

import specs
from tests.zoo.benign import VARIANTS
from tests.zoo.trials import SEED, blamed, of_variant, trial, verdicts

RUNS = 20
RIGHT = "right server"


@dataclass(frozen=True)
class Trial:
    """One run: a vendor's right server, or a variant of it, with a seed. Its names have the tag, or the seed."""

    vendor: str
    variant: str | None
    seed: int
    tag: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a run blamed, and how it decided each requirement."""

    blamed: Mapping[str, str]
    verdicts: Mapping[str, str]


def trials(runs: int, words: Sequence[str] = ()) -> Iterator[Trial]:
    """Every variant with each of `runs` seeds, then every vendor's right server as often with one seed and other names,
    as everybody's runs of one seed have other names."""
    for vendor, rows in VARIANTS.items():
        chosen = [row for row in rows if not words or any(word in f"{vendor} {row}" for word in words)]
        yield from (Trial(vendor, row, seed) for row in chosen for seed in range(runs))
    for vendor in specs.vendors():
        if not words or any(word in f"{vendor} {RIGHT}" for word in words):
            yield from (Trial(vendor, None, SEED, f"{number:08x}") for number in range(runs))


def outcome(one: Trial) -> Outcome:
    """Runs a trial. A right server is judged with every feature, a variant with those that it is about."""
    if one.variant is None:
        report = trial(one.vendor, seed=one.seed, tag=one.tag)
    else:
        report = of_variant(one.vendor, one.variant, one.seed)
    return Outcome(blamed(report), {name: verdict.name for name, verdict in verdicts(report).items()})


def undecided(outcomes: Sequence[Outcome]) -> Mapping[str, Mapping[str, int]]:
    """The requirements that these runs did not all decide alike: how often they came to which verdict."""
    names = sorted({name for one in outcomes for name in one.verdicts})
    counts = {name: Counter(one.verdicts.get(name, "absent") for one in outcomes) for name in names}
    return {name: dict(count) for name, count in counts.items() if len(count) > 1}


def shown(vendor: str, variant: str | None, found: Sequence[tuple[Trial, Outcome]]) -> Counter[str]:
    """Prints a line for the runs of one variant or right server, then what was blamed and what one seed decided
    differently. Answers how many of each there were."""
    differing = {} if variant else undecided([seen for _, seen in found])
    count = Counter(blamed=sum(bool(seen.blamed) for _, seen in found), differing=len(differing))
    count["variants" if variant else "repeats"] = len(found)
    print(f"{len(found):>4} runs {count['blamed']:>4} blamed  {vendor:<20}{variant or RIGHT}", flush=True)
    for one, seen in found:
        for name, text in seen.blamed.items():
            print(f"  seed {one.seed}  {name}  {text}")
    for name, verdicts_of in differing.items():
        print(f"  differs  {name}  {verdicts_of}")
    return count


def main(words: Sequence[str]) -> int:
    """Prints every variant and right server as it is done, and the sums of each vendor."""
    runs = int(words[0]) if words else RUNS
    chosen = list(trials(runs, words[1:]))
    sums = {vendor: Counter[str]() for vendor in dict.fromkeys(one.vendor for one in chosen)}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        pairs = zip(chosen, pool.map(outcome, chosen), strict=True)
        for (vendor, variant), group in groupby(pairs, key=lambda pair: (pair[0].vendor, pair[0].variant)):
            sums[vendor] += shown(vendor, variant, list(group))
    print(f"\n{'':<20}{'variants x seeds':>18}{'runs of one seed':>18}{'runs blamed':>13}{'verdicts differing':>20}")
    for vendor, count in sums.items():
        row = [count[name] for name in ("variants", "repeats", "blamed", "differing")]
        print(f"{vendor:<20}{row[0]:>18}{row[1]:>18}{row[2]:>13}{row[3]:>20}")
    return 1 if any(count["blamed"] + count["differing"] for count in sums.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
