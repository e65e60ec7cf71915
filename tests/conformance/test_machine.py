"""State machines on a virtual clock: right servers pass, planted faults shrink to a few calls."""

from __future__ import annotations

import re
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

import specs
from conformance.machine import BEGAN, BrokenLaw, InProcess, machine
from mockgen.session import start
from mockgen.settings import Settings
from specs.message import HttpRequest, HttpResponse

README = Path(__file__).resolve().parents[2] / "conformance" / "README.md"
RIGHT = (
    ("amazon_ml", "batch_prediction"),
    ("datarobot", "batch_prediction"),
    ("amazon_personalize", "solution_version"),
)
WRONG = (
    ("amazon_ml", "mutate_final_state:resource=batch_prediction,to=INPROGRESS", "terminal_is_final", 4),
    ("amazon_ml", "command_without_effect:resource=batch_prediction,command=delete", "command.delete.takes_effect", 2),
    ("datarobot", "command_without_effect:resource=batch_prediction,command=abort", "command.abort.takes_effect", 2),
)
"""Vendor, fault, the requirement's last words, and the rules that the shortest example has."""


def mock(vendor: str, *faults: str) -> Callable[[], InProcess]:
    """Makes imitations whose clock stands still until it is moved."""
    contract = specs.load(vendor)

    def made() -> InProcess:
        session = start(contract, Settings(seed=7, pace="seconds:30", faults=faults), BEGAN.timestamp)
        session.clock.freeze()
        return InProcess(session.respond, session.clock.advance)

    return made


def examples_of(vendor: str, life: str, server: Callable[[], InProcess], count: int) -> None:
    """Runs so many examples, the same ones each time."""
    found: Any = machine(specs.load(vendor), life, server)
    chosen = settings(found.TestCase.settings, max_examples=count, derandomize=True, database=None)
    run_state_machine_as_test(found, settings=chosen)


def rules_of(problem: BaseException) -> list[str]:
    """The rules of the example that Hypothesis shows with a failure, without what every example has."""
    shown = "\n".join(getattr(problem, "__notes__", []))
    return [name for name in re.findall(r"state\.(\w+)\(", shown) if name not in ("set_up", "teardown")]


@pytest.mark.parametrize(("vendor", "life"), RIGHT)
def test_a_right_server_breaks_no_law_in_any_order(vendor: str, life: str) -> None:
    """No drawn sequence of calls makes the judge fail a conforming server."""
    examples_of(vendor, life, mock(vendor), 15)


@pytest.mark.parametrize(("vendor", "fault", "broken", "most"), WRONG)
def test_a_fault_shrinks_to_a_few_calls(vendor: str, fault: str, broken: str, most: int) -> None:
    """The failing example names the requirement that the fault breaks, in as few rules as it takes."""
    with pytest.raises(BrokenLaw) as caught:
        examples_of(vendor, "batch_prediction", mock(vendor, fault), 15)
    assert [f"{vendor}.lifecycle.batch_prediction.{broken}"] == [row.requirement for row in caught.value.findings]
    assert 2 <= len(rules_of(caught.value)) <= most


def test_a_server_that_refuses_everything_is_no_right_one() -> None:
    """A machine in which nothing could be made fails: valid creations are to be accepted."""

    def refusing() -> InProcess:
        return InProcess(
            lambda _request: HttpResponse(404, (("Content-Type", "application/json"),), b"{}"), lambda _seconds: None
        )

    with pytest.raises(BrokenLaw):
        examples_of("datarobot", "batch_prediction", refusing, 10)


def test_a_server_that_raises_is_the_failing_example() -> None:
    """What a server in process raises is shown as it is."""

    def crash(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError(request.target)

    with pytest.raises(ZeroDivisionError):
        examples_of("datarobot", "batch_prediction", lambda: InProcess(crash, lambda _seconds: None), 5)


def test_names_of_the_contract_become_prefixed_rules() -> None:
    """A command may have any name: its rule has a prefix."""
    found = machine(specs.load("datarobot"), "batch_prediction", mock("datarobot"))
    assert {"command_abort", "command_hide"} <= set(vars(found))


def test_a_resource_that_cannot_be_made_afresh_has_no_machine() -> None:
    """Asking for a machine about a resource that only the target has is refused by name."""
    with pytest.raises(ValueError, match="recipe"):
        machine(specs.load("amazon_personalize"), "recipe", mock("amazon_personalize"))


def test_the_example_of_the_readme_runs() -> None:
    """The code that the README shows to authors of servers is a test that passes."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    known: dict[str, Any] = {"__name__": "example"}
    for block in blocks:
        exec(compile(block, str(README), "exec"), known)
    case = known["TestBatchPredictions"]
    case.settings = settings(case.settings, max_examples=10, derandomize=True, database=None)
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert (1, []) == (result.testsRun, [*result.errors, *result.failures])
