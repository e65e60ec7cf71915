"""What is likely to be wrong with the profile, when many requirements fail for one reason.

A profile names things that only its owner knows. One wrong id among them makes every call fail that uses it, and no
single failure says so. A name is suspect when valid calls with it were answered as if there were no such thing, and
none was accepted; an address is, when whoever is there answers every valid call alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.history import Exchange
from conformance.judging.view import View, matches
from specs.contract import Contract
from specs.message import header, media_type

ASKED_MIN = 3
"""Fewer calls without the right credentials prove no habit."""
ELSEWHERE_MIN = 2
"""Operations that must all be answered alike before the address is suspect: one of them may be missing or broken."""
SHOWN_MAX = 200


def suspects(view: View, *, asks: bool = True) -> tuple[str, ...]:
    """One sentence for each fixture that the target does not seem to have, one when it checks no credentials although
    it is said to ask for them, and only one when the API does not seem to be at this address at all."""
    elsewhere = (*_speechless(view), *_elsewhere(view))
    if elsewhere:
        return elsewhere
    fixtures = (text for name, life in _seeded(view.contract) for text in _suspicion(view, name, life))
    return (*fixtures, *(_open_to_all(view) if asks else ()))


def _speechless(view: View) -> Iterator[str]:
    """Nothing that was sent got an answer, which happens where another protocol is spoken."""
    rows = view.history.exchanges
    failures = {row.failure for row in rows if row.response is None}
    if rows and all(row.response is None for row in rows):
        broken = any((failure or "").startswith(("reset", "not_http")) for failure in failures)
        hint = "; check the address: its port may belong to something else, or want https:// instead of http://"
        yield f"none of {len(rows)} requests got an answer ({rows[0].failure}){hint if broken else ''}"


def _elsewhere(view: View) -> Iterator[str]:
    """Every valid call of several operations is sent elsewhere, not found, or answered by a page for people."""
    valid = [row for row in view.history.exchanges if _is_valid(row) and row.response is not None]
    answers = [row.response for row in valid if row.response is not None]
    told = {(answer.status, media_type(answer.headers) == "text/html") for answer in answers}
    if len(told) != 1 or len({row.operation for row in valid}) < ELSEWHERE_MIN:
        return
    ((status, is_page),) = told
    if status == 404 or 300 <= status < 400 or is_page:
        place = (header(answers[0].headers, "location") or "")[:SHOWN_MAX] if 300 <= status < 400 else ""
        what = f"{status}{f' to {place}' if place else ''}{' and a web page' if is_page else ''}"
        yield f"all {len(valid)} valid calls were answered by {what}: check the address, its path too"


def _open_to_all(view: View) -> Iterator[str]:
    """An imitation that asks nobody for credentials fails once for each operation; one line of the profile ends it."""
    refusals = view.contract.refusals
    classes = {refusals[name] for name in ("unauthenticated", "bad_credentials") if name in refusals}
    asked = [row for row in view.history.exchanges if row.case is not None and row.case.kind == "credentials"]
    refused = [row for row in asked if row.answer is None or row.answer.status in (401, 403)]
    refused += [row for row in asked if set(view.classify(row.answer)) & classes]
    served = any(row.accepted for row in asked)
    if view.contract.auth.optional and len(asked) >= ASKED_MIN and served and not refused:
        yield (
            f"none of {len(asked)} calls without the right credentials was refused for that: if the target is "
            "not to ask for them, say so in the profile: features: {authentication: false}"
        )


def _seeded(contract: Contract) -> Iterator[tuple[str, str]]:
    """Fixtures that name a resource which must be there from the start, with its lifecycle."""
    for life in contract.lifecycles.values():
        values = (value for document in life.seeded for value in document.values())
        named = (value for value in values if isinstance(value, Mapping) and set(value) == {"$fixture"})
        yield from ((str(value["$fixture"]), life.name) for value in named)


def _suspicion(view: View, name: str, life: str) -> Iterator[str]:
    identity = view.fixtures.get(name)
    if not isinstance(identity, str) or not identity:
        return
    unknown = _unknown_classes(view.contract, life)
    valid = [row for row in view.history.exchanges if _is_valid(row)]
    # Most runs miss nothing: what is refused is looked for first, and only then who named the fixture.
    refused = [row for row in valid if not row.accepted and _is_one_of(view.contract, row, unknown)]
    missed = [row for row in refused if _names(row, identity)]
    using = [row for row in valid if _names(row, identity)] if missed else []
    if missed and not any(row.accepted for row in using):
        title = view.contract.lifecycles[life].title
        yield (
            f"fixture {name} ({title} {identity!r}) was not found: check the profile; "
            f"{len(missed)} of {len(using)} valid calls with it were refused for that"
        )


def _is_one_of(contract: Contract, row: Exchange, errors: set[str]) -> bool:
    return row.answer is not None and any(matches(contract.errors[one], row.answer) for one in errors)


def _is_valid(row: Exchange) -> bool:
    return row.case is not None and row.case.expect == ("accepted",) and row.credentials == "right"


def _unknown_classes(contract: Contract, name: str) -> set[str]:
    """The error classes that say that there is no such resource."""
    found = {contract.lifecycles[name].not_found}
    creations = [life.created_by for life in contract.lifecycles.values() if life.created_by]
    found |= {row.missing for creation in creations for row in creation.references if row.resource == name}
    found |= {row.unknown for row in contract.scorers.values() if row.resource == name}
    return {one for one in found if one in contract.errors}


def _names(row: Exchange, identity: str) -> bool:
    call = row.call
    return call is not None and any(_holds(part, identity) for part in (call.path, call.query, call.body))


def _holds(value: Any, text: str) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(member, text) for member in value.values())
    return any(_holds(item, text) for item in value) if isinstance(value, list) else value == text
