"""The shape of a wire: the pure functions that carry calls and answers of a contract as HTTP bytes.

Both ends use the same codecs, so a client's reading of a message and a server's cannot drift apart. A wire decides
nothing: whether a message is right is for others to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from specs.contract import Contract, ErrorClass, ErrorForm
from specs.message import Answer, Call, HttpRequest, HttpResponse, Malformed

DEPTH_MAX = 100
"""A JSON text that nests deeper is refused: readers, validators and writers recurse, each to a limit of its own."""


@dataclass(frozen=True)
class Wire:
    """One wire format.

    `route` finds the operation that a request addresses, or says why there is none. `decode_request` also checks
    method, media type, Accept and JSON syntax, in this order. `null_is_absent` says that a null member of a request
    counts as left out.
    """

    name: str
    null_is_absent: bool
    options: Mapping[str, tuple[str, ...]]
    """Names of a vendor's `wire_options`, each with the values that it takes (none: any text)."""
    encode_request: Callable[[Contract, Call], HttpRequest]
    route: Callable[[Contract, HttpRequest], str | Malformed]
    decode_request: Callable[[Contract, HttpRequest], Call | Malformed]
    encode_answer: Callable[[Contract, Answer, str], HttpResponse]
    """Contract, answer, request id."""
    decode_answer: Callable[[Contract, HttpResponse], Answer]
    error_answer: Callable[[Contract, ErrorClass, ErrorForm, str], Answer]
    """Contract, error class, the form to show, a message for people."""


def split_target(target: str) -> tuple[str, str]:
    """Path and query of a request target, still encoded. Every target splits: a second slash starts no host here."""
    path, _, query = target.split("#", 1)[0].partition("?")
    return path, query


def is_json(media_type: str | None) -> bool:
    """Whether a media type carries JSON: `application/json`, any `+json` suffix (RFC 6839), or AWS JSON."""
    return media_type is not None and (
        media_type == "application/json"
        or media_type.endswith("+json")
        or media_type.startswith("application/x-amz-json-")
    )


def parse_json(body: bytes) -> tuple[Any, str | None]:
    """A JSON text's value and None, or None and one sentence about what is wrong with it (RFC 8259; UTF-8, no BOM)."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        return None, _not_utf8(body) or f"the body is not JSON: {problem}"
    # Fewer brackets than levels cannot nest too deep, which spares nearly every message the walk.
    if body.count(b"[") + body.count(b"{") > DEPTH_MAX and _is_deeper(value, DEPTH_MAX):
        return None, f"the body nests deeper than {DEPTH_MAX} levels"
    return value, None


def _not_utf8(body: bytes) -> str | None:
    """What is wrong with bytes that are no text at all, which a JSON reader tells only in riddles."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as problem:
        return f"the body is not UTF-8, from byte {problem.start} on"
    return None


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether a JSON value has arrays and objects inside each other on more than this many levels."""
    level = [value]
    for _ in range(levels + 1):
        level = [node for node in level if type(node) is dict or type(node) is list]  # a reader makes no other kinds
        if not level:
            return False
        level = [child for node in level for child in (node.values() if isinstance(node, dict) else node)]
    return True


def without_nulls(value: Any) -> Any:
    """The same JSON value without null members; a null item of an array stays."""
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
