"""Texts from outside as single lines that a terminal prints and does not obey.

Whatever writes for people needs this, a command that only lists requirements too; so it needs nothing of what judges.
"""

from __future__ import annotations

from collections.abc import Iterator

from specs.source_file import SpecError, sentences

LINE_MAX = 500
"""Characters of a text from outside that one line shows."""
PROBLEM_MAX = 2000


def clean(text: str, limit: int = LINE_MAX) -> str:
    """One line that a terminal prints and does not obey: what is not printable is escaped, what is too long is cut."""
    cut = text if len(text) <= limit else text[: limit - 3] + "..."
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in cut)


def problem_lines(problem: SpecError) -> Iterator[str]:
    """What is wrong with a command or its files; a line number only where there is one."""
    for told in sentences(problem):
        yield clean(told, PROBLEM_MAX)
