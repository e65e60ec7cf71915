"""Tests of witnesses as shell scripts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import specs
from conformance.history import History
from conformance.reports.curl import curl_script, names_made
from conformance.reports.document import as_json
from conformance.reports.invocation import SCRIPT_BODY_MAX, Invocation
from conformance.reports.replay import write_cases
from conformance.reports.terminal import failure_lines

BARE = {"PATH": "/usr/bin:/bin"}
"""An environment without anybody's secrets."""


def script_of(found: Any, **changes: Any) -> str:
    """The script for the report's one exchange, with changes to that exchange."""
    (first,) = found.report.history.exchanges
    report = replace(found.report, history=History((replace(first, **changes),)))
    text = curl_script(report, found.contract, (1,), ())
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


def test_made_resources_are_variables(made: Callable[..., Any]) -> None:
    """The id of a job that the run made is a variable with that id as its default."""
    found = made()
    (create,) = found.report.history.exchanges
    address = "/api/v2/batchPredictions/65f0c1aa0000000000000001/"
    request = replace(create.request, method="GET", target=address, body=b"")
    read = replace(create, index=2, operation="getBatchPrediction", request=request, sent_at=9.0)
    report = replace(found.report, history=History((create, read)))
    script = curl_script(report, found.contract, (2,), names_made(report, found.contract))
    assert script is not None
    assert "ID_1=${ID_1:-65f0c1aa0000000000000001}" in script
    assert '"$TARGET"/api/v2/batchPredictions/"$ID_1"/' in script
    assert f"http://127.0.0.1:1{address}" in words_of(script)


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
    assert curl_script(found.report, found.contract, (1,), ()) is None
    assert curl_script(found.report, found.contract, (), ()) is None
