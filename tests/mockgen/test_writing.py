"""Generated server projects: they meet their contracts, and their source is what an owner would want to read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

import specs
from conformance.profile import profile_for
from conformance.reports.report import Report
from conformance.run import Options, run
from mockgen.__main__ import main
from mockgen.writing import files, write
from mockgen.writing.literals import Code, Invoke, assigned, rendered
from mockgen.writing.shaking import shaken
from specs.importing import import_draft
from specs.importing.openapi_document import draft_of_document

VENDORS = specs.vendors()
LIMIT_S = 60
BAD = ("failed", "errored")


@contextmanager
def served(folder: Path, package: str, *options: str) -> Iterator[str]:
    """The URL of a generated server, in a process of its own until the block is left."""
    command = [sys.executable, "-W", "error", "-m", package, "--port", "0", *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip().rpartition(" ")[2]
        finally:
            server.terminate()


def report_on(vendor: str, url: str, seed: int = 0, profile: Path | None = None) -> Report:
    """What the suite says about a server with the embedded defaults, or with a profile that is there."""
    contract = specs.load(vendor)
    file = profile if profile is not None and profile.is_file() else None
    return run(contract, profile_for(contract, url, file, {}), Options(seed=seed))


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_generated_server_conforms(vendor: str, tmp_path: Path) -> None:
    """The suite finds nothing wrong with a generated server, and can judge nine tenths of what it must do."""
    write(specs.load(vendor), tmp_path)
    with served(tmp_path, f"{vendor}_server") as url:
        report = report_on(vendor, url, profile=tmp_path / "profile.yaml")
    failures = [(row.requirement.id, row.finding) for row in report.rows if row.finding.verdict.name in BAD]
    assert [] == failures
    assert 0 == report.exit_status
    assert report.share_judged >= 0.9


def test_the_server_of_an_import_conforms(tmp_path: Path) -> None:
    """A generated server of an imported document answers calls on jobs with whole jobs; what has no value is null."""
    document = Path(__file__).parents[1] / "specs" / "importing" / "documents" / "forecast_jobs.yaml"
    contract = specs.load(str(import_draft(draft_of_document(document), tmp_path / "forecast_jobs").folder))
    write(contract, tmp_path / "server")
    with served(tmp_path / "server", "forecast_jobs_server") as url:
        report = run(contract, profile_for(contract, url, None, {}), Options(seed=1))
    assert [] == [(row.requirement.id, row.finding) for row in report.rows if row.finding.verdict.name in BAD]
    found = {row.requirement.id: row.finding.verdict.name for row in report.rows}
    for place in ("createJob.response.status", "cancelJob.response.started_at", "listJobs.response.next_cursor"):
        assert "passed" == found[f"forecast_jobs.{place}.required"]


@pytest.mark.parametrize("pace", ["immediate", "reads:2", "seconds:0.05"])
def test_every_pace_conforms(pace: str, tmp_path: Path) -> None:
    """Jobs keep their contract at every pace."""
    write(specs.load("amazon_personalize"), tmp_path)
    with served(tmp_path, "amazon_personalize_server", "--pace", pace, "--seed", "7") as url:
        report = report_on("amazon_personalize", url, profile=tmp_path / "profile.yaml")
    assert [] == [row.requirement.id for row in report.rows if row.finding.verdict.name in BAD]
    assert 0 == report.exit_status


def test_a_wrong_pace_is_one_clear_sentence(tmp_path: Path) -> None:
    """A pace that cannot be read ends with status 2, and the message names it."""
    write(specs.load("datarobot"), tmp_path)
    command = [sys.executable, "-m", "datarobot_server", "--pace", "reeds:1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert (2, "datarobot_server: pace 'reeds:1': it is immediate, reads:N or seconds:S\n") == (
        done.returncode,
        done.stderr,
    )


@pytest.mark.parametrize("vendor", VENDORS)
def test_generated_source_is_clean(vendor: str, tmp_path: Path) -> None:
    """Generated Python passes the linter, and the formatter has nothing to change."""
    write(specs.load(vendor), tmp_path, name="a_rather_long_name_for_an_imitated_service")
    for command in (["check", "."], ["format", "--check", "--diff", "."]):
        ruff = [sys.executable, "-m", "ruff", *command, "--no-cache"]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
def test_generated_source_is_typed(vendor: str, tmp_path: Path) -> None:
    """Generated Python passes the strict type checker."""
    write(specs.load(vendor), tmp_path)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), f"{vendor}_server"]
    done = subprocess.run(mypy, cwd=tmp_path, capture_output=True, text=True, timeout=2 * LIMIT_S, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_project_stands_alone(vendor: str) -> None:
    """Nothing of ours is imported, and every module is used by another one."""
    found = files(specs.load(vendor))
    package = f"{vendor}_server"
    source = {path: text for path, text in found.items() if path.startswith(package) and path.endswith(".py")}
    for ours in ("specs", "mockgen", "conformance", "reference_impl", "botocore", "orjson"):
        assert [] == [path for path, text in source.items() if f"import {ours}" in text or f"from {ours}" in text]
    modules = {Path(path).stem for path in source} - {"__init__", "__main__"}
    unused = {name for name in modules if not any(name in _imported(text, package) for text in source.values())}
    assert set() == unused


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_project_says_what_it_lacks(vendor: str) -> None:
    """The first page names each feature that the profile denies, and no other."""
    contract = specs.load(vendor)
    found = files(contract)
    declared = yaml.safe_load(found.get("profile.yaml", "features: {}"))["features"]
    named = {name for name in contract.features if f"`{name}`" in found["README.md"]}
    assert {name for name, has in declared.items() if not has} == named


def _imported(text: str, package: str) -> set[str]:
    lines = [line for line in text.splitlines() if line.startswith(f"from {package}")]
    from_package = {
        name for line in lines if f"from {package} " in line for name in line.split("import ")[1].split(", ")
    }
    return from_package | {line.split()[1].removeprefix(f"{package}.") for line in lines}


@pytest.mark.parametrize(("vendor", "absent"), [("spice", ("lifecycle", "pace")), ("datarobot", ("results",))])
def test_a_project_has_no_dead_modules(vendor: str, absent: tuple[str, ...]) -> None:
    """What a vendor's API does not have, its server does not have either."""
    found = files(specs.load(vendor))
    assert [] == [name for name in absent if f"{vendor}_server/{name}.py" in found]


