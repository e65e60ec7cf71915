"""Tests of `specs list`, `specs show` and `specs lint`."""

from __future__ import annotations

import argparse
import io
import shutil
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path

import pytest

import specs
from specs.__main__ import main
from specs.command_line import amount, count, duration, natural, port
from specs.loading import VENDORS


def test_list_names_every_vendor(capsys: pytest.CaptureFixture[str]) -> None:
    """`list` has one line for each vendor."""
    assert 0 == main(["list"])
    assert list(specs.vendors()) == [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_show_tells_a_contract_and_a_requirement(capsys: pytest.CaptureFixture[str]) -> None:
    """`show` tells the operations of a vendor, and all about one requirement."""
    assert 0 == main(["show", "datarobot"])
    out = capsys.readouterr().out
    assert "createBatchPrediction: POST" in out
    for name, fixture in specs.load("datarobot").fixtures.items():
        assert f"fixture      {name}: {fixture.meaning}" in out
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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "specs: say what to do: list, show, import, lint, diff, docs, new, coverage; `specs --help`"),
        (["shew"], "specs: there is no command 'shew'; did you mean 'show'?"),
        (["import", "opnapi"], "specs import: there is no kind 'opnapi'; did you mean 'openapi'?"),
        (
            ["import", "openapi", "x", "--ot", "y"],
            "specs import openapi: there is no option --ot; did you mean '--out'",
        ),
        (["import", "openapi", "x", "--outt=y"], "there is no option --outt; did you mean '--out'?"),
        (
            ["import", "openapi", "x", "--out"],
            "specs import openapi: --out needs a value; `specs import openapi",
        ),
        (["lint"], "specs lint: FOLDER missing; `specs lint --help`"),
        (["lint", "a", "b", "c"], "specs lint: 'b' is one word too many; `specs lint --help`"),
        (["new", "--fast"], "specs new: NAME and DIR missing"),
        (["lint", "a", "-q"], "specs lint: there is no option -q; `specs lint --help` tells what there is"),
    ],
)
def test_wrong_words_are_told_in_one_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A word that is wrong, or missing, is told in one line with the nearest right one, and has exit status 2."""
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    said = capsys.readouterr()
    assert (2, "", 1) == (raised.value.code, said.out, said.err.count("\n"))
    assert says in said.err


def test_help_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` prints the whole usage and has exit status 0."""
    with pytest.raises(SystemExit) as raised:
        main(["lint", "--help"])
    assert not raised.value.code
    assert "usage: specs lint" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (count, {"1": 1, "999999999": 999_999_999}, ("0", "-1", "1.5", "x", "1" * 99)),
        (natural, {"0": 0, "7": 7}, ("-1", "x", "")),
        (amount, {"0.5": 0.5, "3": 3.0}, ("0", "-1", "nan", "inf", "x")),
        (duration, {"0": 0.0, "0.5": 0.5}, ("-1", "nan", "x")),
        (port, {"0": 0, "65535": 65535}, ("65536", "-1", "x", "1" * 99)),
    ],
)
def test_numbers_of_a_command_line(
    kind: Callable[[str], float], good: Mapping[str, float], bad: tuple[str, ...]
) -> None:
    """A number is read when it is one that the option can take; any other text is refused, and named."""
    assert good == {text: kind(text) for text in good}
    for text in bad:
        with pytest.raises(argparse.ArgumentTypeError, match="takes a "):
            kind(text)


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


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` names the command and the version that is installed."""
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert 0 == end.value.code
    assert f"specs {version('prediction-conformance')}\n" == capsys.readouterr().out


def test_a_terminal_of_few_letters_is_enough() -> None:
    """What it has no letters for is spelled out, and ends no command."""
    written = io.BytesIO()
    terminal = io.TextIOWrapper(written, encoding="ascii")
    with redirect_stdout(terminal):
        main(["show", "spice"])
        print("\u2265")
    terminal.flush()
    assert b"\\u2265" in written.getvalue()
