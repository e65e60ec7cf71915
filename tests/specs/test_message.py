"""Messages are plain values; header names have no case."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from specs.message import ABSENT, Absent, HttpRequest, header, media_type, origin


def test_header_names_have_no_case() -> None:
    """A header is found in any case, its first value counts, and a missing one is None."""
    headers = (("Content-TYPE", "a"), ("content-type", "b"))
    assert ("a", None) == (header(headers, "Content-Type"), header(headers, "Accept"))


@pytest.mark.parametrize(
    ("expected", "value"),
    [("text/csv", "Text/CSV; charset=utf-8"), ("text/csv", " text/csv "), ("", ";x"), (None, ""), (None, None)],
)
def test_a_media_type_has_no_parameters(expected: str | None, value: str | None) -> None:
    """The media type is lower case and without parameters; None when there is no Content-Type."""
    assert expected == media_type(() if value is None else (("Content-Type", value),))


def test_messages_are_frozen() -> None:
    """A message cannot be changed, and equal messages are equal."""
    request: Any = HttpRequest("GET", "/")  # a type checker would not let anybody try
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.method = "PUT"
    assert HttpRequest("GET", "/", (), b"") == request


def test_no_body_is_not_null() -> None:
    """The absence of a body is a value of its own."""
    assert ABSENT is Absent.ABSENT
    assert ABSENT is not None


def test_an_ipv6_address_stands_in_brackets() -> None:
    """The beginning of a URL names host and port so that any client can read it."""
    assert "http://127.0.0.1:80" == origin("127.0.0.1", 80)
    assert "http://[::1]:8080" == origin("::1", 8080)
