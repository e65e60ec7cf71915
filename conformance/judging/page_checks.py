"""Checks of single pages: what a page says about itself and about the pages around it.

A page is one answer and so one moment: unlike a walk, it must be right whatever other people do to the list meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.lives import lifecycle_of
from conformance.judging.view import View, wants_refusal
from conformance.plans.samples import read_place
from specs.contract import Paging, Requirement
from specs.message import Call
from specs.pointers import MISSING, get

QUERY_MAX = 100
"""Parameters that are read out of a link."""
DIGITS_MAX = 12
SHOWN_MAX = 200


def page_size(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A page has no more items than its request asked for; a full page is the evidence."""
    listing = lifecycle_of(view, requirement).listed_by
    for page in view.calls(listing.operation) if listing and listing.paging else ():
        limit = read_place(page.call, listing.paging.limit) if page.call and listing and listing.paging else None
        items = get(page.answer.body, listing.items) if listing and page.accepted and page.answer else MISSING
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1 or not isinstance(items, list):
            continue
        if len(items) > limit:
            yield failed(requirement, page.index, expected=f"at most {limit} items", got=f"{len(items)} items")
        elif len(items) == limit:
            yield passed(requirement, page.index)
        else:
            yield inconclusive(requirement, page.index, got="no page was full")


def page_counts(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A page counts its own items rightly; its total tells those before it, its own, and whether there are more.

    Only pages with items, and without a bad request behind them, say something.
    """
    listing = lifecycle_of(view, requirement).listed_by
    if listing is None or listing.paging is None:
        return
    for page in view.calls(listing.operation):
        items = get(page.answer.body, listing.items) if page.accepted and page.answer and page.call else MISSING
        if not isinstance(items, list) or not items or page.answer is None or wants_refusal(page):
            continue
        wanted = _wrong_count(listing.paging, page.answer.body, len(items))
        wanted = wanted or _wrong_total(listing.paging, page.call, page.answer.body, len(items))
        if wanted:
            yield failed(requirement, page.index, expected=wanted[0], got=wanted[1])
        elif _counts(listing.paging, page.answer.body):
            yield passed(requirement, page.index)


def page_links(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The links of a page ask its own question again, from the item behind its last one, or a page before its first.

    A link without the offset leads on in a way of its own, and shows nothing. A page that is not the first has a page
    before it.
    """
    listing = lifecycle_of(view, requirement).listed_by
    paging = listing.paging if listing else None
    if listing is None or paging is None or paging.offset is None:
        return
    for page in view.calls(listing.operation):
        items = get(page.answer.body, listing.items) if page.accepted and page.answer and page.call else MISSING
        if not isinstance(items, list) or page.answer is None or page.call is None or wants_refusal(page):
            continue
        start = read_place(page.call, paging.offset)
        start = start if _whole(start) else 0
        if start < 0:
            continue  # no source says where a list begins that is asked for what stands before its first item
        links = [(at, get(page.answer.body, at)) for at in (paging.next, paging.previous) if at]
        if start > 0 and items and paging.previous and get(page.answer.body, paging.previous) is None:
            expected = f"{paging.previous} leads to the page before, as this one begins at {start}"
            yield failed(requirement, page.index, expected=expected, got="null")
        for at, link in links:
            if isinstance(link, str) and link and (items or at == paging.next):
                query = _asked_by(link)
                size = _number(query, paging.limit.name, paging.default)
                begins = start + len(items) if at == paging.next else max(0, start - size)
                yield _link(requirement, page, paging, f"{at} {link}", query, begins)


def _asked_by(link: str) -> Mapping[str, list[str]]:
    """The query of a link, as texts."""
    try:
        return parse_qs(urlsplit(link).query, keep_blank_values=True, max_num_fields=QUERY_MAX)
    except ValueError:
        return {}


def _link(
    requirement: Requirement,
    page: Exchange,
    paging: Paging,
    shown: str,
    query: Mapping[str, list[str]],
    begins: int,
) -> Finding:
    """Whether a link keeps the question of its page, and begins where it should."""
    assert page.call is not None
    assert paging.offset is not None
    offset = _number(query, paging.offset.name, None)
    if offset is None:
        return inconclusive(requirement, page.index, got=f"no offset in {shown}"[:SHOWN_MAX])
    asked = {name: value for name, value in page.call.query.items() if name != paging.offset.name}
    if _whole(asked.get(paging.limit.name)) and not 1 <= asked[paging.limit.name] <= paging.default:
        # A server may serve less than was asked for, or its own size where none was, and say so in its links.
        del asked[paging.limit.name]
    if begins == 0 and query.get(paging.limit.name) == [str(read_place(page.call, paging.offset))]:
        asked.pop(paging.limit.name, None)  # the page before may end where this one begins, and so be a smaller one
    default = {paging.limit.name: [str(paging.default)]}
    changed = [name for name, value in asked.items() if query.get(name, default.get(name)) != _texts(value)]
    if changed:
        expected = f"{changed[0]} {', '.join(_texts(asked[changed[0]]))} in the link"
        return failed(requirement, page.index, expected=expected, got=shown[:SHOWN_MAX])
    if offset != begins:
        expected = f"{paging.offset.name} {begins}"
        return failed(requirement, page.index, expected=expected, got=shown[:SHOWN_MAX])
    return passed(requirement, page.index)


def _number(query: Mapping[str, list[str]], name: str, default: Any) -> Any:
    """The whole number that a parameter is, the default where it is none."""
    text = query.get(name, [""])[-1]
    return int(text) if text.isdecimal() and len(text) <= DIGITS_MAX else default


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]


def _counts(paging: Paging, body: Any) -> bool:
    return any(_whole(get(body, pointer)) for pointer in (paging.count, paging.total) if pointer)


def _wrong_count(paging: Paging, body: Any, shown: int) -> tuple[str, str] | None:
    """What the page's own count should be and is; None when it is right or left out."""
    count = get(body, paging.count) if paging.count else MISSING
    return None if not _whole(count) or count == shown else (f"{paging.count} {shown}", str(count))


def _wrong_total(paging: Paging, call: Call | None, body: Any, shown: int) -> tuple[str, str] | None:
    """What the total should be and is: more than what was shown so far exactly when there is a next page."""
    total = get(body, paging.total) if paging.total else MISSING
    offset = read_place(call, paging.offset) if call is not None and paging.offset is not None else MISSING
    offset = 0 if offset is MISSING else offset
    if not _whole(total) or not _whole(offset) or offset < 0:
        return None
    so_far, following = offset + shown, get(body, paging.next)
    if isinstance(following, str) and following:
        return None if total > so_far else (f"{paging.total} above {so_far}, as there is a next page", str(total))
    return None if total == so_far else (f"{paging.total} {so_far}, as there is no next page", str(total))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "page_size": page_size,
    "page_counts": page_counts,
    "page_links": page_links,
}
