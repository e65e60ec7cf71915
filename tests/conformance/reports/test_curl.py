"""Tests of witnesses as shell scripts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import specs
from conformance.findings import Finding, Verdict
from conformance.history import History
from conformance.reports.curl import curl_script
from conformance.reports.document import as_json
from conformance.reports.invocation import SCRIPT_BODY_MAX, Invocation
from conformance.reports.preparation import makings
from conformance.reports.replay import write_cases
from conformance.reports.report import Report
from conformance.reports.terminal import failure_lines
from specs.contract import Contract

LIMIT = "datarobot.createBatchPrediction.request.chunkSize.maximum"
SHOWN_BY_ONE = Finding(LIMIT, Verdict.failed, (1,))
JOB = "65f0c1aa0000000000000001"
ANSWER = r"HTTP/1.1 202 Accepted\r\nLOCATION: http://h/api/v2/batchPredictions/70f0c1aa0000000000000009/\r\n\r\n{}"
"""What a server answers that makes another job."""
BARE = {"PATH": "/usr/bin:/bin"}
"""An environment without anybody's secrets."""


def script_of(found: Any, **changes: Any) -> str:
    """The script for the report's one exchange, with changes to that exchange."""
    (first,) = found.report.history.exchanges
    report = replace(found.report, history=History((replace(first, **changes),)))
    text = curl_script(report, found.contract, SHOWN_BY_ONE, makings(report, found.contract))
    assert text is not None
    return text


def words_of(script: str) -> list[str]:
    """The arguments of curl as a shell passes them on; no curl is run."""
    printing = 'curl() { printf "%s\\n" "$@"; }\n'
    run = subprocess.run(["sh"], input=printing + script, capture_output=True, text=True, check=True, env=BARE)
    return run.stdout.splitlines()


def test_script_sends_the_same_request(made: Callable[..., Any]) -> None:
    """Method, address, headers and body are those of the exchange."""
    words = words_of(script_of(made()))
    assert ["-X", "POST", "http://127.0.0.1:1/api/v2/batchPredictions/"] == words[words.index("-X") :][:3]
    assert "Content-Type: application/json" in words
    assert '{"chunkSize": 41943041}' == words[words.index("--data-raw") + 1]


def test_secrets_are_variables(made: Callable[..., Any]) -> None:
    """The token stands as a variable; only the public local one has a default, and only for this machine."""
    found = made()
    assert "Authorization: Bearer $CONFORMANCE_TOKEN" in script_of(found)
    assert "Authorization: Bearer local-token" in words_of(script_of(found))
    elsewhere = replace(found, report=replace(found.report, target="https://api.example.test"))
    assert "local-token" not in script_of(elsewhere)
    assert ': "${CONFORMANCE_TOKEN:?is the token for the target}"' in script_of(elsewhere)


@pytest.mark.parametrize(
    ("which", "shown"),
    [
        ("missing", None),
        ("wrong", "Authorization: Bearer not-the-token"),
        ("other_word", "Authorization: Token local-token"),
        ("longer", "Authorization: Bearer local-tokenx"),
        ("other_case", "Authorization: Bearer LOCAL-TOKEN"),
    ],
)
def test_credentials_of_the_exchange_are_kept(made: Callable[..., Any], which: str, shown: str | None) -> None:
    """A request that was sent with wrong or no credentials is repeated so."""
    sent = [word for word in words_of(script_of(made(), credentials=which)) if word.startswith("Authorization")]
    assert ([shown] if shown else []) == sent


def test_signed_requests_are_signed_by_curl(made: Callable[..., Any]) -> None:
    """A signature is made anew, by curl itself."""
    found = replace(made(), contract=specs.load("amazon_ml"))
    words = words_of(script_of(found))
    assert "aws:amz:us-east-1:machinelearning" == words[words.index("--aws-sigv4") + 1]
    assert "local-access-key:local-secret-key" == words[words.index("--user") + 1]


def followed(found: Any, **changes: Any) -> Report:
    """A report on three exchanges: a job is made, uploaded to, and read; with changes to the one that makes it."""
    (create,) = found.report.history.exchanges
    address = f"/api/v2/batchPredictions/{JOB}/"
    upload = replace(create.request, method="PUT", target=f"{address}csvUpload/", body=b"a,b")
    read = replace(create.request, method="GET", target=address, body=b"")
    exchanges = (
        replace(create, **changes),
        replace(create, index=2, operation="uploadCsv", request=upload, sent_at=2.0, received_at=2.0),
        replace(create, index=3, operation="getBatchPrediction", request=read, sent_at=9.0, received_at=9.0),
    )
    report: Report = replace(found.report, history=History(exchanges))
    return report


def script_on(report: Report, contract: Contract, *witness: int) -> str:
    """The script for some exchanges of a report."""
    text = curl_script(report, contract, Finding(LIMIT, Verdict.failed, witness), makings(report, contract))
    assert text is not None
    return text


