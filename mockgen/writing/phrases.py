"""Phrases that several generated functions share: their first lines, where a call says what, what they answer.

The parts that operations play differ, but a place of a request and the body of an answer read alike in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockgen.writing.literals import Code, Invoke, flat, statement
from specs.contract import Contract, Operation, Place
from specs.pointers import put


def snake(name: str) -> str:
    """The Python name of an operation: `GetMLModel` becomes `get_ml_model`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower().replace("-", "_")


def signature(operation: Operation) -> str:
    """The first lines of an operation's function."""
    summary = operation.summary.strip().rstrip(".") or operation.id
    return f'def {snake(operation.id)}(world: World, call: Call) -> Answer:\n    """{summary}."""'


def said(place: Place) -> str:
    """What a call says at a place; None when it says nothing there."""
    return {
        "body": f"call.get({flat(place.name)})",
        "path": f"call.path.get({flat(place.name)})",
        "query": f"call.query.get({flat(place.name)})",
        "header": f"call.headers.get({flat(place.name)})",
    }[place.location]


def said_text(place: Place) -> str:
    """The same as a text, for a place that is always there."""
    return f"call.path[{flat(place.name)}]" if place.location == "path" else f"str({said(place)})"


def answered(contract: Contract, operation: str, body: Any = None, headers: Mapping[str, Any] | None = None) -> str:
    """The statement that answers with the documented success. Where none is documented the body is left out."""
    success = contract.operations[operation].success
    arguments = [int(success.status)]
    if body is not None and success.content:
        arguments.append(body)
    return statement("return", Invoke("Answer", tuple(arguments), {"headers": dict(headers)} if headers else {}))


def body_template(template: Mapping[str, Any], shown: str = "resource") -> Any:
    """An answer's template with its placeholders as expressions."""
    words = {"$identity": Code(f"{shown}.id"), "$document": Code(f"documents.document(world, call, {shown})")}
    if set(template) & set(words):
        return words[next(iter(template))]
    return {
        name: body_template(value, shown) if isinstance(value, Mapping) else value for name, value in template.items()
    }


def answer_body(template: Mapping[str, Any] | None, identity: Place) -> Any:
    """What a create answers: its template, else the id where the answer carries it, else the whole document."""
    if template is not None:
        return body_template(template)
    if identity.location == "body":
        return put({}, identity.name, Code("resource.id"))
    return Code("documents.document(world, call, resource)")


def nested(pairs: Mapping[str, Any], members: Mapping[str, Any]) -> Any:
    """The members with values at pointers put into them."""
    body: Any = dict(members)
    for pointer, value in pairs.items():
        body = put(body, pointer, value)
    return body


def top_names(pointers: tuple[str, ...]) -> tuple[str, ...]:
    """The top members that pointers lead into."""
    return tuple(dict.fromkeys(pointer.split("/")[1] for pointer in pointers))
