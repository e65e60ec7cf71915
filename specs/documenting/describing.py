"""Contracts and requirements as labelled lines for people.

The command lines of this project say the same about a requirement because they all say it with these functions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from specs.contract import Contract, Place, Requirement

VALUE_MAX = 300
"""Characters of a keyword's value that are shown."""


def describe(contract: Contract, requirement: Requirement) -> Iterator[tuple[str, str]]:
    """All about one requirement but how it is judged, as (label, text)."""
    yield "requirement", requirement.id
    yield "sentence", requirement.sentence
    yield "strength", requirement.strength
    yield "source", requirement.source
    operation = contract.operations.get(requirement.operation or "")
    if operation:
        yield "operation", f"{operation.id} ({operation.method} {operation.path})"
    if requirement.place:
        yield "place", _place(requirement.place)
    constraint = contract.constraints.get(requirement.id)
    if constraint:
        yield "constraint", f"{constraint.keyword}: {_short(constraint.value)}"
    if requirement.parameters:
        yield "parameters", _short(dict(requirement.parameters))
    for feature in requirement.features:
        yield "feature", f"{feature}: a target that {contract.features.get(feature, feature)}"
    if requirement.dispute:
        yield "disputed", requirement.dispute.question
        for variant in requirement.dispute.variants:
            yield "variant", f"{variant.name} ({variant.source})"
    if requirement.line:
        yield "written in", requirement.line


def _place(place: Place) -> str:
    segment = f", segment {place.segment}" if place.segment is not None else ""
    return f"{place.location} {place.name or '(the whole)'}{segment}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= VALUE_MAX else text[: VALUE_MAX - 3] + "..."


def overview(contract: Contract) -> Iterator[tuple[str, str]]:
    """A contract in a few lines, as (label, text)."""
    yield "vendor", f"{contract.vendor}: {contract.title}"
    yield "versions", ", ".join(contract.versions)
    yield "wire", contract.wire
    yield "login", contract.auth.scheme + (" (optional)" if contract.auth.optional else "")
    for name, page in contract.pages.items():
        yield "page", f"{name}: {page}"
    for name, meaning in contract.features.items():
        versions = contract.feature_versions.get(name)
        yield "feature", f"{name}: a target that {meaning}" + (f" (versions {versions})" if versions else "")
    for name, fixture in contract.fixtures.items():
        yield "fixture", f"{name}: {fixture.meaning}"
    for operation in contract.operations.values():
        yield "operation", f"{operation.id}: {operation.method} {operation.path}"
    for life in contract.lifecycles.values():
        if life.transitions:
            yield "lifecycle", f"{life.name}: {', '.join(dict.fromkeys((*life.transitions, *life.final)))}"
    counts = dict.fromkeys(("must", "should", "info"), 0)
    for requirement in contract.requirements.values():
        counts[requirement.strength] += 1
    total = f"{len(contract.requirements)} requirements"
    yield "written", f"{total}: {', '.join(f'{count} {strength}' for strength, count in counts.items())}"
