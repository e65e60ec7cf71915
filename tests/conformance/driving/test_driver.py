"""The driver: plans become histories, whatever the target does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

import specs
from conformance.driving.driver import drive
from conformance.driving.sending import RETRIES_MAX, SILENT_MAX, Clock, talk
from conformance.driving.target import Outcome
from conformance.history import Case, Exchange, History
from conformance.keeping.ledger import Ledger
from conformance.plan import Mode, Plan, Scenario, Stage, Step, slot
from conformance.profile import Limits, Profile
from specs.message import Call, Headers, HttpRequest, HttpResponse

CONTRACT = specs.load("datarobot")
PATH = "/api/v2/batchPredictions/"


class VirtualTime:
    """A clock that only moves when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def clock(self) -> Clock:
        """This time as the driver's clock."""
        return Clock(lambda: self.seconds, lambda: datetime(2026, 1, 1, tzinfo=UTC), self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


def answer(status: int, body: Any = None, headers: Headers = ()) -> Outcome:
    """A JSON response as the target would send it."""
    data = b"" if body is None else orjson.dumps(body)
    return Outcome(HttpResponse(status, (("Content-Type", "application/json"), *headers), data))


def driven(
    scenarios: tuple[Scenario, ...],
    respond: Callable[[HttpRequest], Outcome],
    limits: Limits | None = None,
    mode: Mode = Mode.destroy,
) -> tuple[History, VirtualTime]:
    """The history of some scenarios against a function, on virtual time."""
    time = VirtualTime()

    async def send(request: HttpRequest) -> Outcome:
        return respond(request)

    profile = Profile("http://127.0.0.1:1", mode=mode, limits=limits or Limits())
    run = talk(CONTRACT, profile, send, time.clock(), 0, lambda exchange: None, Ledger())
    return asyncio.run(drive(run, Plan(scenarios))), time


def test_what_an_answer_names_is_sent_later() -> None:
    """A text of one answer is kept under a slot's name and stands in later calls; without it they are left out."""
    for body, expected in (({"next": "t-1"}, ["GET", "GET"]), ({"next": None}, ["GET"])):
        asked: list[str] = []

        def respond(request: HttpRequest, body: Any = body, asked: Any = asked) -> Outcome:
            asked.append(request.target)
            return answer(200, body)

        first = step("listBatchPredictions", slot="kept", keeps="/next")
        later = Step(Case("test", "later", "case"), Call("listBatchPredictions", query={"jobId": slot("kept")}))
        history, _ = driven((Scenario("s", (first, later)),), respond)
        assert expected == [row.request.method for row in history.exchanges]
        assert ("jobId=t-1" in asked[-1]) == (len(expected) > 1)
        assert ("later" in history.left_out) == (len(expected) == 1)


def step(operation: str, requirement: str = "r", **changes: Any) -> Step:
    """A step that sends an operation's call."""
    path = {"predictionJobId": slot("job")} if operation == "getBatchPrediction" else {}
    return Step(Case("test", requirement, "case"), Call(operation, path=path), **changes)


CREATE = step("createBatchPrediction", "create", creates="batch_prediction", slot="job")
POLL = step("getBatchPrediction", "poll", kind="poll", slot="job", lifecycle="batch_prediction")
CREATED = answer(202, {"status": "INITIALIZING"}, (("Location", f"http://x{PATH}abc/"),))


def statuses(history: History) -> list[int | None]:
    """The status of every exchange, in order."""
    return [exchange.answer.status if exchange.answer else None for exchange in history.exchanges]


def test_identity_of_a_created_resource_is_filled_in() -> None:
    """A later step of the scenario addresses the resource that an earlier one made."""
    seen: list[str] = []

    def respond(request: HttpRequest) -> Outcome:
        seen.append(f"{request.method} {request.target}")
        return CREATED if request.method == "POST" else answer(200, {"status": "COMPLETED"})

    driven((Scenario("life", (CREATE, POLL)),), respond)

    assert seen[:2] == [f"POST {PATH}", f"GET {PATH}abc/"]


def test_poll_ends_when_the_final_state_stays() -> None:
    """A poll reads until the job is final, and as often again as the contract asks for."""
    states = iter(["INITIALIZING", "RUNNING", "COMPLETED", "COMPLETED", "COMPLETED", "COMPLETED"])

    def respond(request: HttpRequest) -> Outcome:
        return CREATED if request.method == "POST" else answer(200, {"status": next(states)})

    history, _ = driven((Scenario("life", (CREATE, POLL)),), respond)

    stay = CONTRACT.lifecycles["batch_prediction"].consistency.stay
    assert 1 + 2 + stay == len(history.exchanges)


def test_poll_for_a_state_on_the_way_ends_at_its_first_sight() -> None:
    """A state that lasts for a moment is not waited in: what shall meet the job there would come too late."""
    states = iter(["INITIALIZING", "RUNNING", "COMPLETED"])

    def respond(request: HttpRequest) -> Outcome:
        return CREATED if request.method == "POST" else answer(200, {"status": next(states)})

    history, _ = driven((Scenario("life", (CREATE, replace(POLL, until=("RUNNING",)))),), respond)

    assert 1 + 2 == len(history.exchanges)


def test_what_goes_on_comes_before_what_begins() -> None:
    """The second step of a scenario does not queue behind the first steps of all others."""
    begun = tuple(Scenario(f"other {number}", (step("ping"),)) for number in range(20))
    life = Scenario("life", (CREATE, step("getVersion", "next")))

    history, _ = driven((life, *begun), lambda request: CREATED, Limits(concurrency=1))

    assert ["createBatchPrediction", "getVersion"] == [row.operation for row in history.exchanges[:2]]


def test_poll_ends_with_patience() -> None:
    """A job that has not ended when patience ends stays open with all that stands behind it, and the run goes on."""

    def respond(request: HttpRequest) -> Outcome:
        return CREATED if request.method == "POST" else answer(200, {"status": "RUNNING"})

    waiting = Scenario("life", (CREATE, POLL, step("getVersion", "behind")))
    other = Scenario("other", (step("ping"),), stage=Stage.closing)
    history, time = driven((waiting, other), respond, Limits(patience_s=5))

    assert {"poll", "behind"} == set(history.unfinished)
    assert "still RUNNING after 5 s" in history.unfinished["poll"]
    assert history.exchanges[-1].operation == "ping"
    assert 5 <= time.seconds < 8


def test_throttled_calls_are_repeated_after_the_asked_wait() -> None:
    """A 429 with Retry-After is waited for; only the last answer counts as the case's own."""
    answers = iter([answer(429, {"message": "slow"}, (("Retry-After", "3"),)), answer(200, {})])

    history, time = driven((Scenario("one", (step("getVersion"),)),), lambda request: next(answers))

    assert [429, 200] == statuses(history)
    assert ["throttled", "test"] == [exchange.case.kind for exchange in history.exchanges if exchange.case]
    assert 3 <= time.seconds < 4


def test_a_target_that_always_throttles_is_given_up() -> None:
    """Retries are bounded, so that a run against a target that only throttles ends."""
    history, _ = driven((Scenario("one", (step("getVersion"),)),), lambda request: answer(429, {}))

    assert RETRIES_MAX + 1 == len(history.exchanges)


def test_a_silent_target_is_given_up() -> None:
    """After a dozen requests without any answer the rest of the plan is left out, with the reason."""
    steps = tuple(step("getVersion", f"r{index}") for index in range(50))

    history, _ = driven((Scenario("many", steps),), lambda request: Outcome(None, "timeout: TimeoutError"))

    assert SILENT_MAX == len(history.exchanges)
    assert "stopped answering" in history.left_out["r49"]


def test_steps_without_their_resource_are_left_out() -> None:
    """When a create is refused, what stands on it is left out, with the reason, and nothing else is."""

    def respond(request: HttpRequest) -> Outcome:
        return answer(500, {"message": "no"})

    other = Scenario("other", (step("getVersion", "other"),))
    history, _ = driven((Scenario("life", (CREATE, POLL)), other), respond)

    assert {"poll"} == set(history.left_out)
    assert "job" in history.left_out["poll"]


def test_modes_leave_out_what_they_do_not_allow() -> None:
    """A run in mode read makes nothing, and says which mode would."""
    scenario = Scenario("life", (CREATE,), mode=Mode.create)

    history, _ = driven((scenario,), lambda request: CREATED, mode=Mode.read)

    assert () == history.exchanges
    assert "--mode create" in history.left_out["create"]


def test_budgets_end_a_run() -> None:
    """No run sends more requests than its budget."""
    steps = tuple(step("getVersion", f"r{index}") for index in range(50))

    history, _ = driven((Scenario("many", steps),), lambda request: answer(200, {}), Limits(requests_max=7))

    assert 7 == len(history.exchanges)
    assert "budget of 7 requests" in history.left_out["r49"]


def test_rate_limit_spreads_requests() -> None:
    """Ten requests at two a second take about five seconds."""
    steps = tuple(step("getVersion") for _ in range(10))

    _, time = driven((Scenario("many", steps),), lambda request: answer(200, {}), Limits(requests_per_second=2))

    assert 4.5 <= time.seconds <= 5.5


def test_exclusive_scenarios_run_alone() -> None:
    """Scenarios of the exclusive stage come one after another, after the main ones."""
    order: list[str] = []

    def respond(request: HttpRequest) -> Outcome:
        order.append(request.method)
        return answer(200, {})

    late = Scenario("late", (step("listBatchPredictions"),), stage=Stage.exclusive)
    early = Scenario("early", (step("createBatchPrediction"), step("createBatchPrediction")))
    driven((late, late, early), respond)

    assert ["POST", "POST", "GET", "GET"] == order


def test_credentials_are_not_recorded() -> None:
    """What is sent carries the token; what is recorded does not."""
    sent: list[HttpRequest] = []

    def respond(request: HttpRequest) -> Outcome:
        sent.append(request)
        return answer(200, {})

    history, _ = driven((Scenario("one", (step("getVersion"),)),), respond)

    recorded: Exchange = history.exchanges[0]
    assert any("local-token" in value for _, value in sent[0].headers)
    assert not any("local-token" in value for _, value in recorded.request.headers)


def test_pages_are_followed_to_the_end_and_not_for_ever() -> None:
    """A list is followed page by page; a target whose pages never end is bounded."""
    follow = step("listBatchPredictions", kind="follow", lifecycle="batch_prediction")

    def respond(request: HttpRequest) -> Outcome:
        offset = int(request.target.rpartition("offset=")[2]) if "offset=" in request.target else 0
        return answer(200, {"data": [], "next": f"http://x{PATH}?offset={offset + 2}&limit=1", "previous": None})

    history, _ = driven((Scenario("list", (follow,)),), respond, Limits(pages_max=9))

    assert 9 == len(history.exchanges)
    assert history.exchanges[-1].request.target.endswith("?offset=16")


def test_pages_that_lead_in_a_circle_are_followed_once_around() -> None:
    """The page that shows the circle is asked for, and no other after it."""
    following: dict[str, Any] = {"data": [], "next": f"http://x{PATH}?offset=2&limit=1", "previous": None}
    follow = step("listBatchPredictions", kind="follow", lifecycle="batch_prediction")

    history, _ = driven((Scenario("list", (follow,)),), lambda request: answer(200, following))

    assert ["", "?offset=2", "?offset=2"] == [row.request.target.removeprefix(PATH) for row in history.exchanges]
