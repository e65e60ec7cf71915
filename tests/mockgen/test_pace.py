"""A pace is read from a text, and a mistake in it is told with the nearest right kind."""

from __future__ import annotations

import pytest

from mockgen.pace import Pace, from_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("immediate", Pace("immediate")),
        ("manual", Pace("manual")),
        ("reads", Pace("reads", 1.0)),
        ("reads:3", Pace("reads", 3.0)),
        ("seconds:0.5", Pace("seconds", 0.5)),
    ],
)
def test_a_pace_is_read(text: str, expected: Pace) -> None:
    """Kind and amount stand apart by a colon; reads and seconds default to one."""
    assert expected == from_text(text)


@pytest.mark.parametrize("text", ["immediate", "manual", "reads:2", "seconds:0.25"])
def test_a_pace_is_written_as_it_is_read(text: str) -> None:
    """The text of a pace is the text that it was read from."""
    assert text == str(from_text(text))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("imediate", "did you mean 'immediate'"),
        ("reads:x", "not a number"),
        ("reads:1.5", "whole numbers"),
        ("seconds:-1", "above 0"),
        ("seconds:nan", "above 0"),
        ("manual:3", "takes no amount"),
    ],
)
def test_a_misspelt_pace_is_refused(text: str, complaint: str) -> None:
    """A text that is no pace says why."""
    with pytest.raises(ValueError, match=complaint):
        from_text(text)
