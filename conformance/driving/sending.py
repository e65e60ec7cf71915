"""One exchange with the target: signed, within the budgets, at the agreed rate, tried again when throttled or crowded.

Everything that leaves a run goes through here, so this is where a run keeps its promises: nothing is made that was not
written into the ledger first, no budget is overdrawn, and what a clean-up will need is never spent before it.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from conformance.driving.gate import Gate
from conformance.driving.hiding import hidden
from conformance.driving.target import Outcome, Send, authenticated
from conformance.history import Artefact, Case, Exchange
from conformance.judging.view import matches
from conformance.keeping.ledger import Ledger
from conformance.keeping.making import Maker, chosen_identity, made_identity, makers, removal_requests
from conformance.plan import Step
from conformance.plans.samples import write_place
from conformance.profile import Profile
from specs.contract import Contract, Lifecycle
from specs.message import Answer, Call, HttpRequest, header
from specs.pointers import get
from specs.wire import WIRES

SILENT_MAX = 12
"""After so many requests in a row without any answer the target counts as gone."""
RETRIES_MAX = 4
CROWDED_PAUSE_MAX_S = 2.0
PACE_MIN_S, PACE_START_S, PACE_MAX_S, PACE_GROWTH, PACE_DECAY = 0.001, 0.005, 0.25, 1.3, 0.98
"""Between two requests to a target that throttles: longer with each refusal, shorter with each other answer."""

Progress = Callable[[Exchange], None]


@dataclass(frozen=True)
class Clock:
    """Where time comes from: `now` in seconds (monotonic), `utc` for signatures, `sleep` to wait."""

    now: Callable[[], float]
    utc: Callable[[], datetime]
    sleep: Callable[[float], Any]


class LeftOut(Exception):
    """A step cannot be taken; the text says why."""


@dataclass
class Talk:
    """What changes while a run talks to its target."""

    contract: Contract
    profile: Profile
    send: Send
    clock: Clock
    progress: Progress
    random: random.Random
    began: float
    gate: Gate
    """Bounds the requests under way, not the scenarios: a job that is waited for keeps nobody else waiting."""
    ledger: Ledger
    makers: Mapping[str, Maker]
    exchanges: dict[int, Exchange] = field(default_factory=dict)
    artefacts: list[Artefact] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    """Requirement -> why it is still open: a job behind it has not ended."""
    slots: dict[str, str] = field(default_factory=dict)
    created_at: dict[str, float] = field(default_factory=dict)
    changes: dict[str, list[float]] = field(default_factory=dict)
    """Lifecycle -> at which ages, in seconds, its resources were seen to change their state."""
    budget_began: float | None = None
    """When this process began to spend its budgets, when that is not the beginning of the run."""
    numbered: int = 0
    """The index of the latest exchange."""
    sent: int = 0
    silent: int = 0
    throttled_s: float = 0.0
    pace_s: float = 0.0
    """How far apart requests are sent, since the target throttles them."""
    crowded_at: float | None = None
    """Since when the target has had too many jobs under way to take another one."""
    next_send: float = 0.0
    gone: str = ""

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self.clock.now() - self.began

    def spent_s(self) -> float:
        """Seconds of the budget that are spent."""
        return self.clock.now() - (self.began if self.budget_began is None else self.budget_began)


def talk(
    contract: Contract, profile: Profile, send: Send, clock: Clock, seed: int, progress: Progress, ledger: Ledger
) -> Talk:
    """A talk that begins now."""
    gate = Gate(profile.limits.concurrency)
    draw = random.Random(seed)
    return Talk(contract, profile, send, clock, progress, draw, clock.now(), gate, ledger, makers(contract))


async def exchange(run: Talk, step: Step, call: Call, *, last: bool = False) -> Exchange:
    """Sends a call, again as often as the target throttles it. `last` is for the clean-up, which may spend what is
    kept back for it. Raises LeftOut when a budget is spent."""
    if step.credentials == "other_word" and not run.profile.credentials.token:
        raise LeftOut("the profile names no token that could stand behind another word")
    request = WIRES[run.contract.wire].encode_request(run.contract, call)
    request = _mutated(request, step, urlsplit(run.profile.url).path)
    for attempt in itertools.count():
        found = await _once(run, step, call, request, last=last)
        wait = _throttle_wait(run, found, attempt, last=last) or _crowded_wait(run, found, attempt)
        if wait is not None:
            found = replace(found, case=Case("throttled", step.case.requirement, step.case.label))
        if not last:
            run.exchanges[found.index] = found
            run.progress(found)
        if wait is None:
            break
        await run.clock.sleep(wait)
    return found


def _mutated(request: HttpRequest, step: Step, prefix: str) -> HttpRequest:
    mutation = step.mutation
    target = prefix.rstrip("/") + request.target
    if mutation is None:
        return HttpRequest(request.method, target, request.headers, request.body)
    changed = {name.lower() for name in mutation.headers}
    kept = tuple((name, value) for name, value in request.headers if name.lower() not in changed)
    added = tuple((name, value) for name, value in mutation.headers.items() if value is not None)
    target = prefix.rstrip("/") + mutation.target if mutation.target is not None else target
    return HttpRequest(
        mutation.method or request.method,
        with_other_slash(target) if mutation.other_slash else target,
        kept + added,
        request.body if mutation.body is None else mutation.body,
    )


def with_other_slash(target: str) -> str:
    """The target without its path's last slash, or with one where it has none."""
    path, mark, query = target.partition("?")
    return (path.removesuffix("/") if path.endswith("/") else f"{path}/") + mark + query


