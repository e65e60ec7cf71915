"""`specs diff`: what changed between two contracts, and whether that breaks clients, servers, both or nobody.

Contracts change when a vendor's documents do, and nobody reads a thousand lines of YAML. Names are compared without the
vendor's name in front, so that a copy of a folder, a variant and a newer import can be held against each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from specs.comparing.change import (
    BOTH,
    CLIENTS,
    NOBODY,
    SERVERS,
    Change,
    Kind,
    Witness,
    brief,
    differing,
    members,
    rows,
)
from specs.comparing.constraint_changes import constraint_changes
from specs.comparing.lifecycle_changes import lifecycle_changes
from specs.contract import Auth, Contract, Envelope, ErrorClass, ErrorForm, Operation, Requirement, Variant
from specs.message import ABSENT

ANSWERS = Kind("operation", CLIENTS, SERVERS)
"""What a server may answer: one more is a surprise for clients."""
SERVES = Kind("operation", SERVERS, CLIENTS)
"""What a server must take: one more is work for servers."""
FORMS = Kind("error", CLIENTS, SERVERS)
CLASSES = Kind("error", NOBODY, NOBODY)
"""An error class breaks nobody by itself: the operations that name it do."""
REFUSALS = Kind("error", SERVERS, CLIENTS)
RELATIONS = Kind("relation", SERVERS, CLIENTS)
VALUE_SHOWN = 120
REQUEST_SHOWN = 400


def diff(old: Contract, new: Contract) -> tuple[Change, ...]:
    """Every change from one contract to another, in the order of their files."""
    return (
        *_contract_changes(old, new),
        *_operation_changes(old, new),
        *_error_changes(old, new),
        *lifecycle_changes(old, new),
        *_relation_changes(old, new),
        *_requirement_changes(old, new),
    )


def is_breaking(changes: Iterable[Change]) -> bool:
    """Whether any change breaks anybody."""
    return any(change.breaks for change in changes)


def _contract_changes(old: Contract, new: Contract) -> Iterator[Change]:
    for name in ("wire", "wire_options", "base_path", "auth", "envelope"):
        before, after = (_plain(getattr(contract, name)) for contract in (old, new))
        yield from differing("contract", BOTH, name, name, before, after)
    yield from differing("contract", NOBODY, "versions", "versions", ", ".join(old.versions), ", ".join(new.versions))


def _plain(value: Any) -> object:
    if isinstance(value, Auth | Envelope):
        return members(value)
    return dict(value) if isinstance(value, Mapping) else value


def _operation_changes(old: Contract, new: Contract) -> Iterator[Change]:
    known = {**old.operations, **new.operations}

    def say(name: str) -> str:
        return f"{known[name].method} {known[name].path}"

    yield from rows(SERVES, old.operations, new.operations, str, say)
    for name, before in old.operations.items():
        after = new.operations.get(name)
        if after is not None:
            yield from _one_operation(name, before, after)
            yield from constraint_changes(old, new, name)


def _one_operation(name: str, before: Operation, after: Operation) -> Iterator[Change]:
    for what in ("method", "path", "base_path", "route", "feature"):
        yield from differing("operation", BOTH, name, what, getattr(before, what), getattr(after, what))
    yield from differing("operation", BOTH, name, "login", before.authenticated, after.authenticated)
    yield from rows(SERVES, before.request, after.request, partial(_same, name), "request as {}".format)
    yield from differing("operation", BOTH, name, "body needed", before.request_required, after.request_required)
    yield from rows(ANSWERS, before.responses, after.responses, partial(_same, name), "status {}".format)
    for status, response in before.responses.items():
        other = after.responses.get(status)
        if other is not None:
            say = f"status {status} as {{}}".format
            yield from rows(ANSWERS, response.content, other.content, partial(_same, name), say)
            say = f"status {status} with the header {{}}".format
            yield from rows(SERVES, response.headers, other.headers, partial(_same, name), say)
    errors = dict.fromkeys(before.errors), dict.fromkeys(after.errors)
    yield from rows(ANSWERS, *errors, partial(_same, name), "refusal {}".format)


def _error_changes(old: Contract, new: Contract) -> Iterator[Change]:
    yield from rows(CLASSES, old.errors, new.errors, "errors.{}".format, "error class {}".format)
    for name, before in old.errors.items():
        after = new.errors.get(name)
        if after is not None:
            forms, later = _forms(before), _forms(after)
            yield from rows(FORMS, forms, later, partial(_same, f"errors.{name}"), "form {}".format)
            kinds = before.media_type, after.media_type
            yield from differing("error", BOTH, f"errors.{name}", "media type", *kinds)
    yield from rows(REFUSALS, old.refusals, new.refusals, "refusals.{}".format, "refusal of {}".format)
    for situation, error in old.refusals.items():
        if situation in new.refusals:
            yield from differing("error", BOTH, f"refusals.{situation}", situation, error, new.refusals[situation])


def _forms(error: ErrorClass) -> dict[str, ErrorForm]:
    return {f"{form.status} {form.code or ''}".strip(): form for form in error.forms}


def _same(identity: str, _: str) -> str:
    return identity


def _relation_changes(old: Contract, new: Contract) -> Iterator[Change]:
    for kind in ("scorers", "outputs", "collections"):
        before, after = getattr(old, kind), getattr(new, kind)
        yield from rows(RELATIONS, before, after, f"{kind}.{{}}".format, f"{kind[:-1]} {{}}".format)
        for name in before:
            if name in after:
                one, other = members(before[name]), members(after[name])
                yield from differing("relation", BOTH, f"{kind}.{name}", f"{kind[:-1]} {name}", one, other)


def _requirement_changes(old: Contract, new: Contract) -> Iterator[Change]:
    shared = frozenset(old.lifecycles) & frozenset(new.lifecycles)
    before, after = _behaviour(old, shared), _behaviour(new, shared)
    for name, row in before.items():
        if name not in after:
            yield Change("requirement", "removed", name, row.sentence, _if_binding(row, CLIENTS))
    for name, row in after.items():
        if name not in before:
            yield Change("requirement", "added", name, row.sentence, _if_binding(row, SERVERS))
        else:
            yield from _one_requirement(name, before[name], row)


def _behaviour(contract: Contract, shared: frozenset[str]) -> dict[str, Requirement]:
    """Requirements that no other table tells: written ones, and laws of members of resources that both have."""
    told = {
        name: row
        for name, row in contract.requirements.items()
        if (row.origin == "written" and row.line)
        or (".field." in name and row.origin == "lifecycle" and row.parameters.get("lifecycle") in shared)
    }
    return {name.removeprefix(f"{contract.vendor}."): row for name, row in told.items()}


def _if_binding(row: Requirement, parties: Any) -> Any:
    return NOBODY if row.strength == "info" else parties


def _one_requirement(name: str, before: Requirement, after: Requirement) -> Iterator[Change]:
    if before.strength != after.strength:
        order = ("info", "should", "must")
        raised = order.index(after.strength) > order.index(before.strength)
        text = f"strength: {before.strength} -> {after.strength}"
        yield Change("requirement", "tightened" if raised else "loosened", name, text, SERVERS if raised else CLIENTS)
    judged = [(row.check, dict(row.parameters), row.features) for row in (before, after)]
    if judged[0] != judged[1] or (before.origin == "lifecycle" and before.sentence != after.sentence):
        text = f"{brief(before.sentence)} -> {brief(after.sentence)}"
        yield Change("requirement", "changed", name, text, _if_binding(after, BOTH))
    elif before.sentence != after.sentence:
        yield Change("requirement", "changed", name, f"only its sentence: {brief(after.sentence)}", NOBODY)
    kind, forms, later = Kind("requirement", CLIENTS, SERVERS), _variants(before), _variants(after)
    yield from rows(kind, forms, later, partial(_same, name), "variant {}".format)


def _variants(row: Requirement) -> dict[str, Variant]:
    return {item.name: item for item in row.dispute.variants} if row.dispute else {}


def report_lines(changes: Iterable[Change]) -> Iterator[str]:
    """The changes for people: one line each, its witnesses below."""
    count = {"breaking": 0, "harmless": 0}
    for change in changes:
        count["breaking" if change.breaks else "harmless"] += 1
        whom = f"breaks {' and '.join(change.breaks)}" if change.breaks else "breaks nobody"
        yield f"{change.how:<10} {change.kind:<11} {change.id}: {change.text} [{whom}]"
        for witness in change.witnesses:
            yield from _witness_lines(witness)
    yield f"{sum(count.values())} changes, {count['breaking']} of them breaking"


def _witness_lines(witness: Witness) -> Iterator[str]:
    other = {"old": "new", "new": "old"}[witness.taken_by]
    says = f"only the {witness.taken_by} contract takes it" if other == "new" else "the old contract refuses it"
    if witness.value is not ABSENT:
        yield f"           witness   {witness.place} = {_short(witness.value, VALUE_SHOWN)} ({says})"
    elif witness.schema is not None:
        yield f"           witness   {witness.place}, any of {_short(witness.schema, VALUE_SHOWN)} ({says})"
    else:
        yield f"           witness   {witness.place} ({says})"
    if witness.request is not ABSENT:
        yield f"           request   {_short(witness.request, REQUEST_SHOWN)}"


def _short(value: Any, length: int) -> str:
    text = json.dumps(value, ensure_ascii=False)
    size = f"... ({len(value)} characters)" if isinstance(value, str) else f"... ({len(text)} characters of JSON)"
    return text if len(text) <= length else text[:length] + size


def report_json(old: Contract, new: Contract, changes: Iterable[Change]) -> str:
    """The changes for programs: `{old, new, breaking, changes: [{kind, how, id, text, breaks, witnesses}]}`."""
    found = list(changes)
    table = [
        {
            "kind": change.kind,
            "how": change.how,
            "id": change.id,
            "text": change.text,
            "breaks": list(change.breaks),
            "witnesses": [_witness_json(witness) for witness in change.witnesses],
        }
        for change in found
    ]
    document = {"old": old.vendor, "new": new.vendor, "breaking": is_breaking(found), "changes": table}
    return json.dumps(document, indent=2, ensure_ascii=True)


def _witness_json(witness: Witness) -> dict[str, Any]:
    parts = {"taken_by": witness.taken_by, "place": witness.place, "value": witness.value, "request": witness.request}
    shown = {name: value for name, value in parts.items() if value is not ABSENT}
    return shown if witness.schema is None else {**shown, "schema": dict(witness.schema)}
