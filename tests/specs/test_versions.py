"""Ranges of versions: which ones have something."""

from __future__ import annotations

from pathlib import Path

import pytest

import specs
from specs.authoring.starting import start
from specs.source_file import SpecError
from specs.versions import in_range


@pytest.mark.parametrize(
    ("expected", "version", "wanted"),
    [
        (True, "2.1", "<=2.1"),
        (True, "2.1.3", "<=2.1"),
        (True, "1.11.0-unstable", "<=2.1"),
        (False, "2.2", "<=2.1"),
        (False, "2.10", "<=2.1"),
        (False, "3", "<=2.1"),
        (True, "v2", "<=2.1"),
        (True, "2", ">=2.0"),
        (False, "1.9", ">=2"),
        (True, "1.5", ">=1.2, <2"),
        (False, "2.0", ">=1.2, <2"),
        (False, "1.2.9", ">1.2"),
    ],
)
def test_a_bound_speaks_of_as_many_numbers_as_it_has(expected: bool, version: str, wanted: str) -> None:
    """Versions are compared number by number, as far as the bound goes; every bound has to hold."""
    assert expected == in_range(version, wanted)


@pytest.mark.parametrize(
    ("version", "wanted", "says"),
    [
        ("2.1", "2.1", "'2.1' is no bound of versions"),
        ("2.1", "<=2.1,", "'' is no bound of versions"),
        ("latest", "<=2.1", "'latest' is no version"),
        ("1" * 100, "<=2.1", "is no version"),
    ],
)
def test_what_is_no_version_is_an_error(version: str, wanted: str, says: str) -> None:
    """A version and a range that cannot be read are told by name."""
    with pytest.raises(ValueError, match=says):
        in_range(version, wanted)


def test_a_feature_may_state_its_versions(tmp_path: Path) -> None:
    """A feature is a meaning, or a meaning with the versions that have it; a range that is none is a complaint."""
    folder = start("lantern_jobs", tmp_path)
    file = folder / "vendor.yaml"
    text = file.read_text("utf-8")
    assert "features: {}" in text
    features = 'features: {old: {meaning: "has it", versions: ">=1.2, <=2.1"}, all: "has that"}'
    file.write_text(text.replace("features: {}", features), "utf-8")
    contract = specs.load(folder)
    assert {"old": ">=1.2, <=2.1"} == contract.feature_versions
    assert ("has it", "has that") == (contract.features["old"], contract.features["all"])
    file.write_text(text.replace("features: {}", features.replace(">=1.2, <=2.1", "up to 2")), "utf-8")
    with pytest.raises(SpecError, match="up to 2"):
        specs.load(folder)
