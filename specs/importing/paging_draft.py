"""How a list is cut into pages, guessed from paginators and from the usual names of parameters.

Paginators of service models say it exactly. An OpenAPI document says nothing, but limits, offsets, tokens and links
have few names in the wild; where one of them is missing, no paging is drafted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specs.contract import Operation
from specs.importing.draft import Pages
from specs.reading.place_checks import answer_schema, at_pointer, missing_member

Row = dict[str, Any]
LIMITS = ("limit", "page_size", "pagesize", "per_page", "max_results", "maxresults")
OFFSETS = ("offset", "skip")
TOKENS = ("page_token", "pagetoken", "cursor", "next_token", "nexttoken", "continuation_token", "marker")
NEXT_TOKENS = ("next_page_token", "nextpagetoken", "next_token", "nexttoken", "next_cursor", "nextcursor", *TOKENS)
DEFAULT_LIMIT = 100
"""Items of a page when no document says how many."""


def paging(listing: Operation, pages: Pages | None) -> Row | None:
    """The row `paging` of a list, None when nothing tells how it is cut."""
    if listing.route:
        return _from_paginator(listing, pages) if pages else None
    return _from_names(listing)


def _from_paginator(listing: Operation, pages: Pages) -> Row | None:
    limit = at_pointer(listing.request_schema or {}, pages.limit)
    if not limit or missing_member(answer_schema(listing), pages.following) is not None:
        return None
    row: Row = {"style": "token", "limit": {"body": pages.limit}, **_sizes(limit)}
    return {**row, "token": {"body": pages.token}, "next": pages.following}


def _from_names(listing: Operation) -> Row | None:
    parameters = {item.name.lower(): item for item in listing.parameters if item.location == "query"}
    members = {name.lower(): f"/{name}" for name in answer_schema(listing).get("properties", {})}
    limit, offset, token = (
        next((parameters[name] for name in names if name in parameters), None) for names in (LIMITS, OFFSETS, TOKENS)
    )
    following = next((members[name] for name in NEXT_TOKENS if name in members), None)
    if limit is None:
        return None
    row: Row = {"limit": {"query": limit.name}, **_sizes(limit.schema)}
    if token is not None and following is not None:
        return {"style": "token", **row, "token": {"query": token.name}, "next": following}
    if offset is None or "next" not in members:
        return None
    row |= {"style": "offset", "offset": {"query": offset.name}, "next": members["next"]}
    links = (
        ("previous", ("previous", "prev")),
        ("count", ("count",)),
        ("total", ("totalcount", "total_count", "total")),
    )
    found = ((key, next((members[name] for name in names if name in members), None)) for key, names in links)
    return row | {key: pointer for key, pointer in found if pointer}


def _sizes(limit: Mapping[str, Any]) -> Row:
    most = max(1, int(limit.get("maximum", DEFAULT_LIMIT)))
    return {"default": int(limit.get("default", 0)) or min(most, DEFAULT_LIMIT), "maximum": most}
