"""The table of several reports as a page: what differs first, everything one click away.

It wears the same style and obeys the same form as the page of one report, so that whoever knows one can read the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from conformance.reports.levels import LEVELS
from conformance.reports.matrix import Column, Line, Matrix
from conformance.reports.page.frame import document, section, skips
from conformance.reports.page.marks import SIGNS, STRENGTHS, clip, named, scroll, sign, words
from conformance.reports.page.overview import legend
from conformance.reports.page.tree import filter_form
from conformance.reports.terminal import OUTCOMES
from specs.documenting.markup import Content, Markup, element

SHEETS = ("page.css", "matrix.css")


def matrix_page(table: Matrix) -> str:
    """The whole page."""
    differing = sum(line.differs for line in table.lines)
    told = f"{len(table.columns)} reports, {len(table.lines):,} requirements, verdicts differ in {differing:,}"
    header = element(
        "header",
        element("p", "Conformance matrix", class_="kind"),
        element("h1", _title(table)),
        element("p", told),
        class_="banner",
    )
    main = element("main", _summary(table), _requirements(table, differing), id_="content")
    body = (
        skips(
            ("Skip to the requirements", "requirements"),
        ),
        header,
        main,
        element("footer", legend()),
    )
    return document(f"Conformance matrix: {_title(table)}", body, SHEETS)


def _title(table: Matrix) -> str:
    return clip(", ".join(dict.fromkeys(column.vendor for column in table.columns)), 200)


def _summary(table: Matrix) -> Markup:
    head = element("tr", element("td", ""), (element("th", *_head(column), scope="col") for column in table.columns))
    rows = [
        element("tr", element("th", "outcome", scope="row"), (_outcome(column) for column in table.columns)),
        element("tr", element("th", "judged", scope="row"), (_share(column) for column in table.columns)),
        *(_level(name, table) for name in LEVELS),
    ]
    grid = element("table", element("thead", head), element("tbody", rows), class_="summary")
    return section("levels", "Levels", scroll("Levels", grid))


def _head(column: Column) -> Iterator[Content]:
    yield element("span", clip(column.vendor, 80), class_="vendor")
    yield element("code", clip(column.target, 120))
    yield element("time", f"{column.started[:16].replace('T', ' ')} UTC", datetime=column.started)
    yield element("span", clip(", ".join(column.versions), 80))


def _outcome(column: Column) -> Markup:
    verdict = {0: "passed", 1: "failed"}.get(column.exit_status, "inconclusive")
    return element("td", sign(verdict), " ", OUTCOMES[column.exit_status], class_=verdict)


def _share(column: Column) -> Markup:
    return element("td", f"{column.share_judged:.1%}, {column.verdicts['failed']:,} failed")


def _level(name: str, table: Matrix) -> Markup:
    statuses = (column.levels.get(name, "not_judged") for column in table.columns)
    cells = (element("td", element("span", words(status), class_=f"status {status}")) for status in statuses)
    return element("tr", element("th", name, scope="row"), cells)


def _requirements(table: Matrix, differing: int) -> Markup:
    seen = Counter(verdict for line in table.lines for verdict in line.verdicts)
    choices = (
        ("only", ("differences",) if differing else ()),
        ("verdict", tuple(name for name in SIGNS if seen[name])),
        ("strength", STRENGTHS),
        ("level", LEVELS),
    )
    heads = (element("th", *_short(place, column), scope="col") for place, column in enumerate(table.columns, 1))
    head = element("tr", element("th", "Requirement", scope="col"), heads)
    lines = (_line(line) for line in table.lines)
    # The head of a table that scrolls in a frame of its own cannot stay in sight of the page; this one stays.
    grid = element("table", element("thead", head), element("tbody", lines), class_="verdicts")
    form = filter_form(tuple((name, values) for name, values in choices if values))
    return section("requirements", f"Requirements: {len(table.lines):,}", form, scroll("Verdicts", grid, kind="tall"))


def _short(place: int, column: Column) -> Iterator[Content]:
    yield element("span", f"{place}. {clip(column.vendor, 60)}", class_="vendor")
    yield element("span", clip(column.target.partition("://")[2], 60))
    yield element("span", column.started[:10])


def _line(line: Line) -> Markup:
    name = element(
        "th",
        named(line.id),
        element("span", line.strength, class_="strength") if line.strength != "must" else "",
        element("span", clip(line.sentence, 500), class_="told"),
        scope="row",
    )
    verdicts = dict.fromkeys(verdict for verdict in line.verdicts if verdict)
    return element(
        "tr",
        name,
        (_verdict(verdict) for verdict in line.verdicts),
        data_verdict=" ".join(verdicts),
        data_strength=line.strength,
        data_level=line.level,
        data_only="differences" if line.differs else "",
        class_="differs" if line.differs else "same",
    )


def _verdict(verdict: str | None) -> Markup:
    if verdict is None:
        return element("td", element("span", "-", role="img", aria_label="not in this contract"), class_="absent")
    return element("td", sign(verdict), element("span", f" {words(verdict)}", class_="word"), class_=verdict)
