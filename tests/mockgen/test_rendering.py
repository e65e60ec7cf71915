"""How documents are made, whole and in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import specs
from mockgen.rendering import Scene, document, rules_about, shown_at, with_private
from specs.pointers import escape, get
from tests.mockgen.bench import Bench
from tests.mockgen.rpc_scripts import batch_prediction

Make = Callable[..., Any]
MADE = {
    "amazon_ml": ("CreateBatchPrediction", batch_prediction("x")),
    "datarobot": ("createBatchPrediction", {"deploymentId": "5f0000000000000000000001", "passthroughColumns": ["age"]}),
}
"""A job of the vendors that have jobs with many members."""


def scenes(there: Bench) -> Iterator[Scene]:
    """Everything that a mock holds, as it would be shown."""
    for resource in there.world.resources.values():
        lifecycle = there.contract.lifecycles[resource.lifecycle]
        yield Scene(there.contract, there.world, lifecycle, resource, there.now, "http://here")


def every_place(value: Any, place: str = "") -> Iterator[str]:
    """The pointers of all members, at every depth."""
    for name, member in value.items() if isinstance(value, dict) else ():
        yield f"{place}/{escape(name)}"
        yield from every_place(member, f"{place}/{escape(name)}")


@pytest.mark.parametrize("vendor", specs.vendors())
def test_a_part_is_what_the_whole_has_there(vendor: str, bench: Make) -> None:
    """Whoever asks for one place of a document sees what the whole document has at that place."""
    there = bench(vendor, pace="immediate")
    if vendor in MADE:
        there.call(*MADE[vendor])
    for scene in scenes(there):
        whole = with_private(scene)
        for place in {"/nothing", "/$private/classes", *every_place(document(scene))}:
            assert get(whole, place) == shown_at(scene, place), f"{scene.lifecycle.name} {place}"


def test_a_part_follows_from_what_surrounds_it_and_what_it_holds() -> None:
    """The rules of a place are its own, those of the objects around it and those of its members, and no others."""
    lifecycle = specs.load("datarobot").lifecycles["batch_prediction"]
    about = {name: [rule.pointer for rule in rules_about(lifecycle, name)] for name in ("/links", "/links/self")}
    links = ["/links/self", "/links/csvUpload", "/links/download"]
    assert {"/links": links, "/links/self": ["/links/self"]} == about
