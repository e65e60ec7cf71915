"""How lists are asked: whole, in small pages, filtered, sorted, and with a page token that nobody gave out.

Lists are walked alone, after everything else has been made, because a list that grows while its pages are turned may
rightly show an item twice. A target may hold resources of other people; what is asked for are this run's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from conformance.plan import Mode, Scenario, Stage, Step, shared, slot
from conformance.plans.samples import Samples, read_place, write_place
from conformance.plans.script import ACCEPTED, Script, scripts
from conformance.plans.strangers import unknown_identity, unknown_like
from specs.contract import Contract, Filter, Listing, Place
from specs.lifecycle import spell
from specs.message import ABSENT, Call
from specs.pointers import MISSING, get

PAGE = 100
"""Items asked for on one page of a whole list; less where a vendor allows less."""
SMALL_PAGE = 3
OWN = 3
"""Resources made for the lists, beside the shared one: together they need more than one small page."""
EARLY = "999999999"
"""A time before any run, in seconds of the epoch. With fewer digits than today's: as a text it comes after them."""
NOBODY = "nobody-has-this"
FAR = 1_000_000
"""An offset behind the end of every list that a run can make."""


@dataclass(frozen=True)
class Asked:
    """One filter as it is asked: `values` are request places with their values."""

    name: str
    label: str
    values: tuple[tuple[Place, Any], ...]


