"""Plans of whole operations: controls, credentials, and the calls of written requirements."""

from __future__ import annotations

import pytest

import specs
from conformance.driving.target import Outcome
from conformance.judge import judge
from conformance.judging.view import View
from conformance.plan import Mode, Scenario, Stage
from conformance.plans.operation_plan import plan_operations
from conformance.plans.samples import Naming, Samples
from conformance.profile import Profile
from specs.message import HttpRequest
from tests.conformance.driving.test_driver import answer, driven

VENDORS = ("amazon_ml", "amazon_personalize", "datarobot", "spice")


def plan(vendor: str) -> dict[str, Scenario]:
    """A vendor's scenarios by name."""
    contract = specs.load(vendor)
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))
    return {scenario.name: scenario for scenario in plan_operations(contract, samples, 0)}


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_requirement_of_operations_is_served(vendor: str) -> None:
    """Every operation has a valid call, every credentials requirement and every written call its own."""
    checks = ("accepts_valid", "credentials", "call_gets", "report_variant")
    wanted = {row.id for row in specs.load(vendor).requirements.values() if row.check in checks}
    assert wanted == {step.case.requirement for scenario in plan(vendor).values() for step in scenario.steps} & wanted


def test_a_command_gets_a_resource_of_its_own() -> None:
    """A delete first makes what it deletes, waits until it may, and says that it destroys."""
    scenario = plan("amazon_ml")["control:DeleteBatchPrediction:plain"]
    assert ["send", "poll", "send"] == [step.kind for step in scenario.steps]
    assert {scenario.name} == {step.slot for step in scenario.steps[:2]}
    assert Mode.destroy == scenario.mode
    call = scenario.steps[2].call
    assert call is not None
    assert {"BatchPredictionId": {"$slot": scenario.name}} == call.body


def aborting(states: tuple[str, ...]) -> str:
    """The verdict on a server that refuses every abort as a conflict; its job shows these states, read by read."""
    name, reads = "datarobot.abortBatchJob.valid_request_is_accepted", iter(states)
    location = (("Location", "http://x/api/v2/batchJobs/65f0c1aa0000000000000001/"),)

    def respond(request: HttpRequest) -> Outcome:
        if request.method == "POST":
            return answer(202, {"status": "INITIALIZING"}, location)
        return answer(200, {"status": next(reads)}) if request.method == "GET" else answer(409, {"message": "no"})

    history, _ = driven((plan("datarobot")["control:abortBatchJob:plain"],), respond)
    contract = specs.load("datarobot")
    found = judge(View(contract, history), Profile("http://127.0.0.1:1"), (name,))
    return found[name].verdict.name


@pytest.mark.parametrize(
    ("expected", "states"), [("failed", ("INITIALIZING",)), ("failed", ("RUNNING",)), ("inconclusive", ("COMPLETED",))]
)
def test_who_never_accepts_an_abort_is_found_out(expected: str, states: tuple[str, ...]) -> None:
    """A command that may only come while a job runs is sent alone and at once, and the job is read right after it:
    a server that always refuses fails, unless the job really was over."""
    assert expected == aborting(states)
    scenario = plan("datarobot")["control:abortBatchJob:plain"]
    called = [step.call.operation for step in scenario.steps if step.call]
    assert (Stage.exclusive, ["createBatchJob", "abortBatchJob", "getBatchJob"]) == (scenario.stage, called)


def test_a_sub_resource_is_taken_and_put_back_alone() -> None:
    """What exists at most once is taken away and made again while nothing else runs."""
    scenario = plan("amazon_ml")["control:realtime_endpoint"]
    assert Stage.exclusive == scenario.stage
    assert ["DeleteRealtimeEndpoint", "GetMLModel", "Predict", "CreateRealtimeEndpoint", "GetMLModel"] == [
        step.call.operation for step in scenario.steps if step.call
    ]
    assert [("NONE",), ("READY",)] == [step.until for step in scenario.steps if step.kind == "poll"]


def test_another_model_is_mounted_before_it_scores() -> None:
    """A written call that names another model makes what the scorer needs for it first."""
    steps = plan("amazon_ml")["amazon_ml.Predict.multiclass_model_is_scored"].steps
    assert ["CreateRealtimeEndpoint", "GetMLModel", "Predict"] == [step.call.operation for step in steps if step.call]
    assert {"ml-multiclass"} == {step.call.body["MLModelId"] for step in steps if step.call}


def test_changes_and_removals_are_made() -> None:
    """A written call has the changes and lacks the members that its requirement names."""
    call = plan("datarobot")["datarobot.listBatchPredictions.status_may_repeat"].steps[0].call
    assert call is not None
    assert {"status": ["COMPLETED", "RUNNING"]} == call.query
    call = plan("spice")["spice.post_batch_predict.missing_list_is_accepted"].steps[0].call
    assert call is not None
    assert {} == call.body


@pytest.mark.parametrize(
    ("expected", "vendor"), [(("getVersion", "longer", "other_case"), "datarobot"), ((), "amazon_ml")]
)
def test_one_operation_shows_how_tokens_are_compared(expected: tuple[str, ...], vendor: str) -> None:
    """Tokens that resemble the right one are tried on one reading operation; a signature resembles nothing."""
    steps = [step for scenario in plan(vendor).values() for step in scenario.steps]
    near = [step for step in steps if step.credentials in ("longer", "other_case") and step.call]
    found = (*dict.fromkeys(step.call.operation for step in near if step.call), *(step.credentials for step in near))
    assert expected == found
    assert {("unauthorized",)} >= {step.case.expect for step in near}
