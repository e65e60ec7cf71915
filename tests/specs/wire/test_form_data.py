"""Forms come back as they went in, and whatever a hostile client sends is a form or a problem, soon."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.wire.form_data import ENCODED, FIELDS_MAX, KIND, KINDS, read, written

NAMES = st.text("abcXYZ019_-. é", min_size=1, max_size=20)
HEAD = b'\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
TYPE = f"{KIND}; boundary=b"


@settings(deadline=None)
@given(fields=st.dictionaries(NAMES, st.binary(max_size=60), max_size=4), form=st.sampled_from(KINDS))
def test_a_form_comes_back(fields: dict[str, bytes], form: str) -> None:
    """Any bytes under any ordinary names are read as they were written; equal forms are equal bytes."""
    kind, body = written(form, fields)
    assert (kind, body) == written(form, dict(fields))
    assert (fields, None) == read(kind, body)


def test_a_number_is_sent_as_its_text() -> None:
    """What is no bytes is a field with its text, and no file."""
    kind, body = written(KIND, {"count": 3, "file": b"x"})
    assert ({"count": b"3", "file": b"x"}, None) == read(kind, body)
    assert 1 == body.count(b"filename=")


def test_an_encoded_form_is_what_browsers_send() -> None:
    """A URL-encoded form has a field for each item of a list, JSON's words for what is no text, and none for null."""
    fields = {"name": "a b&c", "ids": [1, 2], "fast": True, "note": None}
    assert (ENCODED, b"name=a+b%26c&ids=1&ids=2&fast=true") == written(ENCODED, fields)


@pytest.mark.parametrize(
    ("kind", "body", "problem"),
    [
        (ENCODED, b"a=1&" * (FIELDS_MAX + 1), f"more than {FIELDS_MAX} fields"),
        (None, b"", "the form names no boundary"),
        (KIND, b"--b--", "the form names no boundary"),
        (TYPE, b"", "does not end with its boundary"),
        (TYPE, b"--b" + HEAD + b"x\r\n--b", "does not end with its boundary"),
        (TYPE, b"--b\r\n\r\nx\r\n--b--", "a field of the form has no name"),
        (TYPE, b'--b\r\nContent-Disposition: form-data; name="a"\r\n--b--', "a field of the form has no name"),
        (TYPE, b'--b\r\nContent-Disposition: form-data; filename="a"\r\n\r\nx\r\n--b--', "has no name"),
        (TYPE, b'--b\r\nX: form-data; name="a"\r\n\r\nx\r\n--b--', "has no name"),
        (TYPE, b"--b" + (HEAD + b"x\r\n--b") * (FIELDS_MAX + 1) + b"--", f"more than {FIELDS_MAX} fields"),
        # A head of a megabyte is searched once, not once for each of its beginnings.
        (TYPE, b"--b\r\n" + b"form-data;" * 100_000 + b"\r\n\r\nx\r\n--b--", "a field of the form has no name"),
    ],
)
def test_what_is_no_form_is_a_problem(kind: str | None, body: bytes, problem: str) -> None:
    """A body that is not a form of its boundary has no fields and one sentence about what is wrong."""
    fields, text = read(kind, body)
    assert {} == fields
    assert text is not None
    assert problem in text


def test_a_form_may_have_as_many_fields_as_are_read() -> None:
    """The bound itself is allowed."""
    fields = {f"field{number}": b"x" for number in range(FIELDS_MAX)}
    assert (fields, None) == read(*written(KIND, fields))
