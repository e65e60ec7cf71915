"""The suite as a pytest plugin: options, the one run of a session, and a test id for each requirement.

Load it by name (`-p conformance.plugin`) together with `--pyargs conformance.checks`. It does not register itself, so
it costs nothing where it is not asked for. `--strict` is pytest's own option; here warnings then count as failures too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.findings import Verdict
from conformance.judge import selected
from conformance.plan import Mode
from conformance.profile import Profile
from conformance.reports.causes import blockers
from conformance.reports.invocation import Invocation
from conformance.reports.plain_text import clean, problem_lines
from conformance.reports.report import Report, Row
from conformance.reports.session import perform, prepared, refused_credentials
from conformance.reports.terminal import failure_lines, summary, suspect_lines
from conformance.run import Unreachable
from specs.contract import Contract
from specs.source_file import SpecError

UNJUDGED = 3
USAGE = "the conformance plugin needs --vendor VENDOR and --target URL (or --profile FILE with a url)"


@dataclass(frozen=True)
class Asked:
    """What a session was asked to do, checked before its first test."""

    invocation: Invocation
    contract: Contract
    profile: Profile


ASKED = pytest.StashKey[Asked]()
REPORT = pytest.StashKey[Report]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run, named as on the command line."""
    group = parser.getgroup("conformance", "conformance to a vendor's documented API")
    group.addoption("--vendor", metavar="VENDOR", help="a vendor's name, or a folder of your own")
    group.addoption("--target", metavar="URL", help="where the server is")
    group.addoption("--profile", type=Path, metavar="FILE", help="what the server has and how to log in (YAML)")
    group.addoption("--variant", metavar="NAME", help="a named variant of the contract (default: the profile's)")
    group.addoption("--only", action="append", default=[], metavar="ID", help="a requirement, or the start of its id")
    group.addoption("--seed", type=int, default=0, metavar="N", help="seed of everything drawn (default 0)")
    group.addoption("--mode", choices=tuple(Mode.__members__), help="how much the run may do to the target")
    group.addoption("--report", type=Path, metavar="DIR", help="write report.json, other formats and cases/ into DIR")
    group.addoption("--waivers", type=Path, metavar="FILE", help="known failures, each with an owner and an end (YAML)")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuses a session that cannot run, in one message and before anything is collected."""
    config = session.config
    if not config.getoption("vendor") or not (config.getoption("target") or config.getoption("profile")):
        raise pytest.UsageError(USAGE)
    if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        raise pytest.UsageError("all verdicts come from one run, which cannot be divided: leave out -n (or say -n 0)")
    invocation = Invocation(
        config.getoption("vendor"),
        config.getoption("target"),
        config.getoption("profile"),
        tuple(config.getoption("only")),
        config.getoption("seed"),
        # The ini file's `strict` is about pytest alone; only the command line speaks of this run.
        "--strict" in config.invocation_params.args,
        config.getoption("mode"),
        config.getoption("report"),
        waivers=config.getoption("waivers"),
        variant=config.getoption("variant"),
    )
    try:
        contract, profile = prepared(invocation, os.environ)
    except SpecError as problem:
        raise pytest.UsageError(*problem_lines(problem)) from None
    config.stash[ASKED] = Asked(invocation, contract, profile)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test id for each requirement that is asked for."""
    if "row" in metafunc.fixturenames and metafunc.module.__name__ == "conformance.checks.test_conformance":
        asked = metafunc.config.stash[ASKED]
        keys = [key for key in asked.contract.requirements if selected(key, asked.invocation.only)]
        metafunc.parametrize("row", keys, ids=keys, indirect=True)


@pytest.fixture(scope="session")
def conformance_report(pytestconfig: pytest.Config) -> Report:
    """The report of the session's one run."""
    asked = pytestconfig.stash[ASKED]
    try:
        report = perform(asked.contract, asked.profile, asked.invocation)
    except Unreachable as problem:
        pytest.exit(clean(str(problem)), returncode=UNJUDGED)
    pytestconfig.stash[REPORT] = report
    return report


@pytest.fixture(scope="session")
def refusal(pytestconfig: pytest.Config, conformance_report: Report) -> str | None:
    """One line when the target refuses the credentials, so that no other verdict means anything."""
    return refused_credentials(conformance_report, pytestconfig.stash[ASKED].contract)


@pytest.fixture(scope="session")
def rows(conformance_report: Report) -> dict[str, Row]:
    """The rows of the report by requirement."""
    return {row.requirement.id: row for row in conformance_report.rows}


@pytest.fixture(scope="session")
def blocked(pytestconfig: pytest.Config, conformance_report: Report) -> Mapping[str, tuple[str, ...]]:
    """What keeps requirements from being judged, by requirement."""
    return blockers(conformance_report, pytestconfig.stash[ASKED].contract)


@pytest.fixture
def row(request: pytest.FixtureRequest, rows: dict[str, Row], refusal: str | None) -> Row:
    """The verdict on one requirement. A verdict that the suite could not reach is an error of the test's set-up."""
    found = rows[request.param]
    if refusal:
        # Without a login nothing was judged. `test_run_judged_something` fails and says so once, for all requirements.
        pytest.skip("the target refuses the credentials")
    if found.finding.verdict == Verdict.errored:
        pytest.fail(f"the check itself broke: {clean(found.finding.got)}", pytrace=False)
    return found


@pytest.fixture
def five_lines(request: pytest.FixtureRequest, row: Row, conformance_report: Report) -> str:
    """The finding as text; a warning is put into the test's report as well."""
    asked = request.config.stash[ASKED]
    text = "\n".join(failure_lines(conformance_report, row, asked.invocation))
    if row.finding.verdict == Verdict.warned:
        request.node.add_report_section("call", "conformance", text)
    return text


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The warnings of the run, which pass and would not be seen, and what the run amounts to."""
    if REPORT not in config.stash:
        return
    report, asked = config.stash[REPORT], config.stash[ASKED]
    terminalreporter.section("conformance")
    for line in (*suspect_lines(report), *_warnings(report, asked), *summary(report, asked.contract)):
        terminalreporter.write_line(line)


def _warnings(report: Report, asked: Asked) -> Iterator[str]:
    for found in report.rows:
        if found.finding.verdict == Verdict.warned:
            yield from (*failure_lines(report, found, asked.invocation), "")
