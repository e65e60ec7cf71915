"""Takes away what a run has made, with the contract's own commands: at the end of the run, or later from its ledger.

A resource is removed by the command that may be given to a finished one and ends it for good, or else it is stopped by
the command that a running one knows. What others refer to goes last. Nobody else's resource may be harmed: an identity
that the run was given, and has not made, is left alone, and so is one that an answer only claimed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from conformance.driving.driver import next_page, state_in
from conformance.driving.sending import LeftOut, Talk, exchange
from conformance.history import Case
from conformance.judging.view import matches
from conformance.keeping.ledger import Cleaned, Entry, Leftover
from conformance.keeping.making import removal, stopping
from conformance.plan import Step
from conformance.plans.samples import Naming, Samples, write_place
from specs.contract import Command, Contract, Lifecycle
from specs.lifecycle import is_final
from specs.message import Call
from specs.pointers import get

SURE_LENGTH = 12
"""A shorter name may be taken by somebody else, unless the target said that this run made it."""
TRIES_MAX = 60
PAUSE_S = 0.5
PAUSE_MAX_S = 10.0


def in_order(contract: Contract, entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries by lifecycle, those that refer to others first."""
    rows = list(entries)
    ranks = {name: _rank(contract, name, ()) for name in contract.lifecycles}
    names = sorted({row.resource for row in rows} & set(ranks), key=lambda name: -ranks[name])
    return [[row for row in reversed(rows) if row.resource == name] for name in names]


def _rank(contract: Contract, name: str, above: tuple[str, ...]) -> int:
    creation = contract.lifecycles[name].created_by
    named = {row.resource for row in creation.references} if creation else set()
    return 1 + max((_rank(contract, one, (*above, name)) for one in named - {*above, name}), default=0)


async def clean(run: Talk, tag: str) -> Cleaned:
    """Removes what the talk's ledger holds open. Never raises for anything that the target does."""
    await _identify(run, tag)
    protected = frozenset(_texts(run.profile.fixtures))
    found: list[str] = []
    kept: Counter[str] = Counter()
    leftovers: list[Leftover] = []
    for rows in in_order(run.contract, run.ledger.open_entries):
        identities: dict[str | None, Entry] = {}
        for row in rows:
            identities.setdefault(row.identity, row)
        fates = await asyncio.gather(*(_remove(run, row, tag, protected) for row in identities.values()))
        for row, fate in zip(identities.values(), fates, strict=True):
            found.append(fate)
            if fate in ("removed", "ended", "never"):
                _strike_out(run, rows, row)
            elif fate == "kept":
                kept[row.resource] += 1
            else:
                leftovers.append(Leftover(row.resource, row.identity or "", row.operation, row.at, fate))
    return Cleaned(found.count("removed"), found.count("ended"), kept, tuple(leftovers))


def _strike_out(run: Talk, rows: list[Entry], gone: Entry) -> None:
    for row in rows:
        if row.identity == gone.identity:
            run.ledger.settle(row.number, "gone")


async def _remove(run: Talk, entry: Entry, tag: str, protected: frozenset[str]) -> str:
    """What became of one entry: `removed`, `ended`, `kept` (no operation ends it), `never` (there is nothing),
    or the reason why it is left."""
    life = run.contract.lifecycles[entry.resource]
    command = removal(life)
    if command is None and stopping(life) is None:
        return "kept"
    reason = _untouchable(life, entry, tag, protected)
    if reason:
        return reason
    try:
        return await (_delete(run, life, command, entry) if command else _stop(run, life, entry))
    except LeftOut as problem:
        return str(problem)


def _untouchable(life: Lifecycle, entry: Entry, tag: str, protected: frozenset[str]) -> str:
    identity = entry.identity
    if identity is None:
        return "the answer that named it never came, and no list shows a resource with the run's name"
    if life.absent is not None:
        return "" if entry.existed is False else "it was there before the run, or may have been"
    if identity in protected:
        return "the profile names it: the run did not make it, whatever the target says"
    if entry.fate != "made" and f"-{tag}-" not in identity and len(identity) < SURE_LENGTH:
        return "its name is so short that it may be somebody else's, and its creation was never confirmed"
    return ""