def _spent(run: Talk, maker: Maker | None) -> str:
    """Which budget is spent, when what the clean-up needs is kept back, also for what this request may make; empty when
    none is."""
    limits, kept_back = run.profile.limits, 0
    if run.profile.clean_up:
        standing = ((run.contract.lifecycles[name], len(rows)) for name, rows in run.ledger.standing.items())
        kept_back = sum(count * removal_requests(life) for life, count in standing)
        kept_back += removal_requests(maker.life) if maker else 0
    if run.sent + kept_back >= limits.requests_max:
        return f"budget of {limits.requests_max} requests spent"
    if run.spent_s() + kept_back * _request_s(run) > limits.run_s:
        return f"budget of {limits.run_s:g} seconds spent"
    return run.gone


def _last_spent(run: Talk) -> str:
    """Why the clean-up cannot send any more. Its time is not cut short: what stays costs more than a late end."""
    spent = run.sent >= run.profile.limits.requests_max
    return f"budget of {run.profile.limits.requests_max} requests spent" if spent else run.gone


def _request_s(run: Talk) -> float:
    """How long a request will take, side by side with others, as far as the rate limit and this run so far tell."""
    rate = run.profile.limits.requests_per_second
    seen = run.spent_s() / run.sent if run.sent else 0.0
    return max(1.0 / rate if rate > 0 else 0.0, min(seen, run.profile.limits.request_timeout_s))


async def _once(run: Talk, step: Step, call: Call, request: HttpRequest, *, last: bool) -> Exchange:
    maker = run.makers.get(call.operation)
    if maker is not None:
        await _job_budget(run, maker)
    async with run.gate.turn(_rank(step, last=last)):
        await _keep_rate(run)
        reason = _last_spent(run) if last else _spent(run, maker)
        if reason:
            raise LeftOut(reason)
        run.sent += 1
        number = await _intended(run, maker, call) if maker is not None else 0
        run.numbered += 1
        index, sent_at = run.numbered, run.elapsed()
        outcome = await _signed_and_sent(run, step, request)
        received_at = run.elapsed()
    _note_silence(run, outcome)
    response = outcome.response
    answer = WIRES[run.contract.wire].decode_answer(run.contract, response) if response is not None else None
    found = Exchange(
        index,
        sent_at,
        received_at,
        request,
        operation=call.operation,
        call=call,
        response=response,
        answer=answer,
        failure=outcome.failure,
        case=step.case,
        slot=step.slot,
        credentials=step.credentials,
    )
    if maker is not None:
        _settle(run, maker, number, found)
    return found


def _rank(step: Step, *, last: bool) -> int:
    """0 for what goes on with something begun, 1 for what begins. What is repeated waits its turn among those that
    begin: on a target with a limited rate the jobs that have begun would keep the others from it."""
    return 0 if last or (step.goes_on and step.kind in ("send", "burst")) else 1


async def _signed_and_sent(run: Talk, step: Step, request: HttpRequest) -> Outcome:
    profile = run.profile
    at = run.clock.utc()
    signed = authenticated(request, run.contract.auth, profile.url, profile.credentials, step.credentials, at)
    return hidden(await run.send(signed), signed, request, profile.credentials)


async def _job_budget(run: Talk, maker: Maker) -> None:
    """Waits while creations under way may still use up the budget of jobs, and raises LeftOut when it is spent."""
    most = run.profile.limits.jobs_max
    while most and maker.life.transitions:
        jobs = [entry for entry in run.ledger.entries.values() if run.contract.lifecycles[entry.resource].transitions]
        under_way = sum(entry.number in run.ledger.under_way for entry in jobs)
        kept = sum(entry.fate != "refused" for entry in jobs)
        if kept < most:
            return
        if kept - under_way >= most:
            raise LeftOut(f"budget of {most} jobs spent")
        await run.clock.sleep(run.profile.limits.poll_interval_s)


