"""JSON pointers (RFC 6901) over plain JSON values: read, write, remove.

A contract names places by pointers, so whoever judges or imitates reads them; this is the one reading. Writing never
changes the value it is given: it answers a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final


class Missing:
    """The type of `MISSING`."""


MISSING: Final[Any] = Missing()
"""What `get` answers where nothing stands. Not None: null is a JSON value."""


def escape(name: str) -> str:
    """A member name as a segment of a pointer (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(segment: str) -> str:
    """The member name that a segment stands for."""
    return segment.replace("~1", "/").replace("~0", "~")


@lru_cache(maxsize=4096)
def split(pointer: str) -> tuple[str, ...]:
    """The segments of a pointer; `""` has none."""
    return tuple(map(unescape, pointer.split("/")[1:]))


def get(value: Any, pointer: str) -> Any:
    """What stands at a pointer, or `MISSING`."""
    for part in split(pointer):
        # Nearly every object is a dict, and asking for that is much cheaper.
        if (type(value) is dict or isinstance(value, Mapping)) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return MISSING
    return value


def put(value: Any, pointer: str, member: Any) -> Any:
    """The same value with a member set; objects on the way are made when they lack."""
    parts = split(pointer)
    return _put(value, parts, member)


def remove(value: Any, pointer: str) -> Any:
    """The same value without what stands at a pointer; unchanged when nothing does."""
    parts = split(pointer)
    if not parts or get(value, pointer) is MISSING:
        return value
    parent = get(value, pointer.rsplit("/", 1)[0])
    kept: Any = (
        {key: member for key, member in parent.items() if key != parts[-1]}
        if isinstance(parent, Mapping)
        else [item for index, item in enumerate(parent) if index != int(parts[-1])]
    )
    return put(value, pointer.rsplit("/", 1)[0], kept)


def every(value: Any, pointer: str) -> list[str]:
    """The pointers that a pattern with `*` segments (every item of an array) stands for in this value."""
    found = [""]
    for part in pointer.split("/")[1:]:
        if part != "*":
            found = [f"{place}/{part}" for place in found]
            continue
        found = [f"{place}/{index}" for place in found for index in range(_length(get(value, place)))]
    return [place for place in found if get(value, place) is not MISSING]


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _put(value: Any, parts: tuple[str, ...], member: Any) -> Any:
    if not parts:
        return member
    head, rest = parts[0], parts[1:]
    if isinstance(value, list) and head.isdigit() and int(head) < len(value):
        return [_put(item, rest, member) if index == int(head) else item for index, item in enumerate(value)]
    members = dict(value) if isinstance(value, Mapping) else {}
    members[head] = _put(members.get(head, {}), rest, member)
    return members
