"""Where the records of a run lie, and what somebody is told who interrupts it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import mockgen
from conformance.__main__ import main
from conformance.commands.records import ways_on
from conformance.history import Exchange
from conformance.keeping.ledger import opened
from conformance.reports.invocation import Invocation
from conformance.reports.session import perform, prepared


@pytest.fixture
def at_ctrl_c(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the process does at Ctrl-C by itself; how it was started decides that, as the tests may have been."""
    before = signal.signal(signal.SIGINT, request.param)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("at_ctrl_c", "number"),
    [
        (signal.default_int_handler, signal.SIGINT),
        (signal.default_int_handler, signal.SIGTERM),
        (signal.SIG_IGN, signal.SIGTERM),
    ],
    indirect=["at_ctrl_c"],
    ids=["ctrl-c", "terminated", "terminated-in-the-background"],
)
@pytest.mark.usefixtures("at_ctrl_c")
def test_an_interrupted_run_says_how_to_go_on(
    number: signal.Signals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever interrupts a run, or cancels its pipeline, is told the two commands that continue it and that clean up
    behind it; both work."""

    def interrupted(exchange: Exchange) -> None:
        if exchange.operation == "createBatchPrediction" and exchange.accepted:
            signal.raise_signal(number)

    with mockgen.running("datarobot", pace="immediate") as mock:
        only = ("datarobot.lifecycle.batch_prediction.reaches_final_state",)
        asked = Invocation("datarobot", mock.url, only=only, reports=tmp_path)
        contract, profile = prepared(asked, {})
        profile = replace(profile, limits=replace(profile.limits, concurrency=1))  # no answer is still under way
        with pytest.raises(KeyboardInterrupt) as end:
            perform(contract, profile, asked, interrupted)
        going_on, cleaning = (str(line).split("     (")[0].split("conformance ")[1] for line in end.value.args)
        assert f"resume {tmp_path}" == going_on
        assert f"reap {tmp_path / 'ledger.jsonl'}" == cleaning
        assert 0 == main(cleaning.split())
        assert "nothing is left" not in capsys.readouterr().out
        assert 0 == main(going_on.split())


def test_nothing_is_offered_where_nothing_was_begun(tmp_path: Path) -> None:
    """A run that had not come as far as its records, or has made nothing, leaves nothing to clean up."""
    assert [] == list(ways_on(tmp_path / "ledger.jsonl", tmp_path / "journal.jsonl", "ab12", None))
    ledger = opened(tmp_path / "ledger.jsonl", "spice", "http://x", "ab12")
    ledger.close()
    assert [] == list(ways_on(tmp_path / "ledger.jsonl", None, "ab12", None))


def test_the_clean_up_is_given_the_same_profile(tmp_path: Path) -> None:
    """Credentials come from the profile of the run, so the command names it, quoted for a shell."""
    ledger = opened(tmp_path / "ledger.jsonl", "spice", "http://x", "ab12")
    ledger.intend("2026-01-02T03:04:05+00:00", "create", "job", "a", None)
    ledger.close()
    (line,) = ways_on(tmp_path / "ledger.jsonl", None, "ab12", Path("my profile.yaml"))
    assert "--profile 'my profile.yaml'" in line
    assert "removes what it has made: 1" in line
