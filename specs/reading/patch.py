"""JSON Merge Patch (RFC 7396): a tree laid over another one.

What people write beside a generated document, and what a variant changes in a contract, has the shape of the thing that
it changes: it reads like an excerpt. An object is merged member by member, null takes a member away, and everything
else, lists too, stands in place of what was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str, ...]


def patched(value: Any, patch: Any) -> Any:
    """The value with the patch laid over it (RFC 7396, section 2); neither of the two is changed."""
    if not isinstance(patch, Mapping):
        return patch
    found = dict(value) if isinstance(value, Mapping) else {}
    for name, change in patch.items():
        if change is None:
            found.pop(name, None)
        else:
            found[name] = patched(found.get(name), change)
    return found


def without_effect(value: Any, patch: Any, path: Path = ()) -> Iterator[Path]:
    """Where a patch changes nothing: it says what is there already, or takes away what is not there."""
    if not isinstance(patch, Mapping) or not isinstance(value, Mapping):
        if patch == value:
            yield path
        return
    for name, change in patch.items():
        if name in value:
            yield from without_effect(value[name], change, (*path, name))
        elif change is None:
            yield (*path, name)
