"""Tests of what a throttled run is told to ask for."""

from __future__ import annotations

import pytest

import mockgen
import specs
from conformance.__main__ import main
from conformance.history import Case, Exchange
from conformance.reports.throttling import throttling
from specs.message import Answer, HttpRequest

DATAROBOT = specs.load("datarobot")
PERSONALIZE = specs.load("amazon_personalize")


def told(index: int, at_s: float, status: int, code: str | None = None, kind: str = "control") -> Exchange:
    """One exchange: when it was sent, and what came back a hundredth of a second later."""
    answer = Answer(status, (), {}, code=code)
    case = Case(kind, "a.requirement", "as it is")
    return Exchange(index, at_s, at_s + 0.01, HttpRequest("GET", "/"), answer=answer, case=case)


def per_second(seconds: int, served: int, refused: int) -> list[Exchange]:
    """A run in which each second so many requests were answered, and so many refused as too many."""
    statuses = [(second, status) for second in range(seconds) for status in [200] * served + [429] * refused]
    return [told(index, float(second), status) for index, (second, status) in enumerate(statuses, 1)]


@pytest.mark.parametrize(
    ("served", "refused", "advice"),
    [
        (40, 60, "try --rate 30 (takes about 40 s)"),
        (4, 200, "try --rate 3 --seconds 1500 (takes about 750 s)"),
        (1, 9, "try --rate 0.8 (takes about 140 s)"),
    ],
)
def test_the_advice_is_a_rate_that_was_served(served: int, refused: int, advice: str) -> None:
    """The rate is what the target answered a second, a fifth less, as one digit; a run that would take longer than runs
    may is told that, too."""
    seconds = 11
    text = throttling(DATAROBOT, per_second(seconds, served, refused))
    assert text.startswith(f"{seconds * refused} of {seconds * (served + refused)} requests were refused as too many")
    assert text.endswith(advice)


def test_a_target_that_was_waited_for_needs_no_advice() -> None:
    """Requests that were refused as too many, sent again and then answered leave nothing open."""
    assert "" == throttling(DATAROBOT, [told(1, 0.0, 429, kind="throttled"), told(2, 0.1, 200)])


def test_a_burst_is_no_rate() -> None:
    """What a target answers at once before it first refuses says nothing about what it keeps up with."""
    burst = [told(index, 0.0, 200) for index in range(1, 201)]
    later = [told(201 + index, 1.0 + index / 10, 200 if index % 2 else 429) for index in range(101)]
    assert "about 5 a second were answered: try --rate 3 " in throttling(DATAROBOT, burst + later)


def test_no_rate_helps_where_nothing_is_answered() -> None:
    """A target that refuses every request as too many is not helped by a rate."""
    assert "" == throttling(DATAROBOT, per_second(3, served=0, refused=9))


def test_a_service_names_throttling_with_its_own_code() -> None:
    """A status 400 with the contract's code for throttling is a refusal as too many; with another code it is none."""
    code = next(form.code for form in PERSONALIZE.errors[PERSONALIZE.refusals["throttled"]].forms)
    assert "--rate" in throttling(PERSONALIZE, [told(1, 0.0, 200), told(2, 0.1, 400, code)])
    assert "" == throttling(PERSONALIZE, [told(1, 0.0, 200), told(2, 0.1, 400, "InvalidInputException")])


def test_the_command_line_closes_with_the_advice(capsys: pytest.CaptureFixture[str]) -> None:
    """What a throttling target left open is called so, and the closing lines say which rate would do."""
    with mockgen.running("datarobot", faults=("throttled_at_first:operation=getDataset,n=1000",)) as mock:
        only = [word for name in ("getDataset", "getVersion") for word in ("--only", f"datarobot.{name}")]
        main(["run", "datarobot", "--target", mock.url, "--quiet", *only])
    out = capsys.readouterr().out
    assert "because refused as too many requests: 429" in out
    assert "throttled     " in out
    assert "try --rate" in out
