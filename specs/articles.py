"""The indefinite article of a name: a job, an upload, an ML model, a user.

Sentences about a contract are made from its names, and a name from outside may begin with any sound. What follows is
English as it is mostly spoken; no list of exceptions is kept.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ACRONYM = re.compile(r"[A-Z](?:[A-Z]{1,4}(?![A-Z])|\d)")
"""What is spelled out when it is read: ML, HTTP, S3, and the beginning of MLModel."""
_SPELLED = re.compile(r"[AEFHILMNORSX]")
"""Letters whose own names begin with a vowel."""
_VOWEL = re.compile(r"[aeio]|u(?![bcdfghjklmnpqrstvwxz][aeiou])|un(?!i)", re.IGNORECASE)
"""A vowel's sound: the u of update and unused, not that of user, usage and unit."""


@lru_cache(maxsize=1024)  # a contract says the same few names in thousands of sentences
def an(name: str, article: str = "a") -> str:
    """A name behind its article, which begins as `article` does: `a` or `A`."""
    spelled = _ACRONYM.match(name)
    sounds = (_SPELLED if spelled else _VOWEL).match(name)
    return f"{article}{'n' if sounds else ''} {name}"
