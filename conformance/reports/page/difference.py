"""Where two texts differ, marked: words of one line, or lines of a document.

A reader finds the one changed member of an answer faster when the rest stays grey. Texts that share little are left
alone: marks all over say less than two texts side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from specs.documenting.markup import Content, Markup, element, join

WORDS_MAX = 400
LINES_MAX = 400
"""Longer texts are not compared: the time that it takes grows with the square of the length."""
ALIKE_MIN = 0.5
CONTEXT = 3
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


def marked(expected: str, got: str) -> tuple[Content, Content]:
    """Two lines with the words marked in which they differ; as they are when they share less than half."""
    left, right = _WORD.findall(expected), _WORD.findall(got)
    if not left or not right or max(len(left), len(right)) > WORDS_MAX:
        return expected, got
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < ALIKE_MIN:
        return expected, got
    steps = matcher.get_opcodes()
    return (
        join(_piece("del", tag, "".join(left[start:end])) for tag, start, end, _, _ in steps),
        join(_piece("ins", tag, "".join(right[start:end])) for tag, _, _, start, end in steps),
    )


def _piece(name: str, tag: str, text: str) -> str | Markup:
    return text if tag == "equal" or not text else element(name, text)


def lines(before: str, after: str) -> Markup | None:
    """Two documents as one, with a few lines around each change; None when they are equal, too long, or strangers."""
    left, right = before.split("\n"), after.split("\n")
    if left == right or max(len(left), len(right)) > LINES_MAX:
        return None
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < ALIKE_MIN:
        return None
    groups = [join(_group(group, left, right)) for group in matcher.get_grouped_opcodes(CONTEXT)]
    gap = element("span", "⋮\n", class_="gap")
    return element("pre", (join(gap if index else "", group) for index, group in enumerate(groups)), class_="diff")


_Steps = Sequence[tuple[str, int, int, int, int]]


def _group(steps: _Steps, left: Sequence[str], right: Sequence[str]) -> Iterator[str | Markup]:
    for tag, start, end, from_, to in steps:
        if tag == "equal":
            yield from (f"  {line}\n" for line in left[start:end])
            continue
        yield from (element("del", f"- {line}\n") for line in left[start:end])
        yield from (element("ins", f"+ {line}\n") for line in right[from_:to])
