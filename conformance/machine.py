"""Random sequences of calls to a server inside this process, as a state machine of Hypothesis.

A plan tries the orders that somebody thought of. Where the clock is the test's own, orders can be drawn by the thousand
and shrunk: creations, reads, lists, commands and leaps of the clock, each judged by the same checks as a live run. In
real time this would be unsteady, so it serves servers in process only. Nothing that is drawn depends on an answer: what
a step asks for is decided from the state that was read last, when the step is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from conformance.driving.driver import Unfinished, state_in, take
from conformance.driving.sending import Clock, LeftOut, Talk, talk
from conformance.driving.target import Outcome
from conformance.findings import Finding, Verdict
from conformance.history import Exchange, History
from conformance.judge import judge
from conformance.judging.view import View
from conformance.keeping.ledger import Ledger
from conformance.plan import Step, shared, slots_of
from conformance.plans.listing_plan import everything
from conformance.plans.samples import Naming, Samples
from conformance.plans.script import ACCEPTED, Script, scripts
from conformance.plans.sequences import taken
from conformance.profile import Limits, Profile
from specs.contract import Command, Contract, Lifecycle
from specs.message import Call, HttpRequest, HttpResponse

URL = "http://in-process"
LIMITS = Limits(poll_interval_s=1.0, run_s=1e9)
"""Seconds of the virtual clock cost nothing; what is saved here is reads."""
LEAPS_S = (1, 10, 60, 600, 3600)
STEPS = 12
"""Rules in one example, at most."""
EXCHANGE_S = 0.001
"""What an exchange takes on the virtual clock, so that each one is certainly before or after another."""
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class InProcess:
    """A server in this process: it answers a request, and lets seconds pass on its clock. `began` is what that clock
    shows at first: signed requests carry the time."""

    send: Callable[[HttpRequest], HttpResponse]
    advance: Callable[[float], None]
    began: datetime = BEGAN


class BrokenLaw(AssertionError):
    """An example in which requirements failed: their findings, and every exchange of the example."""

    def __init__(self, findings: tuple[Finding, ...], exchanges: tuple[Exchange, ...]) -> None:
        self.findings, self.exchanges = findings, exchanges
        failures = [f"{row.requirement}: expected {row.expected}, got {row.got}" for row in findings]
        super().__init__("\n".join([*failures, *_lines(exchanges)]))


@dataclass(frozen=True)
class Setting:
    """What all examples share: whose life it is, by which part of the contract it is judged, and by which profile."""

    contract: Contract
    life: Lifecycle
    profile: Profile


@dataclass
class Play:
    """What one example has done so far. `states` are those read last, `calls` the creations, by slot."""

    setting: Setting
    server: InProcess
    known: Mapping[str, Script]
    talk: Talk
    states: dict[str, str | None] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    gone: dict[str, Step] = field(default_factory=dict)
    """Slot -> the read that shows that its resource has ceased to exist."""
    lists: int = 0

    @property
    def script(self) -> Script:
        """Who writes the steps about the lifecycle in question."""
        return self.known[self.setting.life.name]

    def take(self, *steps: Step) -> None:
        """Takes steps, as far as the answers let it."""
        for step in steps:
            first = self.talk.numbered
            try:
                _finished(take(self.talk, step))
            except (LeftOut, Unfinished):
                return  # what could not be made, or does not end, is in the history for the judge
            self._note(step, first)

    def _note(self, step: Step, first: int) -> None:
        observed = self.setting.life.observed_by
        rows = [row for index, row in self.talk.exchanges.items() if index > first]
        reads = [row for row in rows if row.slot == step.slot and observed and row.operation == observed.operation]
        if reads:
            self.states[step.slot] = state_in(self.setting.life, reads[-1])


def machine(
    contract: Contract, lifecycle: str, server: Callable[[], InProcess], profile: Profile | None = None
) -> type[RuleBasedStateMachine]:
    """The state machine of one lifecycle; `server` makes a new server for each example.

    pytest runs its `TestCase`. A failing example raises BrokenLaw, shrunk to the fewest steps. Fixtures, features and
    limits are those of the profile, otherwise the contract's own. Raises KeyError for an unknown lifecycle, ValueError
    for one whose resources cannot be made or read.
    """
    life = contract.lifecycles[lifecycle]
    if life.created_by is None or life.observed_by is None or life.absent is not None:
        raise ValueError(f"the resources of {lifecycle!r} cannot be made afresh and read")
    fixtures = {key: row.value for key, row in contract.fixtures.items()}
    chosen = profile or Profile(URL, fixtures=fixtures, limits=LIMITS)
    setting = Setting(contract, life, chosen)
    judged = replace(setting, contract=_concerned(setting))

    def begin(self: Any) -> None:
        RuleBasedStateMachine.__init__(self)
        self.play = _begun(setting, server())

    def end(self: Any) -> None:
        _judged(judged, self.play)

    members = {"__init__": begin, "teardown": end, "__doc__": f"Sequences of calls about a {life.title}."}
    found: type[RuleBasedStateMachine] = type(f"Machine_{lifecycle}", (RuleBasedStateMachine,), members | _rules(life))
    found.TestCase.settings = settings(
        deadline=None,
        stateful_step_count=STEPS,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in Phase if phase != Phase.explain],
    )
    return found


def _begun(setting: Setting, server: InProcess) -> Play:
    elapsed = [0.0]

    async def sleep(seconds: float) -> None:
        elapsed[0] += seconds
        server.advance(seconds)

    host = ("Host", urlsplit(setting.profile.url).netloc)

    async def send(request: HttpRequest) -> Outcome:
        response = server.send(replace(request, headers=(host, *request.headers)))
        await sleep(EXCHANGE_S)
        return Outcome(response)

    clock = Clock(lambda: elapsed[0], lambda: server.began + timedelta(seconds=elapsed[0]), sleep)
    samples = Samples(setting.contract, setting.profile.fixtures, Naming("machine"))
    run = talk(setting.contract, setting.profile, send, clock, 0, lambda _: None, Ledger())
    return Play(setting, server, scripts(setting.contract, samples, 0), run)


def _finished(work: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine to its end. On a virtual clock nothing waits, so no event loop is needed, and none disturbed."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise RuntimeError("a step of a state machine waits for something outside of its virtual clock")


def _rules(life: Lifecycle) -> dict[str, Any]:
    """The rules of a lifecycle by name. Names of the contract are prefixed: they could be anything."""
    resources = Bundle("resources")
    rules: dict[str, Any] = {
        "resources": resources,
        "set_up": initialize()(_named("set_up", lambda self: _set_up(self.play))),
        "create": rule(target=resources, full=st.booleans())(
            _named("create", lambda self, full: _create(self.play, full))
        ),
        "create_again": rule(slot=resources)(_named("create_again", lambda self, slot: _create_again(self.play, slot))),
        "read": rule(slot=resources)(_named("read", lambda self, slot: _read(self.play, slot))),
        "advance": rule(seconds=st.sampled_from(LEAPS_S))(
            _named("advance", lambda self, seconds: _finished(self.play.talk.clock.sleep(seconds)))
        ),
    }
    if life.upload is not None:
        rules["upload"] = rule(slot=resources)(_named("upload", lambda self, slot: _upload(self.play, slot)))
    if life.listed_by is not None:
        rules["list"] = rule()(_named("list", lambda self: _list(self.play)))
    for command in life.commands.values():
        name = "command_" + re.sub(r"\W", "_", command.name)
        rules[name] = rule(slot=resources)(_named(name, _commanding(command)))
    return rules


def _named(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    act.__name__ = act.__qualname__ = name
    return act


def _commanding(command: Command) -> Callable[..., None]:
    return lambda self, slot: _command(self.play, command, slot)


def _set_up(play: Play) -> None:
    """Makes the resources that creations refer to."""
    for name in _needed(play.known, play.setting.life.name):
        play.take(*play.known[name].finish(f"{name}/shared", shared(name)))


def _needed(known: Mapping[str, Script], name: str, above: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The lifecycles whose shared resources a creation of one refers to, those first that others need."""
    script = known[name]
    calls = [script.creation(), script.creation(full=True)] if script.life.created_by else []
    slots = dict.fromkeys(slot.removeprefix("shared:") for call in calls for slot in slots_of(call))
    found = [one for one in slots if one in known and one not in (*above, name)]
    deeper = [row for one in found for row in _needed(known, one, (*above, name))]
    return tuple(dict.fromkeys([*deeper, *found]))


