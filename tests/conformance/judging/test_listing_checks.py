"""Lists, on histories made by hand: each check kept once and broken once."""

from __future__ import annotations

from typing import Any

import pytest

from specs.message import Call

AML = ("amazon_ml", "batch_prediction")
JOBS = ("datarobot", "batch_prediction")


def item(identity: str, **members: Any) -> dict[str, Any]:
    """One finished batch prediction, as a list and a read show it."""
    return {"BatchPredictionId": identity, "Status": "COMPLETED", **members}


def made(story: Any, *identities: str, which: tuple[str, str] = AML, gap: float = 1.0, **members: Any) -> Any:
    """Finished resources, each read once."""
    one = story(*which, gap)
    for identity in identities:
        one.create(identity)
        document = item(identity, **members) if which == AML else {"id": identity, "status": "COMPLETED", **members}
        one.get(identity, document)
    return one


@pytest.mark.parametrize(
    ("expected", "items", "following", "which", "gap"),
    [
        ("passed", ["x", "a"], None, AML, 1.0),
        ("failed", ["x"], None, AML, 1.0),
        ("inconclusive", ["x"], "more", AML, 1.0),
        ("inconclusive", ["x"], None, JOBS, 1.0),
        ("failed", ["x"], None, JOBS, 40.0),
    ],
)
def test_a_created_resource_is_listed(
    story: Any, expected: str, items: list[str], following: str | None, which: tuple[str, str], gap: float
) -> None:
    """A complete list shows what this run made, once the consistency window is over; strangers may be in it."""
    one = made(story, "a", which=which, gap=gap)
    rows = [item(name) if which == AML else {"id": name, "status": "COMPLETED"} for name in items]
    one.list(rows, requirement="list.shows_created", next=following)
    assert expected == one.verdict("list.shows_created")


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        ("passed", {"Name": "n", "Message": None}),
        ("failed", {"Name": "m"}),
        ("failed", {}),
        ("failed", {"Name": "n", "Message": "surprise"}),
    ],
)
def test_a_list_agrees_with_a_read(story: Any, expected: str, shown: dict[str, Any]) -> None:
    """Between two equal reads of a finished resource a list shows the same members; LogUri is never listed."""
    one = made(story, "a", Name="n", LogUri="x")
    one.list([item("a", **shown)])
    one.get("a", item("a", Name="n", LogUri="x"))
    assert expected == one.verdict("list.agrees_with_get")


def test_a_list_of_a_moving_resource_proves_nothing(story: Any) -> None:
    """A resource that is not finished may change between a read and a list."""
    one = story(*AML)
    one.create("a")
    for _ in range(2):
        one.get("a", {"BatchPredictionId": "a", "Status": "PENDING"})
        one.list([item("a")])
    assert "not_run" == one.verdict("list.agrees_with_get")


@pytest.mark.parametrize(("expected", "count"), [("passed", 2), ("failed", 3), ("inconclusive", 1)])
def test_a_page_is_not_larger_than_asked(story: Any, expected: str, count: int) -> None:
    """A full page is evidence, a page with more items a failure."""
    one = story(*AML)
    one.list([item(str(number)) for number in range(count)], {"Limit": 2})
    assert expected == one.verdict("list.limit")


@pytest.mark.parametrize(
    ("expected", "pages"),
    [
        ("passed", [["a"], ["b", "x"]]),
        ("failed", [["a"], ["a", "b"]]),
        ("failed", [["a"], ["x"]]),
        ("inconclusive", [["a", "b"]]),
    ],
)
def test_pages_show_each_item_once(story: Any, expected: str, pages: list[list[str]]) -> None:
    """Turning the pages to the end shows each resource of this run exactly once."""
    one = made(story, "a", "b")
    for number, page in enumerate(pages):
        following = "more" if number + 1 < len(pages) else None
        one.list([item(name) for name in page], requirement="list.pages", next=following)
    assert expected == one.verdict("list.pages")


@pytest.mark.parametrize(("expected", "third"), [("failed", "x"), ("passed", "y")])
def test_a_page_that_leads_to_itself_has_no_end(story: Any, expected: str, third: str) -> None:
    """The same question with the same items again is a circle, whoever's they are; a token may keep its name while it
    moves on."""
    one = made(story, "a")
    one.list([item("a")], requirement="list.pages", next="t")
    for name in ("x", third):
        one.list([item(name)], {"NextToken": "t"}, requirement="list.pages", next="t")
    assert expected == one.verdict("list.pages")


