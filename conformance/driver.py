"""Turns a plan into a history.

All scenarios of a stage run side by side on one event loop, so that waiting for many jobs costs as much as waiting for
the slowest. The driver decides nothing about right or wrong: it fills in identities, retries what was throttled, stops
waiting when patience ends, and gives up on a target that no longer answers.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conformance.files import collect
from conformance.history import Artefact, Case, Exchange, History
from conformance.plan import BURST, Plan, Scenario, Stage, Step
from conformance.profile import Profile
from conformance.samples import read_place, write_place
from conformance.target import Outcome, Send, authenticated
from conformance.view import created_identity, identity_at, matches
from specs.contract import Contract, Lifecycle
from specs.lifecycle import is_final, read_state
from specs.message import Answer, Call, HttpRequest, header
from specs.pointers import MISSING, get
from specs.wire import WIRES

SILENT_MAX = 12
"""After so many requests in a row without any answer the target counts as gone."""
RETRIES_MAX = 4
REFUSED_POLLS_MAX = 6
"""A poll that shows no state so often in a row, outside of a consistency window, is given up."""

Progress = Callable[[Exchange], None]


@dataclass(frozen=True)
class Clock:
    """Where time comes from: `now` in seconds (monotonic), `utc` for signatures, `sleep` to wait."""

    now: Callable[[], float]
    utc: Callable[[], datetime]
    sleep: Callable[[float], Any]


def system_clock() -> Clock:
    """The machine's clock, for live runs."""
    loop = asyncio.get_running_loop()
    return Clock(loop.time, lambda: datetime.now(UTC), asyncio.sleep)


@dataclass
class _Run:
    """What changes while a plan runs."""

    contract: Contract
    profile: Profile
    send: Send
    clock: Clock
    progress: Progress
    random: random.Random
    began: float
    gate: asyncio.Semaphore
    """Bounds the requests under way, not the scenarios: a job that is waited for keeps nobody else waiting."""
    exchanges: dict[int, Exchange] = field(default_factory=dict)
    artefacts: list[Artefact] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)
    created_at: dict[str, float] = field(default_factory=dict)
    sent: int = 0
    silent: int = 0
    throttled_s: float = 0.0
    next_send: float = 0.0
    gone: str = ""

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self.clock.now() - self.began


class _LeftOut(Exception):
    """A step cannot be taken; the text says why."""


async def drive(
    contract: Contract, plan: Plan, profile: Profile, send: Send, clock: Clock, seed: int, progress: Progress
) -> History:
    """The history of a plan on a target. Never raises for anything that the target does."""
    gate = asyncio.Semaphore(profile.limits.concurrency)
    run = _Run(contract, profile, send, clock, progress, random.Random(seed), clock.now(), gate)
    run.left_out.update(plan.left_out)
    for stage in Stage:
        scenarios = [scenario for scenario in plan.scenarios if scenario.stage == stage]
        if stage == Stage.exclusive:
            for scenario in scenarios:
                await _scenario(run, scenario)
        else:
            await asyncio.gather(*(_scenario(run, scenario) for scenario in scenarios))
    ordered = tuple(run.exchanges[index] for index in sorted(run.exchanges))
    return History(ordered, tuple(run.artefacts), dict(run.left_out))


async def _scenario(run: _Run, scenario: Scenario) -> None:
    for position, step in enumerate(scenario.steps):
        reason = _reason_to_stop(run, scenario) or await _step(run, step)
        if reason:
            _leave_out(run, scenario.steps[position:], reason)
            return


async def _step(run: _Run, step: Step) -> str:
    try:
        await _STEPS[step.kind](run, step)
    except _LeftOut as reason:
        return str(reason)
    return ""


def _reason_to_stop(run: _Run, scenario: Scenario) -> str:
    if scenario.mode > run.profile.mode:
        return f"mode {run.profile.mode.name} does not allow it; --mode {scenario.mode.name} does"
    missing = [name for name in scenario.needs if name not in run.slots]
    return f"the resource in {missing[0]} could not be made" if missing else ""


def _leave_out(run: _Run, steps: tuple[Step, ...], reason: str) -> None:
    for name in (name for step in steps for name in step.case.serves):
        run.left_out.setdefault(name, reason)


async def _send_step(run: _Run, step: Step) -> None:
    assert step.call is not None
    _take_identity(run, step, await _exchange(run, step, _filled(run, step.call)))


async def _burst_step(run: _Run, step: Step) -> None:
    assert step.call is not None
    call = _filled(run, step.call)
    for exchange in await asyncio.gather(*(_exchange(run, step, call) for _ in range(BURST))):
        _take_identity(run, step, exchange)


