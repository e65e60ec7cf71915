"""ECMA 262 patterns, as OpenAPI documents have them, for Python's `re`.

Python differs where it hurts: `$` also matches before a last newline, `\\d` takes every script's digits, and `\\p{L}`
is not known at all. Other syntax that the documents use means the same in both.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache

_TOKEN = re.compile(r"\\p\{(\w+)\}|\\(.)|(\[\^?)|(\])|(\$)", re.DOTALL)
_ASCII = {"d": "0-9", "w": "A-Za-z0-9_"}
_NEGATED = {"D": "[^0-9]", "W": "[^A-Za-z0-9_]"}


@lru_cache(maxsize=512)
def python_pattern(pattern: str) -> str:
    """The pattern with its meaning kept. Raises re.error for what Python cannot compile even then."""
    inside = False
    parts: list[str] = []
    last = 0
    for token in _TOKEN.finditer(pattern):
        parts.append(pattern[last : token.start()])
        last = token.end()
        category, escaped, opening, closing, dollar = token.groups()
        if opening:
            parts.append("\\[" if inside else opening)
            inside = True
        elif closing:
            parts.append(closing)
            inside = False
        elif dollar:
            parts.append("$" if inside else r"\Z")
        else:
            parts.append(_escape(category, escaped, inside))
    result = "".join(parts) + pattern[last:]
    re.compile(result)
    return result


def _escape(category: str | None, escaped: str, inside: bool) -> str:
    if category is not None:
        members = _members(category)
        return members if inside else f"[{members}]"
    if escaped in _ASCII:
        return _ASCII[escaped] if inside else f"[{_ASCII[escaped]}]"
    if escaped in _NEGATED and not inside:
        return _NEGATED[escaped]
    return "/" if escaped == "/" else "\\" + escaped


@lru_cache(maxsize=32)
def _members(category: str) -> str:
    """A general category (`L`, `Lu`) as the ranges of a character class."""
    ranges: list[str] = []
    start = previous = -2
    for code in range(sys.maxunicode + 1):
        if not unicodedata.category(chr(code)).startswith(category):
            continue
        if code != previous + 1:
            ranges.append(_range(start, previous))
            start = code
        previous = code
    return "".join(ranges) + _range(start, previous)


def _range(first: int, last: int) -> str:
    return "" if first < 0 else f"\\U{first:08x}-\\U{last:08x}"
