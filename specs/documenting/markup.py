"""HTML and SVG as values: text is escaped when it enters, so that no page can be broken by what a contract says.

A contract may come from anywhere, and its texts stand in pages that people open. `element` takes plain text and other
elements; only what it made itself is written as it stands.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
"""What no document may have, and what hides or reorders the text around it: such text reads as something else."""
VOID = frozenset(("meta", "link", "br", "wbr", "hr", "img", "input", "path", "circle", "rect", "line"))
"""Elements that have no content; the SVG ones among them are closed in their start tag."""


@dataclass(frozen=True)
class Markup:
    """A piece of a page that is escaped already."""

    text: str

    def __str__(self) -> str:
        return self.text


Content = str | Markup | Iterable["str | Markup"]


def escaped(text: str) -> str:
    """Text as it may stand in an element or in a quoted attribute; characters that no document may have, and those
    that hide or reorder what stands around them, are shown by their number."""
    return html.escape(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text), quote=True)


def join(*content: Content) -> Markup:
    """Several pieces as one."""
    pieces: list[str] = []
    for part in content:
        for piece in (part,) if isinstance(part, str | Markup) else part:
            pieces.append(piece.text if isinstance(piece, Markup) else escaped(piece))
    return Markup("".join(pieces))


def element(name: str, *content: Content, **attributes: str | int | float) -> Markup:
    """An element. Attribute names are written with `_` for `-`, and one at the end where Python keeps the word."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(str(value))}"' for key, value in attributes.items()
    )
    if name in VOID:
        return Markup(f"<{name}{given}/>")
    return Markup(f"<{name}{given}>{join(*content)}</{name}>")
