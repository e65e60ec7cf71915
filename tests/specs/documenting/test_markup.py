"""Tests of markup as values: no text becomes an element, and none hides or reorders its surroundings."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.documenting.markup import element, escaped, join
from tests.specs.documenting.parsing import Page


@given(st.text(st.characters(exclude_categories=()), max_size=40), st.text(max_size=40))
def test_no_text_makes_an_element(inside: str, beside: str) -> None:
    """Whatever stands in an element and in its attribute, a parser sees that one element with that one attribute."""
    page = Page(str(element("p", inside, title=beside)))
    assert [("p", ["title"])] == [(name, list(given)) for name, given in page.elements]
    assert [] == page.open


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x85", "\u061c", "\u200b", "\u202e", "\u2066", "\ufeff", "\ud800"])
def test_what_hides_or_reorders_is_shown_by_number(char: str) -> None:
    """Controls, marks of direction, joiners of no width and halves of characters are written as their numbers."""
    assert f"a\\u{ord(char):04x}b" == escaped(f"a{char}b")


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=40))
def test_printable_text_stays(text: str) -> None:
    """Letters, digits, signs and spaces of any script read as they were written."""
    assert text == unescape(escaped(text))


def test_pieces_are_escaped_once() -> None:
    """What is markup already is taken as it stands."""
    assert "&lt;<b>&amp;</b>" == str(join("<", element("b", "&")))
    assert '<input name="a"/>' == str(element("input", name_="a"))
