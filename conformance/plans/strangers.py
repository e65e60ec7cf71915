"""Identities that nothing has: well-formed, so that nothing but their being unknown can be refused."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from conformance.plans.samples import Samples, read_place
from specs.calls import rooted
from specs.contract import Lifecycle

HEX24 = re.compile(r"[0-9a-f]{24}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def unknown_identity(life: Lifecycle, samples: Samples, draw: random.Random) -> str:
    """An identity as the lifecycle's target would make it, of a resource that does not exist."""
    creation = life.created_by if life.created_by and life.created_by.chosen_by_client is None else None
    if creation is None or not creation.template:
        known = samples.call(life.observed_by.operation) if life.observed_by and life.created_by is None else None
        like = read_place(known, life.observed_by.identity) if known and life.observed_by else ""
        return unknown_like(like, samples, draw)
    text = rooted(samples.contract, creation, samples.fixtures)
    for word, make in WORDS.items():
        text = text.replace(word, make(draw))
    return re.sub(r"\{[^}]*\}", lambda _: samples.naming.fresh("unknown"), text)


def unknown_like(value: Any, samples: Samples, draw: random.Random) -> str:
    """An identity of the same form as a known one; a path or an ARN keeps all but its last segment."""
    text = value if isinstance(value, str) else ""
    if HEX24.fullmatch(text):
        return _hexadecimal(draw, 24)
    if UUID.fullmatch(text):
        return _uuid(draw)
    return text.rpartition("/")[0] + "/" * ("/" in text) + samples.naming.fresh("unknown")


def _hexadecimal(draw: random.Random, digits: int) -> str:
    return f"{draw.getrandbits(4 * digits):0{digits}x}"


def _uuid(draw: random.Random) -> str:
    text = _hexadecimal(draw, 32)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


WORDS: Mapping[str, Callable[[random.Random], str]] = {
    "{hex24}": lambda draw: _hexadecimal(draw, 24),
    "{hex8}": lambda draw: _hexadecimal(draw, 8),
    "{uuid}": _uuid,
}
"""What a server draws for the words of a template."""