@pytest.mark.parametrize("vendor", VENDORS)
def test_generation_is_deterministic(vendor: str) -> None:
    """The same contract gives the same text."""
    assert files(specs.load(vendor)) == files(specs.load(vendor))


def test_a_folder_in_use_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not empty is left as it is, with a message and status 2."""
    (tmp_path / "notes.txt").write_text("mine")
    assert 2 == main(["write", "spice", str(tmp_path)])
    assert "is not empty" in capsys.readouterr().err
    assert ["notes.txt"] == [path.name for path in tmp_path.iterdir()]


def test_force_overwrites_only_what_is_generated(tmp_path: Path) -> None:
    """With --force generated files are written anew, and files of the owner stay."""
    contract = specs.load("spice")
    write(contract, tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "README.md").write_text("changed")
    write(contract, tmp_path, force=True)
    assert "mine" == (tmp_path / "notes.txt").read_text()
    assert files(contract)["README.md"] == (tmp_path / "README.md").read_text("utf-8")


def test_a_name_must_name_a_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that Python cannot import is refused before anything is written."""
    assert 2 == main(["write", "spice", str(tmp_path), "--name", "My Server"])
    assert "'My Server'" in capsys.readouterr().err
    assert [] == list(tmp_path.iterdir())


def test_literals_break_where_they_do_not_fit() -> None:
    """A value stands on one line where it fits, else each member has its own."""
    assert 'A = {"a": (1,), "b": [Code]}' == assigned("A", {"a": (1,), "b": [Code("Code")]})
    long = "x" * 60
    assert f'f(\n    "{long}",\n    b="{long}",\n)' == rendered(Invoke("f", (long,), {"b": long}))


def test_what_nothing_uses_is_left_out() -> None:
    """Functions, imports and modules that no root leads to disappear; comments go with what they belong to."""
    modules = {
        "main": '"""Runs."""\n\nimport os\n\nfrom pack import tools\n\nprint(tools.used())\n',
        "tools": '"""Tools."""\n\nimport csv\n\nA = 1\n"""One."""\nB = 2\n\n\ndef used():\n    return B\n\n\n'
        "# Why.\ndef dead():\n    return csv, A\n",
        "dead": '"""Nobody."""\n\nC = 1\n',
    }
    expected = {
        "main": '"""Runs."""\n\nfrom pack import tools\n\nprint(tools.used())\n',
        "tools": '"""Tools."""\n\nB = 2\n\n\ndef used():\n    return B\n',
    }
    assert expected == shaken("pack", modules, {"main"})
