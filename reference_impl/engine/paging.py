"""Opaque page tokens: signed, so that a token the server never gave out is refused.

A token carries the sort key of the last item of its page, not a row number: items that arrive between two pages neither
repeat nor hide others.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
MARK_BYTES = 12


class BadToken(ValueError):
    """A page token that this server did not issue."""


def seal(key: bytes, value: Any) -> str:
    """A token for a JSON value, in URL-safe ASCII."""
    text = json.dumps(value, separators=(",", ":")).encode()
    mark = hmac.new(key, text, hashlib.sha256).digest()[:MARK_BYTES]
    return base64.urlsafe_b64encode(mark + text).decode().rstrip("=")


def unseal(key: bytes, token: str) -> Any:
    """The value in a token. Raises BadToken unless `seal` made it with this key."""
    try:
        data = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (ValueError, UnicodeError):
        raise BadToken("the token is not one of this server's") from None
    mark, text = data[:MARK_BYTES], data[MARK_BYTES:]
    expected = hmac.new(key, text, hashlib.sha256).digest()[:MARK_BYTES]
    if not hmac.compare_digest(mark, expected) or seal(key, json.loads(text)) != token:
        raise BadToken("the token is not one of this server's")
    return json.loads(text)


def page(
    items: Sequence[Item],
    rank: Callable[[Item], list[Any]],
    limit: int,
    key: bytes,
    token: str | None,
    descending: bool = False,
    scope: Any = None,
) -> tuple[list[Item], str | None]:
    """One page in the order of `rank` (unique, JSON) and the next page's token, None on the last.

    `scope` (JSON) says which list it is: filter and order. Raises BadToken, also for another list's token.
    """
    ordered = sorted(items, key=rank, reverse=descending)
    if token is not None:
        issued_for, last = unseal(key, token)
        if issued_for != scope:
            raise BadToken("the token belongs to a list with another filter or order")
        ordered = [item for item in ordered if (rank(item) < last if descending else rank(item) > last)]
    chosen = ordered[:limit]
    return chosen, seal(key, [scope, rank(chosen[-1])]) if len(ordered) > limit else None
