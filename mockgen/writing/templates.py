"""The little template language: `#: if FLAG ...` to `#: end`, `#: insert NAME`, and `{{word}}`.

It is this small because what a server does not need is removed by `shaking`, not by conditions. Conditions do not nest;
one of several flags is enough.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from importlib.resources import files

MARK = "#: "


@dataclass(frozen=True)
class Filling:
    """What fills the templates of one project: flags that hold, words for inline places, texts to insert as blocks."""

    flags: Set[str]
    words: Mapping[str, str]
    blocks: Mapping[str, str]


def template(name: str) -> str:
    """The text of a template."""
    return (files("mockgen") / "templates" / f"{name}.txt").read_text("utf-8")


def filled(text: str, filling: Filling) -> str:
    """A template's text with everything filled in. Raises KeyError for a word or a block that nobody provides."""
    lines: list[str] = []
    keeping = True
    for line in text.splitlines():
        verb, _, rest = line.removeprefix(MARK).partition(" ") if line.startswith(MARK) else ("", "", "")
        if verb == "if":
            keeping = bool(filling.flags & set(rest.split()))
        elif verb == "end":
            keeping = True
        elif keeping:
            lines.append(filling.blocks[rest] if verb == "insert" else _with_words(line, filling))
    return "\n".join(lines) + "\n"


def _with_words(line: str, filling: Filling) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda found: filling.words[found[1]], line)