async def _intended(run: Talk, maker: Maker, call: Call) -> int:
    """The number of the ledger's row about what a call is going to make."""
    identity = chosen_identity(maker, call)
    existed = await _was_there(run, maker.life, identity) if maker.life.absent is not None else None
    at = run.clock.utc().isoformat(timespec="seconds")
    return run.ledger.intend(at, call.operation, maker.life.name, identity, existed)


async def _was_there(run: Talk, life: Lifecycle, identity: str | None) -> bool | None:
    """Whether a sub-resource was there before this run made it for the first time. It is taken away at the end only
    when it was not; nobody but the ledger hears of this look."""
    known = [row for row in run.ledger.entries.values() if (row.resource, row.identity) == (life.name, identity)]
    if known or identity is None or life.observed_by is None or not run.profile.clean_up:
        return known[0].existed if known else None
    call = write_place(Call(life.observed_by.operation), life.observed_by.identity, identity)
    request = WIRES[run.contract.wire].encode_request(run.contract, call)
    step = Step(Case("ledger", "", "before"), call)
    run.sent += 1
    outcome = await _signed_and_sent(run, step, _mutated(request, step, urlsplit(run.profile.url).path))
    if outcome.response is None:
        return None
    answer = WIRES[run.contract.wire].decode_answer(run.contract, outcome.response)
    shown = get(get(answer.body, life.observed_by.at), life.observed_by.state)
    if not 200 <= answer.status < 300 or not isinstance(shown, str):
        return None
    return bool(shown != get(life.absent, life.observed_by.state))


def _settle(run: Talk, maker: Maker, number: int, found: Exchange) -> None:
    if found.accepted:
        run.ledger.settle(number, "made", made_identity(maker, found))
    elif found.answer is not None and 400 <= found.answer.status < 500:
        run.ledger.settle(number, "refused")
    else:
        run.ledger.answered(number)  # it may have been made all the same


async def _keep_rate(run: Talk) -> None:
    rate = run.profile.limits.requests_per_second
    between_s = max(1.0 / rate if rate > 0 else 0.0, run.pace_s)
    if between_s <= 0:
        return
    turn = max(run.next_send, run.clock.now())
    run.next_send = turn + between_s
    await run.clock.sleep(max(0.0, turn - run.clock.now()))


def _note_silence(run: Talk, outcome: Outcome) -> None:
    run.silent = run.silent + 1 if outcome.response is None else 0
    if run.silent >= SILENT_MAX:
        run.gone = f"the target stopped answering ({outcome.failure})"


def _throttle_wait(run: Talk, found: Exchange, attempt: int, *, last: bool) -> float | None:
    """Seconds to wait before another try; None when the answer is no throttling, or waiting is used up. All further
    requests are slowed down for a while, too. The clean-up waits as long as it takes: what stays costs more."""
    answer = found.answer
    if answer is None or (answer.status not in (429, 503) and not _refused_as(run, answer, "throttled")):
        run.pace_s = run.pace_s * PACE_DECAY if run.pace_s > PACE_MIN_S else 0.0
        return None
    wait = retry_after_s(answer) or 0.05 * 2.0**attempt
    used_up = not last and run.throttled_s + wait > run.profile.limits.throttled_wait_s
    run.pace_s = 0.0 if used_up else min(max(run.pace_s * PACE_GROWTH, PACE_START_S), PACE_MAX_S)
    if used_up or attempt >= RETRIES_MAX * (2 if last else 1):
        return None
    run.throttled_s += wait
    return wait


def _crowded_wait(run: Talk, found: Exchange, attempt: int) -> float | None:
    """Seconds until another try to make what a target refuses for the jobs that it has under way; None when it was not
    refused for that, or when nothing could be made for as long as one job may take."""
    if found.accepted and found.operation in run.makers:
        run.crowded_at = None
    if found.answer is None or not _refused_as(run, found.answer, "crowded"):
        return None
    now = run.clock.now()
    run.crowded_at = now if run.crowded_at is None else run.crowded_at
    is_over = now - run.crowded_at > run.profile.limits.patience_s
    return None if is_over else retry_after_s(found.answer) or min(0.1 * 1.5**attempt, CROWDED_PAUSE_MAX_S)


def _refused_as(run: Talk, answer: Answer, situation: str) -> bool:
    name = run.contract.refusals.get(situation)
    return name is not None and answer.code is not None and matches(run.contract.errors[name], answer)


def retry_after_s(answer: Answer | None) -> float | None:
    """Retry-After in seconds (RFC 9110, section 10.2.3), 30 at most; a date is not read."""
    text = header(answer.headers, "retry-after") if answer else None
    return min(float(text), 30.0) if text is not None and text.isdigit() and len(text) < 6 else None