def _create(play: Play, full: bool) -> str:
    slot = f"{play.setting.life.name}/machine/{len(play.calls) + 1}"
    play.calls[slot] = play.script.creation(full=full)
    play.take(play.script.create(slot, slot, play.calls[slot]))
    return slot


def _create_again(play: Play, slot: str) -> None:
    creation = play.setting.life.created_by
    if slot in play.gone or creation is None:
        return _read(play, slot)
    case = play.script.case("recreate", "create again", slot, (creation.again_same,), kind="same")
    return play.take(Step(case, play.calls[slot], lifecycle=play.setting.life.name))


def _read(play: Play, slot: str) -> None:
    play.take(play.gone.get(slot) or play.script.read(slot, slot))


def _upload(play: Play, slot: str) -> None:
    first = play.script.upload(slot, slot, play.calls[slot])
    upload = play.setting.life.upload
    if not first or upload is None or slot in play.gone:
        return _read(play, slot)
    sent = any(row.slot == slot and row.operation == upload.operation for row in play.talk.exchanges.values())
    if not sent:
        return play.take(*first)
    case = play.script.case("upload_again", "second upload", slot, (upload.again,))
    return play.take(replace(first[0], case=case))


def _list(play: Play) -> None:
    """The whole list, between two reads of everything that was made."""
    listing = play.setting.life.listed_by
    assert listing is not None
    play.lists += 1
    group = f"{play.setting.life.name}/machine/list/{play.lists}"
    case = play.script.case("listed", "whole list", group, ACCEPTED)
    reads = [play.script.read(slot, slot) for slot in play.calls if slot not in play.gone]
    walk = Step(case, everything(play.script, listing), "follow", lifecycle=play.setting.life.name)
    play.take(*reads, walk, *reads)


