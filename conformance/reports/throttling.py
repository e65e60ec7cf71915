"""What a throttled run should have asked for: a rate that its target keeps up with, as the option to give.

A target that refuses what comes too fast is right to do so, and leaves hundreds of requirements without a verdict. The
reader needs a number and not the word 429. Answers until the last refusal tell how many a second the target serves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from conformance.history import Exchange
from conformance.judging.view import matches
from conformance.profile import Limits
from specs.contract import Contract

SHARE = 0.8
"""How much of what was served a run may ask for: a target's own clock is not ours, and clients share it."""


def throttling(contract: Contract, exchanges: Sequence[Exchange]) -> str:
    """What to do about throttling, with a rate; empty when every request was answered in the end, and when nothing was
    answered at all, which no rate will mend."""
    refused = [row for row in exchanges if _is_throttled(contract, row)]
    if all(row.case is not None and row.case.kind == "throttled" for row in refused):
        return ""  # each of them was sent again, and then answered
    per_second = _served_per_second(exchanges, refused)
    if not per_second:
        return ""
    rate = _round_down(SHARE * per_second)
    takes_s = math.ceil(len(exchanges) / rate / 10) * 10
    seconds = f" --seconds {2 * takes_s}" if takes_s > SHARE * Limits().run_s else ""
    return (
        f"{len(refused)} of {len(exchanges)} requests were refused as too many, about {per_second:.2g} a second "
        f"were answered: try --rate {rate:g}{seconds} (takes about {takes_s} s)"
    )


def _served_per_second(exchanges: Sequence[Exchange], refused: Sequence[Exchange]) -> float:
    """Answers a second between the first refusal and the last one: what came before may be a burst that is saved up. A
    target that answered nothing between them is measured from the beginning."""
    last = max(row.received_at for row in refused)
    numbers = {row.index for row in refused}
    sent = [row.sent_at for row in exchanges if row.answer and row.index not in numbers and row.sent_at <= last]
    for first in (min(row.sent_at for row in refused), 0.0):
        served = sum(at >= first for at in sent)
        if served:
            return served / max(1.0, last - first)
    return 0.0


def _is_throttled(contract: Contract, row: Exchange) -> bool:
    if row.answer is None or 200 <= row.answer.status < 300:
        return False
    name = contract.refusals.get("throttled")
    named = name is not None and row.answer.code is not None and matches(contract.errors[name], row.answer)
    return row.answer.status == 429 or named or (row.case is not None and row.case.kind == "throttled")


def _round_down(number: float) -> float:
    """The number's first digit, the rest as zeros: nobody measured more than that."""
    unit = 10.0 ** math.floor(math.log10(number))
    return round(math.floor(number / unit) * unit, 6)
