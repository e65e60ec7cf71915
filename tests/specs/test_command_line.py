"""Tests of `specs list`, `specs show` and `specs lint`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import specs
from specs.__main__ import main
from specs.loading import VENDORS


def test_list_names_every_vendor(capsys: pytest.CaptureFixture[str]) -> None:
    """`list` has one line for each vendor."""
    assert 0 == main(["list"])
    assert list(specs.vendors()) == [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_show_tells_a_contract_and_a_requirement(capsys: pytest.CaptureFixture[str]) -> None:
    """`show` tells the operations of a vendor, and all about one requirement."""
    assert 0 == main(["show", "datarobot"])
    assert "createBatchPrediction: POST" in capsys.readouterr().out
    assert 0 == main(["show", "datarobot", "datarobot.createBatchPrediction.request.chunkSize.maximum"])
    assert "maximum: 41943040" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "datarobbot"], "did you mean 'datarobot'"),
        (["show", "datarobot", "datarobot.createBatchPrediction.request.chunkSize.maximun"], "chunkSize.maximum'"),
        (["lint", "no/such/folder"], "there is no vendor and no folder"),
    ],
)
def test_unknown_names_are_usage_errors(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown name is one line with the nearest right name, and exit status 2."""
    assert 2 == main(arguments)
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["shew"], ["lint"]])
def test_wrong_commands_are_usage_errors(arguments: list[str]) -> None:
    """A wrong command has exit status 2."""
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert 2 == raised.value.code


@pytest.mark.parametrize("vendor", specs.vendors())
def test_lint_is_content_with_our_own_folders(vendor: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every folder that comes with the package is clean."""
    assert 0 == main(["lint", str(VENDORS / vendor)])
    assert "no fault" in capsys.readouterr().out


def test_lint_says_file_line_and_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault is told as `file:line: rule: text`, and the exit status is 1."""
    folder = tmp_path / "spice"
    shutil.copytree(VENDORS / "spice", folder)
    file = folder / "vendor.yaml"
    file.write_text(file.read_text().replace("title:", "titel:", 1))
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if text.startswith("titel:"))
    assert 1 == main(["lint", str(folder)])
    out = capsys.readouterr().out
    assert f"vendor.yaml:{line}: unknown: unknown key 'titel'; did you mean 'title'?" in out
