"""Single pages, on histories made by hand: counted rightly, and wrongly."""

from __future__ import annotations

from typing import Any

import pytest

JOBS = ("datarobot", "batch_prediction")
NEXT = "http://x/api/v2/batchPredictions/?offset=2&limit=2"


@pytest.mark.parametrize(
    ("expected", "offset", "following", "counts"),
    [
        ("passed", 0, NEXT, {"count": 2, "totalCount": 5}),
        ("passed", 3, None, {"count": 2, "totalCount": 5}),
        ("passed", 0, None, {"totalCount": 2}),
        ("failed", 0, NEXT, {"count": 5, "totalCount": 5}),
        ("failed", 0, NEXT, {"count": 2, "totalCount": 2}),
        ("failed", 0, None, {"count": 2, "totalCount": 5}),
        ("not_run", 0, None, {"count": "2", "totalCount": None}),
        ("not_run", 0, None, {}),
    ],
)
def test_a_page_counts_rightly(story: Any, expected: str, offset: int, following: Any, counts: dict[str, Any]) -> None:
    """The count is that of the page's items, and the total is more than what was shown while a next page follows."""
    one = story(*JOBS)
    asked = {"limit": 2, **({"offset": offset} if offset else {})}
    told = one.list([{"id": "a"}, {"id": "b"}], asked, next=following)
    told.answer.body.update(counts)
    assert expected == one.verdict("list.counts")


def test_an_accepted_bad_request_says_nothing_about_counts(story: Any) -> None:
    """What a page shows for an offset that should have been refused is that limit's business."""
    one = story(*JOBS)
    told = one.list([{"id": "a"}], {"offset": -1}, expect="invalid")
    told.answer.body.update({"count": 1, "totalCount": 1})
    assert "not_run" == one.verdict("list.counts")


@pytest.mark.parametrize(
    ("expected", "offset", "following", "previous"),
    [
        ("passed", 0, "http://x/?offset=2&limit=2&status=RUNNING", None),
        ("failed", 0, "http://x/?offset=2&limit=2", None),
        ("failed", 0, "http://x/?offset=2&status=RUNNING", None),
        ("failed", 0, "http://x/?offset=1&limit=2&status=RUNNING", None),
        ("inconclusive", 0, "http://x/?page=abc", None),
        ("not_run", 0, None, None),
        ("passed", 2, None, "http://x/?offset=0&limit=2&status=RUNNING"),
        ("failed", 2, None, "http://x/?offset=2&limit=2&status=RUNNING"),
        ("failed", 2, None, None),
        ("passed", 1, None, "http://x/?offset=0&limit=1&status=RUNNING"),
        ("failed", 2, None, "http://x/?offset=0&limit=1&status=RUNNING"),
    ],
)
def test_links_ask_the_question_of_their_page(
    story: Any, expected: str, offset: int, following: Any, previous: Any
) -> None:
    """The next page begins where this one ends, the one before it earlier, and both keep filter and size."""
    one = story(*JOBS)
    asked = {"limit": 2, "status": "RUNNING", **({"offset": offset} if offset else {})}
    told = one.list([{"id": "a"}, {"id": "b"}], asked, next=following)
    told.answer.body["previous"] = previous
    assert expected == one.verdict("list.links")


def test_a_server_may_serve_less_than_was_asked_for(story: Any) -> None:
    """A link may name the size that the server took instead of one beyond its own."""
    one = story(*JOBS)
    told = one.list([{"id": "a"}], {"limit": 100_000}, next="http://x/?offset=1&limit=1000")
    told.answer.body["previous"] = None
    assert "passed" == one.verdict("list.links")


def test_a_page_behind_the_end_may_lead_back_to_the_last_one(story: Any) -> None:
    """What stands before a page without items is the server's choice."""
    one = story(*JOBS)
    told = one.list([], {"limit": 2, "offset": 90}, next=None)
    told.answer.body["previous"] = "http://x/?offset=3&limit=2"
    assert "not_run" == one.verdict("list.links")


@pytest.mark.parametrize(
    ("expected", "asked"), [("passed", {"limit": 0}), ("not_run", {"offset": -1}), ("failed", {"limit": 3})]
)
def test_a_server_may_take_its_own_size_where_none_was_asked_for(
    story: Any, expected: str, asked: dict[str, int]
) -> None:
    """A page of no items stands for the server's own size, and nobody says what stands before the first item."""
    one = story(*JOBS)
    told = one.list([{"id": "a"}], asked, next="http://x/?offset=1&limit=100")
    told.answer.body["previous"] = None
    assert expected == one.verdict("list.links")


def test_a_total_is_not_judged_by_a_page_before_the_first(story: Any) -> None:
    """What a page shows for a negative offset that is answered tells nothing about how many items there are."""
    one = story(*JOBS)
    told = one.list([{"id": "a"}], {"offset": -1}, next=None, expect="any")
    told.answer.body["totalCount"] = 1
    assert "failed" != one.verdict("list.counts")
