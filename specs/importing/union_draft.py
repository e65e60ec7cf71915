"""Values that no branch of a union takes, so that a union of a document is tried and not only written down.

A rule of several keywords is judged by values that break it and nothing else. For unions they follow from the branches:
a tag that none of them has, a tag without what belongs to it, or a type that none of them is. A suite proves each value
before it sends it, so one that fits after all is only useless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

UNIONS = ("oneOf", "anyOf")
UNKNOWN_TAG = "no-such-tag"
FOLLOWED_MAX = 20
"""A reference that leads on more often than this leads nowhere."""
_OTHERS: tuple[tuple[str, Any], ...] = (("object", {}), ("array", []))
"""Types that no server reads as another one, each with a value."""


def union_violations(schema: Mapping[str, Any], resolve: Callable[[str], Any]) -> list[Any]:
    """Values that break the union of a schema; none when its branches do not tell any."""
    keyword = next((word for word in UNIONS if isinstance(schema.get(word), list)), None)
    branches = [_followed(branch, resolve) for branch in schema[keyword]] if keyword else []
    if not branches or not all(isinstance(branch, Mapping) for branch in branches):
        return []
    tag = _tag(schema, branches)
    return list(_of_tags(tag, branches[0])) if tag else list(_of_types(branches))[:1]


def _followed(branch: Any, resolve: Callable[[str], Any]) -> Any:
    for _ in range(FOLLOWED_MAX):
        if not isinstance(branch, Mapping) or not isinstance(branch.get("$ref"), str):
            return branch
        branch = resolve(branch["$ref"])
    return None


def _tag(schema: Mapping[str, Any], branches: list[Any]) -> str:
    """The member that tells the branches apart: each requires it, with a value of its own."""
    named = schema.get("discriminator")
    first = named.get("propertyName") if isinstance(named, Mapping) else None
    names = (first, *branches[0].get("required", ()))
    return next((str(name) for name in names if name and all(_words(branch, name) for branch in branches)), "")


def _words(branch: Mapping[str, Any], name: str) -> list[Any]:
    """The texts that a branch allows for a member that it requires."""
    member = branch.get("properties", {}).get(name, {}) if name in branch.get("required", ()) else {}
    allowed = [member["const"]] if "const" in member else member.get("enum", [])
    return allowed if all(isinstance(word, str) for word in allowed) else []


def _of_tags(tag: str, branch: Mapping[str, Any]) -> Iterator[Any]:
    yield {tag: UNKNOWN_TAG}
    if set(branch.get("required", ())) - {tag}:
        yield {tag: _words(branch, tag)[0]}


def _of_types(branches: list[Any]) -> Iterator[Any]:
    kinds = [branch.get("type") for branch in branches]
    if all(isinstance(kind, str | list) for kind in kinds):
        named = {name for kind in kinds for name in ([kind] if isinstance(kind, str) else kind)}
        yield from (value for name, value in _OTHERS if name not in named)
