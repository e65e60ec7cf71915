"""Faults of lists in pages: what leads on, and what stands on the pages behind the first.

The first page is as it should be; that is what makes them hard to see.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks, Turn
from mockgen.listing import at_place
from specs.contract import Contract, Paging
from specs.message import Answer
from specs.pointers import MISSING, get, put


def link_forgets(contract: Contract, given: Arguments) -> Hooks:
    """The link to the next page lacks a parameter of its question."""
    operation, _, paging = _list(contract, given)
    name = given.text("name")

    def bent(turn: Turn, answer: Answer) -> Answer:
        link = get(answer.body, paging.next) if turn.operation == operation and turn.refusal is None else None
        if not isinstance(link, str):
            return answer
        parts = urlsplit(link)
        query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name])
        return replace(answer, body=put(answer.body, paging.next, parts._replace(query=query).geturl()))

    return Hooks(answer=(bent,))


def later_pages_reversed(contract: Contract, given: Arguments) -> Hooks:
    """A page behind the first is in the reverse order."""
    operation, items, paging = _list(contract, given)

    def bent(turn: Turn, answer: Answer) -> Answer:
        place = paging.token or paging.offset
        later = at_place(turn.call, place) if turn.call is not None and place is not None else MISSING
        if turn.operation != operation or turn.refusal is not None or later in (MISSING, 0):
            return answer
        shown: Any = get(answer.body, items)
        return replace(answer, body=put(answer.body, items, shown[::-1]))

    return Hooks(answer=(bent,))


def _list(contract: Contract, given: Arguments) -> tuple[str, str, Paging]:
    """The operation of a resource's list, where its items are, and how it is cut."""
    life = given.lifecycle(contract)
    if life.listed_by is None or life.listed_by.paging is None:
        raise ValueError(f"{life.name} has no list with pages")
    return life.listed_by.operation, life.listed_by.items, life.listed_by.paging


LIST_FAULTS = (
    planted(link_forgets, "resource", "name"),
    planted(later_pages_reversed, "resource"),
)
