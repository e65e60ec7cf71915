"""The command line answers mistakes with one sentence and status 2."""

from __future__ import annotations

import pytest

from mockgen.__main__ import main


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["serve", "spise"], "spice"),
        (["serve", "spice", "--pace", "quick"], "Kinds"),
        (["serve", "spice", "--fault", "relaxed"], "did you mean 'relax'"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown vendor, pace or fault ends with status 2, names the nearest right thing and shows no traceback."""
    assert 2 == main(arguments)
    problem = capsys.readouterr().err
    assert complaint in problem
    assert "Traceback" not in problem
