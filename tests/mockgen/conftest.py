"""Fixtures of an imitated vendor: benches to call it on, and scripts that call everything it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from specs.message import HttpResponse
from tests.mockgen.bench import Bench, bench_of
from tests.mockgen.rest_scripts import around_jobs, datarobot, definitions, in_parts, spice
from tests.mockgen.rpc_scripts import amazon_ml, amazon_personalize, fresh_names, from_samples

SCRIPTS: dict[str, Callable[[Bench], None]] = {
    "amazon_ml": amazon_ml,
    "amazon_personalize": amazon_personalize,
    "datarobot": datarobot,
    "spice": spice,
}

FURTHER: dict[str, tuple[Callable[[Bench], None], ...]] = {
    "amazon_ml": (fresh_names,),
    "amazon_personalize": (from_samples,),
    "datarobot": (in_parts, definitions, around_jobs),
}
"""What stands beside a vendor's script: kinds of resources that the faults' cases do not speak of."""


def played(vendor: str, *faults: str, whole: bool = False, **options: Any) -> list[tuple[str, HttpResponse]]:
    """Operation and response of every call of a vendor's script; `whole` adds what stands beside it."""
    bench = bench_of(vendor, *faults, **options)
    for script in (SCRIPTS[vendor], *(FURTHER.get(vendor, ()) if whole else ())):
        script(bench)
    return bench.log


@pytest.fixture
def bench() -> Callable[..., Bench]:
    """Makes benches."""
    return bench_of


@pytest.fixture
def play() -> Callable[..., list[tuple[str, HttpResponse]]]:
    """Plays scripts."""
    return played
