"""Texts that match a pattern, made by construction.

A sample must be valid, and a pattern is a recipe: walking its parts and taking the least of each gives a text that it
matches. Look-arounds are not read, so whoever asks checks the text; `stretch` repeats more, for minimum lengths.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

# The standard library's own reader of patterns. It has no public name; the tests notice when it moves.
_parser: Any = importlib.import_module("re._parser")
_PROPERTY = re.compile(r"\\[pP](?:\{[^}]*\}|[A-Z])")
_FILLERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_./:"
_CATEGORIES = {"CATEGORY_DIGIT": "0", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " "}
_CATEGORIES |= {"CATEGORY_NOT_DIGIT": "a", "CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_SPACE": "a"}
STRETCHES = (0, 1, 2, 4, 9, 11, 19, 23, 35, 63, 127, 255, 1023)
REPEATS_MAX = 4096


def matching(pattern: str) -> Iterator[str]:
    """Texts that should match, the shortest first; none when the pattern cannot be read."""
    tree = _tree(pattern)
    if tree is None:
        return
    seen: set[str] = set()
    for choice in (0, 1, 2):
        for stretch in STRETCHES:
            text = _text(tree, stretch, choice)
            if text not in seen:
                seen.add(text)
                yield text


@lru_cache(maxsize=4096)
def _tree(pattern: str) -> Any:
    try:
        return _parser.parse(_without_properties(pattern))
    except (re.error, OverflowError, RecursionError):
        return None


def _without_properties(pattern: str) -> str:
    """Unicode properties, which Python cannot read, as the letters that they hold."""
    parts: list[str] = []
    position = 0
    for found in _PROPERTY.finditer(pattern):
        before = pattern[: found.start()]
        inside = before.count("[") - before.count(r"\[") > before.count("]") - before.count(r"\]")
        letters = "0-9" if "N" in found[0] else " " if "Z" in found[0] else "a-zA-Z"
        parts += [pattern[position : found.start()], letters if inside else f"[{letters}]"]
        position = found.end()
    return "".join(parts) + pattern[position:]


def _text(tree: Any, stretch: int, choice: int) -> str:
    return "".join(_part(str(kind), value, stretch, choice) for kind, value in tree)


def _part(kind: str, value: Any, stretch: int, choice: int) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "NOT_LITERAL":
        return next(letter for letter in _FILLERS if ord(letter) != value)
    if kind == "ANY":
        return "a"
    if kind == "IN":
        return _member(value)
    if kind == "BRANCH":
        branches = value[1]
        return _text(branches[min(choice, len(branches) - 1)], stretch, choice)
    if kind == "SUBPATTERN":
        return _text(value[3], stretch, choice)
    if kind == "ATOMIC_GROUP":
        return _text(value, stretch, choice)
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        low, high, inner = int(value[0]), int(value[1]), value[2]
        return _text(inner, 0, choice) * min(high, low + stretch, REPEATS_MAX)
    return ""  # anchors, look-arounds and references take no room here


def _member(items: Any) -> str:
    """One character of a class; of a negated one a harmless character that it does not name."""
    rows = [(str(kind), value) for kind, value in items]
    if rows and rows[0][0] == "NEGATE":
        return next((letter for letter in _FILLERS if not any(_has(row, letter) for row in rows[1:])), "~")
    return next((letter for letter in _FILLERS if any(_has(row, letter) for row in rows)), _first(rows))


def _has(row: tuple[str, Any], letter: str) -> bool:
    kind, value = row
    if kind == "LITERAL":
        return bool(ord(letter) == value)
    if kind == "RANGE":
        return bool(value[0] <= ord(letter) <= value[1])
    tests = {"DIGIT": letter.isdigit(), "WORD": letter.isalnum() or letter == "_", "SPACE": letter.isspace()}
    name = str(value).removeprefix("CATEGORY_")
    return tests.get(name.removeprefix("NOT_"), False) != name.startswith("NOT_")


def _first(rows: list[tuple[str, Any]]) -> str:
    value: Any
    kind, value = rows[0] if rows else ("LITERAL", ord("a"))
    if kind == "RANGE":
        return chr(value[0])
    return chr(value) if kind == "LITERAL" else _CATEGORIES.get(str(value), "a")
