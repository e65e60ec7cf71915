"""The small pieces that every part of a page uses: verdicts as marks, counts as bars, texts cut to a length.

Colour alone tells nothing to many people and to most printers, so each verdict has a sign and its name as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from specs.documenting.markup import Content, Markup, element, join

Data = Mapping[str, Any]
"""A piece of a report as `specs/meta/report.json` describes it."""
SIGNS = {
    "errored": "‼",
    "failed": "✕",
    "warned": "!",
    "inconclusive": "?",
    "not_run": "○",
    "unsupported": "·",
    "passed": "✓",
}
"""Verdict -> sign, in the order in which a reader wants them: the worst first, what holds last."""
STRENGTHS = ("must", "should", "info")
TEXT_MAX = 2000
_SEGMENT = re.compile(r"[^._]*[._]|[^._]+")


def table(label: str, head: Sequence[str], rows: Iterable[Iterable[Content]]) -> Markup:
    """A table that scrolls by itself where it is too wide, and can be reached by keyboard there."""
    titles = element("thead", element("tr", (element("th", text, scope="col") for text in head)))
    body = element("tbody", (element("tr", (element("td", cell) for cell in row)) for row in rows))
    return scroll(label, element("table", titles, body))


def scroll(label: str, *content: Content, kind: str = "") -> Markup:
    """A frame for what may be wider than the page."""
    return element("div", *content, class_=f"scroll {kind}".strip(), tabindex=0, role="region", aria_label=label)


def words(name: str) -> str:
    """A name of the report's own as people write it."""
    return name.replace("_", " ")


def clip(text: str, limit: int = TEXT_MAX) -> str:
    """A text from outside, cut to a length; says how much is missing."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more characters)"


def sign(verdict: str) -> Markup:
    """A verdict as its sign alone, with its name for those who do not see it."""
    return element("span", SIGNS[verdict], class_=f"sign {verdict}", role="img", aria_label=words(verdict))


def chip(verdict: str) -> Markup:
    """A verdict as sign and name."""
    mark = element("span", SIGNS[verdict], aria_hidden="true")
    return element("span", mark, " ", words(verdict), class_=f"chip {verdict}")


def anchor(identity: str) -> str:
    """The id of a requirement's line in the tree."""
    return f"r-{identity}"


def link(identity: str, known: frozenset[str] | None = None) -> Markup:
    """A requirement's id, as a link to its line where the page has one."""
    told = named(identity)
    return told if known is not None and identity not in known else element("a", told, href=f"#{fragment(identity)}")


def named(identity: str, **attributes: str) -> Markup:
    """A requirement's id. Where it is too long for a line it breaks behind a dot or `_`, and is copied whole."""
    pieces = _SEGMENT.findall(clip(identity, 300))
    broken = (join(element("wbr") if place else "", piece) for place, piece in enumerate(pieces))
    return element("code", *broken, **attributes)


def fragment(identity: str) -> str:
    """What leads to a requirement's line, as it stands in a link."""
    return quote(anchor(identity), errors="backslashreplace")


def topic(row: Data) -> str:
    """The branch of the tree that a requirement belongs to: its operation, its lifecycle, or its family."""
    if row["operation"]:
        return str(row["operation"])
    if row["lifecycle"]:
        return f"lifecycle {row['lifecycle']}"
    parts = str(row["id"]).split(".")
    return parts[1] if len(parts) > 2 else parts[0]


def tally(rows: Iterable[Data]) -> dict[str, int]:
    """Verdict -> how many requirements got it; verdicts that none got are left out."""
    counts = dict.fromkeys(SIGNS, 0)
    for row in rows:
        counts[row["verdict"]] += 1
    return {verdict: count for verdict, count in counts.items() if count}


def counts(found: Mapping[str, int]) -> Markup:
    """A tally as a row of signs with numbers."""
    return element(
        "span",
        (
            element("span", sign(verdict), f" {count:,}", class_=f"count {verdict}", title=words(verdict))
            for verdict, count in found.items()
        ),
        class_="counts",
    )


def bar(found: Mapping[str, int]) -> Markup:
    """A tally as one bar; what holds stands at the left."""
    total = sum(found.values()) or 1
    pieces: list[Content] = []
    x = 0.0
    for verdict in reversed(SIGNS):
        width = 100 * found.get(verdict, 0) / total
        if width:
            # One failure among thousands must still be seen.
            pieces.append(element("rect", x=f"{x:.2f}", y=0, width=f"{max(width, 0.6):.2f}", height=8, class_=verdict))
        x += width
    described = ", ".join(f"{count} {words(verdict)}" for verdict, count in found.items())
    return element(
        "svg", *pieces, viewBox="0 0 100 8", preserveAspectRatio="none", role="img", aria_label=described, class_="bar"
    )