def test_what_a_witness_names_is_made_again(made: Callable[..., Any]) -> None:
    """Before a job is read it is created and gets its input, as in the run; the read asks for the id that came back."""
    found = made()
    script = script_on(followed(found), found.contract, 3)
    told = [line.split(":")[0] for line in script.splitlines() if line.startswith(("# before", "# shows"))]
    assert ["# before, exchange 1", "# before, exchange 2", "# shows it, exchange 3"] == told
    answers = f"""curl() {{ printf '{ANSWER}'; printf '%s\\n' "$@" >&2; }}\nsleep() {{ :; }}\n"""
    run = subprocess.run(["sh"], input=answers + script, capture_output=True, text=True, check=True, env=BARE)
    asked = [line for line in run.stderr.splitlines() if line.startswith("http://")]
    fresh = "http://127.0.0.1:1/api/v2/batchPredictions/70f0c1aa0000000000000009/"
    assert [f"{fresh}csvUpload/", fresh] == asked[1:]
    assert 3 == run.stdout.count("202 Accepted")


def test_what_is_not_made_again_is_a_variable(made: Callable[..., Any]) -> None:
    """The id of a job whose creation no script can repeat is a variable with that id as its default."""
    found = made()
    script = script_on(followed(found, credentials="stale"), found.contract, 3)
    assert "# before" not in script
    assert f"ID_1={JOB}" in script
    assert f"http://127.0.0.1:1/api/v2/batchPredictions/{JOB}/" in words_of(script)


def test_an_id_that_only_begins_like_a_job_stays_as_it_was(made: Callable[..., Any]) -> None:
    """Where a longer id begins with that of a job of the run, the variable stands for the job's alone."""
    found = made()
    known = followed(found, credentials="stale")
    *others, read = known.history.exchanges
    longer = replace(read, request=replace(read.request, target=f"{read.request.target}{JOB}2/"))
    report = replace(known, history=History((*others, longer)))
    (line,) = (line for line in script_on(report, found.contract, 3).splitlines() if f"{JOB}2" in line)
    assert 1 == line.count("$ID_1")


def test_names_are_new_each_time(made: Callable[..., Any]) -> None:
    """The tag in what the run named is drawn again, in the same length, and given where one wants another."""
    found = made(body=b'{"name": "nightly-12ab34cd-5"}')
    report = replace(found.report, tag="12ab34cd")
    script = script_on(report, found.contract, 1)
    bodies = [words_of(f"{given}{script}")[-2] for given in ("", "", "TAG=00000000\n")]
    assert 3 == len(set(bodies))
    assert '{"name": "nightly-00000000-5"}' == bodies[2]
    assert {len('{"name": "nightly-12ab34cd-5"}')} == {len(body) for body in bodies}


def test_a_script_says_what_it_shows(made: Callable[..., Any]) -> None:
    """Whoever has the script alone reads the requirement, what it expects and what came, one line each."""
    found = made()
    known = makings(found.report, found.contract)
    finding = Finding(LIMIT, Verdict.failed, (1,), expected="422\necho broken", got="202")
    script = curl_script(found.report, found.contract, finding, known) or ""
    assert f"# requirement: {LIMIT}" in script
    assert "# got: 202" in script
    assert "broken" not in words_of(script)


def test_bytes_that_are_no_text_survive(made: Callable[..., Any]) -> None:
    """A body with control characters reaches curl byte by byte."""
    body = b"\x00\xff\"'$(id)`\r\n\xed\xa0\x80"
    script = script_of(made(body=body)).replace("curl ", "cat; : ", 1)
    run = subprocess.run(["sh", "-c", script], capture_output=True, check=True, env=BARE)
    assert body == run.stdout.rstrip(b"\n")


def test_text_of_a_target_is_not_run(made: Callable[..., Any]) -> None:
    """Quotes, dollars and line breaks in what is repeated stay what they are."""
    body = b'\'; echo broken; "$(echo broken)" `echo broken`'
    words = words_of(script_of(made(body=body), operation="x\necho broken"))
    assert body.decode() == words[words.index("--data-raw") + 1]
    assert "broken" not in words


@pytest.mark.parametrize("which", ["right", "wrong", "stale", "early", "incomplete", "tampered"])
def test_a_report_names_only_scripts_that_are_written(made: Callable[..., Any], tmp_path: Path, which: str) -> None:
    """Where curl cannot make the credentials of an exchange, no script is written, and nothing speaks of one."""
    found = made()
    (first,) = found.report.history.exchanges
    report = replace(found.report, history=History((replace(first, credentials=which),)))
    invocation = Invocation("datarobot", reports=tmp_path)
    write_cases(report, found.contract, tmp_path)
    (named,) = (row["repeat"]["curl"] for row in as_json(report, found.contract)["requirements"] if row["witness"])
    written = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.sh")]
    assert ([named] if named else []) == written
    assert bool(named) == ("curl script" in "".join(failure_lines(report, report.rows[0], invocation)))
    assert (which in ("right", "wrong")) == bool(named)


def test_large_bodies_have_no_script(made: Callable[..., Any]) -> None:
    """A body that no command line can hold has no script."""
    found = made(body=b"x" * (SCRIPT_BODY_MAX + 1))
    known = makings(found.report, found.contract)
    assert curl_script(found.report, found.contract, SHOWN_BY_ONE, known) is None
    assert curl_script(found.report, found.contract, Finding(LIMIT, Verdict.failed, ()), known) is None
