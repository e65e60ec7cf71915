"""Collections, on histories made by hand: kept rightly, and wrongly."""

from __future__ import annotations

from typing import Any

import pytest

LAW = "amazon_ml.collection.tags"
WHO = {"ResourceId": "bp-1", "ResourceType": "BatchPrediction"}
OTHER = {"ResourceId": "bp-2", "ResourceType": "BatchPrediction"}
OLD = {"Key": "was-there", "Value": "before"}
ONE = {"Key": "team", "Value": "risk"}
TWO = {"Key": "Team", "Value": "sales"}
BARE = {"Key": "team"}


def _told(talk: Any, law: str, *calls: tuple[Any, ...]) -> str:
    """The verdict on a law after calls: operation, the request's or the answer's items, and who is spoken of."""
    one = talk("amazon_ml")
    for operation, items, who in calls:
        member = {"AddTags": "Tags", "DeleteTags": "TagKeys"}.get(operation)
        called = {**who, member: items} if member else who
        body = who if member else {**who, "Tags": items}
        one.tell(operation, 200, body, f"{LAW}.{law}", called=called, kind="lifecycle")
    return str(one.verdict(f"{LAW}.{law}"))


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        ("passed", [ONE]),
        ("passed", [OLD, ONE]),
        ("failed", []),
        ("failed", [ONE, ONE]),
        ("failed", [{"Key": "team", "Value": "sales"}]),
        ("failed", [BARE]),
        ("failed", [TWO]),
        ("failed", None),
    ],
)
def test_what_is_added_is_shown_once_and_as_it_was(talk: Any, expected: str, shown: Any) -> None:
    """An added tag is shown once with its value; what was there before says nothing."""
    assert expected == _told(
        talk, "shows_added.batch_prediction", ("AddTags", [ONE], WHO), ("DescribeTags", shown, WHO)
    )


@pytest.mark.parametrize(
    ("expected", "shown"), [("passed", [{"Key": "team", "Value": "two"}]), ("failed", [ONE]), ("failed", [])]
)
def test_the_last_value_under_a_key_counts(talk: Any, expected: str, shown: Any) -> None:
    """A tag that is added twice has its second value."""
    calls = (("AddTags", [ONE], WHO), ("AddTags", [{"Key": "team", "Value": "two"}], WHO), ("DescribeTags", shown, WHO))
    assert expected == _told(talk, "same_key_overwrites", *calls)


@pytest.mark.parametrize(("expected", "shown"), [("passed", [TWO]), ("failed", [ONE, TWO]), ("failed", [])])
def test_what_is_removed_is_gone_and_the_rest_stays(talk: Any, expected: str, shown: Any) -> None:
    """After a removal the named tag is missing and the others are shown."""
    calls = (("AddTags", [ONE, TWO], WHO), ("DeleteTags", ["team"], WHO), ("DescribeTags", shown, WHO))
    assert expected == _told(talk, "removed_vanishes", *calls)


@pytest.mark.parametrize(("expected", "shown"), [("passed", []), ("passed", [OLD]), ("failed", [ONE])])
def test_a_tag_stays_with_its_owner(talk: Any, expected: str, shown: Any) -> None:
    """Another resource does not show it."""
    calls = (("AddTags", [ONE], WHO), ("DescribeTags", shown, OTHER), ("DescribeTags", [ONE], WHO))
    assert expected == _told(talk, "stays_with_its_owner", *calls)


@pytest.mark.parametrize(
    ("expected", "shown"),
    [("passed", [BARE]), ("passed", [{**BARE, "Value": None}]), ("failed", [{**BARE, "Value": ""}]), ("failed", [])],
)
def test_a_tag_without_a_value_has_none(talk: Any, expected: str, shown: Any) -> None:
    """It is shown without a value or with null; an empty text is a value."""
    assert expected == _told(talk, "value_is_optional", ("AddTags", [BARE], WHO), ("DescribeTags", shown, WHO))


def test_a_server_that_keeps_nothing_passes_no_law(talk: Any) -> None:
    """Nothing shown after nothing kept is no proof of a removal."""
    assert "not_run" == _told(talk, "removed_vanishes", ("DescribeTags", [], WHO))


@pytest.mark.parametrize(
    ("expected", "status", "code"),
    [
        ("passed", 400, "TagLimitExceededException"),
        ("warned", 200, None),
        ("warned", 400, "InvalidInputException"),
        ("inconclusive", 400, "ThrottlingException"),
    ],
)
def test_one_more_than_the_limit_is_refused(talk: Any, expected: str, status: int, code: str | None) -> None:
    """The fifty-first tag gets the documented refusal; a service that is busy says nothing."""
    one = talk("amazon_ml").control("AddTags", WHO, called={**WHO, "Tags": [ONE]})
    body = {"__type": code} if code else WHO
    one.tell("AddTags", status, body, f"{LAW}.at_most", "tag_limit_exceeded", called=WHO, kind="lifecycle")
    assert expected == one.verdict(f"{LAW}.at_most")


def test_a_limit_that_is_lower_is_told(talk: Any) -> None:
    """What leads up to the limit must be accepted."""
    one = talk("amazon_ml").control("AddTags", WHO, called={**WHO, "Tags": [ONE]})
    too_many = {"__type": "TagLimitExceededException"}
    one.tell("AddTags", 400, too_many, f"{LAW}.at_most", "accepted", called=WHO, kind="lifecycle")
    assert "warned" == one.verdict(f"{LAW}.at_most")
