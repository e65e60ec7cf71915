"""Articles: what a name sounds like decides."""

from __future__ import annotations

import pytest

from specs.articles import an


@pytest.mark.parametrize(
    "told",
    [
        *("an AddTags", "an updateJob", "an upload", "an input", "an untag", "an event", "an INITIALIZING"),
        *("a job", "a user", "a usage plan", "a unit", "a DeleteTags", "a batch prediction", "a RUNNING", "a y"),
        *("an ML model", "an MLModel", "an HTTP call", "an S3 object", "a UUID", "a DB", "a URLList", "an AI item"),
    ],
)
def test_the_article_is_that_of_the_sound(told: str) -> None:
    """Vowels, acronyms that are spelled out, and the u of a user get the article that is spoken."""
    name = told.partition(" ")[2]
    assert told == an(name)
    assert told.capitalize().split(" ")[0] == an(name, "A").split(" ")[0]
