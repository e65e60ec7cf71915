"""Page tokens: complete, stable and not to be forged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_impl.engine.paging import BadToken, page, seal, unseal

KEY = b"key"


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 7), st.booleans())
def test_pages_together_are_the_list(values: list[int], limit: int, descending: bool) -> None:
    """For every limit and direction each item comes exactly once, in order, ties included."""
    items = list(enumerate(values))
    seen: list[tuple[int, int]] = []
    token: str | None = None
    while True:
        shown, token = page(items, lambda item: [item[1], item[0]], limit, KEY, token, descending)
        assert len(shown) <= limit
        seen += shown
        if token is None:
            break
    assert sorted(items, key=lambda item: (item[1], item[0]), reverse=descending) == seen


@given(st.text(max_size=40))
def test_a_token_that_was_never_issued_is_refused(text: str) -> None:
    """Any text but a sealed one is a bad token."""
    with pytest.raises(BadToken):
        unseal(KEY, text)


def test_a_token_is_bound_to_its_server() -> None:
    """What one key sealed, another one does not open, and a longer token is another token."""
    token = seal(KEY, [1, "a"])
    assert [1, "a"] == unseal(KEY, token)
    for key, changed in ((b"other", token), (KEY, token + "="), (KEY, token[:-1])):
        with pytest.raises(BadToken):
            unseal(key, changed)
