"""Tests of `specs new`, and of the walk-through in specs/README.md that begins with it."""

from __future__ import annotations

import re
import shlex
from contextlib import ExitStack, chdir
from pathlib import Path

import pytest

import mockgen
import specs
from conformance.__main__ import main as conformance
from specs.__main__ import main
from specs.authoring.starting import TEMPLATE, start

README = Path(specs.__file__).parent / "README.md"
WALK = README.read_text("utf-8").partition("# A new vendor in an afternoon")[2]
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", WALK, re.DOTALL) for line in block.splitlines()]


def test_a_new_vendor_loads_and_keeps_no_trace_of_the_template(tmp_path: Path) -> None:
    """The folder loads under its new name, and has every file of the template and the coverage table."""
    folder = start("lantern_jobs", tmp_path)
    contract = specs.load(folder)
    assert "lantern_jobs" == contract.vendor
    assert len(specs.load(TEMPLATE).requirements) == len(contract.requirements)
    texts = [path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()]
    assert not [text for text in texts if "job_api" in text]
    assert (folder / "COVERAGE.md").is_file()


@pytest.mark.parametrize("seed", range(3))
def test_a_new_vendor_passes_the_suite_on_its_own_mock(seed: int, tmp_path: Path) -> None:
    """The mock of a new folder conforms to it."""
    folder = str(start("lantern_jobs", tmp_path))
    with mockgen.running(folder, pace="reads:1", seed=seed) as mock:
        assert 0 == conformance(["run", folder, "--target", mock.url, "--seed", str(seed), "--quiet"])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Lantern-Jobs", "did you mean 'lantern_jobs'?"),
        ("../escape", "did you mean 'escape'?"),
        ("datarobot", "comes with the package"),
        ("", "lower-case letters"),
    ],
)
def test_a_wrong_name_is_a_usage_error(
    name: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that no vendor can have is refused with the nearest right one, and nothing is written."""
    assert 2 == main(["new", name, str(tmp_path / "in")])
    assert says in capsys.readouterr().err
    assert not (tmp_path / "in").exists()


def test_a_folder_that_is_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is ever overwritten."""
    assert 0 == main(["new", "lantern_jobs", str(tmp_path)])
    (tmp_path / "lantern_jobs" / "vendor.yaml").write_text("mine", "utf-8")
    assert 2 == main(["new", "lantern_jobs", str(tmp_path)])
    assert "is there already" in capsys.readouterr().err
    assert "mine" == (tmp_path / "lantern_jobs" / "vendor.yaml").read_text("utf-8")


def test_the_walk_through_works_as_written(tmp_path: Path) -> None:
    """Every command of the walk-through, in its order, has exit status 0."""
    with ExitStack() as stack:
        stack.enter_context(chdir(tmp_path))
        url = ""
        for line in COMMANDS:
            program, *words = shlex.split(line)
            if program == "mockgen":
                assert "serve" == words[0]
                mock = mockgen.running(words[1], pace=words[words.index("--pace") + 1])
                url = stack.enter_context(mock).url
            elif program == "conformance":
                words[words.index("--target") + 1] = url
                assert 0 == conformance([*words, "--quiet"]), line
            else:
                assert ("specs", 0) == (program, main(words)), line
        assert (tmp_path / "pages" / "index.html").is_file()


def test_the_walk_through_quotes_lint_truly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The complaint in the walk-through is the one that a misspelt state gets."""
    folder = start("lantern_jobs", tmp_path)
    path = folder / "lifecycles.yaml"
    path.write_text(path.read_text("utf-8").replace("initial: WAITING", "initial: WAITNG"), "utf-8")
    assert 1 == main(["lint", str(folder)])
    quoted = re.search(r"<!-- lint:.*?```text\n(.*?)```", WALK, re.DOTALL)
    assert quoted
    assert quoted[1] == capsys.readouterr().out
