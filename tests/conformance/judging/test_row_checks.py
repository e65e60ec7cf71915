"""Checks of answers that score many rows, and of members that come on request, on answers made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance.conftest import Talk

ROWS = [{"age": "41"}, {"age": "29"}]
PAIRS = [{"label": "yes", "value": 0.75}, {"label": "no", "value": 0.25}]


def result(number: int, **members: Any) -> dict[str, Any]:
    """The prediction of one row."""
    return {"rowId": number, "prediction": "yes", "predictionValues": PAIRS, **members}


@pytest.mark.parametrize(
    ("expected", "numbers"),
    [("passed", [0, 1]), ("failed", [1, 0]), ("failed", [0]), ("failed", [0, 0]), ("failed", [0, 1, 2])],
)
def test_each_row_has_one_result_in_its_place(talk: Callable[[str], Talk], expected: str, numbers: list[int]) -> None:
    """Results are numbered from zero, one for each row of the request."""
    told = talk("datarobot").control("predict", {"data": [result(number) for number in numbers]}, called=ROWS)
    assert expected == told.verdict("datarobot.predict.one_prediction_a_row")


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("passed", [0.75, 0.25]),
        ("failed", [0.75, 0.5]),
        ("failed", [1.5, -0.5]),
        ("not_run", [310.5]),  # a regression lists one value, which is no probability
    ],
)
def test_the_values_of_classes_are_probabilities(
    talk: Callable[[str], Talk], expected: str, values: list[float]
) -> None:
    """Values of several classes lie between zero and one and add up to one."""
    pairs = [{"label": str(place), "value": value} for place, value in enumerate(values)]
    told = talk("datarobot").control("predict", {"data": [result(0, predictionValues=pairs)]}, called=ROWS[:1])
    assert expected == told.verdict("datarobot.predict.probabilities_sum_to_one")


@pytest.mark.parametrize(("expected", "label"), [("passed", "no"), ("failed", "maybe")])
def test_a_prediction_is_one_of_the_listed_labels(talk: Callable[[str], Talk], expected: str, label: str) -> None:
    """The predicted label stands among the labels of its own row."""
    told = talk("datarobot").control("predict", {"data": [result(0, prediction=label)]}, called=ROWS[:1])
    assert expected == told.verdict("datarobot.predict.label_is_listed")


@pytest.mark.parametrize(
    ("expected", "asked", "status"),
    [
        ("passed", True, "Ready"),
        ("failed", True, None),
        ("passed", False, None),
        ("failed", False, "Ready"),
    ],
)
def test_a_member_on_request_comes_only_then(
    talk: Callable[[str], Talk], expected: str, asked: bool, status: str | None
) -> None:
    """A status is shown exactly when the call asks for it."""
    model = {"id": "m", "object": "model", "owned_by": "spiceai", "datasets": None, "status": status}
    told = talk("spice").control("get_models", {"object": "list", "data": [model]}, query={"status": asked})
    # The requirement is a should: what breaks it is a failure here, and a warning in a report.
    found = told.verdict("spice.get_models.status_only_when_asked_for")
    assert expected == {"warned": "failed"}.get(found, found)


@pytest.mark.parametrize(
    ("expected", "query", "shown"),
    [
        ("passed", {"passthroughColumns": ["age"]}, [{"age": "41"}, {"age": 29}]),
        ("failed", {"passthroughColumns": ["age"]}, [{"age": "29"}, {"age": "41"}]),
        ("failed", {"passthroughColumns": ["age"]}, [{"age": "41"}, None]),
        ("failed", {"passthroughColumnsSet": "all"}, [{}, {}]),
        ("passed", {"passthroughColumnsSet": "all"}, [{"age": "41"}, {"age": "29"}]),
        ("not_run", {}, [{}, {}]),
    ],
)
def test_what_is_asked_for_comes_back(
    talk: Callable[[str], Talk], expected: str, query: dict[str, Any], shown: list[Any]
) -> None:
    """Each result repeats those members of its row that the call names, or all of them, and compares their texts."""
    data = [result(number, passthroughValues=values) for number, values in enumerate(shown)]
    told = talk("datarobot").control("predict", {"data": data}, called=ROWS, query=query)
    assert expected == told.verdict("datarobot.predict.passthrough_is_verbatim")


@pytest.mark.parametrize(("expected", "other"), [("passed", 0.75), ("failed", 0.5)])
@pytest.mark.parametrize("called", [[ROWS[1], ROWS[0]], b"age\n29\n41\n"])
def test_a_row_stands_alone(talk: Callable[[str], Talk], expected: str, other: float, called: Any) -> None:
    """A row has the same result behind another one, in JSON and as a table."""
    values = [{"label": "yes", "value": other}, {"label": "no", "value": 1 - other}]
    results = [result(0), result(1, predictionValues=values)]
    told = talk("datarobot").control("predict", {"data": [result(0)]}, called=ROWS[:1])
    told.control("predict", {"data": results}, called=called)
    assert expected == told.verdict("datarobot.predict.row_stands_alone").replace("warned", "failed")


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("passed", b"id,object,owned_by,datasets\na,model,x,\nb,model,x,d\n"),
        ("passed", b"owned_by,object,id\nx,model,b\nx,model,a\n"),
        ("failed", b"a,model,x,\nb,model,x,d\n"),
        ("failed", b"id,object,owned_by\na,model,x\n"),
        ("failed", b"id,object,owned_by\na,x,model\nb,model,x\n"),
        ("failed", b""),
    ],
)
def test_a_list_is_the_same_as_csv(talk: Callable[[str], Talk], expected: str, text: bytes) -> None:
    """The table has a header with the columns, and the rows of the list in JSON, in whatever order."""
    name = "spice.get_models.csv_agrees_with_json"
    items = [{"id": one, "object": "model", "owned_by": "x"} for one in ("a", "b")]
    told = talk("spice")
    for form, body in (("json", {"data": items}), ("csv", text), ("json", {"data": items})):
        headers = (("Content-Type", "text/csv" if form == "csv" else "application/json"),)
        told.tell("get_models", 200, body, name, query={"format": form}, headers=headers, kind="relation")
    assert expected == told.verdict(name).replace("warned", "failed")


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        ("failed", {"Status": "COMPLETED"}),
        ("passed", {"Status": "COMPLETED", "Recipe": "{}"}),
        ("inconclusive", {"Status": "PENDING"}),
    ],
)
def test_what_was_asked_for_is_shown_at_the_end(
    talk: Callable[[str], Talk], expected: str, shown: dict[str, Any]
) -> None:
    """A model at its successful end shows the recipe when a read asks for it."""
    told = talk("amazon_ml").control(
        "GetMLModel", {"MLModelId": "m", **shown}, called={"MLModelId": "m", "Verbose": True}
    )
    assert expected == told.verdict("amazon_ml.lifecycle.ml_model.on_request.Recipe")


@pytest.mark.parametrize(
    ("expect", "called", "query"),
    [
        ("accepted", [7, "x"], {"passthroughColumns": ["age"]}),
        ("accepted", ROWS, {"passthroughColumns": 7}),
        ("invalid", ROWS, {"passthroughColumnsSet": "al"}),
    ],
)
def test_strange_questions_say_nothing_about_passthrough(
    talk: Callable[[str], Talk], expect: str, called: list[Any], query: dict[str, Any]
) -> None:
    """What should have been refused, and rows that are no objects, are other requirements' business."""
    data = [result(number, passthroughValues={}) for number in range(2)]
    told = talk("datarobot").control("predict", {"data": [result(0)]}, called=ROWS[:1])
    told.tell("predict", 200, {"data": data}, "x", expect, called=called, query=query)
    assert "not_run" == told.verdict("datarobot.predict.passthrough_is_verbatim")
