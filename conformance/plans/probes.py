"""The boundary table: for each schema keyword, values just inside and just outside of what it allows.

A probe is only a proposal. Whether it breaks its limit alone, in the body where it ends up, is proved by the oracle
before it is sent; a new keyword is one row of `PROBES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.plans.values import (
    EXAMPLES,
    broken_texts,
    excluded_types,
    is_valid,
    items,
    near_misses,
    stretched,
    types,
)
from specs.contract import Constraint
from specs.message import JsonValue
from specs.pointers import MISSING

ENUM_MEMBERS_MAX = 20
FAR_MAX = 20_000
"""No text far beyond its limit is longer than this."""
ITEMS_MAX = 20_000
"""No list and no map with more items is made."""
PATTERN_PROBES_MAX = 4
"""Of the changes to a text that break its pattern alone, so many are sent."""
READ_AS: Mapping[str, frozenset[str]] = {
    "boolean": frozenset(("integer", "number", "string")),
    "integer": frozenset(("string",)),
    "number": frozenset(("string",)),
}
"""Type of a value -> the types as which lenient servers read it: nothing of it is lost, so no client is misled."""
LETTERS = str.maketrans("0123456789", "abcdefghij")
"""Numbers in letters: many a name may not have digits."""


@dataclass(frozen=True)
class Probe:
    """A value for a constraint's place; `inside` says whether the constraint allows it."""

    label: str
    value: JsonValue
    inside: bool = False


@dataclass(frozen=True)
class Ground:
    """What a probe starts from: a valid value of the place (`MISSING` when the samples have none there)."""

    constraint: Constraint
    value: JsonValue
    null_is_absent: bool
    as_text: bool
    """Whether the place is a URL parameter, where everything is text."""
    is_lenient: bool = False
    """Whether the target may read a plain value of another type as one of the type that is asked for, and a text
    without the blanks at its ends."""

    @property
    def text(self) -> str | None:
        """The valid value when it is a text."""
        return self.value if isinstance(self.value, str) else None


def probes(ground: Ground) -> Iterator[Probe]:
    """The probes of a constraint; a named rule brings its own."""
    rows = PROBES.get(ground.constraint.keyword, _rule)
    yield from (row for row in rows(ground) if row.inside or not (ground.is_lenient and _is_meant(ground, row)))


def _is_meant(ground: Ground, probe: Probe) -> bool:
    """Whether a text is allowed once the blanks at its ends are gone and its letters and digits are plain ones: lenient
    servers trim, and to the patterns of many languages each digit of any script is one."""
    if not isinstance(probe.value, str):
        return False
    plain = "".join(map(_plain, probe.value.strip()))
    return plain != probe.value and is_valid(ground.constraint.schema, plain)


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    return "1" if letter.isdecimal() else "a" if letter.isalpha() else letter


def _rule(ground: Ground) -> Iterator[Probe]:
    for number, value in enumerate(ground.constraint.violations, 1):
        yield Probe(f"violation {number}", value)


def _type(ground: Ground) -> Iterator[Probe]:
    schema = ground.constraint.schema
    allowed = types(schema)
    if ground.as_text:
        if "string" not in allowed and "array" not in allowed:
            yield from (Probe(f"text {text!r}", text) for text in ("abc", "1.5x", "0x10"))
        return
    if "null" in allowed:
        yield Probe("null", None, inside=True)
    for name in excluded_types(schema):
        is_read = ground.is_lenient and not READ_AS.get(name, frozenset()).isdisjoint(allowed)
        if not is_read and (name != "null" or not ground.null_is_absent):
            yield Probe(name, EXAMPLES[name])


def _required(ground: Ground) -> Iterator[Probe]:
    yield Probe("missing", MISSING)
    if ground.null_is_absent and not ground.as_text:
        yield Probe("null", None)


def _enum(ground: Ground) -> Iterator[Probe]:
    members = list(ground.constraint.value)[:ENUM_MEMBERS_MAX]
    yield from (Probe(f"member {member!r}", member, inside=True) for member in members)
    texts = [member for member in members if isinstance(member, str)]
    for text in dict.fromkeys(near for member in texts[:1] for near in near_misses(member)):
        yield Probe(f"near miss {text!r}", text)


def _const(ground: Ground) -> Iterator[Probe]:
    value = ground.constraint.value
    yield Probe(f"{value!r}", value, inside=True)
    if isinstance(value, str):
        yield from (Probe(f"near miss {text!r}", text) for text in near_misses(value))