def test_a_list_that_changes_meanwhile_decides_nothing(story: Any) -> None:
    """Where the vendor tells a total and it moves, repeated items are nobody's fault."""
    one = made(story, "a", which=JOBS)
    for total, following in ((1, "http://x/?offset=1"), (2, None)):
        one.list([{"id": "a", "status": "COMPLETED"}], requirement="list.pages", next=following)
        answer = one.exchanges[-1].answer
        answer.body["totalCount"] = total
    assert "inconclusive" == one.verdict("list.pages")


@pytest.mark.parametrize("law", ["list.shows_created", "list.filter.status"])
@pytest.mark.parametrize(("expected", "total"), [("inconclusive", 2), ("failed", 3)])
def test_what_somebody_else_removed_may_take_an_item_past_a_page(
    story: Any, expected: str, total: int, law: str
) -> None:
    """An item that is on neither of two pages proves nothing where the vendor's total moved in between."""
    one = made(story, "a", which=JOBS, gap=40.0)
    for number, following in ((3, "http://x/?offset=1"), (total, None)):
        row = {"id": f"x{following}", "status": "COMPLETED"}
        one.list([row], {"status": ["COMPLETED"]}, requirement=law, next=following)
        answer = one.exchanges[-1].answer
        answer.body["totalCount"] = number
    assert expected == one.verdict(law)


@pytest.mark.parametrize(("expected", "status"), [("not_run", 200), ("failed", 409)])
def test_a_hidden_job_is_in_no_list(story: Any, expected: str, status: int) -> None:
    """A command that hides a resource takes it off the lists, unless it was refused."""
    one = made(story, "a", which=JOBS, gap=40.0)
    one.tell(Call("updateBatchPrediction", path={"predictionJobId": "a"}, body={"hidden": True}), status)
    one.list([], requirement="list.shows_created")
    assert expected == one.verdict("list.shows_created")


@pytest.mark.parametrize(
    ("expected", "given", "status", "code"),
    [
        ("passed", "other", 400, "InvalidInputException"),
        ("warned", "other", 200, None),
        ("inconclusive", "t", 200, None),
    ],
)
def test_an_unknown_page_token_is_refused(story: Any, expected: str, given: str, status: int, code: str | None) -> None:
    """A token that the list did not give out is no way into it; one that it gave, for whatever question, may be."""
    one = story(*AML)
    one.list([], next=given)
    one.list([], {"NextToken": "t"}, requirement="list.bad_token", expect="invalid_input", status=status, code=code)
    assert expected == one.verdict("list.bad_token")


@pytest.mark.parametrize(
    ("expected", "equal", "other"),
    [
        ("passed", ["a"], []),
        ("failed", ["a"], ["a"]),
        ("failed", [], []),
        ("inconclusive", ["a"], None),
    ],
)
def test_a_filter_lists_what_it_describes(story: Any, expected: str, equal: list[str], other: list[str] | None) -> None:
    """The filter shows an own resource, hides it when another value is asked for, and shows nothing else."""
    one = made(story, "a", Name="mine")
    name = "list.filter.Name"
    rows = [item(identity, Name="mine") for identity in equal]
    one.list(rows, {"FilterVariable": "Name", "EQ": "mine"}, requirement=name, group="1")
    if other is not None:
        rows = [item(identity, Name="mine") for identity in other]
        one.list(rows, {"FilterVariable": "Name", "EQ": "yours"}, requirement=name, group="2")
    assert expected == one.verdict(name)


@pytest.mark.parametrize(
    ("expected", "at_least", "above"),
    [("passed", ["a"], []), ("failed", [], []), ("failed", ["a"], ["a"])],
)
def test_equal_texts_are_equal_in_every_order(story: Any, expected: str, at_least: list[str], above: list[str]) -> None:
    """However texts are sorted, one is at least itself, and not above itself; of others nothing is known."""
    one = made(story, "a", Name="mine")
    shown = (("GE", "1", at_least), ("GT", "2", above))
    for operator, group, names in shown:
        rows = [item(identity, Name="mine") for identity in names] + [item("x", Name="another")]
        one.list(rows, {"FilterVariable": "Name", operator: "mine"}, requirement="list.filter.Name", group=group)
    assert expected == one.verdict("list.filter.Name")


