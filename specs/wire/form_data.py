"""Forms for both ends of the wire: with files (multipart/form-data, RFC 7578), and URL-encoded ones.

A form is a mapping from field name to value; one of bytes is sent as a file, a list as a field for each item. Only what
such APIs use is read: one level, no transfer encodings; a body that is not a form of this kind answers a problem, never
an exception.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

FIELDS_MAX = 100
"""More fields than this are not read: whoever sends a form is hostile until shown otherwise."""
KIND = "multipart/form-data"
ENCODED = "application/x-www-form-urlencoded"
KINDS = (KIND, ENCODED)
_NAME = re.compile(rb'^content-disposition:[ \t]*form-data;.*?\bname="([^"\r\n]{1,200})"', re.IGNORECASE | re.MULTILINE)
"""Tried at the beginning of a line only: a head that repeats itself would take time by the square of its length."""
_BOUNDARY = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?', re.IGNORECASE)


def written(kind: str, fields: Mapping[str, Any]) -> tuple[str, bytes]:
    """The Content-Type and the body of a form. A boundary follows from the content: equal forms are equal bytes."""
    rows = [
        (name, value) for name, given in fields.items() for value in (given if isinstance(given, list) else [given])
    ]
    values = [(name, _as_bytes(value), isinstance(value, bytes)) for name, value in rows if value is not None]
    if kind == ENCODED:
        return ENCODED, urlencode([(name, value) for name, value, _ in values]).encode()
    boundary = hashlib.sha256(b"\0".join(value for _, value, _ in values)).hexdigest()[:32]
    parts = [_part(boundary, *row) for row in values]
    return f"{KIND}; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def read(content_type: str | None, body: bytes) -> tuple[dict[str, bytes], str | None]:
    """The fields of a form and None, or nothing and what is wrong with it."""
    if (content_type or "").split(";", 1)[0].strip().lower() == ENCODED:
        return _decoded(body)
    found = _BOUNDARY.search(content_type or "")
    if found is None:
        return {}, "the form names no boundary"
    mark = b"--" + found[1].rstrip().encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + mark, FIELDS_MAX + 1)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        return {}, f"the form does not end with its boundary, or has more than {FIELDS_MAX} fields"
    fields: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        head, gap, value = piece.partition(b"\r\n\r\n")
        name = _NAME.search(head) if gap else None
        if name is None:
            return {}, "a field of the form has no name"
        fields[name[1].decode("utf-8", "replace")] = value
    return fields, None


def _decoded(body: bytes) -> tuple[dict[str, bytes], str | None]:
    rows = [part.partition(b"=") for part in body.split(b"&", FIELDS_MAX) if part]
    if any(b"&" in value for _, _, value in rows):
        return {}, f"the form has more than {FIELDS_MAX} fields"
    plain = [(unquote_to_bytes(name.replace(b"+", b" ")), value.replace(b"+", b" ")) for name, _, value in rows]
    return {name.decode("utf-8", "replace"): unquote_to_bytes(value) for name, value in plain}, None


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def _part(boundary: str, name: str, value: bytes, is_file: bool) -> bytes:
    file = '; filename="file.csv"\r\nContent-Type: text/csv' if is_file else ""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + value + b"\r\n"
