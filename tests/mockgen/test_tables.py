"""Scored tables have the columns that the job asked for, in the dialect that it asked for."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from mockgen.pace import from_text
from mockgen.tables import Model, Table, read_table, scored_csv
from mockgen.world import World

CONTRACT = specs.load("datarobot")
OUTPUT = CONTRACT.outputs["scored_csv"]
PRIVATE = {"kind": "binary", "target": "default", "classes": ["yes", "no"], "positive": "yes"}
MODEL = Model("m", "binary", PRIVATE)
TABLE = Table(("row_id", "age"), (("r1", "41"), ('r"2', "29,5")))
SCORES = ["default_yes_PREDICTION", "default_no_PREDICTION"]


def header(request: dict[str, Any], model: Model = MODEL) -> list[str]:
    """The names of the columns that a request gets."""
    data = scored_csv(World(0, from_text("manual")), TABLE, OUTPUT, request, model)
    return data.decode().splitlines()[0].split(",")


@pytest.mark.parametrize(
    ("request_body", "expected"),
    [
        ({}, [*SCORES, "default_PREDICTION", "THRESHOLD", "POSITIVE_CLASS"]),
        ({"includeProbabilities": False}, ["default_PREDICTION"]),
        ({"includeProbabilitiesClasses": ["no"]}, [SCORES[1], "default_PREDICTION", "THRESHOLD", "POSITIVE_CLASS"]),
        ({"includeProbabilities": False, "includePredictionStatus": True}, ["default_PREDICTION", "prediction_status"]),
        ({"includeProbabilities": False, "passthroughColumns": ["age"]}, ["default_PREDICTION", "age"]),
        ({"includeProbabilities": False, "passthroughColumnsSet": "all"}, ["default_PREDICTION", "row_id", "age"]),
        ({"includeProbabilities": False, "columnNamesRemapping": {"default_PREDICTION": "label"}}, ["label"]),
    ],
)
def test_columns_follow_the_request(request_body: dict[str, Any], expected: list[str]) -> None:
    """Each documented member of the request adds, drops or renames exactly its columns."""
    assert expected == header(request_body)


def test_each_class_has_a_column() -> None:
    """A multiclass output has one probability a class and the label."""
    model = Model("m", "multiclass", {"target": "grade", "classes": ["A", "B"]})
    assert ["grade_A_PREDICTION", "grade_B_PREDICTION", "grade_PREDICTION"] == header({}, model)


@pytest.mark.parametrize("delimiter", [",", ";", "tab", "|"])
def test_a_table_survives_its_dialect(delimiter: str) -> None:
    """What is written in a dialect reads back in the same dialect, quotes and delimiters in cells included."""
    request = {"csvSettings": {"delimiter": delimiter}, "passthroughColumnsSet": "all"}
    data = scored_csv(World(0, from_text("manual")), TABLE, OUTPUT, request, MODEL)
    found = read_table(data, OUTPUT, request)
    assert found is not None
    assert TABLE.rows == tuple(row[-2:] for row in found.rows)


def test_bytes_that_are_no_text_are_no_table() -> None:
    """Bytes outside of the encoding are not read."""
    assert read_table(b"\xff\xfe\xfd", OUTPUT, {}) is None