@pytest.mark.parametrize(
    ("expected", "asked"), [("failed", {"LT": "1000000000"}), ("inconclusive", {"GT": "1000000000"})]
)
def test_a_filter_compares_times_as_numbers(story: Any, expected: str, asked: dict[str, str]) -> None:
    """An item that was created later than asked for is wrong in the list."""
    one = made(story, "a", CreatedAt=1767225600.5)
    row = item("a", CreatedAt=1767225600.5)
    one.list([row], {"FilterVariable": "CreatedAt", **asked}, requirement="list.filter.CreatedAt")
    assert expected == one.verdict("list.filter.CreatedAt")


def test_a_filter_on_a_query_parameter(story: Any) -> None:
    """A filter with a place of its own is judged on the field that it names; a repeated value means any of them."""
    one = made(story, "a", which=JOBS, gap=40.0)
    shown = [{"id": "a", "status": "COMPLETED"}]
    one.list(shown, {"status": ["COMPLETED", "ABORTED"]}, requirement="list.filter.status", group="1")
    one.list([], {"status": ["FAILED"]}, requirement="list.filter.status", group="2")
    assert "passed" == one.verdict("list.filter.status")
    one.list(shown, {"status": ["FAILED"]}, requirement="list.filter.status", group="3")
    assert "failed" == one.verdict("list.filter.status")


@pytest.mark.parametrize(
    ("expected", "deployment", "shown"),
    [
        ("passed", "d", []),  # the other filter does not describe it
        ("passed", "e", ["a"]),
        ("failed", "e", []),
        ("failed", "d", ["b"]),  # this one does not describe it, whatever the other one says
    ],
)
def test_a_filter_beside_another_one(story: Any, expected: str, deployment: str, shown: list[str]) -> None:
    """What two filters describe is shown, what one of them does not describe is not."""
    one = story(*JOBS, 40.0)
    jobs = {"a": "COMPLETED", "b": "FAILED"}
    rows = {name: {"id": name, "status": state, "jobSpec": {"deploymentId": "e"}} for name, state in jobs.items()}
    for name, document in rows.items():
        one.create(name)
        one.get(name, document)
    one.list([rows["a"]], {"status": ["COMPLETED"]}, requirement="list.filter.status", group="1")
    both = {"status": ["COMPLETED"], "deploymentId": deployment}
    one.list([rows[name] for name in shown], both, requirement="list.filter.status", group="2")
    assert expected == one.verdict("list.filter.status")


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        ("passed", ["weekly"]),
        ("passed", ["weekly", "biweekly"]),  # whether a part is enough is not documented
        ("failed", ["weekly", "nightly"]),
        ("failed", []),
    ],
)
def test_a_filter_may_find_parts_where_no_source_says(story: Any, expected: str, shown: list[str]) -> None:
    """A text that holds what was asked for may be shown, one without it is wrong, and the very text is found."""
    one = story("datarobot", "job_definition", gap=40.0)
    one.create("weekly")
    one.get("weekly", {"id": "weekly", "name": "weekly"})
    rows = [{"id": name, "name": name} for name in shown]
    one.list(rows, {"searchName": "weekly"}, requirement="list.filter.searchName", group="1")
    one.list([], {"searchName": "other"}, requirement="list.filter.searchName", group="2")
    assert expected == one.verdict("list.filter.searchName")


def test_a_list_without_ids_is_not_judged_by_them(story: Any) -> None:
    """Where no item shows an id, its schema says if that is wrong, and nobody can say what is missing."""
    one = made(story, "a", Name="mine")
    one.list([{"Name": "mine"}], requirement="list.shows_created")
    assert "inconclusive" == one.verdict("list.shows_created")


@pytest.mark.parametrize(
    ("expected", "order", "times"),
    [
        ("passed", "asc", [1, 2, 2]),
        ("failed", "asc", [2, 1]),
        ("passed", "dsc", [2, 1]),
        ("inconclusive", "asc", [1, 1]),
    ],
)
def test_a_list_is_sorted_as_asked(story: Any, expected: str, order: str, times: list[int]) -> None:
    """Times rise or fall as asked; equal ones prove nothing."""
    one = story(*AML)
    asked = {"FilterVariable": "CreatedAt", "GT": "0", "SortOrder": order}
    one.list([item(str(at), CreatedAt=at) for at in times], asked, requirement="list.order")
    assert expected == one.verdict("list.order")


