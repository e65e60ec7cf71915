"""The stories that a run tells of collections."""

from __future__ import annotations

from dataclasses import replace

import specs
from conformance.plans.collection_plan import plan_collections
from conformance.plans.samples import Naming, Samples
from specs.resource import Place


def test_a_story_about_creation_is_planned_for_each_kind_of_owner() -> None:
    """Where create requests carry items, the suite makes a resource with one and asks for it."""
    known = specs.load("amazon_ml")
    row = replace(known.collections["tags"], at_creation=Place("body", "/Tags"))
    law = known.requirements["amazon_ml.collection.tags.shows_added.batch_prediction"]
    made = replace(law, id="made", parameters={**law.parameters, "story": "created"})
    told = replace(known, collections={"tags": row}, requirements={**known.requirements, "made": made})
    samples = Samples(told, {name: row.value for name, row in told.fixtures.items()}, Naming("t"))
    (scenario,) = (row for row in plan_collections(told, samples, 7) if row.name == "made")
    create, show = scenario.steps
    assert create.call
    assert show.call
    assert "CreateBatchPrediction DescribeTags" == f"{create.call.operation} {show.call.operation}"
    assert ["Key", "Value"] == list(create.call.body["Tags"][0])
