"""Sending: budgets hold, what the clean-up needs is kept back, and no secret stays in what is recorded."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

import specs
from conformance.driving.driver import drive
from conformance.driving.sending import Clock, talk, with_other_slash
from conformance.driving.target import Outcome
from conformance.history import Case, History
from conformance.keeping.cleaning import clean
from conformance.keeping.ledger import Cleaned, Ledger
from conformance.plan import Plan, Scenario, Step
from conformance.profile import Limits, Profile
from specs.auth import LOCAL, Credentials
from specs.contract import Contract
from specs.message import Call, HttpRequest, HttpResponse, header

CONTRACT = specs.load("amazon_ml")
SECRET = "canary-5f0c1"


def answer(status: int, body: Any) -> Outcome:
    """A JSON response."""
    return Outcome(HttpResponse(status, (("Content-Type", "application/x-amz-json-1.1"),), orjson.dumps(body)))


def create(number: int) -> Scenario:
    """A scenario that makes one evaluation, with a name of its own."""
    call = Call("CreateEvaluation", body={"EvaluationId": f"ev-ab12-{number}"})
    case = Case("test", f"r{number}", "", ("accepted",))
    return Scenario(f"s{number}", (Step(case, call, slot=f"s{number}", creates="evaluation"),))


def driven(
    scenarios: list[Scenario],
    respond: Callable[[HttpRequest], Outcome],
    limits: Limits,
    keys: Credentials = LOCAL,
    contract: Contract = CONTRACT,
) -> tuple[History, Cleaned, Ledger]:
    """The history of some scenarios and what the clean-up did, on virtual time."""
    now, ledger = [0.0], Ledger()

    async def send(request: HttpRequest) -> Outcome:
        await asyncio.sleep(0)
        return respond(request)

    async def sleep(seconds: float) -> None:
        now[0] += seconds
        await asyncio.sleep(0)

    async def work() -> tuple[History, Cleaned]:
        profile = Profile("http://127.0.0.1:1", keys, limits=limits, clean_up=True)
        clock = Clock(lambda: now[0], lambda: datetime(2026, 1, 1, tzinfo=UTC), sleep)
        run = talk(contract, profile, send, clock, 0, lambda exchange: None, ledger)
        return await drive(run, Plan(tuple(scenarios))), await clean(run, "ab12")

    history, cleaned = asyncio.run(work())
    return history, cleaned, ledger


def obliging(request: HttpRequest) -> Outcome:
    """A target that does whatever it is told."""
    named: dict[str, Any] = orjson.loads(request.body)
    return answer(200, {"EvaluationId": named["EvaluationId"]})


def test_the_clean_up_stays_within_the_budget_of_requests() -> None:
    """Of 11 requests five make something, one each is kept back to remove it; the rest says which budget is spent."""
    seen: list[HttpRequest] = []

    def respond(request: HttpRequest) -> Outcome:
        seen.append(request)
        return obliging(request)

    limits = Limits(requests_max=11, concurrency=1)
    history, cleaned, ledger = driven([create(number) for number in range(20)], respond, limits)
    assert len(seen) <= 11
    assert (len(history.exchanges), ()) == (cleaned.removed, ledger.open_entries)
    assert {"budget of 11 requests spent"} == set(history.left_out.values())


def test_the_budget_of_jobs_holds_whatever_runs_side_by_side() -> None:
    """No more jobs are made than allowed, even when their requests are under way at the same time."""
    history, cleaned, _ = driven([create(number) for number in range(20)], obliging, Limits(jobs_max=3))
    assert (3, 3) == (len(history.exchanges), cleaned.removed)
    assert {"budget of 3 jobs spent"} == set(history.left_out.values())


def test_refused_creations_cost_no_job() -> None:
    """A creation that the target refuses leaves the budget of jobs as it was."""
    refusal = answer(400, {"__type": "InvalidInputException"})
    history, _, ledger = driven([create(number) for number in range(9)], lambda request: refusal, Limits(jobs_max=2))
    assert 9 == len(history.exchanges)
    assert () == ledger.open_entries


def test_a_creation_without_an_answer_may_have_happened() -> None:
    """A connection that broke off leaves an open entry, which the clean-up removes by the id that the run chose."""

    def respond(request: HttpRequest) -> Outcome:
        creating = any("CreateEvaluation" in value for _, value in request.headers)
        return Outcome(None, "reset: ServerDisconnectedError") if creating else obliging(request)

    _, cleaned, ledger = driven([create(1)], respond, Limits())
    assert (1, ()) == (cleaned.removed, ledger.open_entries)


def test_a_path_takes_its_other_end() -> None:
    """The last slash of a path is taken away, or added where there is none; a query stays behind it."""
    assert ["/a", "/a/", "/a?b=c/", "/a/?b"] == [with_other_slash(row) for row in ("/a/", "/a", "/a/?b=c/", "/a?b")]


def test_another_word_needs_a_token() -> None:
    """Without a token there is nothing that could stand behind another word: the step is left out, and says why."""
    call = Call("GetEvaluation", body={"EvaluationId": "e"})
    step = Step(Case("credentials", "r", "", ("accepted",)), call, credentials="other_word")
    history, _, _ = driven([Scenario("s", (step,))], lambda request: answer(200, {}), Limits(), Credentials())
    assert () == history.exchanges
    assert {"r": "the profile names no token that could stand behind another word"} == history.left_out


def test_what_ends_while_it_is_to_be_removed_is_removed() -> None:
    """A refusal because it still ran is no last word, if it has ended by the time that one looks."""
    deletions = []

    def respond(request: HttpRequest) -> Outcome:
        operation = (header(request.headers, "x-amz-target") or "").rpartition(".")[2]
        body = orjson.loads(request.body)
        if operation == "DeleteEvaluation":
            deletions.append(body)
            refused = answer(400, {"__type": "InvalidInputException"})
            return refused if len(deletions) == 1 else answer(200, body)
        return answer(200, {**body, "Status": "COMPLETED"})

    _, cleaned, ledger = driven([create(1)], respond, Limits())
    assert (1, 0, ()) == (cleaned.removed, len(ledger.open_entries), cleaned.leftovers)
    assert 2 == len(deletions)


def test_what_ended_and_cannot_be_removed_is_left() -> None:
    """A finished resource that refuses to go twice is named, and not asked any more."""
    deletions = []

    def respond(request: HttpRequest) -> Outcome:
        body = orjson.loads(request.body)
        if (header(request.headers, "x-amz-target") or "").endswith("DeleteEvaluation"):
            deletions.append(body)
            return answer(400, {"__type": "InvalidInputException"})
        return answer(200, {**body, "Status": "COMPLETED"})

    _, cleaned, _ = driven([create(1)], respond, Limits())
    assert (0, 1) == (cleaned.removed, len(cleaned.leftovers))
    assert 2 == len(deletions)


JOBS = specs.load("amazon_personalize")


def job(number: int) -> Scenario:
    """A scenario that makes one batch inference job."""
    case = Case("test", f"r{number}", "", ("accepted",))
    call = Call("CreateBatchInferenceJob", body={"jobName": f"job-{number}"})
    return Scenario(f"s{number}", (Step(case, call, slot=f"s{number}", creates="batch_inference_job"),))


def test_a_target_with_too_many_jobs_is_asked_again_when_one_has_ended() -> None:
    """A refusal for the jobs under way is no answer to the call: it is sent again until there is room."""
    crowded = answer(400, {"__type": "LimitExceededException"})
    told = iter([crowded] * 9)

    def respond(request: HttpRequest) -> Outcome:
        return next(told, answer(200, {"batchInferenceJobArn": "arn:aws:personalize:a:1:batch-inference-job/x"}))

    history, _, _ = driven([job(1)], respond, Limits(), contract=JOBS)
    kinds = [row.case.kind for row in history.exchanges if row.case]
    assert (["throttled"] * 9 + ["test"], True) == (kinds, history.exchanges[-1].accepted)


def test_a_limit_that_never_makes_room_is_given_up_for_all() -> None:
    """Waiting ends after the time that one job may take, once for all calls."""
    crowded = answer(400, {"__type": "LimitExceededException"})
    history, _, _ = driven(
        [job(number) for number in range(20)], lambda _: crowded, Limits(patience_s=10), contract=JOBS
    )
    ends = [row for row in history.exchanges if row.case and row.case.kind == "test"]
    assert 20 == len(ends)
    assert max(row.sent_at for row in ends) < 10 * 20


def test_the_clean_up_waits_for_a_throttling_target() -> None:
    """When a run has used up its waiting, what it made is removed all the same."""
    calls = [0]

    def respond(request: HttpRequest) -> Outcome:
        creating = any("CreateEvaluation" in value for _, value in request.headers)
        calls[0] += not creating
        late = not creating and calls[0] % 3
        return answer(400, {"__type": "ThrottlingException"}) if late else obliging(request)

    history, cleaned, ledger = driven(
        [create(number) for number in range(5)], respond, Limits(throttled_wait_s=0, concurrency=1)
    )
    assert (5, 5, ()) == (len(history.exchanges), cleaned.removed, ledger.open_entries)


def test_requests_to_a_throttling_target_are_sent_further_apart() -> None:
    """After refusals the next calls keep a distance, which shrinks while they are served."""
    told = iter([answer(429, {})] * 3)
    many, limits = [create(number) for number in range(40)], Limits(concurrency=1)
    history, _, _ = driven(many, lambda row: next(told, obliging(row)), limits)
    sent = sorted(row.sent_at for row in history.exchanges)
    gaps = [later - earlier for earlier, later in itertools.pairwise(sent)]
    assert min(gaps[4:]) > 0
    assert gaps[-1] < gaps[5]


def test_what_is_gone_already_counts_as_removed() -> None:
    """A target that refuses to remove what has been removed leaves nothing behind."""

    def respond(request: HttpRequest) -> Outcome:
        said = dict(request.headers)["X-Amz-Target"]
        if "Delete" in said:
            return answer(400, {"__type": "InvalidInputException"})
        return obliging(request) if "Create" in said else answer(200, {"EvaluationId": "e", "Status": "DELETED"})

    _, cleaned, ledger = driven([create(1)], respond, Limits())
    assert (1, ()) == (cleaned.removed, ledger.open_entries)
