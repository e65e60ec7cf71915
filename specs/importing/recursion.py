"""Schemas that contain themselves, cut at a small depth.

A vendor's document refers to nothing recursively: constraints are listed place by place, and a tree without end has no
list. Components that can reach themselves are written out in levels, and the last level takes anything of its type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PREFIX = "#/components/schemas/"
LEVELS = (2, 1, 0)
"""Depths to try, the deepest first; the document's size decides."""
NODES_MAX = 400_000
"""Values that a document may have once its references are in place: a little less than its reader allows."""
WHY = "the schema contains itself; it is written out in levels, and the deepest one takes anything"


class TooLargeError(ValueError):
    """A document that is too large however early its recursion is cut."""


def without_recursion(schemas: Mapping[str, Any], roots: Any) -> dict[str, Any]:
    """The components without recursion, the unused ones left out. `roots` is the rest of the document, which uses them.

    Raises TooLargeError when the document would have more than NODES_MAX values.
    """
    graph = {name: set(_references(schema)) for name, schema in schemas.items()}
    looping = _looping(graph)
    for levels in LEVELS:
        cut = dict(_levelled(schemas, graph, looping, levels))
        cut = used(cut, roots)
        if _size(cut, roots) <= NODES_MAX:
            return cut
    raise TooLargeError(f"the document has more than {NODES_MAX} values once its references are in place")


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    if not isinstance(value, Mapping):
        return
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith(PREFIX):
        yield reference.removeprefix(PREFIX)
    for key, member in value.items():
        if key not in ("example", "examples", "default", "enum", "const", "x-violations"):
            yield from _references(member)


def _looping(graph: Mapping[str, set[str]]) -> frozenset[str]:
    """The names that reach themselves."""
    return frozenset(name for name in graph if name in _reached(graph, name))


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(graph.get(start, ()))
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += graph.get(name, ())
    return seen


def _levelled(
    schemas: Mapping[str, Any], graph: Mapping[str, set[str]], looping: frozenset[str], levels: int
) -> Iterator[tuple[str, Any]]:
    together = {name: _reached(graph, name) & looping for name in looping}
    for name, schema in schemas.items():
        if name not in looping:
            yield name, schema
            continue
        for level in range(levels + 1):
            yield _named(name, level), _stepped(schema, name, level, levels, schemas, together)


def _named(name: str, level: int) -> str:
    return name if level == 0 else f"{name}.level{level + 1}"


def _stepped(
    value: Any, owner: str, level: int, levels: int, schemas: Mapping[str, Any], together: Mapping[str, set[str]]
) -> Any:
    """A looping schema with its references led one level deeper; those of the last level open."""
    if isinstance(value, list):
        return [_stepped(item, owner, level, levels, schemas, together) for item in value]
    if not isinstance(value, Mapping):
        return value
    reference = str(value.get("$ref", ""))
    target = reference.removeprefix(PREFIX)
    if reference.startswith(PREFIX) and target in together and owner in together[target]:
        deeper = level + _is_structure(schemas, target, together)
        if deeper <= levels:
            return {**value, "$ref": PREFIX + _named(target, deeper)}
        kind = schemas[target].get("type")
        return {**({"type": kind} if isinstance(kind, str) else {}), "x-assumed": WHY}
    return {key: _stepped(member, owner, level, levels, schemas, together) for key, member in value.items()}


def _is_structure(schemas: Mapping[str, Any], name: str, together: Mapping[str, set[str]]) -> bool:
    """Whether entering a schema counts as a level: objects do, and everything does in a loop without objects."""
    loop = together[name] | {name}
    return "properties" in schemas[name] or not any("properties" in schemas[other] for other in loop)


def used(schemas: Mapping[str, Any], roots: Any) -> dict[str, Any]:
    """The components that `roots`, the rest of the document, refers to, directly or through each other."""
    wanted: set[str] = set()
    todo = list(_references(roots))
    while todo:
        name = todo.pop()
        if name in schemas and name not in wanted:
            wanted.add(name)
            todo += _references(schemas[name])
    return {name: schema for name, schema in schemas.items() if name in wanted}


def _size(schemas: Mapping[str, Any], roots: Any) -> int:
    sizes: dict[str, int] = {}

    def measure(value: Any) -> int:
        if isinstance(value, list):
            return 1 + sum(map(measure, value))
        if not isinstance(value, Mapping):
            return 1
        reference = str(value.get("$ref", ""))
        name = reference.removeprefix(PREFIX)
        if reference.startswith(PREFIX) and name in schemas:
            if name not in sizes:
                sizes[name] = measure(schemas[name])
            return sizes[name] + len(value)
        return 1 + sum(map(measure, value.values()))

    return measure(roots)
