"""Reading a page as a browser's parser would: its elements with their attributes, and its text."""

from __future__ import annotations

from html.parser import HTMLParser


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every start tag, in order, with its attributes."""
    found: list[tuple[str, dict[str, str | None]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(page)
    parser.close()
    return found


def text(page: str) -> str:
    """All text of the page but its style and script, with single spaces."""
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_data = lambda data: found.append(data)  # type: ignore[method-assign]
    parser.feed(page.split("</style>", 1)[1].rsplit("<script>", 1)[0])
    parser.close()
    return " ".join("".join(found).split())


def ids(page: str) -> list[str]:
    """Every id of the page."""
    return [value for _, attributes in elements(page) if (value := attributes.get("id"))]
