"""Every requirement under its level and its operation or lifecycle, with a form that narrows the tree down.

There are thousands. What holds takes one line, what does not unfolds; all of it is in the document from the start, so
that the page can be read, searched and printed where no script runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.reports.levels import LEVELS
from conformance.reports.page.frame import section
from conformance.reports.page.marks import (
    SIGNS,
    STRENGTHS,
    Data,
    anchor,
    clip,
    counts,
    link,
    named,
    sign,
    tally,
    topic,
    words,
)
from conformance.reports.worst_first import SHOWN
from specs.documenting.markup import Content, Markup, element, join


def tree(report: Data) -> Markup:
    """The part of the page with all requirements."""
    rows = report["requirements"]
    known = frozenset(row["id"] for row in rows)
    levels = [name for name in LEVELS if any(row["level"] == name for row in rows)]
    return section(
        "requirements",
        f"Requirements: {len(rows):,}",
        filter_form(
            (("verdict", tuple(tally(rows))), ("strength", STRENGTHS), ("level", tuple(levels))),
            (("level", "level"), ("topic", "operation or lifecycle"), ("verdict", "verdict")),
        ),
        element("div", (_level(name, rows, known) for name in levels), id_="tree"),
    )


Choices = Sequence[tuple[str, Sequence[str]]]


def filter_form(choices: Choices, orders: Sequence[tuple[str, str]] = ()) -> Markup:
    """A form that the script shows and obeys: a text, boxes of which none ticked means all, and ways to arrange the
    rows (name and what it is called)."""
    boxes = (
        element("fieldset", element("legend", name), (_box(name, value) for value in values))
        for name, values in choices
    )
    hint = "words of id, sentence or answer"
    field = element("input", type="search", name_="text", placeholder=hint, autocomplete="off")
    search = element("label", element("span", "Search"), field, class_="search")
    return element(
        "form",
        search,
        boxes,
        _arrangement(orders) if orders else "",
        element("button", "Clear", type="reset"),
        element("output", "", role="status", aria_live="polite", id_="shown"),
        id_="filter",
        role="search",
        hidden="",
        aria_label="Filter",
    )


def _box(name: str, value: str) -> Markup:
    mark = join(sign(value), " ") if value in SIGNS else ""
    return element("label", element("input", type="checkbox", name_=name, value=value), mark, words(value))


def _arrangement(orders: Sequence[tuple[str, str]]) -> Markup:
    choice = element("select", (element("option", label, value=name) for name, label in orders), name_="arrange")
    return element("label", element("span", "Arrange by"), choice, class_="arrange")


def _level(name: str, rows: Sequence[Data], known: frozenset[str]) -> Markup:
    mine = [row for row in rows if row["level"] == name]
    topics: dict[str, list[Data]] = {}
    for row in mine:
        topics.setdefault(topic(row), []).append(row)
    branches = (_branch(title, below, known, "topic") for title, below in topics.items())
    return element("details", _summary(name, mine), *branches, class_="branch level", id_=f"level-{name}")


def _summary(title: str, rows: Sequence[Data]) -> Markup:
    return element("summary", element("span", clip(title, 200), class_="name"), " ", counts(tally(rows)))


def _branch(title: str, rows: Sequence[Data], known: frozenset[str], kind: str) -> Markup:
    items = element("ul", (_row(row, known) for row in rows))
    return element("details", _summary(title, rows), items, class_=f"branch {kind}")


def _row(row: Data, known: frozenset[str]) -> Markup:
    strength = element("span", row["strength"], class_=f"strength {row['strength']}")
    source = element("span", f" {clip(row['source'], 500)}", class_="source") if row["source"] else ""
    told = (strength if row["strength"] != "must" else "", clip(row["sentence"]), source)
    head = (
        sign(row["verdict"]),
        named(row["id"]),
        element("span", *told, class_="told"),
    )
    more = tuple(_more(row, known))
    body = element("details", element("summary", *head), *more) if more else element("div", *head, class_="line")
    return element(
        "li",
        body,
        id_=anchor(row["id"]),
        data_verdict=row["verdict"],
        data_strength=row["strength"],
        data_level=row["level"],
        data_topic=clip(topic(row), 200),
    )


def _more(row: Data, known: frozenset[str]) -> Iterator[Content]:
    facts = [(label, clip(row[name])) for label, name in _FACTS if row[name]]
    if facts:
        yield element("dl", (join(element("dt", label), element("dd", text)) for label, text in facts), class_="facts")
    if row["blocked_by"]:
        names = row["blocked_by"][:20]
        yield element(
            "p", "Blocked by ", (join(", " if place else "", link(name, known)) for place, name in enumerate(names))
        )
    if row["verdict"] in SHOWN:
        yield element("p", "The evidence stands under ", element("a", "Failures", href="#failures"), ".")


_FACTS = (("Expected", "expected"), ("Got", "got"), ("Shows", "variant"))
