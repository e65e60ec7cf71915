"""Turns a plan into a history.

All scenarios of a stage run side by side on one event loop, so that waiting for many jobs costs as much as waiting for
the slowest. The driver decides nothing about right or wrong: it fills in identities, retries what was throttled, stops
waiting when patience ends, and gives up on a target that no longer answers.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conformance.driving.files import collect
from conformance.driving.polling import grown, next_pause_s
from conformance.driving.sending import Clock, LeftOut, Talk, exchange, retry_after_s
from conformance.history import Exchange, History
from conformance.judging.view import created_identity, identity_at
from conformance.keeping.passage import Earlier, Milestone
from conformance.plan import BURST, Plan, Scenario, Stage, Step, slots_of
from conformance.plans.samples import read_place, write_place
from specs.contract import Contract, Lifecycle
from specs.lifecycle import is_final, read_state
from specs.message import Call
from specs.pointers import MISSING, get

CHANGES_MAX = 20
"""So many ages of change are remembered of one kind of resource."""
REFUSED_POLLS_MAX = 6
"""A poll that shows no state so often in a row, outside of a consistency window, is given up."""
REASON_UNFINISHED = "the job was still {state} after {seconds:g} s; `conformance resume` goes on"


def system_clock() -> Clock:
    """The machine's clock, for live runs."""
    loop = asyncio.get_running_loop()
    return Clock(loop.time, lambda: datetime.now(UTC), asyncio.sleep)


class Unfinished(Exception):
    """A job has not ended while the run was patient; the text says so."""


Reached = Callable[[Milestone], None]


def unheard(milestone: Milestone) -> None:
    """Milestones for nobody."""


async def drive(run: Talk, plan: Plan, reached: Reached = unheard, earlier: Earlier | None = None) -> History:
    """The history of a plan on a target. Never raises for anything that the target does.

    Scenarios of the main stage that wait for a job and need nothing of the set-up start together with it, so that no
    job waits for another one's end. What stands below `earlier` is not done again, except for the closing stage, which
    looks once more.
    """
    if earlier is not None:
        _go_on(run, earlier)
    run.left_out.update(plan.left_out)
    positions = dict(earlier.positions) if earlier is not None else {}
    named = dict(zip(_names(plan), plan.scenarios, strict=True))
    staged = {stage: [name for name, row in named.items() if row.stage == stage] for stage in Stage}

    async def play(names: list[str]) -> None:
        await asyncio.gather(*(_scenario(run, name, named[name], positions.get(name, 0), reached) for name in names))

    early = [name for name in staged[Stage.main] if starts_early(run.contract, named[name])]
    await play([*staged[Stage.setup], *early])
    await play([name for name in staged[Stage.main] if name not in set(early)])
    for name in staged[Stage.exclusive]:
        await play([name])
    positions = {}
    await play(staged[Stage.closing])
    ordered = tuple(run.exchanges[index] for index in sorted(run.exchanges))
    return History(ordered, tuple(run.artefacts), dict(run.left_out), dict(run.unfinished))


def _go_on(run: Talk, earlier: Earlier) -> None:
    run.exchanges = {row.index: row for row in earlier.exchanges}
    run.numbered = max(run.exchanges, default=0)
    run.artefacts = list(earlier.artefacts)
    run.slots = {slot: identity for slot, (identity, _) in earlier.slots.items()}
    run.created_at = {slot: at for slot, (_, at) in earlier.slots.items()}
    run.budget_began = run.clock.now()
    run.began = run.clock.now() - earlier.elapsed_s


def _names(plan: Plan) -> list[str]:
    """A name for each scenario, counted where several have the same one."""
    seen: Counter[str] = Counter()
    names = []
    for scenario in plan.scenarios:
        seen[scenario.name] += 1
        names.append(scenario.name if seen[scenario.name] == 1 else f"{scenario.name}#{seen[scenario.name]}")
    return names


def starts_early(contract: Contract, scenario: Scenario) -> bool:
    """Whether a main scenario waits for a job and needs nothing that the set-up stage makes: its steps name only
    resources of its own, and score nothing, since a model may have to be mounted first. What waits for nothing starts
    later: beside so many other calls a job would be read too seldom to see its states."""
    if not any(step.kind == "poll" for step in scenario.steps):
        return False
    made = {step.slot for step in scenario.steps if step.creates}
    scoring = {scorer.operation for scorer in contract.scorers.values()}
    parts = {life.name for life in contract.lifecycles.values() if life.absent is not None}
    calls = [step.call for step in scenario.steps if step.call is not None]
    borrowed = {*scenario.needs, *(name for call in calls for name in slots_of(call))} - made
    return (
        not borrowed
        and not scoring & {call.operation for call in calls}
        and not parts & {name for step in scenario.steps for name in (step.lifecycle, step.creates)}
    )