def _take_identity(run: _Run, step: Step, exchange: Exchange) -> None:
    if step.creates and exchange.accepted:
        life = run.contract.lifecycles[step.creates]
        identity = identity_at(step.identity, exchange) if step.identity else created_identity(life, exchange)
        if identity is None and life.created_by and life.created_by.chosen_by_client and exchange.call:
            chosen = read_place(exchange.call, life.created_by.chosen_by_client)
            identity = chosen if isinstance(chosen, str) else None
        if identity is not None:
            run.slots[step.slot] = identity
            run.created_at[step.slot] = exchange.received_at


async def _poll_step(run: _Run, step: Step) -> None:
    assert step.call is not None
    life = run.contract.lifecycles[step.lifecycle]
    deadline = run.elapsed() + run.profile.limits.patience_s
    pause = run.profile.limits.poll_interval_s
    refused = agreed = 0
    while True:
        exchange = await _exchange(run, step, _filled(run, step.call))
        state = _state(life, exchange)
        reached = state is not None and (state in step.until if step.until else is_final(life, state))
        agreed = agreed + 1 if reached else 0
        refused = 0 if state is not None or _settling(run, life, step) else refused + 1
        if agreed >= max(1, life.consistency.stay) or refused >= REFUSED_POLLS_MAX or run.gone:
            return
        if run.elapsed() >= deadline:
            return
        wait = _retry_after(exchange) or pause * run.random.uniform(0.8, 1.2)
        await run.clock.sleep(min(wait, max(0.0, deadline - run.elapsed())))
        pause = min(pause * 1.5, run.profile.limits.poll_interval_s * 100, 2.0)


def _settling(run: _Run, life: Lifecycle, step: Step) -> bool:
    born = run.created_at.get(step.slot)
    return born is not None and run.elapsed() - born <= life.consistency.get_after_create_s


def _state(life: Lifecycle, exchange: Exchange) -> str | None:
    if not exchange.accepted or exchange.answer is None or life.observed_by is None:
        return None
    document = get(exchange.answer.body, life.observed_by.at)
    if not life.observed_by.state:
        return life.initial
    spelled = get(document, life.observed_by.state)
    return read_state(life, spelled) if isinstance(spelled, str) else None


async def _pause_step(run: _Run, step: Step) -> None:
    await run.clock.sleep(step.seconds)


async def _collect_step(run: _Run, step: Step) -> None:
    if run.profile.object_store is None:
        _leave_out(run, (step,), "the profile maps no object store")
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


def _files_window_s(run: _Run, step: Step) -> float:
    """How long files may still come: a job that was last seen to end without success brings none."""
    life = run.contract.lifecycles.get(step.lifecycle)
    if life is None:
        return 0.0
    seen = [_state(life, row) for _, row in sorted(run.exchanges.items()) if row.slot == step.slot]
    last = next((state for state in reversed(seen) if state is not None), None)
    if last is not None and life.final.get(last, "success") != "success":
        return 0.0
    return min(life.consistency.results_after_final_s, run.profile.limits.patience_s)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


async def _follow_step(run: _Run, step: Step) -> None:
    assert step.call is not None
    listing = run.contract.lifecycles[step.lifecycle].listed_by
    call: Call | None = _filled(run, step.call)
    for _ in range(run.profile.limits.pages_max):
        if call is None or run.gone:
            return
        exchange = await _exchange(run, step, call)
        call = _next_page(call, exchange, listing.paging if listing else None)


async def _settle_step(run: _Run, step: Step) -> None:
    assert step.call is not None
    deadline = run.elapsed() + step.seconds
    pause = run.profile.limits.poll_interval_s
    while True:
        late = run.elapsed() >= deadline
        exchange = await _exchange(run, step, _filled(run, step.call))
        if late or run.gone or _settled(run, step, exchange):
            return
        await run.clock.sleep(_retry_after(exchange) or pause)
        pause = min(pause * 1.5, 2.0)


def _settled(run: _Run, step: Step, exchange: Exchange) -> bool:
    listing = run.contract.lifecycles[step.lifecycle].listed_by
    if listing is None or listing.operation != exchange.operation:
        return exchange.accepted
    items = get(exchange.answer.body, listing.items) if exchange.accepted and exchange.answer else ()
    wanted = run.slots.get(step.slot)
    return isinstance(items, list) and any(get(item, listing.identity) == wanted for item in items)


def _next_page(call: Call, exchange: Exchange, paging: Any) -> Call | None:
    following = get(exchange.answer.body, paging.next) if paging and exchange.accepted and exchange.answer else MISSING
    if not isinstance(following, str) or not following:
        return None
    if paging.style == "token":
        return write_place(call, paging.token, following)
    fields = parse_qs(urlsplit(following).query, max_num_fields=100)
    offset = fields.get(paging.offset.name, [""])[-1]
    return write_place(call, paging.offset, int(offset)) if offset.isdigit() and len(offset) < 12 else None


_STEPS: Mapping[str, Callable[[_Run, Step], Any]] = {
    "send": _send_step,
    "burst": _burst_step,
    "poll": _poll_step,
    "pause": _pause_step,
    "collect": _collect_step,
    "follow": _follow_step,
    "settle": _settle_step,
}