def _command(play: Play, command: Command, slot: str) -> None:
    _read(play, slot)
    state = play.states.get(slot)
    if slot in play.gone or state is None:
        return
    steps, target = taken(play.script, command, slot, state)
    play.take(*steps)
    if target in play.setting.life.gone and steps:
        play.gone[slot] = steps[-1]


def _judged(judged: Setting, play: Play) -> None:
    exchanges = tuple(play.talk.exchanges[index] for index in sorted(play.talk.exchanges))
    view = View(judged.contract, History(exchanges), judged.profile.fixtures)
    findings = judge(view, judged.profile).values()
    broken = tuple(row for row in findings if row.verdict in (Verdict.failed, Verdict.errored))
    if broken:
        raise BrokenLaw(broken, exchanges)


def _concerned(setting: Setting) -> Contract:
    """The contract with those requirements only that the machine's calls can show: most of a contract is about others,
    and each example is judged anew."""
    contract, life = setting.contract, setting.life
    samples = Samples(contract, setting.profile.fixtures, Naming("machine"))
    known = scripts(contract, samples, 0)
    called = {
        name for other in (life.name, *_needed(known, life.name)) for name in _operations(contract.lifecycles[other])
    }
    called |= {row.operation for row in life.commands.values()}
    rows = contract.requirements.items()
    kept = {name: row for name, row in rows if row.operation in called or row.parameters.get("lifecycle") == life.name}
    limits = {name: row for name, row in contract.constraints.items() if row.operation in called}
    return replace(contract, requirements=kept, constraints=limits)


def _operations(life: Lifecycle) -> Iterator[str]:
    for row in (life.created_by, life.observed_by, life.listed_by, life.upload):
        if row is not None:
            yield row.operation


def _lines(exchanges: tuple[Exchange, ...]) -> Iterator[str]:
    """One line for each exchange; reads of a job that is waited for share one."""
    for line, rows in groupby(exchanges, _told):
        first, *more = rows
        yield f"  {first.sent_at:>9.3f} s  {line}" + (f" (and {len(more)} more times)" if more else "")


def _told(row: Exchange) -> str:
    label = row.case.label if row.case else ""
    return f"{row.operation}: {label} -> {row.response.status if row.response else row.failure}"
