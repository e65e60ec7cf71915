"""The head of a report: who was judged by what, how it came out, and how far each level is reached.

A reader decides here whether to go on. So the outcome comes first, in words; then the five levels, with a number for
every verdict that leads to the requirements behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.reports.levels import LEVELS
from conformance.reports.page.frame import section
from conformance.reports.page.marks import SIGNS, Data, bar, clip, scroll, sign, tally, words
from conformance.reports.page.marks import table as grid
from conformance.reports.remarks import remarks
from conformance.reports.terminal import OUTCOMES
from specs.documenting.markup import Content, Markup, element, join

_BADGES = {"brightgreen", "green", "yellow", "orange", "red", "blue", "lightgrey"}
_ABOUT = {
    "granted": "all that must hold was judged, and holds",
    "partial": "nothing failed, and not all was judged",
    "failed": "something that must hold does not",
    "not_judged": "nothing that must hold was judged",
}


def banner(report: Data) -> Markup:
    """Title, outcome and the facts of the run."""
    status = report["exit_status"]
    outcome = join(element("code", clip(report["target"], 300)), " ", element("strong", OUTCOMES[status]))
    about = "" if status else " (in what was judged)"
    return element(
        "header",
        element("p", "Conformance report", class_="kind"),
        element("h1", clip(report["title"], 300)),
        element("p", outcome, about, " ", _badge(report["badge"]), class_="outcome"),
        element("dl", (_fact(label, content) for label, content in _facts(report))),
        (element("p", clip(text), class_="remark") for text in remarks(report)),
        class_=f"banner status-{status}",
        id_="top",
    )


def _fact(label: str, content: tuple[Content, ...]) -> Markup:
    return element("div", element("dt", label), element("dd", *content))


def _badge(badge: Data) -> Markup:
    colour = badge["color"] if badge["color"] in _BADGES else "lightgrey"
    return element(
        "span",
        element("span", clip(badge["label"], 80), class_="label"),
        element("span", clip(badge["message"], 80), class_=f"message {colour}"),
        class_="badge",
    )


def _facts(report: Data) -> Iterator[tuple[str, tuple[Content, ...]]]:
    count, seconds = report["requests"], report["seconds"]
    yield "vendor", (element("code", clip(report["vendor"], 300)),)
    yield "documents", (clip(", ".join(report["versions"]), 300) or "no version",)
    yield "judged", (f"{report['share_judged']:.1%} of what must hold",)
    yield "run", (_when(report["started"]),)
    yield "requests", (f"{count:,} in {seconds:,.1f} s",)
    yield "mode", (report["mode"], ", strict" if report["strict"] else "")
    yield "seed", (str(report["seed"]),)
    yield "tag", (element("code", clip(report["tag"], 80)),)


def _when(started: str) -> Markup:
    shown = started[:19].replace("T", " ")
    return element("time", f"{shown} UTC", datetime=started)


def levels(report: Data) -> Markup:
    """The levels of which the report has requirements: whether each is granted, its verdicts as numbers and a bar."""
    verdicts = tuple(tally(report["requirements"]))
    head = element(
        "tr",
        element("th", "Level", scope="col"),
        element("th", "Status", scope="col"),
        element("th", "Must: judged", scope="col", class_="number"),
        element("th", "All requirements", scope="col", class_="wide-column"),
        (
            element("th", sign(name), element("span", f" {words(name)}", class_="word"), scope="col", class_="number")
            for name in verdicts
        ),
    )
    asked = {row["level"] for row in report["requirements"]}
    rows = [_level(report, name, verdicts) for name in LEVELS if name in asked]
    table = element("table", element("thead", head), element("tbody", rows), class_="levels")
    return section("levels", "Levels", scroll("Levels", table), _features(report["features"]))


def _features(features: Sequence[Data]) -> Content:
    if not features:
        return ""
    declared = sum(row["declared"] for row in features)
    rows = ((element("code", clip(row["name"], 80)), clip(row["meaning"], 300), _judged(row)) for row in features)
    title = element("summary", f"Optional features: {declared} of {len(features)} declared")
    listed = grid("Features", ("Feature", "The target", "Requirements"), rows)
    return element("details", title, listed, class_="features")


def _judged(feature: Data) -> str:
    if not feature["declared"]:
        return "not declared"
    return f"{feature['judged']:,} of {feature['total']:,} judged, {feature['failed']:,} failed"


def _level(report: Data, name: str, verdicts: tuple[str, ...]) -> Markup:
    level = next((row for row in report["levels"] if row["name"] == name), None)
    status, judged, total = (level["status"], level["judged"], level["total"]) if level else ("not_judged", 0, 0)
    found = tally(row for row in report["requirements"] if row["level"] == name)
    return element(
        "tr",
        element("th", name, scope="row"),
        element("td", element("span", words(status), class_=f"status {status}", title=_ABOUT[status])),
        element("td", f"{judged:,} of {total:,}", class_="number"),
        element("td", bar(found)),
        (element("td", _cell(name, verdict, found.get(verdict, 0)), class_="number") for verdict in verdicts),
    )


def _cell(level: str, verdict: str, count: int) -> Content:
    if not count:
        return element("span", "0", class_="none")
    told = f"{count:,} {words(verdict)} of level {level}"
    show = f"level={level}&verdict={verdict}"
    return element("a", f"{count:,}", href="#requirements", data_show=show, class_=verdict, aria_label=told)


def contents(parts: tuple[tuple[str, str, int | None], ...]) -> Markup:
    """The links to the parts of the page: id, text and a number."""
    return element(
        "nav",
        (
            element("a", text, "" if number is None else element("span", f" {number:,}"), href=f"#{name}")
            for name, text, number in parts
        ),
        aria_label="Parts of the report",
    )


def legend() -> Markup:
    """What the signs mean."""
    return element(
        "p", (element("span", sign(name), f" {words(name)}", class_="count") for name in SIGNS), class_="legend"
    )