async def _scenario(run: Talk, name: str, scenario: Scenario, start: int, reached: Reached) -> None:
    for position, step in enumerate(scenario.steps[start:], start):
        reason, table = _reason_to_stop(run, scenario), run.left_out
        files = len(run.artefacts)
        try:
            if not reason:
                await take(run, replace(step, goes_on=True) if position else step)
        except LeftOut as problem:
            reason = str(problem)
        except Unfinished as problem:
            reason, table = str(problem), run.unfinished
        if reason:
            _leave_out(table, scenario.steps[position:], reason)
            return
        identity = run.slots.get(step.slot, "") if step.creates or step.keeps else ""
        made = run.created_at.get(step.slot, 0.0) if identity else 0.0
        reached(Milestone(name, position + 1, step.slot, identity, made, tuple(run.artefacts[files:])))


def _reason_to_stop(run: Talk, scenario: Scenario) -> str:
    if scenario.mode > run.profile.mode:
        return f"mode {run.profile.mode.name} does not allow it; --mode {scenario.mode.name} does"
    missing = [name for name in scenario.needs if name not in run.slots]
    return f"the resource in {missing[0]} could not be made" if missing else ""


def _leave_out(table: dict[str, str], steps: tuple[Step, ...], reason: str) -> None:
    for name in (name for step in steps for name in step.case.serves):
        table.setdefault(name, reason)


async def take(run: Talk, step: Step) -> None:
    """Takes one step. Raises LeftOut when it cannot be taken, and Unfinished when a job has not ended in time."""
    await _STEPS[step.kind](run, step)


async def _send_step(run: Talk, step: Step) -> None:
    assert step.call is not None
    found = await exchange(run, step, _filled(run, step.call))
    _take_identity(run, step, found)
    kept = get(found.answer.body, step.keeps) if step.keeps and found.accepted and found.answer else MISSING
    if isinstance(kept, str) and kept:
        run.slots[step.slot] = kept


async def _burst_step(run: Talk, step: Step) -> None:
    assert step.call is not None
    call = _filled(run, step.call)
    # All of them come to their end, also when a budget is spent in between.
    tries = await asyncio.gather(*(exchange(run, step, call) for _ in range(BURST)), return_exceptions=True)
    for found in tries:
        if isinstance(found, BaseException):
            raise found
        _take_identity(run, step, found)


def _take_identity(run: Talk, step: Step, found: Exchange) -> None:
    if step.creates and found.accepted:
        life = run.contract.lifecycles[step.creates]
        identity = identity_at(step.identity, found) if step.identity else created_identity(life, found)
        if identity is None and found.call is not None and life.created_by and life.created_by.chosen_by_client:
            chosen = read_place(found.call, life.created_by.chosen_by_client)
            identity = chosen if isinstance(chosen, str) else None
        if identity is not None:
            run.slots[step.slot] = identity
            run.created_at[step.slot] = found.received_at


async def _poll_step(run: Talk, step: Step) -> None:
    assert step.call is not None
    life = run.contract.lifecycles[step.lifecycle]
    patience_s = run.profile.limits.patience_s
    base = pause = run.profile.limits.poll_interval_s
    deadline = run.elapsed() + patience_s
    refused = agreed = 0
    before: str | None = None
    while True:
        found = await exchange(run, step, _filled(run, step.call))
        state = state_in(life, found)
        reached = state is not None and (state in step.until if step.until else is_final(life, state))
        agreed = agreed + 1 if reached else 0
        refused = 0 if state is not None or _settling(run, life, step) else refused + 1
        # Only a final state can stay: one on the way is to be met while it lasts.
        stay = life.consistency.stay if state is not None and is_final(life, state) else 1
        if agreed >= max(1, stay) or refused >= REFUSED_POLLS_MAX or run.gone:
            return
        if run.elapsed() >= deadline:
            if state is not None and not is_final(life, state):
                raise Unfinished(REASON_UNFINISHED.format(state=state, seconds=patience_s))
            return
        if state is not None and state != before:
            pause = base
            _note_change(run, step, before)
        else:
            pause = grown(pause, base)
        before = state or before
        wait = retry_after_s(found.answer) or _pause_s(run, step, pause)
        await run.clock.sleep(min(wait, max(0.0, deadline - run.elapsed())))


def _age_s(run: Talk, step: Step) -> float:
    return run.elapsed() - run.created_at.get(step.slot, run.elapsed())


def _note_change(run: Talk, step: Step, before: str | None) -> None:
    known = run.changes.setdefault(step.lifecycle, [])
    if before is not None and len(known) < CHANGES_MAX:
        known.append(_age_s(run, step))


def _pause_s(run: Talk, step: Step, pause: float) -> float:
    base, known = run.profile.limits.poll_interval_s, run.changes.get(step.lifecycle, ())
    return next_pause_s(pause * run.random.uniform(0.8, 1.2), base, _age_s(run, step), known)


def _settling(run: Talk, life: Lifecycle, step: Step) -> bool:
    born = run.created_at.get(step.slot)
    return born is not None and run.elapsed() - born <= life.consistency.get_after_create_s


