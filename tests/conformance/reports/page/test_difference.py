"""Tests of marked differences: nothing is lost, and nothing is marked that is the same."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from conformance.reports.page.difference import LINES_MAX, lines, marked
from conformance.reports.page.exchanges import pretty
from specs.documenting.markup import Markup, join

WORDS = st.lists(st.sampled_from(["state", "is", "DONE", "LOST", "3", "<b>"]), max_size=8).map(" ".join)


def test_the_word_that_differs_is_marked() -> None:
    """Two sentences that differ in a word have that word marked, and no other."""
    expected, got = marked("a job with the state DONE", "a job with the state LOST")
    assert "a job with the state <del>DONE</del>" == str(expected)
    assert "a job with the state <ins>LOST</ins>" == str(got)


def test_strangers_are_left_alone() -> None:
    """Marks all over would say nothing."""
    assert ("422", "a job") == marked("422", "a job")


@given(WORDS, WORDS)
def test_marks_change_no_text(one: str, other: str) -> None:
    """Without their marks, both lines are what they were."""
    for before, after in zip((one, other), marked(one, other), strict=True):
        assert isinstance(after, str | Markup)
        assert str(join(before)) == re.sub("</?(del|ins)>", "", str(join(after)))


def test_equal_and_endless_documents_are_not_compared() -> None:
    """There is nothing to show of equal texts, and too much of endless ones."""
    assert lines("a\nb", "a\nb") is None
    assert lines("a\n" * (LINES_MAX + 1), "a\n" * LINES_MAX) is None


def test_only_the_surroundings_of_a_change_are_shown() -> None:
    """Of a hundred lines with two changes, the gap between them is left out."""
    before = [f"line {number}" for number in range(100)]
    after = ["first", *before[1:99], "last"]
    shown = str(lines("\n".join(before), "\n".join(after)))
    assert "<del>- line 0\n</del><ins>+ first\n</ins>" in shown
    assert "line 50" not in shown
    assert "⋮" in shown


def test_a_body_that_says_something_twice_is_shown_as_it_is() -> None:
    """Line breaks must not hide what was sent: repeated names, and what is no JSON, stay."""
    assert '{\n  "a": 1\n}' == pretty('{"a":1}')
    assert '{"a":1,"a":2}' == pretty('{"a":1,"a":2}')
    assert "{oops" == pretty("{oops")
    assert "[" * 5000 == pretty("[" * 5000)