def _length(ground: Ground) -> Iterator[Probe]:
    limit = ground.constraint.value
    base = ground.text or "text"
    outside = limit + 1 if ground.constraint.keyword == "maxLength" else limit - 1
    for length, inside in ((limit, True), (outside, False)):
        text = stretched(base, length, ground.constraint.schema)
        if text is None and not inside:  # no text of this length can match the pattern: both limits break
            text = stretched(base, length, {})
        if text is not None:
            yield Probe(f"length {length}", text, inside)
    if ground.constraint.keyword == "maxLength":
        far = stretched(base, min(limit * 4 + 100, FAR_MAX), ground.constraint.schema)
        if far is not None and len(far) > outside:
            yield Probe(f"length {len(far)}", far)


def _pattern(ground: Ground) -> Iterator[Probe]:
    if ground.text is not None:
        yield from (Probe(name, text) for name, text in broken_texts(ground.text))


def _bound(ground: Ground) -> Iterator[Probe]:
    limit, keyword = ground.constraint.value, ground.constraint.keyword
    step = 1 if "integer" in types(ground.constraint.schema) else 0.01
    sign = 1 if "ax" in keyword else -1  # maximum, exclusiveMaximum: outside is above
    exclusive = keyword.startswith("exclusive")
    inside, outside = (limit - sign * step, limit) if exclusive else (limit, limit + sign * step)
    yield Probe(f"{inside}", inside, inside=True)
    yield Probe(f"{outside}", outside)
    yield Probe(f"{limit + sign * 1_000_000}", limit + sign * 1_000_000)


def _multiple(ground: Ground) -> Iterator[Probe]:
    yield Probe(f"{ground.constraint.value}", ground.constraint.value, inside=True)
    yield Probe(f"{ground.constraint.value * 1.5}", ground.constraint.value * 1.5)


def _items(ground: Ground) -> Iterator[Probe]:
    limit = ground.constraint.value
    like = ground.value[0] if isinstance(ground.value, list) and ground.value else None
    outside = limit + 1 if ground.constraint.keyword == "maxItems" else limit - 1
    for count, inside in ((limit, True), (outside, False)):
        if 0 <= count <= ITEMS_MAX:
            yield Probe(f"{count} items", items(ground.constraint.schema, like, count), inside)


def _unique(ground: Ground) -> Iterator[Probe]:
    like = ground.value[0] if isinstance(ground.value, list) and ground.value else None
    once = items(ground.constraint.schema, like, 1)
    yield Probe("the same item twice", [*once, *once])


def _members(ground: Ground) -> Iterator[Probe]:
    limit = ground.constraint.value
    outside = limit + 1 if ground.constraint.keyword == "maxProperties" else limit - 1
    held = dict(ground.value) if isinstance(ground.value, Mapping) else {}
    value = next(iter(held.values()), "text")
    for count, inside in ((limit, True), (outside, False)):
        if 0 <= count <= ITEMS_MAX:
            named = {f"name{str(index).translate(LETTERS)}": value for index in range(count)}
            made = dict(list({**held, **named}.items())[:count])
            yield Probe(f"{count} members", made, inside)


def _unknown(ground: Ground) -> Iterator[Probe]:
    held = dict(ground.value) if isinstance(ground.value, Mapping) else {}
    yield Probe("an unknown member", {**held, "unknownMember": 1})


PROBES: Mapping[str, Callable[[Ground], Iterator[Probe]]] = {
    "type": _type,
    "required": _required,
    "enum": _enum,
    "const": _const,
    "minLength": _length,
    "maxLength": _length,
    "pattern": _pattern,
    "minimum": _bound,
    "maximum": _bound,
    "exclusiveMinimum": _bound,
    "exclusiveMaximum": _bound,
    "multipleOf": _multiple,
    "minItems": _items,
    "maxItems": _items,
    "uniqueItems": _unique,
    "minProperties": _members,
    "maxProperties": _members,
    "additionalProperties": _unknown,
}
"""Keyword -> its probes. What is not in the table is a rule with a name, whose violations stand in the contract."""

LEAN: Mapping[str, int] = {"pattern": PATTERN_PROBES_MAX, "enum": 4}
"""Keyword -> how many of its proved outside probes are sent; other keywords send all."""


def describe(constraint: Constraint, probe: Probe) -> str:
    """One short line that names place, probe and limit."""
    place = constraint.pointer.strip("/").replace("/", ".") or "the body"
    limit: Any = constraint.value if constraint.keyword in PROBES else "rule"
    side = "inside" if probe.inside else "outside"
    return f"{place}: {probe.label} ({side} {constraint.keyword} {str(limit)[:60]})"
