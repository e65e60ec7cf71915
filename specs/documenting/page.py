"""The frame of a page of documentation, and the few pieces that several pages are made of.

Pages are read in print, from a folder without a server, and by keyboard: so the style travels in each page, nothing is
fetched, and every table that may scroll can be reached.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from specs.contract import Contract, Requirement
from specs.documenting.markup import Content, Markup, element

GENERATOR = "specs docs"
MARK = f'<meta name="generator" content="{GENERATOR}"/>'
"""Stands in every page, and tells which files may be replaced."""
_STYLE = Path(__file__).with_name("page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(contract: Contract, up: str, title: str, content: Content) -> str:
    """A whole document. `up` leads from its folder to that of the index (`../` or empty)."""
    links = (
        ("index", "Overview"),
        ("requirements", "Requirements"),
        ("lifecycles", "Lifecycles"),
        ("errors", "Errors"),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        Markup(MARK),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{title} - {contract.title}" if title != contract.title else title),
        Markup(f"<style>\n{_STYLE.read_text('utf-8')}</style>"),
    )
    body = element(
        "body",
        element("a", "Skip to the content", href="#content", class_="skip"),
        element("nav", (element("a", text, href=f"{up}{name}.html") for name, text in links), aria_label="Pages"),
        element("main", element("h1", title), content, id_="content"),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def strength(row: Requirement) -> Markup:
    """The strength as a badge."""
    return element("span", row.strength, class_=row.strength)


def table(head: Iterable[str], rows: Iterable[Iterable[Content]]) -> Markup:
    """A table that scrolls by itself where it is too wide."""
    top = element("thead", element("tr", (element("th", text, scope="col") for text in head)))
    body = element("tbody", (element("tr", (element("td", cell) for cell in row)) for row in rows))
    return element("div", element("table", top, body), class_="wide", tabindex=0, role="region", aria_label="Table")


def requirement_link(row: Requirement, up: str) -> Markup:
    """A link to a requirement's place on its page."""
    return element("a", element("code", row.id), href=f"{up}requirements.html#{quote(row.id)}")


def short(value: Any, length: int = 200) -> str:
    """A JSON value as one short text."""
    text = json.dumps(value, ensure_ascii=False, default=_as_dict)
    return text if len(text) <= length else f"{text[:length]}..."


def _as_dict(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
