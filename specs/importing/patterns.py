"""Patterns of service models, read as the regular expressions of JSON Schema.

Service models write patterns for another engine and match them against whole values; JSON Schema wants ECMA-262 and
searches. What can be said in both is translated and anchored; what cannot is dropped with a reason, never silently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import jsonschema_rs

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "punct": r"!-/:-@\[-`{-~",
    "print": " -~",
    "graph": "!-~",
    "xdigit": "0-9a-fA-F",
}
_JAVA_CLASSES = {"Alpha": "alpha", "Digit": "digit", "Alnum": "alnum", "Punct": "punct", "Print": "print"}
_JAVA_CLASSES |= {"Upper": "upper", "Lower": "lower", "Space": "space", "XDigit": "xdigit", "Graph": "graph"}
_ASTRAL = re.compile(r"\\u[dD]800\\u[dD][cC]00-\\u[dD][bB][fF]{2}\\u[dD][fF]{3}")
_POSSESSIVE = re.compile(r"(?<!\\)([*+?}])\+")
_FOREIGN = re.compile(r"&&|\\[QEGhHRX]|\(\?[imsxu-]+[:)]|\(\?>")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\ud800-\udfff]")


@dataclass(frozen=True)
class Translation:
    """A pattern for JSON Schema, None when there is none, and what a person should know about it (empty: nothing)."""

    pattern: str | None
    note: str = ""


@lru_cache(maxsize=8192)
def anchored(pattern: str) -> Translation:
    """The pattern of a service model as one that matches whole values."""
    body = _translated(pattern)
    if _FOREIGN.search(body) or _SURROGATE.search(body):
        return Translation(None, f"the pattern {pattern[:120]!r} uses what JSON Schema does not have: dropped")
    whole = f"^(?:{_bare(body)})$"
    if not compiles(whole):
        return Translation(None, f"the pattern {pattern[:120]!r} does not compile: dropped")
    return Translation(whole, "" if body == pattern else f"translated from {pattern[:120]!r}")


def compiles(pattern: str) -> bool:
    """Whether a pattern is a regular expression for a JSON Schema validator."""
    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except ValueError:
        return False
    return bool(jsonschema_rs.is_valid({"format": "regex"}, pattern, validate_formats=True))


def _translated(pattern: str) -> str:
    pattern = _ASTRAL.sub("\U00010000-\U0010ffff", pattern)
    for name, members in _CLASSES.items():
        pattern = pattern.replace(f"[:{name}:]", members)
    for java, name in _JAVA_CLASSES.items():
        pattern = pattern.replace(
            rf"\p{{{java}}}", f"[{_CLASSES[name]}]" if pattern.count("[") == 0 else _CLASSES[name]
        )
    pattern = pattern.replace(r"\A", "").replace(r"\Z", "").replace(r"\z", "")
    return _POSSESSIVE.sub(r"\1", pattern)


def _bare(pattern: str) -> str:
    """The pattern without anchors of its own around it; with alternatives they bind otherwise and have to stay."""
    if "|" in pattern:
        return pattern
    ends = pattern.endswith("$") and not pattern.endswith(r"\$")
    return pattern.removeprefix("^")[: -1 if ends else None]
