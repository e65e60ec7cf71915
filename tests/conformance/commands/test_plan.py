"""`conformance plan`: says what a run would do, and sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import mockgen
from conformance.__main__ import main
from mockgen import Mock


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    """A server that counts what it is asked."""
    with mockgen.running("amazon_ml", seed=7) as found:
        yield found


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command prints."""
    assert 0 == main(["plan", "amazon_ml", *arguments])
    return capsys.readouterr().out


def test_nothing_is_sent(mock: Mock, capsys: pytest.CaptureFixture[str]) -> None:
    """The target sees no request at all, while the forecast names what would be sent, made and judged."""
    out = told(capsys, "--target", mock.url)
    assert 0 == mock.session.world.answered
    for text in (
        "nothing has been sent",
        "CreateBatchPrediction",
        "of batch prediction (jobs)",
        "would judge",
        "budgets",
    ):
        assert text in out


def test_a_low_mode_makes_nothing(mock: Mock, capsys: pytest.CaptureFixture[str]) -> None:
    """In mode read nothing would be made, and the forecast says what higher modes would judge."""
    out = told(capsys, "--target", mock.url, "--mode", "read")
    assert "would make" not in out
    assert "CreateBatchPrediction" not in out
    assert "--mode create" in out


def test_the_forecast_is_what_a_run_then_sends(mock: Mock, capsys: pytest.CaptureFixture[str]) -> None:
    """A run of mode observe sends just the calls that its plan counts: there is nothing to wait for."""
    out = told(capsys, "--target", mock.url, "--mode", "observe")
    counted = int(next(line for line in out.splitlines() if line.startswith("would send")).split()[2])
    before = mock.session.world.answered
    main(["run", "amazon_ml", "--target", mock.url, "--mode", "observe", "--quiet"])
    knock = 1
    assert counted + knock == mock.session.world.answered - before


def test_budgets_of_the_command_line_go_before_those_of_the_profile(
    mock: Mock, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The forecast names the budgets that a run would have."""
    file = tmp_path / "profile.yaml"
    file.write_text(f"url: {mock.url}\nlimits: {{requests_max: 7, jobs_max: 5}}\n")
    out = told(capsys, "--profile", str(file), "--requests", "9", "--rate", "2.5")
    assert "9 requests, 5 jobs, 900 s" in out
    assert "2.5 requests a second" in out
