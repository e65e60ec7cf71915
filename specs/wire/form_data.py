"""Forms with files (multipart/form-data, RFC 7578), read and written for both ends of the wire.

A form is a mapping from field name to bytes; a field of that kind is sent as a file. Only what such APIs use is read:
one level, no transfer encodings; a body that is not a form of this kind answers a problem, never an exception.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

FIELDS_MAX = 100
"""More fields than this are not read: whoever sends a form is hostile until shown otherwise."""
KIND = "multipart/form-data"
_NAME = re.compile(rb'^content-disposition:[ \t]*form-data;.*?\bname="([^"\r\n]{1,200})"', re.IGNORECASE | re.MULTILINE)
"""Tried at the beginning of a line only: a head that repeats itself would take time by the square of its length."""
_BOUNDARY = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?', re.IGNORECASE)


def written(fields: Mapping[str, Any]) -> tuple[str, bytes]:
    """The Content-Type and the body of a form. Its boundary follows from the content: equal forms are equal bytes."""
    values = {name: value if isinstance(value, bytes) else str(value).encode() for name, value in fields.items()}
    boundary = hashlib.sha256(b"\0".join(values.values())).hexdigest()[:32]
    parts = [_part(boundary, name, value, isinstance(fields[name], bytes)) for name, value in values.items()]
    return f"{KIND}; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def read(content_type: str | None, body: bytes) -> tuple[dict[str, bytes], str | None]:
    """The fields of a form and None, or nothing and what is wrong with it."""
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


def _part(boundary: str, name: str, value: bytes, is_file: bool) -> bytes:
    file = '; filename="file.csv"\r\nContent-Type: text/csv' if is_file else ""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + value + b"\r\n"
