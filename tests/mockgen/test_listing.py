"""Lists filter, order and page as the contract says; tokens advance and are refused when nobody gave them out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mockgen.listing import body_of, page, selected
from mockgen.pace import Pace
from mockgen.world import World
from specs.message import Call
from tests.mockgen.rpc_scripts import batch_prediction

Make = Callable[..., Any]


def with_jobs(there: Any, count: int) -> Any:
    """The bench after so many creations, named job-0, job-1 ..."""
    for number in range(count):
        body = batch_prediction(f"job-{number}", BatchPredictionName=f"name {number % 2}")
        there.call("CreateBatchPrediction", body)
    return there


def names(answer: Any) -> list[str]:
    """The ids on a page."""
    return [row["BatchPredictionId"] for row in answer.body["Results"]]


def test_pages_add_up_to_the_list(bench: Make) -> None:
    """Following the tokens gives every job once, also when jobs are created on the way."""
    there = with_jobs(bench("amazon_ml"), 5)
    seen: list[str] = []
    token: dict[str, str] = {}
    for _ in range(3):
        answer = there.call("DescribeBatchPredictions", {"Limit": 2, **token})
        seen += names(answer)
        token = {"NextToken": answer.body["NextToken"]} if "NextToken" in answer.body else {}
        with_jobs(there, 6)
    assert [f"job-{number}" for number in range(5)] == seen
    assert {} == token


def test_a_token_belongs_to_its_list(bench: Make) -> None:
    """A token of another query, or of nobody, is refused."""
    there = with_jobs(bench("amazon_ml"), 3)
    token = there.call("DescribeBatchPredictions", {"Limit": 1}).body["NextToken"]
    other = there.call("DescribeBatchPredictions", {"Limit": 1, "SortOrder": "dsc", "NextToken": token})
    unknown = there.call("DescribeBatchPredictions", {"Limit": 1, "NextToken": token[:-1]})
    assert ("InvalidInputException", "InvalidInputException") == (other.code, unknown.code)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"FilterVariable": "Name", "EQ": "name 1"}, ["job-1", "job-3"]),
        ({"FilterVariable": "Name", "NE": "name 1"}, ["job-0", "job-2"]),
        ({"FilterVariable": "Name", "Prefix": "name"}, ["job-0", "job-2", "job-1", "job-3"]),
        ({"FilterVariable": "CreatedAt", "GE": "1790000002"}, ["job-2", "job-3"]),
        ({"FilterVariable": "CreatedAt", "LT": "2026-09-21T13:33:21+00:00", "SortOrder": "dsc"}, []),
        ({"SortOrder": "dsc"}, ["job-3", "job-2", "job-1", "job-0"]),
    ],
)
def test_filters_and_order(query: dict[str, Any], expected: list[str], bench: Make) -> None:
    """Each operator keeps the jobs whose variable compares that way; the order is that of the variable."""
    found = names(with_jobs(bench("amazon_ml"), 4).call("DescribeBatchPredictions", query))
    assert expected == found


def test_offset_pages_link_to_each_other(bench: Make) -> None:
    """`next` and `previous` are absolute URLs of the neighbouring pages, null at the ends."""
    there = bench("datarobot")
    for _ in range(3):
        there.call("createBatchPrediction", {"deploymentId": "5f0000000000000000000001"})
    middle = there.call("listBatchPredictions", query={"limit": 1, "offset": 1}).body
    assert (3, 1) == (middle["totalCount"], len(middle["data"]))
    assert middle["next"].startswith("http://127.0.0.1:4010/api/v2/batchPredictions/?")
    assert ("offset=2" in middle["next"], "offset=0" in middle["previous"]) == (True, True)
    last = there.call("listBatchPredictions", query={"limit": 1, "offset": 2}).body
    assert last["next"] is None


def test_a_repeated_filter_means_any_of_them(bench: Make) -> None:
    """A query parameter that is given twice keeps what matches either value."""
    there = bench("datarobot")
    there.call("createBatchPrediction", {"deploymentId": "5f0000000000000000000001"})
    both = there.call("listBatchPredictions", query={"status": ["RUNNING", "INITIALIZING"]}).body
    one = there.call("listBatchPredictions", query={"status": ["ABORTED"]}).body
    assert (1, 0) == (both["totalCount"], one["totalCount"])


def test_only_what_is_asked_for_is_worked_out(bench: Make) -> None:
    """A filter looks at its own member of each item, and whole documents are made for the items of a page alone."""
    listing = bench("amazon_ml").contract.lifecycles["batch_prediction"].listed_by
    asked: list[str] = []

    def read(name: str, pointer: str) -> Any:
        asked.append(name + pointer)
        return name if pointer else {"Name": name}

    call = Call("DescribeBatchPredictions", body={"FilterVariable": "Name", "GE": "b", "Limit": 1})
    items = selected(listing, call, [(name, partial(read, name)) for name in ("a", "b", "c")])
    shown = body_of(page(listing, call, World(0, Pace("manual")), items, ""), listing, {})
    assert [{"Name": "b"}] == shown["Results"]
    filtered, ordered, paged = ["a/Name", "b/Name", "c/Name"], ["b/Name", "c/Name"], ["b"]
    assert [*filtered, *ordered, *paged] == asked
