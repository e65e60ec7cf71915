"""Reading a page as a browser's parser would: its elements with their attributes, and its text."""

from __future__ import annotations

from html.parser import HTMLParser


class _Reader(HTMLParser):
    """What stands in a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keeps a piece of text."""
        self.texts.append(data)


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every start tag, in order, with its attributes."""
    return _Reader(page).elements


def text(page: str) -> str:
    """All text of the page but its style and script, with single spaces."""
    body = page.split("</style>", 1)[1].rsplit("<script>", 1)[0]
    return " ".join("".join(_Reader(body).texts).split())


def ids(page: str) -> list[str]:
    """Every id of the page."""
    return [value for _, attributes in elements(page) if (value := attributes.get("id"))]
