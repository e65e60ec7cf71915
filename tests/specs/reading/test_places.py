"""Tests of the places of requirements: the line that a reviewer opens."""

from __future__ import annotations

from pathlib import Path

import pytest

import specs
from specs.reading.places import line_at, places
from specs.source_file import read

ROOT = Path(__file__).resolve().parents[3]


def line_of(vendor: str, requirement: str) -> tuple[str, str]:
    """File and text of the line where a requirement stands."""
    file, _, number = places(specs.load(vendor))[requirement].rpartition(":")
    return file, (ROOT / file).read_text().splitlines()[int(number) - 1].strip()


@pytest.mark.parametrize("vendor", specs.vendors())
def test_every_requirement_has_a_place(vendor: str) -> None:
    """Every requirement of every vendor stands in a line that exists."""
    found = places(specs.load(vendor))
    assert specs.load(vendor).requirements.keys() == found.keys()
    lengths = {
        file: len((ROOT / file).read_text().splitlines()) for file in {p.rpartition(":")[0] for p in found.values()}
    }
    for place in found.values():
        file, _, line = place.rpartition(":")
        assert 1 <= int(line) <= lengths[file]


@pytest.mark.parametrize(
    ("vendor", "requirement", "file", "part"),
    [
        ("datarobot", "datarobot.createBatchPrediction.request.chunkSize.maximum", "openapi.yaml", "maximum: 41943040"),
        ("datarobot", "datarobot.listBatchPredictions.request.query.limit.minimum", "openapi.yaml", "minimum: "),
        ("datarobot", "datarobot.lifecycle.batch_prediction.legal_path", "lifecycles.yaml", "batch_prediction:"),
        ("datarobot", "datarobot.lifecycle.batch_prediction.list.pages", "lifecycles.yaml", "listed_by:"),
        ("datarobot", "datarobot.output.rows_are_accounted_for", "relations.yaml", "rows_are_accounted_for"),
        ("amazon_ml", "amazon_ml.collection.tags.removed_vanishes", "lifecycles.yaml", "tags:"),
        ("amazon_ml", "amazon_ml.collection.tags.at_most", "lifecycles.yaml", "at_most:"),
        ("amazon_ml", "amazon_ml.CreateBatchPrediction.status_is_documented", "openapi.yaml", "post:"),
    ],
)
def test_a_place_is_where_the_rule_is_written(vendor: str, requirement: str, file: str, part: str) -> None:
    """Limits stand at their keyword, laws at the row of their lifecycle, written ones where they are written."""
    found, text = line_of(vendor, requirement)
    assert f"specs/vendors/{vendor}/{file}" == found
    assert part in text


def test_rules_of_a_wire_stand_with_the_wire() -> None:
    """A requirement that vendors share stands in the file of its wire."""
    file, text = line_of("datarobot", "rest_json.malformed_body_is_refused")
    assert ("specs/wire/rest_json.yaml", "- id: rest_json.malformed_body_is_refused") == (file, text)


def test_places_follow_references(tmp_path: Path) -> None:
    """A line is looked up through references, and what is not there has the line of what is above it."""
    file = tmp_path / "a.yaml"
    file.write_text("a:\n  b: {$ref: '#/c~1d'}\nc/d:\n  e:\n    - 1\n    - f: 2\nloop: {$ref: '#/loop'}\n")
    source = read(file, "a.yaml")
    assert 6 == line_at(source, ("a", "b", "e", "1", "f"))
    assert 4 == line_at(source, ("a", "b", "e", "7"))
    assert 3 == line_at(source, ("a", "b", "x"))
    assert 7 == line_at(source, ("loop", "x"))


def test_a_folder_of_your_own_has_places() -> None:
    """Requirements of another folder stand below that folder's name."""
    folder = ROOT / "tests" / "specs" / "folders" / "parcel_jobs"
    assert all(place.startswith(("parcel_jobs/", "specs/wire/")) for place in places(specs.load(folder)).values())
