"""Reading a page as a browser's parser would, for the tests of pages and of what they are made of."""

from __future__ import annotations

from html.parser import HTMLParser

Tag = tuple[str, dict[str, str | None]]
"""An element's name and its attributes."""


class Page(HTMLParser):
    """Elements of a page in their order, its texts, and the elements that are still open at its end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Tag] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that has content."""
        self.open.append(tag)
        self.elements.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """The end of the innermost open element."""
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        """A piece of text."""
        self.texts.append(data)

    def values(self, attribute: str) -> list[str]:
        """What an attribute says wherever it stands."""
        return [given[attribute] or "" for _, given in self.elements if attribute in given]

    @property
    def names(self) -> set[str]:
        """The names of all elements."""
        return {name for name, _ in self.elements}