async def _delete(run: Talk, life: Lifecycle, command: Command, entry: Entry) -> str:
    pause, had_ended = PAUSE_S, False
    for _ in range(TRIES_MAX):
        fate, said = await _give(run, life, command, entry, "removed")
        if fate:
            return fate
        state = await _look(run, life, entry)
        if state is not None and state in {edges.get(command.event) for edges in life.transitions.values()}:
            return "removed"  # it is gone already, and a target may refuse to remove it twice
        ended = state is not None and is_final(life, state)
        if state is None or (ended and had_ended):
            return said
        if run.spent_s() > run.profile.limits.run_s:
            return f"it was still {state}, and {said}"
        if not ended:  # what ended after it refused to go is asked once more, at once
            await run.clock.sleep(pause)
            pause = min(pause * 1.5, PAUSE_MAX_S)
        had_ended = ended
    return f"{command.operation} was refused {TRIES_MAX} times"


async def _stop(run: Talk, life: Lifecycle, entry: Entry) -> str:
    """A resource that nothing deletes is at least not left running; what is finished only remains on record."""
    command = stopping(life)
    assert command is not None
    state = await _look(run, life, entry)
    if state is not None and is_final(life, state):
        return "ended"
    fate, said = await _give(run, life, command, entry, "ended")
    if fate:
        return fate
    state = await _look(run, life, entry)
    return "ended" if state is not None and is_final(life, state) else said


async def _give(run: Talk, life: Lifecycle, command: Command, entry: Entry, done: str) -> tuple[str, str]:
    """Gives a command once. What became of the entry (`done` when it was accepted), or an empty text with the refusal
    in words."""
    call = write_place(_sample(run, command.operation), command.identity, entry.identity)
    answer = (await exchange(run, _step(life, call, command.operation), call, last=True)).answer
    if answer is None:
        return f"{command.operation} got no answer", ""
    if 200 <= answer.status < 300:
        return done, ""
    missing = run.contract.errors.get(life.not_found)
    if missing is not None and matches(missing, answer):
        return "never", ""
    return "", f"{command.operation} answered {answer.status} {answer.code or ''}".strip()


async def _look(run: Talk, life: Lifecycle, entry: Entry) -> str | None:
    """The state of an entry's resource; None when none is shown."""
    observed = life.observed_by
    if observed is None:
        return None
    call = write_place(_sample(run, observed.operation), observed.identity, entry.identity)
    return state_in(life, await exchange(run, _step(life, call, observed.operation), call, last=True))


def _sample(run: Talk, operation: str) -> Call:
    """An operation's sample without a body's resources: what it names is written over."""
    return Samples(run.contract, run.profile.fixtures, Naming("cleaning")).call(operation)


def _step(life: Lifecycle, call: Call, label: str) -> Step:
    return Step(Case("cleaning", "", label), call, lifecycle=life.name)


async def _identify(run: Talk, tag: str) -> None:
    """Finds in the lists what was made without an answer: items that carry the run's tag and that no entry has."""
    lost = [row for row in run.ledger.open_entries if row.identity is None]
    for name in dict.fromkeys(row.resource for row in lost):
        known = {row.identity for row in run.ledger.entries.values() if row.resource == name}
        unnamed = [row for row in lost if row.resource == name]
        found = [one for one in await _listed(run, run.contract.lifecycles[name], tag) if one not in known]
        for row, identity in zip(unnamed, found, strict=False):
            run.ledger.settle(row.number, "made", identity)
        if run.contract.lifecycles[name].listed_by is not None and not found:
            _forget_named(run, unnamed)


def _forget_named(run: Talk, unnamed: list[Entry]) -> None:
    """Creations whose resources would carry the run's tag, and that no list shows, came to nothing."""
    for row in unnamed:
        creation = run.contract.lifecycles[row.resource].created_by
        if creation is not None and row.operation in creation.operations and creation.unique is not None:
            run.ledger.settle(row.number, "gone")


async def _listed(run: Talk, life: Lifecycle, tag: str) -> list[str]:
    listing, found = life.listed_by, []
    call: Call | None = _sample(run, listing.operation) if listing is not None else None
    pages = run.profile.limits.pages_max
    while listing is not None and call is not None and pages > 0:
        page = await exchange(run, _step(life, call, "list"), call, last=True)
        items = get(page.answer.body, listing.items) if page.accepted and page.answer else ()
        for item in items if isinstance(items, list) else ():
            identity = get(item, listing.identity)
            if isinstance(identity, str) and _carries(item, tag):
                found.append(identity)
        call, pages = next_page(call, page, listing.paging), pages - 1
    return found


def _carries(item: Any, tag: str) -> bool:
    """Whether a name in a list's item is one that the run gave."""
    return f"-{tag}-" in orjson.dumps(item, default=str).decode()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
