"""Schemas of OpenAPI 3.0 and 3.1 documents, in the dialect that constraints are listed from.

Our documents keep every plain keyword where it limits something, and every rule of several keywords as a named member
of `allOf`. So `nullable` becomes a type, plain members of `allOf` are merged, and `oneOf`, `anyOf`, `not` and `if` are
named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specs.constraints import ANNOTATIONS, KNOWN
from specs.importing.patterns import compiles
from specs.importing.union_draft import UNIONS, union_violations

Resolve = Callable[[str], Any]
"""A reference -> what it leads to."""
PLAIN = (KNOWN - {"example", "x-feature"}) | {"$ref"}
RULES: Mapping[str, tuple[str, ...]] = {
    "any_of": ("anyOf",),
    "one_of": ("oneOf",),
    "excluded": ("not",),
    "condition": ("if", "then", "else"),
    "first_items": ("prefixItems",),
    "contained": ("contains", "minContains", "maxContains"),
    "members_by_pattern": ("patternProperties",),
    "members_together": ("dependentRequired",),
    "members_imply": ("dependentSchemas",),
    "no_other_items": ("unevaluatedItems",),
    "no_other_members": ("unevaluatedProperties",),
}
"""Name of a rule -> the keywords that make it."""
WHY_RULE = "named by the import; x-violations (values that break it and nothing else) are missing, so it is not judged"
WHY_UNION = "named by the import, which made the values that break it from the branches"
NEVER = {"allOf": [{"x-name": "never", "x-assumed": "the schema is false: nothing is allowed here", "not": {}}]}
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "default", "const")
_INNER = ("items", "additionalProperties", "propertyNames")
_DATA = frozenset(("enum", "const", "default", "example", "examples", "x-violations", "required"))
_ALL_RULE_WORDS = frozenset(word for words in RULES.values() for word in words)


def converted(schema: Any, resolve: Resolve) -> dict[str, Any]:
    """A schema in our dialect. References to components stay references."""
    if not isinstance(schema, Mapping):
        return {} if schema is True or schema is None else dict(NEVER)
    modern = _without_null_branch(_modern(schema), resolve)
    found = {key: value for key, value in modern.items() if key in PLAIN and key != "allOf"}
    if isinstance(found.get("pattern"), str) and not compiles(found["pattern"]):
        found["x-assumed"] = f"the pattern {found.pop('pattern')[:120]!r} does not compile: dropped"
    if isinstance(found.get("properties"), Mapping):
        found["properties"] = {name: converted(member, resolve) for name, member in found["properties"].items()}
    for key in _INNER:
        if isinstance(found.get(key), Mapping) or (key != "additionalProperties" and key in found):
            found[key] = converted(found[key], resolve)
    rules: list[dict[str, Any]] = []
    for member in modern.get("allOf", ()):
        found = _with_member(found, member, rules, resolve)
    rules += _rules_of(modern, resolve)
    kept = {key: member for key, member in found.items() if key != "allOf"}
    return {**kept, "allOf": _named([*found.get("allOf", ()), *rules])} if rules or found.get("allOf") else kept


def dialect(value: Any) -> Any:
    """A rule in JSON Schema 2020-12: everything stays but the words of OpenAPI 3.0, at any depth."""
    if isinstance(value, list):
        return [dialect(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    if isinstance(value.get("properties"), Mapping) and not isinstance(value.get("type"), Mapping):
        inner = {name: dialect(member) for name, member in value["properties"].items()}
        value = {**value, "properties": inner}
    return {
        key: member if key in _DATA or key == "properties" else dialect(member)
        for key, member in _modern(value).items()
        if key not in ("discriminator", "xml", "externalDocs")
    }


def _modern(schema: Mapping[str, Any]) -> dict[str, Any]:
    """One level of a schema without the words that only OpenAPI 3.0 has."""
    found = dict(schema)
    nullable = found.pop("nullable", False)
    if nullable is True and "type" in found:
        kinds = found["type"] if isinstance(found["type"], list) else [found["type"]]
        found["type"] = list(dict.fromkeys([*kinds, "null"]))
        if "enum" in found and None not in found["enum"]:
            found["enum"] = [*found["enum"], None]
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        flag = found.get(exclusive)
        if isinstance(flag, bool):
            del found[exclusive]
            if flag and bound in found:
                found[exclusive] = found.pop(bound)
    if "integer" in (found.get("type"), *_listed(found.get("type"))) and "number" not in _listed(found.get("type")):
        found |= {key: int(found[key]) for key in _NUMBERS if _is_whole(found.get(key))}
    if found.get("contentMediaType") == "application/octet-stream":
        found.setdefault("format", "binary")
    if "example" in found and "examples" not in found:
        found["examples"] = [found["example"]]
    found.pop("example", None)
    if "examples" in found and not isinstance(found["examples"], list):
        del found["examples"]
    return found


def _listed(kind: Any) -> list[Any]:
    return kind if isinstance(kind, list) else []


def _is_whole(value: Any) -> bool:
    """Whether a number is written with a point and needs none: not every server reads 18.0 as an integer."""
    return isinstance(value, float) and value.is_integer()


def _without_null_branch(schema: dict[str, Any], resolve: Resolve) -> dict[str, Any]:
    """`anyOf: [X, {type: null}]` as X with a further type, which is what it means."""
    for keyword in ("anyOf", "oneOf"):
        branches = schema.get(keyword)
        if not isinstance(branches, list) or len(branches) != 2 or {"type": "null"} not in branches:
            continue
        other: Any = next((branch for branch in branches if branch != {"type": "null"}), {})
        target = resolve(other["$ref"]) if isinstance(other, Mapping) and "$ref" in other else other
        if isinstance(target, Mapping) and isinstance(target.get("type"), str) and "const" not in target:
            rest = {key: value for key, value in schema.items() if key != keyword}
            return {**_modern({**target, "nullable": True}), **rest}
    return schema


def _with_member(found: dict[str, Any], member: Any, rules: list[dict[str, Any]], resolve: Resolve) -> dict[str, Any]:
    """The schema with one member of its `allOf`: merged when it is plain, else added to the rules."""
    if isinstance(member, Mapping) and "x-name" in member:
        rules.append(dict(dialect(member)))
        return found
    plain = member
    if isinstance(member, Mapping) and "$ref" in member:
        target = resolve(member["$ref"])
        aside = {key: value for key, value in member.items() if key != "$ref"}
        plain = {**target, **aside} if isinstance(target, Mapping) else {}
    merged = _merged(found, converted(plain, resolve)) if _is_plain(plain) else None
    if merged is None:
        rules.append({"x-name": "part", "x-assumed": WHY_RULE, **dialect(member)})
        return found
    return merged


def _is_plain(member: Any) -> bool:
    return isinstance(member, Mapping) and not _ALL_RULE_WORDS & member.keys()


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any] | None:
    """Both schemas in one, None where a keyword stands in both with another value."""
    merged = dict(one)
    for key, value in other.items():
        here: Any = merged.get(key)
        if key not in merged or key in ANNOTATIONS:
            merged.setdefault(key, value)
        elif key == "required":
            merged[key] = list(dict.fromkeys([*here, *value]))
        elif key == "allOf":
            merged[key] = [*here, *value]
        elif key == "properties" and all(here.get(name, member) == member for name, member in value.items()):
            merged[key] = {**here, **value}
        elif here != value:
            return None
    return merged


def _rules_of(schema: Mapping[str, Any], resolve: Resolve) -> Iterator[dict[str, Any]]:
    for name, keywords in RULES.items():
        rule = {keyword: dialect(schema[keyword]) for keyword in keywords if keyword in schema}
        broken = union_violations({**schema, **rule}, resolve) if rule and set(rule) & set(UNIONS) else []
        if broken:
            yield {"x-name": name, "x-assumed": WHY_UNION, "x-violations": broken, **rule}
        elif rule:
            yield {"x-name": name, "x-assumed": WHY_RULE, **rule}


def _named(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules with a number behind every name that stands twice."""
    seen: dict[str, int] = {}
    named = []
    for rule in rules:
        name = rule["x-name"]
        seen[name] = seen.get(name, 0) + 1
        named.append(rule if seen[name] == 1 else {**rule, "x-name": f"{name}_{seen[name]}"})
    return named
