"""What failed, for the person who has to fix it: one cause at a time, the worst first, each with all that shows it.

A broken server breaks many requirements with one bug. Failures of one cause stand together, so that the page reads as a
list of things to do.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from conformance.reports.page.difference import marked
from conformance.reports.page.exchanges import Homes, homes_of, size, witness
from conformance.reports.page.frame import section
from conformance.reports.page.marks import Data, chip, clip, fragment, link, named, topic
from conformance.reports.worst_first import FIRST_OF_CAUSE, SHOWN, Cause, causes
from specs.documenting.markup import Content, Markup, element, join

OPEN_MAX = 8
"""As many failures as are unfolded from the start; with more, a reader wants the list first."""
EVIDENCE_MAX = 3_000_000
"""Characters of requests and responses on one page; browsers slow down and mail servers refuse what is larger."""
BLOCKED_MAX = 200
_COMMANDS = (("replay", "conformance replay {}"), ("curl", "sh {}"), ("pytest", "pytest {}"))


def failures(report: Data) -> Markup:
    """The part of the page with everything that is wrong."""
    found = causes(report)
    ordered = [row for cause in found for row in cause.rows]
    if not ordered:
        return section("failures", "Failures", element("p", "Nothing failed, and nothing warned.", class_="quiet"))
    evident = _evident(found)
    page = _Surroundings(
        homes_of([row for row in ordered if row["id"] in evident]),
        evident,
        _blocked(report["requirements"]),
        frozenset(row["id"] for row in report["requirements"]),
        frozenset(row["requirement"] for row in report["waived"]),
        len(ordered) <= OPEN_MAX,
    )
    note = element("p", "Commands are written for the folder of this report.", class_="quiet")
    return section("failures", _heading(found, ordered), note, (_cause(cause, page) for cause in found))


def _evident(found: Sequence[Cause]) -> frozenset[str]:
    """The failures whose requests and responses stand on the page, as long as there is room: the first ones of every
    cause, then the others."""
    first = [row for cause in found for row in cause.rows[:FIRST_OF_CAUSE]]
    rest = [row for cause in found for row in cause.rows[FIRST_OF_CAUSE:]]
    sizes = accumulate(size(row) for row in (*first, *rest))
    return frozenset(row["id"] for row, total in zip((*first, *rest), sizes, strict=True) if total <= EVIDENCE_MAX)


@dataclass(frozen=True)
class _Surroundings:
    """What a failure has to know of the rest of the page."""

    homes: Homes
    evident: frozenset[str]
    blocks: Mapping[str, tuple[str, ...]]
    known: frozenset[str]
    waived: frozenset[str]
    unfolded: bool


def _heading(found: Sequence[Cause], ordered: Sequence[Data]) -> str:
    counted = [
        f"{count} {verdict}" for verdict in SHOWN if (count := sum(row["verdict"] == verdict for row in ordered))
    ]
    causes_told = f", {len(found)} causes" if len(found) < len(ordered) else ""
    return f"Failures: {', '.join(counted)}{causes_told}".replace(", 1 causes", ", 1 cause")


def _blocked(rows: Sequence[Data]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        for name in row["blocked_by"]:
            found.setdefault(name, []).append(row["id"])
    return {name: tuple(blocked) for name, blocked in found.items()}


def _cause(cause: Cause, page: _Surroundings) -> Markup:
    if not cause.text:
        return _failure(cause.rows[0], page)
    title = element(
        "h3", element("span", f"{len(cause.rows)} with one cause", class_="size"), " ", clip(cause.text, 500)
    )
    drawn = [_failure(row, page) for row in cause.rows]
    first, more = drawn[:FIRST_OF_CAUSE], drawn[FIRST_OF_CAUSE:]
    rest = element("details", element("summary", f"{len(more)} more"), more, class_="rest") if more else ""
    return element("div", title, first, rest, class_="cause")


def _failure(row: Data, page: _Surroundings) -> Markup:
    opened = {"open": ""} if page.unfolded else {}
    head = element(
        "summary",
        chip(row["verdict"]),
        " ",
        named(row["id"], class_="id"),
        " ",
        element("span", row["strength"], class_=f"strength {row['strength']}"),
        " ",
        element("a", "waived", href="#waived", class_="strength") if row["id"] in page.waived else "",
        element("span", clip(row["sentence"]), class_="sentence"),
    )
    return element("details", head, *_body(row, page), class_=f"failure {row['verdict']}", **opened)


def _body(row: Data, page: _Surroundings) -> Iterator[Content]:
    expected, got = marked(clip(row["expected"] or row["sentence"]), clip(row["got"] or "-"))
    yield element(
        "dl",
        join(element("dt", "Expected"), element("dd", expected)),
        join(element("dt", "Got"), element("dd", got)),
        join(element("dt", "Source"), element("dd", _source(row))),
        join(element("dt", "Shows"), element("dd", clip(row["variant"]))) if row["variant"] else "",
        join(element("dt", "Place"), element("dd", _place(row))),
        class_="facts",
    )
    if row["id"] in page.evident:
        yield from witness(row, page.homes, page.unfolded)
    else:
        yield element("p", "The page is full: requests and responses are in the case file.", class_="quiet")
    yield from _blocks(row, page)
    yield from _commands(row["repeat"])


def _source(row: Data) -> str:
    written = f" ({clip(row['line'], 200)})" if row["line"] else ""
    return f"{clip(row['source']) or '-'}{written}"


def _place(row: Data) -> Markup:
    where = f"level {row['level']}, {clip(topic(row), 200)}"
    return element("a", where, href=f"#{fragment(row['id'])}")


def _blocks(row: Data, page: _Surroundings) -> Iterator[Markup]:
    names = page.blocks.get(row["id"], ())
    if names:
        listed = (element("li", link(other, page.known)) for other in names[:BLOCKED_MAX])
        left = f" (the first {BLOCKED_MAX} are listed)" if len(names) > BLOCKED_MAX else ""
        title = element("summary", f"Keeps {len(names)} others from being judged{left}")
        yield element("details", title, element("ul", listed), class_="blocks")


def _command(form: str, file: str) -> Markup:
    return element("pre", form.format(shlex.quote(file)), class_="command")


def _commands(repeat: Data) -> Iterator[Markup]:
    rows = [
        join(element("dt", name), element("dd", _command(form, repeat[name])))
        for name, form in _COMMANDS
        if repeat[name]
    ]
    if rows:
        yield element("dl", rows, class_="repeat")
