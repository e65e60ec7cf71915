"""Tests of the command line as a person uses it: results, complaints and exit statuses."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

import mockgen
import specs
from conformance.__main__ import COMMANDS, command, main
from conformance.commands.options import parser
from conformance.reports.page.report_page import report_page
from conformance.reports.report_files import WRITERS
from specs.loading import VENDORS
from specs.source_file import meta_schema

LIMIT = "datarobot.createBatchPrediction.request.chunkSize.maximum"
NOBODY = "http://127.0.0.1:1"
"""A port that nobody listens on."""
HEAVY = ("aiohttp", "hypothesis", *(f"conformance.{name}" for name in ("judg", "plans", "driving", "reports.rep")))
"""How the names of modules begin that only a run needs."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that conforms."""
    with mockgen.running("spice") as mock:
        yield mock.url


@pytest.fixture(scope="module")
def faulty_url() -> Iterator[str]:
    """A server that does not enforce one limit."""
    with mockgen.running("datarobot", faults=(f"relax:constraint={LIMIT}",)) as mock:
        yield mock.url


def test_conforming_server(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that conforms has exit status 0, a table, a summary, and reports that fit their schemas."""
    assert 0 == main(["run", "spice", "--target", url, "--seed", "3", "--report", str(tmp_path)])
    out = capsys.readouterr().out
    assert f"result        {url} conforms" in out
    assert "operation or topic" in out
    report = json.loads((tmp_path / "report.json").read_text())
    assert [] == list(jsonschema.Draft202012Validator(meta_schema("report")).iter_errors(report))
    assert (0, 3) == (report["exit_status"], report["seed"])
    assert report_page(report) == (tmp_path / "report.html").read_text("utf-8")
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert str(len(specs.load("spice").requirements)) == suite.get("tests")


def test_quiet_has_no_table(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--quiet` leaves the summary."""
    assert 0 == main(["run", "spice", "--target", url, "--only", "spice.get_models", "--quiet"])
    out = capsys.readouterr().out
    assert "operation or topic" not in out
    assert "conforms" in out


def test_folder_stands_for_a_vendor(url: str) -> None:
    """A vendor may be given as a folder."""
    assert 0 == main(["run", str(VENDORS / "spice"), "--target", url, "--only", "spice.get_health", "--quiet"])


def test_failure_repeats_as_printed(faulty_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure has exit status 1 and five lines; the repeat command on the fourth brings the same verdict."""
    only = ["--only", "datarobot.createBatchPrediction.request.chunkSize"]
    assert 1 == main(["run", "datarobot", "--target", faulty_url, *only, "--seed", "7", "--report", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("failed "))
    assert LIMIT == lines[start].split()[1]
    assert ["expected", "got", "repeat", "seed"] == [line.split()[0] for line in lines[start + 1 : start + 5]]
    command = shlex.split(lines[start + 3].removeprefix("repeat").partition("     (")[0])
    assert "conformance" == command[0]
    assert 1 == main(command[1:])
    assert "replay   the same verdict" in capsys.readouterr().out


def test_repeat_without_reports(faulty_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without reports the repeat command is a run, and fails the same way."""
    assert 1 == main(["run", "datarobot", "--target", faulty_url, "--only", LIMIT, "--quiet"])
    repeat = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("repeat"))
    assert 1 == main(shlex.split(repeat)[2:])
    assert LIMIT in capsys.readouterr().out


def test_replay_on_a_mended_server(faulty_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A case that is replayed on a server without the fault passes, and says that the verdict changed."""
    main(["run", "datarobot", "--target", faulty_url, "--only", LIMIT, "--quiet", "--report", str(tmp_path)])
    capsys.readouterr()
    with mockgen.running("datarobot") as mended:
        assert 0 == main(["replay", str(tmp_path / "cases" / f"{LIMIT}.json"), "--target", mended.url])
    told = capsys.readouterr()
    assert "another verdict: passed, it was failed" in told.out
    assert "requests around it: passed; now a whole run" in told.err


def test_every_format_is_written(faulty_url: str, tmp_path: Path) -> None:
    """A run writes every file of a report; the badge and the log say the same as the JSON."""
    assert 1 == main(
        ["run", "datarobot", "--target", faulty_url, "--only", LIMIT, "--quiet", "--report", str(tmp_path)]
    )
    assert {*WRITERS, "ledger.jsonl", "journal.jsonl"} == {file.name for file in tmp_path.iterdir() if file.is_file()}
    report, badge, log, archive = (
        json.loads((tmp_path / name).read_text())
        for name in ("report.json", "badge.json", "report.sarif", "witnesses.har")
    )
    assert {"schemaVersion": 1, **report["badge"]} == badge
    assert [LIMIT] == [result["ruleId"] for result in log["runs"][0]["results"]]
    assert len(report["requirements"][0]["witness"]) == len(archive["log"]["entries"])
    assert LIMIT in (tmp_path / "summary.md").read_text()


def waivers(folder: Path, requirement: str = LIMIT, expires: str = "2999-12-31") -> str:
    """A file with one waiver."""
    file = folder / "waivers.yaml"
    file.write_text(f"- {{requirement: {requirement}, owner: me, reason: soon, expires: {expires}}}\n")
    return str(file)


def test_a_waived_failure_conforms(faulty_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a waiver a known failure does not fail the run; expired it does, and says so."""
    run = ["run", "datarobot", "--target", faulty_url, "--only", "datarobot.createBatchPrediction.request.chunkSize"]
    assert 0 == main([*run, "--quiet", "--waivers", waivers(tmp_path)])
    assert f"waived   {LIMIT}" in capsys.readouterr().out
    assert 1 == main([*run, "--quiet", "--waivers", waivers(tmp_path, expires="2020-01-31")])
    out = capsys.readouterr().out
    assert f"failed   {LIMIT}" in out
    assert f"waiver        expired: the waiver of {LIMIT} (me) ended on 2020-01-31" in out


def test_a_waived_requirement_alone_is_judged(
    faulty_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The repeat command of a waived failure judges that failure alone, which is known: exit status 0."""
    run = ["run", "datarobot", "--target", faulty_url, "--only", LIMIT, "--quiet", "--waivers", waivers(tmp_path)]
    assert 0 == main(run)
    out = capsys.readouterr().out
    assert f"result        {faulty_url} conforms" in out
    repeat = next(line for line in out.splitlines() if line.startswith("repeat"))
    assert 0 == main(shlex.split(repeat)[2:])


def test_a_stale_waiver_fails(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A waiver of what holds makes the run fail; one of an unknown requirement is a usage error."""
    run = ["run", "spice", "--target", url, "--only", "spice.get_models", "--quiet"]
    assert 1 == main([*run, "--waivers", waivers(tmp_path, "spice.get_models.response.type")])
    assert "is not needed any more: the requirement holds; remove the waiver" in capsys.readouterr().out
    status, line = complaint([*run, "--waivers", waivers(tmp_path, "spice.get_modles.response.type")], capsys)
    assert (2, True) == (status, "did you mean 'spice.get_models.response.type'" in line)
    assert "waivers.yaml:1:" in line


def complaint(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit status and the one line that a wrong command answers."""
    status = main(arguments)
    said = capsys.readouterr()
    assert "" == said.out
    (line,) = said.err.splitlines()
    return status, line


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["run", "spicy", "--target", NOBODY], 2, "did you mean 'spice'"),
        (["run", "spice"], 2, "say where the server is"),
        (["run", "spice", "--target", "localhost:80"], 2, "did you mean 'http://localhost:80'?"),
        (["run", "spice", "--target", "http://me:x@host"], 2, "credentials are named in a profile"),
        (["run", "spice", "--target", "http://no-such-host.invalid"], 3, "no address is known for this name"),
        (["run", "spice", "--target", NOBODY], 3, "connection refused"),
        (["proxy", "--vendor", "spice", "--upstream", "x"], 2, "URL: the target must be an http:// or https:// URL"),
        (["run", "spice", "--target", "http://[::1"], 2, "must be an http:// or https:// URL"),
        (["run", "spice", "--target", "http://127.0.0.1:99999"], 2, "must be an http:// or https:// URL"),
        (["run", "spice", "--target", NOBODY], 3, f"nothing answers at {NOBODY}"),
        (["run", "spice", "--target", NOBODY, "--only", "spice.get_modles"], 2, "did you mean 'spice.get_models"),
        (["run", "spice", "--target", NOBODY, "--profile", "no/such.yaml"], 2, "no/such.yaml: cannot read the file"),
        (["run", "spice", "--target", NOBODY, "--report", "/dev/null/x"], 2, "/dev/null/x: cannot make the folder"),
        (["replay", "no/such.json"], 2, "no/such.json: cannot read the file"),
        (["explain", "spice.get_models.response.typ"], 2, "did you mean 'spice.get_models.response.type'"),
        (["explain", "xyz"], 2, "`conformance list` has them all"),
        (["list", "datarobbot"], 2, "did you mean 'datarobot'"),
    ],
)
def test_complaints_are_one_line(
    arguments: list[str], status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong is said in one line on standard error: 2 for a wrong command, 3 for a silent target."""
    found, line = complaint(arguments, capsys)
    assert status == found
    assert says in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "conformance: say what to do: run, judge"),
        (["run"], "conformance run: VENDOR missing"),
        (["judge", "x.har"], "conformance judge: --vendor missing"),
        (["run", "spice", "--sead", "1"], "conformance run: there is no option --sead; did you mean '--seed'?"),
        (["run", "spice", "--seed", "x"], "conformance run: --seed takes a whole number, not 'x'"),
        (["run", "spice", "--mode", "reed"], "conformance run: --mode cannot be 'reed'; did you mean 'read'?"),
        (["run", "spice", "--rate", "0"], "conformance run: --rate takes a number above 0, not '0'"),
    ],
)
def test_wrong_words_are_usage_errors(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong word is told in one line with the nearest right one, and has exit status 2."""
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert 2 == raised.value.code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(says)


def test_every_command_has_its_function() -> None:
    """Whatever the parser takes as a command is a function in a module of its own, and nothing else is."""
    (words,) = (action.choices for action in parser()._actions if action.dest == "command")
    assert words is not None
    assert set(words) == set(COMMANDS)
    assert all(command(name).__module__.startswith("conformance.commands.") for name in COMMANDS)


@pytest.mark.parametrize("words", [["--help"], ["list", "spice"]], ids=" ".join)
def test_commands_that_only_tell_load_no_judge(words: list[str]) -> None:
    """Help and lists come without the judge, its planners and the HTTP client: completion asks for them often."""
    told = "import sys; from conformance.__main__ import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
    told += "print(*sys.modules, file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", told, *words], capture_output=True, text=True, check=True)
    assert "conformance.commands.options" in run.stderr.split()
    assert [] == [name for name in run.stderr.split() if name.startswith(HEAVY)]


def test_tls_that_is_not_there(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A server without TLS is told as such when it is asked for https."""
    assert (3, True) == (
        main(["run", "spice", "--target", url.replace("http:", "https:")]),
        "no TLS there; perhaps it is http://" in capsys.readouterr().err,
    )


def test_an_empty_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A profile without anything in it is said to be empty."""
    file = tmp_path / "profile.yaml"
    file.touch()
    assert (2, f"{file}: the file: it is empty") == complaint(["run", "spice", "--profile", str(file)], capsys)


def test_an_empty_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recording without a request is told as that, and not as a matter of its servers."""
    file = tmp_path / "empty.har"
    file.write_text('{"log": {"entries": []}}')
    told = "recording: there is no request in it that could be judged"
    assert (2, told) == complaint(["judge", str(file), "--vendor", "spice"], capsys)


def test_misspelt_profile_key(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt key of a profile is named with its line and the nearest right one."""
    file = tmp_path / "profile.yaml"
    file.write_text(f"url: {url}\ncredentails: {{token: X}}\n")
    expected = f"{file}:2: unknown: unknown key 'credentails'; did you mean 'credentials'?"
    assert (2, expected) == complaint(["run", "spice", "--profile", str(file)], capsys)


@pytest.mark.parametrize("vendor", ["spice", "amazon_personalize"])
def test_wrong_credentials(vendor: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A target that refuses the credentials is not judged: one line says so, and the exit status is 3."""
    file = tmp_path / "profile.yaml"
    file.write_text("credentials: {token: HOME, access_key: HOME, secret_key: HOME, session_token: NO_SUCH_VARIABLE}\n")
    only = next(iter(specs.load(vendor).operations))
    with mockgen.running(vendor) as mock:
        arguments = ["run", vendor, "--target", mock.url, "--profile", str(file), "--only", f"{vendor}.{only}"]
        status, line = complaint(arguments, capsys)
    assert 3 == status
    assert "refuses the credentials" in line


def test_broken_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A vendor's folder that cannot be read is a usage error, one line for each file that is wrong."""
    assert 2 == main(["run", str(tmp_path), "--target", NOBODY])
    assert ["openapi.yaml", "vendor.yaml"] == sorted(
        line.split(":")[0] for line in capsys.readouterr().err.splitlines()
    )


def test_list_names_every_requirement(capsys: pytest.CaptureFixture[str]) -> None:
    """`list` has one line for each requirement; `--strength` keeps those of one strength."""
    rules = specs.load("spice").requirements
    assert 0 == main(["list", "spice"])
    assert list(rules) == [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert 0 == main(["list", "spice", "--strength", "should"])
    weak = [key for key, row in rules.items() if row.strength == "should"]
    assert weak == [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_explain_tells_how_a_requirement_is_judged(capsys: pytest.CaptureFixture[str]) -> None:
    """`explain` has the sentence, the source, the limit, and what the check does."""
    assert 0 == main(["explain", LIMIT])
    out = capsys.readouterr().out
    rule = specs.load("datarobot").requirements[LIMIT]
    for text in (rule.sentence, rule.source, rule.strength, "maximum: 41943040", f"{rule.check}: "):
        assert text in out


def test_explain_knows_rules_that_vendors_share(capsys: pytest.CaptureFixture[str]) -> None:
    """A requirement of a wire is explained without naming a vendor."""
    assert 0 == main(["explain", "rest_json.malformed_body_is_refused"])
    assert "RFC 8259" in capsys.readouterr().out


@pytest.mark.parametrize("vendor", ["datarobot", "spice"])
def test_observing_judges_and_makes_nothing(vendor: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Mode observe sends valid reading calls alone, judges what they show, and tells what a higher mode would."""
    with mockgen.running(vendor, seed=7) as mock:
        before = mock.session.world.created
        assert 0 == main(["run", vendor, "--target", mock.url, "--mode", "observe", "--quiet"])
        assert before == mock.session.world.created
    out = capsys.readouterr().out
    assert "mode          observe; --mode read would judge at least" in out
    assert "unfinished" not in out


def test_a_wrong_fixture_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An id in the profile that the target does not know stands in front of the failures that it causes."""
    file = tmp_path / "profile.yaml"
    file.write_text("fixtures: {model_binary: ml-of-nobody}\n")
    with mockgen.running("amazon_ml", seed=7) as mock:
        only = ["--only", "amazon_ml.GetMLModel.valid_request_is_accepted", "--only", "amazon_ml.Predict", "--quiet"]
        assert 1 == main(["run", "amazon_ml", "--target", mock.url, "--profile", str(file), *only])
    lines = capsys.readouterr().out.splitlines()
    assert "fixture model_binary" in lines[0]
    assert 1 == sum("fixture model_binary" in line for line in lines)


@pytest.mark.parametrize("option", ["--requests=0", "--jobs=x", "--seconds=-1", "--rate=nan", "--requests=1.5"])
def test_senseless_budgets_are_usage_errors(option: str) -> None:
    """A budget that nothing could be done with has exit status 2."""
    with pytest.raises(SystemExit) as raised:
        main(["run", "spice", option])
    assert 2 == raised.value.code


def test_a_spent_budget_fails_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """What a budget leaves no request for is not run, with the budget as the reason."""
    with mockgen.running("spice", seed=7) as mock:
        assert 0 == main(["run", "spice", "--target", mock.url, "--quiet", "--requests", "9"])
    assert "because budget of 9 requests spent" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("only", "hint"),
    [
        ("spice.predict", "did you mean 'spice.get_model_predict'?"),
        ("spices", "did you mean 'spice'?"),
        ("nope", "there is rest_json, spice"),
    ],
)
def test_a_beginning_that_no_requirement_has_is_told_the_nearest(
    only: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--only` takes beginnings of ids, so a wrong one is compared with beginnings of the same length."""
    assert 2 == main(["run", "spice", "--target", "http://127.0.0.1:1", "--only", only])
    assert hint in capsys.readouterr().err