def plan_listings(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """The scenarios for every list whose items this run can make, or read. `seed` decides what is asked for in vain."""
    found: list[Scenario] = []
    known = scripts(contract, samples, seed)
    for script in known.values():
        if script.life.listed_by is not None:
            planned = _plan if script.life.created_by is not None else _standing
            found += planned(script, script.life.listed_by)
            found += _strange_token(script, known)
    return tuple(found)


def _strange_token(script: Script, known: Mapping[str, Script]) -> Iterator[Scenario]:
    """A page token that another list gave out; of several lists one that every target has."""
    listing, operations = script.life.listed_by, script.contract.operations
    paging = listing.paging if listing is not None else None
    others = [
        other
        for other in known.values()
        if other.life.created_by and (row := other.life.listed_by) and row.operation != (listing and listing.operation)
        if row.paging is not None and row.paging.token is not None
    ]
    if listing is None or paging is None or paging.token is None or not paging.bad_token or not others:
        return
    other = min(others, key=lambda one: operations[_of(one).operation].feature is not None)
    group = f"{script.life.name}/list/token of another"
    first, pages = _bare(other, _of(other)), _of(other).paging
    assert pages is not None
    given = script.case("bad_token", "a page of another list", group, ACCEPTED)
    taken = script.case("bad_token", "the page token of another list", group, (paging.bad_token,))
    steps = (
        Step(given, write_place(first, pages.limit, 1), slot=group, keeps=pages.next),
        Step(taken, write_place(_bare(script, listing), paging.token, slot(group)), lifecycle=script.life.name),
    )
    yield Scenario(group, steps, Stage.exclusive, Mode.create)


def _of(script: Script) -> Listing:
    assert script.life.listed_by is not None
    return script.life.listed_by


def _standing(script: Script, listing: Listing) -> Iterator[Scenario]:
    """A list of what a target has from the start, between two reads of the sample's resource."""
    observed = script.life.observed_by
    if observed is None or not script.requirement("list_equals_get"):
        return
    group = f"{script.life.name}/list"
    case = script.case("list_equals_get", "whole list between reads", group, ACCEPTED)
    read = Step(case, script.samples.call(observed.operation), lifecycle=script.life.name)
    walk = Step(case, everything(script, listing), "follow", lifecycle=script.life.name)
    yield Scenario(group, (read, walk, read), Stage.exclusive, Mode.observe)


def _plan(script: Script, listing: Listing) -> Iterator[Scenario]:
    group = f"{script.life.name}/list"
    own = [f"{group}/{number}" for number in range(OWN)]
    beside = (shared(script.life.name), *own)
    full = script.creation(full=True)
    calls = [full, *(script.creation() for _ in own[1:])]
    for name, call in zip(own, calls, strict=True):
        yield Scenario(f"{name}/made", script.finish(group, name, call), mode=Mode.create)
    yield Scenario(group, tuple(_whole(script, listing, group, own)), Stage.exclusive, Mode.create, (own[0],), beside)
    if listing.paging is not None:
        yield from _pages(script, listing, own)
    for asked in _questions(script, listing, full, own[0]):
        name = f"{group}/{asked.label}"
        call = _with(everything(script, listing), asked.values)
        case = script.case("list_filter", asked.label, name, ACCEPTED, name=asked.name)
        walk = Step(case, call, "follow", lifecycle=script.life.name)
        yield Scenario(name, (walk,), Stage.exclusive, Mode.create, (own[0],), beside)
    yield from _together(script, listing, full, own)
    yield from _cut(script, listing, full, own)
    yield from _orders(script, listing, own)


def _together(script: Script, listing: Listing, call: Call, own: list[str]) -> Iterator[Scenario]:
    """Each filter with a value that an own resource does not have, beside a neighbour with a value that it has."""
    fit: dict[str, Asked] = {}
    unfit: dict[str, Asked] = {}
    for row in (row for row in listing.filters if row.place is not None):
        for asked in _questions(script, replace(listing, filters=(row,)), call, own[0]):
            kept = unfit if asked.name in fit else fit
            if not isinstance(asked.values[0][1], list):
                kept.setdefault(asked.name, asked)
    names = [name for name in fit if name in unfit]
    pairs = [(name, unfit[name], fit[beside]) for name, beside in pairwise(names)]
    pairs += [(name, fit[beside], unfit[name]) for name, beside in pairwise(names[::-1])]
    for name, first, second in pairs:  # of each two, one time the first that is asked for decides, one time the second
        label = f"{first.label} and {second.label}"
        group = f"{script.life.name}/list/{label}"
        both = _with(everything(script, listing), (*first.values, *second.values))
        case = script.case("list_filter", label, group, ACCEPTED, name=name)
        walk = Step(case, both, "follow", lifecycle=script.life.name)
        yield Scenario(group, (walk,), Stage.exclusive, Mode.create, (own[0],), (shared(script.life.name), *own))


def _cut(script: Script, listing: Listing, call: Call, own: list[str]) -> Iterator[Scenario]:
    """A filter that describes an own resource, in small pages: those behind the first must keep to it."""
    questions = _questions(script, listing, call, own[0])
    fit = next((asked for asked in questions if _may_fit_several(asked)), None)
    if listing.paging is None or fit is None:
        return
    group = f"{script.life.name}/list/pages/{fit.label}"
    asked_for = write_place(_with(_bare(script, listing), fit.values), listing.paging.limit, SMALL_PAGE)
    case = script.case("list_filter", f"{fit.label}, small pages", group, ACCEPTED, name=fit.name)
    walk = Step(case, asked_for, "follow", lifecycle=script.life.name)
    yield Scenario(group, (walk,), Stage.exclusive, Mode.create, (own[-1],), (shared(script.life.name), *own))


def _may_fit_several(asked: Asked) -> bool:
    """Whether a question is for a value that many resources may have: no identity, and nothing asked for in vain."""
    values = [value for _, value in asked.values]
    return " eq " in asked.label and all(isinstance(value, str) and value != NOBODY for value in values)


def _whole(script: Script, listing: Listing, group: str, own: list[str]) -> Iterator[Step]:
    """The whole list, between two reads of the resources that it must show."""
    names = (shared(script.life.name), own[0])
    window = script.life.consistency.list_after_create_s
    call = everything(script, listing)
    if window > 0:
        case = script.case("listed", "until it shows the last one", f"{group}/settle", ACCEPTED)
        by_id = next((row for row in listing.filters if row.place and row.field == listing.identity), None)
        only = write_place(call, by_id.place, slot(own[-1])) if by_id and by_id.place else call
        yield Step(case, only, "settle", own[-1], script.life.name, seconds=window)
    reads = [script.read(group, name, "list_equals_get") for name in names]
    yield from reads
    yield Step(script.case("listed", "whole list", group, ACCEPTED), call, "follow", lifecycle=script.life.name)
    yield from reads
    if listing.paging is not None:
        plain = script.case("listed", "whole list, in pages as the server likes", f"{group}/plain", ACCEPTED)
        yield Step(plain, _bare(script, listing), "follow", lifecycle=script.life.name)


def _pages(script: Script, listing: Listing, own: list[str]) -> Iterator[Scenario]:
    paging, beside = listing.paging, (shared(script.life.name), *own)
    assert paging is not None
    group = f"{script.life.name}/list/pages"
    call = write_place(_bare(script, listing), paging.limit, SMALL_PAGE)
    case = script.case("paging", "small pages", group, ACCEPTED)
    walk = Step(case, call, "follow", lifecycle=script.life.name)
    yield Scenario(group, (walk,), Stage.exclusive, Mode.create, (own[-1],), beside)
    if paging.offset is not None and script.requirement("page_counts"):
        group = f"{script.life.name}/list/beyond"
        far = write_place(_bare(script, listing), paging.offset, FAR)
        case = script.case("page_counts", "a page behind the last one", group)
        yield Scenario(group, (Step(case, far, lifecycle=script.life.name),), mode=Mode.read)
    if paging.bad_token and paging.token is not None:
        group = f"{script.life.name}/list/bad_token"
        bad = write_place(_bare(script, listing), paging.token, script.samples.naming.fresh("token"))
        case = script.case("bad_token", "unknown page token", group, (paging.bad_token,))
        yield Scenario(group, (Step(case, bad, lifecycle=script.life.name),), mode=Mode.read)


def _orders(script: Script, listing: Listing, own: list[str]) -> Iterator[Scenario]:
    """Every documented order, on one page and on several."""
    order, beside = listing.order, (shared(script.life.name), *own)
    for value in order.values if order else ():
        for number, (name, call) in enumerate(_sorted_by(script, listing, value)):
            calls = {name: call}
            if listing.paging is not None and number == 0:
                calls[f"{name}/pages"] = write_place(call, listing.paging.limit, SMALL_PAGE)
            for label, asked in calls.items():
                group = f"{script.life.name}/list/order/{label}"
                case = script.case("list_order", f"order {label}", group, ACCEPTED)
                walk = Step(case, asked, "follow", lifecycle=script.life.name)
                yield Scenario(group, (walk,), Stage.exclusive, Mode.create, (own[-1],), beside)


def _sorted_by(script: Script, listing: Listing, value: str) -> Iterator[tuple[str, Call]]:
    """An order with each sort key that is a time, where a filter variable names the key; alone where it says all."""
    assert listing.order is not None
    call = write_place(everything(script, listing), listing.order.place, value)
    variable = next((row for row in listing.filters if row.variable), None)
    if variable is None:
        yield value, call
        return
    for name, pointer in variable.names.items():
        if _is_time(script, pointer):
            yield f"{value}/{name}", _with(call, _compare(variable, name, "gt", EARLY))


def _questions(script: Script, listing: Listing, call: Call, name: str) -> Iterator[Asked]:
    """Each filter with a value that an own resource has, and with one that it does not have."""
    for row in listing.filters:
        names = row.names if row.place is None else {row.place.name: row.field}
        for label, field in names.items():
            known = _shown(script, listing, call, field, name)
            for operator, value in _values(script, row, field, known):
                values = _compare(row, label, operator, value) if row.place is None else ((row.place, value),)
                text = "an own identity" if isinstance(value, Mapping) else str(value)
                yield Asked(label, f"{label.strip('/')} {operator} {text}", values)


def _values(script: Script, row: Filter, field: str, known: Any) -> Iterator[tuple[str, Any]]:
    """Operators and values to ask for. A text in the other case is another text: filters match exactly."""
    if known is not MISSING and known is not None:
        other = _another(script, row, field, known)
        yield from (("eq", known), ("eq", other))
        if row.variable is not None and isinstance(known, str) and not _is_state(script, field):
            yield from ((name, known.swapcase()) for name in ("eq", "ne", "prefix") if name in row.operators.values())
        if _takes_several(script, row):
            yield from (("eq", [other, known]), ("eq", [known, other]))
        if "ne" in row.operators.values():
            yield "ne", known
        if "prefix" in row.operators.values() and isinstance(known, str) and not _is_state(script, field):
            yield from (("prefix", known[: (len(known) + 1) // 2]), ("prefix", known[len(known) // 2 :]))
        if isinstance(known, str) and not _is_state(script, field):
            # No source says how texts are sorted, but every order agrees about equal ones.
            yield from ((name, known) for name in ("gt", "ge", "lt", "le") if name in row.operators.values())
    elif _is_time(script, field) and {"gt", "lt"} <= set(row.operators.values()):
        yield from ((name, EARLY) for name in ("gt", "ge", "lt", "le") if name in row.operators.values())
    elif {"ne", "eq"} <= set(row.operators.values()):
        yield from (("ne", NOBODY), ("eq", NOBODY))


def _takes_several(script: Script, row: Filter) -> bool:
    """Whether a filter may be repeated, so that it describes whatever one of its values does."""
    listing = script.life.listed_by
    parameters = script.contract.operations[listing.operation].parameters if listing and row.place else ()
    return any(row.place and one.name == row.place.name and one.schema.get("type") == "array" for one in parameters)


def _is_state(script: Script, field: str) -> bool:
    return script.life.listed_by is not None and field == script.life.listed_by.state


def _another(script: Script, row: Filter, field: str, known: Any) -> Any:
    """A valid value that the own resource does not have."""
    listing, life = script.life.listed_by, script.life
    if listing is not None and field == listing.state:
        failures = (
            state for state, outcome in life.final.items() if spell(life, state) != known and outcome == "failure"
        )
        return next((spell(life, state) for state in failures), NOBODY)
    if isinstance(known, Mapping):
        return unknown_identity(life, script.samples, script.draw)
    base = _requested(script, script.creation(), field)
    if isinstance(base, str) and base != known:
        return base
    offered = [value for value in _enumerated(script, row) if value != known]
    return offered[0] if offered else unknown_like(known, script.samples, script.draw)


def _enumerated(script: Script, row: Filter) -> list[Any]:
    listing = script.life.listed_by
    operation = script.contract.operations[listing.operation] if listing else None
    for parameter in operation.parameters if operation and row.place else ():
        if row.place and parameter.name == row.place.name:
            items = parameter.schema.get("items", parameter.schema)
            return list(items.get("enum", ())) if isinstance(items, Mapping) else []
    return []


def _shown(script: Script, listing: Listing, call: Call, field: str, name: str) -> Any:
    """What a member of the resource made by a call will be; MISSING when only the target knows."""
    if field == listing.identity:
        return slot(name)
    if field == listing.state:
        return spell(script.life, script.success())
    if field in listing.adds:
        return listing.adds[field]
    return _requested(script, call, field)


def _requested(script: Script, call: Call, field: str) -> Any:
    body = None if call.body is ABSENT else call.body
    for rule in script.life.fields:
        shows = rule.shows if isinstance(rule.shows, Mapping) else {}
        if field == rule.pointer and rule.echoes is not None:
            return read_place(call, rule.echoes)
        if field == rule.pointer and "$request" in shows:
            return get(body, str(shows["$request"]))
        if field == rule.pointer and "$of" in shows:
            return _named_member(script, body, shows)
        if field.startswith(rule.pointer + "/") and "$requested" in shows:
            said = get(body, field.removeprefix(rule.pointer))
            return get(shows["$requested"], field.removeprefix(rule.pointer)) if said is MISSING else said
    return MISSING


def _named_member(script: Script, body: Any, shows: Mapping[str, Any]) -> Any:
    """A member of the seeded resource that the creation names, where its value is a fixture or plain."""
    named = get(body, str(shows.get("by", "")))
    life = script.contract.lifecycles.get(str(shows["$of"]))
    for seeded in life.seeded if life is not None else ():
        filled = {key: _fixture(script, value) for key, value in seeded.items()}
        if named in [value for value in filled.values() if isinstance(value, str)]:
            return get(filled, str(shows.get("at", "")))
    return MISSING


def _fixture(script: Script, value: Any) -> Any:
    is_fixture = isinstance(value, Mapping) and set(value) == {"$fixture"}
    return script.samples.fixtures.get(value["$fixture"]) if is_fixture else value


def _is_time(script: Script, pointer: str) -> bool:
    rules = (rule for rule in script.life.fields if rule.pointer == pointer)
    return any(isinstance(rule.shows, Mapping) and "$time" in rule.shows for rule in rules)


def _bare(script: Script, listing: Listing) -> Call:
    """A list call that asks for nothing in particular."""
    call = script.samples.call(listing.operation)
    body: Any = {} if isinstance(call.body, Mapping) else ABSENT
    return Call(call.operation, call.path, {}, call.headers, body)


def everything(script: Script, listing: Listing) -> Call:
    """A call that asks for the whole list, in pages as large as allowed."""
    call = _bare(script, listing)
    return write_place(call, listing.paging.limit, min(PAGE, listing.paging.maximum)) if listing.paging else call


def _compare(row: Filter, name: str, operator: str, value: Any) -> tuple[tuple[Place, Any], ...]:
    member = next(key for key, meaning in row.operators.items() if meaning == operator)
    assert row.variable is not None
    return ((row.variable, name), (Place("body", f"/{member}"), value))


def _with(call: Call, values: tuple[tuple[Place, Any], ...]) -> Call:
    for place, value in values:
        call = write_place(call, place, value)
    return call
