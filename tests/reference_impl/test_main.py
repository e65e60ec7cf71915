"""The command line answers mistakes with one sentence and status 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from reference_impl.__main__ import main


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that a command which cannot be done answers."""
    assert 2 == main(["serve", "--port", "0", *arguments])
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A data folder that is a file is told as such, and not as a matter of the address."""
    file = tmp_path / "file"
    file.touch()
    assert f"reference-impl: cannot keep data in {file}: File exists" == complaint(capsys, "--data", str(file))


def test_an_address_that_cannot_be_used_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An address of another machine is told with what the system says."""
    told = complaint(capsys, "--host", "192.0.2.1", "--data", str(tmp_path))
    assert told.startswith("reference-impl: cannot serve on 192.0.2.1:0: cannot assign")


@pytest.mark.parametrize("arguments", [["--port", "65536"], ["--seed", "-1"], ["--step-delay", "-1"]])
def test_numbers_out_of_range_are_usage_errors(arguments: list[str]) -> None:
    """A number that cannot be is refused with status 2 before anything starts."""
    with pytest.raises(SystemExit) as raised:
        main(["serve", *arguments])
    assert 2 == raised.value.code


def test_a_misspelt_option_is_told_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A word that the command line does not know is told in one line, and no option can be shortened."""
    with pytest.raises(SystemExit) as raised:
        main(["serve", "--por", "0"])
    assert 2 == raised.value.code
    assert "reference-impl serve: there is no option --por; did you mean '--port'?\n" == capsys.readouterr().err
