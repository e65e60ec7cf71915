"""The frame of a page: head, policy, style and script, in one file that fetches nothing.

The text in a page comes from servers that are on trial. Escaping keeps it from becoming markup; should that ever fail,
the page's own policy lets only the one style and the one script run whose digests it names, and no address be loaded.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from urllib.parse import quote

from specs.documenting.markup import Content, Markup, element, join

_FOLDER = Path(__file__).parent
_COLOURS = {0: "#1a7f37", 1: "#b42318", 3: "#6b5b00"}
"""Exit status -> colour of the icon in a browser's tab."""


def document(title: str, content: Content, sheets: tuple[str, ...], status: int | None = None) -> str:
    """A whole page. `sheets` names the CSS files of this folder that it wears; `status` is a run's exit status."""
    style = "".join((_FOLDER / name).read_text("utf-8") for name in sheets)
    script = (_FOLDER / "page.js").read_text("utf-8")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy(style, script)),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name_="color-scheme", content="light dark"),
        element("meta", name_="referrer", content="no-referrer"),
        element("meta", name_="robots", content="noindex"),
        element("title", title),
        element("link", rel="icon", href=_icon(_COLOURS.get(status or 0, "#59636e"))),
        Markup(f"<style>{style}</style>"),
    )
    body = element("body", content, Markup(f"<script>{script}</script>"))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy under which exactly this style and this script work, and nothing else does."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def _icon(colour: str) -> str:
    circle = element("circle", cx=8, cy=8, r=7, fill=colour)
    drawn = element("svg", circle, xmlns="http://www.w3.org/2000/svg", viewBox="0 0 16 16")
    return f"data:image/svg+xml,{quote(str(drawn))}"


def section(name: str, title: str, *content: Content) -> Markup:
    """A part of a page that a link can lead to."""
    heading = element("h2", title, id_=f"{name}-title")
    return element("section", heading, *content, id_=name, aria_labelledby=f"{name}-title")


def skips(*targets: tuple[str, str]) -> Markup:
    """Links for people without a mouse: past everything to what they look for. Pairs of text and id."""
    return join(element("a", text, href=f"#{name}", class_="skip") for text, name in targets)
