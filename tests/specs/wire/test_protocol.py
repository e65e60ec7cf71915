"""JSON texts are read once, for every wire: what is too deep for one reader is refused before any other sees it."""

from __future__ import annotations

import pytest

from specs.wire.protocol import DEPTH_MAX, parse_json


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_text_nests_to_a_limit(opening: bytes, closing: bytes) -> None:
    """At the limit a text is read, one level deeper it is refused, and the sentence names the limit."""
    value, problem = parse_json(opening * DEPTH_MAX + b"1" + closing * DEPTH_MAX)
    assert (True, None) == (value is not None, problem)
    value, problem = parse_json(opening * (DEPTH_MAX + 1) + b"1" + closing * (DEPTH_MAX + 1))
    assert (None, f"the body nests deeper than {DEPTH_MAX} levels") == (value, problem)


def test_bytes_that_are_no_text_are_called_so() -> None:
    """A body in another encoding is no JSON, and the sentence says which byte shows it."""
    assert (None, "the body is not UTF-8, from byte 2 on") == parse_json(b'{"\xfc": 1}')
    assert "the body is not JSON" in str(parse_json(b"{")[1])
