"""The page of one operation: parameters, body members with their limits, answers, errors, samples and examples.

Someone who calls an operation wants all of it in one place, and every limit as a link to its source.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from specs.calls import sample_calls
from specs.contract import Constraint, Contract, Operation, Requirement
from specs.documenting.markup import Markup, element, join
from specs.documenting.page import requirement_link, short, strength, table

BODY_SHOWN = 20_000
"""Characters of one body that a page shows."""
VALUE_SHOWN = 2_000
"""Characters of one limit that a page shows."""


def operation_page(contract: Contract, name: str) -> Iterator[Markup]:
    """The content of an operation's page."""
    operation = contract.operations[name]
    rows = [row for row in contract.requirements.values() if row.operation == name]
    yield element("p", operation.summary)
    call = f"{operation.method} {contract.path_of(name)}"
    yield element("p", element("code", call))
    yield element("p", _conditions(contract, operation), class_="source")
    yield element("h2", "Request")
    yield from _limits(contract, name, "request")
    yield from _samples(contract, name)
    for status, response in operation.responses.items():
        yield element("h2", f"Answer {status}", id_=f"answer-{status}")
        if response.content:
            yield element("p", f"As {', '.join(response.content)}.")
        if response.headers:
            yield element("p", f"With the headers {', '.join(response.headers)}.")
        yield from _limits(contract, name, "response", status)
    yield element("h2", "Errors")
    yield from _errors(contract, operation)
    written = [row for row in rows if row.id not in contract.constraints]
    yield element("h2", "Requirements")
    yield element("dl", (_requirement(row) for row in written))
    yield from _examples(contract, name)


def _conditions(contract: Contract, operation: Operation) -> str:
    parts = [operation.source]
    if contract.auth.scheme != "none":
        parts.append(f"Credentials: {contract.auth.scheme}" if operation.authenticated else "No credentials needed")
    if operation.feature:
        parts.append(f"Only where a target {contract.features[operation.feature]}")
    return ". ".join(part for part in parts if part) + "."


def _limits(contract: Contract, name: str, side: str, status: str | None = None) -> Iterator[Markup]:
    rows = [
        row for row in contract.constraints.values() if (row.operation, row.side, row.status) == (name, side, status)
    ]
    places: dict[tuple[str, str], list[Constraint]] = {}
    for row in rows:
        places.setdefault((row.location, row.pointer), []).append(row)
    if not places:
        yield element("p", "No limits." if side == "response" else "It takes neither parameters nor a body.")
        return
    yield table(
        ("where", "place", "limits"),
        (
            (location, element("code", _place(pointer)), _cell(contract, limits))
            for (location, pointer), limits in places.items()
        ),
    )


def _place(pointer: str) -> Iterator[str | Markup]:
    """A place's words; a line may break after each slash, before it breaks inside a word."""
    first, *rest = pointer.lstrip("/").split("/")
    yield first or "(the whole)"
    for word in rest:
        yield "/"
        yield element("wbr")
        yield word


def _cell(contract: Contract, limits: list[Constraint]) -> Markup:
    def one(row: Constraint) -> Markup:
        value = "" if row.keyword == "required" else f" {short(row.value, VALUE_SHOWN)}"
        link = element("a", row.keyword, href=f"../requirements.html#{quote(row.id)}")
        mark = strength(contract.requirements[row.id])
        return join(link, value, *((" ", mark) if row.strength != "must" else ()), element("br"))

    return join(one(row) for row in limits)


def _samples(contract: Contract, name: str) -> Iterator[Markup]:
    for title, call in zip(("A valid call", "With every optional member"), sample_calls(contract, name), strict=False):
        shown = {key: value for key, value in call.items() if key != "operation"}
        if shown:
            yield element("h3", title)
            yield element("pre", _pretty(shown))


def _errors(contract: Contract, operation: Operation) -> Iterator[Markup]:
    if not operation.errors:
        yield element("p", "No error class is documented for it beside those of every call.")
        return
    yield table(
        ("class", "form", "message"),
        (
            (
                element("a", name, href=f"../errors.html#{quote(name)}"),
                "; ".join(f"{form.status} {form.code or ''}".strip() for form in contract.errors[name].forms),
                contract.errors[name].message,
            )
            for name in operation.errors
        ),
    )


def _requirement(row: Requirement) -> Markup:
    return join(element("dt", requirement_link(row, "../"), " ", strength(row)), element("dd", row.sentence))


def _examples(contract: Contract, name: str) -> Iterator[Markup]:
    for example in contract.examples:
        if example.operation == name:
            yield element("h2", f"Example: {example.name.replace('_', ' ')}")
            yield element("pre", _pretty(dict(example.request)))
            yield element("pre", _pretty(dict(example.response)))


def _pretty(value: object) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text if len(text) <= BODY_SHOWN else f"{text[:BODY_SHOWN]}..."