def _filled(run: _Run, call: Call) -> Call:
    def fill(value: Any) -> Any:
        return _fill(run, value)

    return replace(call, path=fill(call.path), query=fill(call.query), headers=fill(call.headers), body=fill(call.body))


def _fill(run: _Run, value: Any) -> Any:
    if isinstance(value, Mapping):
        if len(value) == 1 and "$slot" in value:
            if value["$slot"] not in run.slots:
                raise _LeftOut(f"the resource in {value['$slot']} could not be made")
            return run.slots[value["$slot"]]
        return {key: _fill(run, member) for key, member in value.items()}
    return [_fill(run, item) for item in value] if isinstance(value, list) else value


async def _exchange(run: _Run, step: Step, call: Call) -> Exchange:
    request = WIRES[run.contract.wire].encode_request(run.contract, call)
    request = _mutated(request, step, urlsplit(run.profile.url).path)
    for attempt in itertools.count():
        exchange = await _once(run, step, call, request)
        wait = _throttle_wait(run, exchange, attempt)
        case = step.case if wait is None else Case("throttled", step.case.requirement, step.case.label)
        exchange = replace(exchange, case=case)
        run.exchanges[exchange.index] = exchange
        run.progress(exchange)
        if wait is None:
            break
        run.throttled_s += wait
        await run.clock.sleep(wait)
    return exchange


def _mutated(request: HttpRequest, step: Step, prefix: str) -> HttpRequest:
    mutation = step.mutation
    target = prefix.rstrip("/") + request.target
    if mutation is None:
        return replace(request, target=target)
    changed = {name.lower() for name in mutation.headers}
    kept = tuple((name, value) for name, value in request.headers if name.lower() not in changed)
    added = tuple((name, value) for name, value in mutation.headers.items() if value is not None)
    return HttpRequest(
        mutation.method or request.method,
        prefix.rstrip("/") + mutation.target if mutation.target is not None else target,
        kept + added,
        request.body if mutation.body is None else mutation.body,
    )


def _used_up(run: _Run) -> str:
    limits = run.profile.limits
    if run.sent >= limits.requests_max:
        return f"the budget of {limits.requests_max} requests is used up"
    if run.elapsed() > limits.run_s:
        return f"the budget of {limits.run_s:g} seconds is used up"
    return run.gone


async def _once(run: _Run, step: Step, call: Call, request: HttpRequest) -> Exchange:
    profile = run.profile
    async with run.gate:
        await _keep_rate(run)
        reason = _used_up(run)
        if reason:
            raise _LeftOut(reason)
        run.sent += 1
        index, sent_at = run.sent, run.elapsed()
        signed = authenticated(
            request, run.contract.auth, profile.url, profile.credentials, step.credentials, run.clock.utc()
        )
        outcome = await run.send(signed)
        received_at = run.elapsed()
    _note_silence(run, outcome)
    answer: Answer | None = None
    if outcome.response is not None:
        answer = WIRES[run.contract.wire].decode_answer(run.contract, outcome.response)
    return Exchange(
        index,
        sent_at,
        received_at,
        request,
        operation=call.operation,
        call=call,
        response=outcome.response,
        answer=answer,
        failure=outcome.failure,
        slot=step.slot,
        credentials=step.credentials,
    )


async def _keep_rate(run: _Run) -> None:
    rate = run.profile.limits.requests_per_second
    if rate <= 0:
        return
    turn = max(run.next_send, run.clock.now())
    run.next_send = turn + 1.0 / rate
    await run.clock.sleep(max(0.0, turn - run.clock.now()))


def _note_silence(run: _Run, outcome: Outcome) -> None:
    run.silent = run.silent + 1 if outcome.response is None else 0
    if run.silent >= SILENT_MAX:
        run.gone = f"the target stopped answering ({outcome.failure})"


def _throttle_wait(run: _Run, exchange: Exchange, attempt: int) -> float | None:
    """Seconds to wait before another try; None when the answer is no throttling, or waiting is used up."""
    answer = exchange.answer
    if answer is None or attempt >= RETRIES_MAX or 200 <= answer.status < 300:
        return None
    name = run.contract.refusals.get("throttled")
    named = name is not None and answer.code is not None and matches(run.contract.errors[name], answer)
    if answer.status not in (429, 503) and not named:
        return None
    wait = _retry_after(exchange) or 0.05 * 2.0**attempt
    return wait if run.throttled_s + wait <= run.profile.limits.throttled_wait_s else None


def _retry_after(exchange: Exchange) -> float | None:
    """Retry-After in seconds (RFC 9110, section 10.2.3), 30 at most; a date is not read."""
    text = header(exchange.answer.headers, "retry-after") if exchange.answer else None
    return min(float(text), 30.0) if text is not None and text.isdigit() and len(text) < 6 else None
