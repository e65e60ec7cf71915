"""JSON Schema, flattened to a list of constraints: one keyword at one place, with an id.

A schema says what is allowed in nested pieces; a report, a boundary table and a planted fault need the pieces one by
one. Keywords that this module does not know are an error and never silently skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, cast

from specs.contract import Constraint, Location, Operation, Strength
from specs.pointers import escape, unescape
from specs.wire.protocol import is_json

LIMITS = (
    "type",
    "enum",
    "const",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
)
"""Keywords whose value limits the instance at the same place."""

ANNOTATIONS = frozenset(
    [
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "format",
        "externalDocs",
        "$comment",
        "x-source",
        "x-strength",
        "x-name",
        "x-violations",
        "x-needs",
        "x-assumed",
        "x-enum-descriptions",
        "x-feature",
    ]
)
STRUCTURE = frozenset(("properties", "required", "items", "additionalProperties", "propertyNames", "allOf"))
KNOWN = STRUCTURE | ANNOTATIONS | frozenset(LIMITS)
_SPOKEN: Mapping[str, str] = {"*": "items", "{value}": "value", "{key}": "key"}
"""Segment of a pointer that stands for many -> its name in an id."""


class UnknownKeyword(ValueError):
    """A keyword that no constraint can be made of. `keyword` and `pointer` (into the schema) say which."""

    def __init__(self, keyword: str, pointer: str) -> None:
        super().__init__(f"{keyword!r} at {pointer or '/'}")
        self.keyword = keyword
        self.pointer = pointer


class _Site(NamedTuple):
    """Where the walk stands: the place in the instance, in the schema, and what is inherited from above. A tuple,
    because there is a new one at every step."""

    prefix: str
    """The ids of the constraints here, without their keyword."""
    operation: str
    side: str
    location: Location
    status: str | None
    source: str
    pointer: str = ""
    schema_pointer: str = ""
    feature: str | None = None


def of_operation(vendor: str, operation: Operation) -> Iterator[Constraint]:
    """Every constraint of an operation: parameters, request body, and the bodies that only success statuses have.

    Only a JSON body has limits: in a form everything is a text or a file, and what a schema calls its type is not seen.
    """
    source = operation.source
    for parameter in operation.parameters:
        prefix = f"{vendor}.{operation.id}.request.{parameter.location}.{parameter.name}"
        site = _Site(prefix, operation.id, "request", parameter.location, None, source, parameter.name)
        if parameter.required and parameter.location != "path":
            yield _constraint(site, "required", True, {}, parameter.name)
        yield from (found for found in _walk(site, parameter.schema) if not _always_holds(found))
    if operation.request_schema is not None and is_json(next(iter(operation.request))):
        site = _Site(f"{vendor}.{operation.id}.request", operation.id, "request", "body", None, source)
        yield from _walk(site, operation.request_schema)
    for status, response in operation.responses.items():
        if int(status) >= 400:
            continue
        for kind, schema in list(response.content.items())[:1]:
            site = _Site(f"{vendor}.{operation.id}.response", operation.id, "response", "body", status, source)
            is_text = kind.startswith("text/")
            yield from (found for found in _walk(site, schema) if not (is_text and _always_holds(found)))


def _always_holds(constraint: Constraint) -> bool:
    """Whether nothing that travels as text can break it: every parameter is a text, or a list of texts."""
    return constraint.keyword == "type" and constraint.value in ("string", "array")


def enforced(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without what nobody has to obey: keywords of strength `info`."""
    soft = {key for key, strength in schema.get("x-strength", {}).items() if strength == "info"}
    hard = {key: value for key, value in schema.items() if key not in soft}
    if "properties" in hard:
        hard["properties"] = {name: enforced(member) for name, member in hard["properties"].items()}
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(hard.get(key), Mapping):
            hard[key] = enforced(hard[key])
    if "allOf" in hard:
        kept = [member for member in hard["allOf"] if member.get("x-strength", {}).get(member.get("x-name")) != "info"]
        hard["allOf"] = kept
        if not kept:
            del hard["allOf"]
    return hard


def _walk(site: _Site, schema: Mapping[str, Any]) -> Iterator[Constraint]:
    if "x-source" in schema or "x-feature" in schema:
        site = site._replace(source=schema.get("x-source", site.source), feature=schema.get("x-feature", site.feature))
    for keyword in schema:
        if keyword not in KNOWN:
            raise UnknownKeyword(keyword, site.schema_pointer)
    for name in schema.get("x-strength", {}):
        if name.removeprefix("required:") not in (schema.get("required", ()) if ":" in name else schema):
            raise UnknownKeyword(f"x-strength of {name}", site.schema_pointer)
    for keyword in [one for one in LIMITS if one in schema]:
        yield _constraint(site, keyword, schema[keyword], schema)
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        below = _below(site, escape(name), f"properties/{escape(name)}")
        if name in required:
            named = below._replace(schema_pointer=f"{site.schema_pointer}/required")
            yield _constraint(named, "required", True, schema, name)
        yield from _walk(below, member)
    if isinstance(schema.get("items"), Mapping):
        yield from _walk(_below(site, "*", "items"), schema["items"])
    yield from _walk_map(site, schema)
    for index, member in enumerate(schema.get("allOf", [])):
        yield from _walk_rule(site, index, member)


def _walk_map(site: _Site, schema: Mapping[str, Any]) -> Iterator[Constraint]:
    values = schema.get("additionalProperties")
    if values is False:
        yield _constraint(site, "additionalProperties", False, schema)
    elif isinstance(values, Mapping):
        yield from _walk(_below(site, "{value}", "additionalProperties"), values)
    if isinstance(schema.get("propertyNames"), Mapping):
        yield from _walk(_below(site, "{key}", "propertyNames"), schema["propertyNames"])


def _walk_rule(site: _Site, index: int, member: Mapping[str, Any]) -> Iterator[Constraint]:
    if "x-name" not in member:
        return
    pointer = f"{site.schema_pointer}/allOf/{index}"
    here = site._replace(schema_pointer=pointer, source=member.get("x-source", site.source))
    rule = {key: value for key, value in member.items() if not key.startswith("x-")}
    found = _constraint(here, member["x-name"], rule, member)
    yield replace(
        found,
        schema=rule,
        schema_pointer=here.schema_pointer,
        violations=tuple(member.get("x-violations", ())),
    )


def _below(site: _Site, segment: str, schema_segment: str) -> _Site:
    name = _SPOKEN.get(segment) or unescape(segment)
    return site._replace(
        prefix=f"{site.prefix}.{name}" if name else site.prefix,
        pointer=f"{site.pointer}/{segment}",
        schema_pointer=f"{site.schema_pointer}/{schema_segment}",
    )


def _constraint(site: _Site, keyword: str, value: Any, schema: Mapping[str, Any], required: str = "") -> Constraint:
    strengths = schema.get("x-strength", {})
    named = strengths.get(f"required:{required}" if required else keyword, "must")
    tail = site.schema_pointer if required else f"{site.schema_pointer}/{keyword}"
    return Constraint(
        id=f"{site.prefix}.{keyword}",
        operation=site.operation,
        side=cast(Any, site.side),
        location=site.location,
        pointer=site.pointer,
        keyword=keyword,
        value=value,
        schema=schema,
        schema_pointer=tail,
        strength=cast(Strength, named),
        source=site.source,
        status=site.status,
        feature=site.feature,
    )