def state_in(life: Lifecycle, found: Exchange) -> str | None:
    """The state that an answer shows; None when it shows none, or one that nobody documents."""
    if not found.accepted or found.answer is None or life.observed_by is None:
        return None
    document = get(found.answer.body, life.observed_by.at)
    if not life.observed_by.state:
        return life.initial
    spelled = get(document, life.observed_by.state)
    return read_state(life, spelled) if isinstance(spelled, str) else None


async def _pause_step(run: Talk, step: Step) -> None:
    await run.clock.sleep(step.seconds)


async def _collect_step(run: Talk, step: Step) -> None:
    if run.profile.object_store is None:
        _leave_out(run.left_out, (step,), "the profile maps no object store")
        return
    deadline = run.elapsed() + _files_window_s(run, step)
    prefixes, uris = (_texts(step.case.parameters.get(key)) for key in ("prefixes", "uris"))
    bytes_max = run.profile.limits.response_bytes_max
    while True:
        files = await asyncio.to_thread(collect, run.profile.object_store, prefixes, uris, step.slot, bytes_max)
        arrived = not prefixes or any(file.uri not in uris for file in files)
        if arrived or run.elapsed() >= deadline:
            run.artefacts.extend(files)
            return
        await run.clock.sleep(min(1.0, max(0.05, deadline - run.elapsed())))


def _files_window_s(run: Talk, step: Step) -> float:
    """How long files may still come: a job that was last seen to end without success brings none."""
    life = run.contract.lifecycles.get(step.lifecycle)
    if life is None:
        return 0.0
    seen = [state_in(life, row) for _, row in sorted(run.exchanges.items()) if row.slot == step.slot]
    last = next((state for state in reversed(seen) if state is not None), None)
    if last is not None and life.final.get(last, "success") != "success":
        return 0.0
    return min(life.consistency.results_after_final_s, run.profile.limits.patience_s)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


async def _follow_step(run: Talk, step: Step) -> None:
    assert step.call is not None
    listing = run.contract.lifecycles[step.lifecycle].listed_by
    call: Call | None = _filled(run, step.call)
    pages: set[tuple[str, bytes]] = set()
    for _ in range(run.profile.limits.pages_max):
        if call is None or run.gone:
            return
        found = await exchange(run, step, call)
        page = repr(call), found.response.body if found.response is not None else b""
        if page in pages:  # the list leads in a circle, and once around is enough to see it
            return
        pages.add(page)
        call = next_page(call, found, listing.paging if listing else None)


async def _settle_step(run: Talk, step: Step) -> None:
    assert step.call is not None
    deadline = run.elapsed() + step.seconds
    pause = run.profile.limits.poll_interval_s
    while True:
        late = run.elapsed() >= deadline
        found = await exchange(run, step, _filled(run, step.call))
        if late or run.gone or _settled(run, step, found):
            return
        await run.clock.sleep(retry_after_s(found.answer) or pause)
        pause = min(pause * 1.5, 2.0)


def _settled(run: Talk, step: Step, found: Exchange) -> bool:
    listing = run.contract.lifecycles[step.lifecycle].listed_by
    if listing is None or listing.operation != found.operation:
        return found.accepted
    items = get(found.answer.body, listing.items) if found.accepted and found.answer else ()
    wanted = run.slots.get(step.slot)
    return isinstance(items, list) and any(get(item, listing.identity) == wanted for item in items)


def next_page(call: Call, found: Exchange, paging: Any) -> Call | None:
    """The call for the page behind this one; None behind the last."""
    following = get(found.answer.body, paging.next) if paging and found.accepted and found.answer else MISSING
    if not isinstance(following, str) or not following:
        return None
    if paging.style == "token":
        return write_place(call, paging.token, following)
    fields = parse_qs(urlsplit(following).query, max_num_fields=100)
    offset = fields.get(paging.offset.name, [""])[-1]
    return write_place(call, paging.offset, int(offset)) if offset.isdigit() and len(offset) < 12 else None


_STEPS: Mapping[str, Callable[[Talk, Step], Any]] = {
    "send": _send_step,
    "burst": _burst_step,
    "poll": _poll_step,
    "pause": _pause_step,
    "collect": _collect_step,
    "follow": _follow_step,
    "settle": _settle_step,
}


def _filled(run: Talk, call: Call) -> Call:
    def fill(value: Any) -> Any:
        return _fill(run, value)

    path, query, headers = fill(call.path), fill(call.query), fill(call.headers)
    return Call(call.operation, path, query, headers, fill(call.body), call.media_type)


def _fill(run: Talk, value: Any) -> Any:
    # Nearly every value is a text or a dict, and asking for these is much cheaper.
    if isinstance(value, str):
        return value
    if type(value) is dict or isinstance(value, Mapping):
        if len(value) == 1 and "$slot" in value:
            if value["$slot"] not in run.slots:
                raise LeftOut(f"what stands for {value['$slot']} could not be had")
            return run.slots[value["$slot"]]
        return {key: _fill(run, member) for key, member in value.items()}
    return [_fill(run, item) for item in value] if isinstance(value, list) else value