@pytest.mark.parametrize(
    ("expected", "pages"),
    [
        ("passed", [["s3", "a"], ["s3", "a"], ["b"]]),
        ("passed", [["a", "b"], ["s9", "s8"]]),
        ("failed", [["b"], ["a"]]),
        ("failed", [["a", "b"], ["s1", "s2"]]),
    ],
)
def test_an_order_goes_on_behind_the_page_for_own_items(story: Any, expected: str, pages: list[list[str]]) -> None:
    """What others make while the pages are turned shifts them; own items are in order all the same."""
    times = {"s9": 9, "s8": 8, "s3": 3, "s2": 2, "a": 2, "s1": 1, "b": 1}
    one = made(story, "a", "b")
    asked = {"FilterVariable": "CreatedAt", "GT": "0", "SortOrder": "dsc"}
    for number, page in enumerate(pages):
        following = "more" if number + 1 < len(pages) else None
        rows = [item(name, CreatedAt=times[name]) for name in page]
        one.list(rows, asked, requirement="list.order", next=following)
    assert expected == one.verdict("list.order")


@pytest.mark.parametrize(
    ("expected", "states"),
    [("passed", ["COMPLETED", "COMPLETED", "ABORTED"]), ("failed", ["COMPLETED", "ABORTED", "COMPLETED"])],
)
def test_a_list_sorted_by_state_keeps_equal_states_together(story: Any, expected: str, states: list[str]) -> None:
    """No source says which state comes first, but equal ones stand side by side."""
    one = story(*JOBS)
    rows = [{"id": str(number), "status": state} for number, state in enumerate(states)]
    one.list(rows, {"orderBy": "status"}, requirement="list.order")
    assert expected == one.verdict("list.order")


def test_states_that_move_between_two_pages_are_in_no_order(story: Any) -> None:
    """Where the vendor tells a total and it moves, a state that stands apart is nobody's fault."""
    one = story(*JOBS)
    for total, states in ((4, ["COMPLETED", "ABORTED"]), (5, ["COMPLETED"])):
        rows = [{"id": f"{total}{state}", "status": state} for state in states]
        one.list(
            rows, {"orderBy": "status"}, requirement="list.order", next="http://x/?offset=2" if total == 4 else None
        )
        answer = one.exchanges[-1].answer
        answer.body["totalCount"] = total
    assert "inconclusive" == one.verdict("list.order")


@pytest.mark.parametrize(
    "law", ["shows_created", "agrees_with_get", "limit", "pages", "bad_token", "filter.Name", "order"]
)
@pytest.mark.parametrize("body", [{}, [], "<html>", {"Results": {}}, {"Results": [None, 1, {}]}])
def test_nothing_passes_on_a_list_that_shows_nothing(story: Any, law: str, body: Any) -> None:
    """A target that accepts every list call and shows no item gives no positive evidence."""
    one = made(story, "a")
    one.list([], {"Limit": 2, "FilterVariable": "Name", "EQ": "x", "SortOrder": "asc"}, requirement=f"list.{law}")
    answer = one.exchanges[-1].answer
    one.change(len(one.exchanges), answer=type(answer)(200, (), body))
    assert "passed" != one.verdict(f"list.{law}")


@pytest.mark.parametrize(
    ("expected", "links"),
    [
        ("passed", {"self": "s", "download": None, "more": "x"}),
        ("passed", {"self": "s"}),
        ("failed", {"self": "t"}),
        ("failed", {"self": "s", "download": "d"}),
        ("failed", {}),
    ],
)
def test_a_list_agrees_with_a_read_inside_of_members(story: Any, expected: str, links: dict[str, Any]) -> None:
    """Inside an object, too, only documented members are compared, and null counts as left out."""
    one = made(story, "a", which=JOBS, links={"self": "s"})
    one.list([{"id": "a", "status": "COMPLETED", "links": links}])
    one.get("a", {"id": "a", "status": "COMPLETED", "links": {"self": "s"}})
    assert expected == one.verdict("list.agrees_with_get")
