"""The commands `judge` and `proxy` as a person uses them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

import mockgen
import specs
from conformance.__main__ import main
from conformance.driving.target import Outcome, authenticated, connected
from conformance.profile import Limits
from specs.auth import Credentials
from specs.message import Call
from specs.source_file import meta_schema
from specs.wire import WIRES
from tests.conformance.traffic.recordings import har_file, har_row

CHUNK = "datarobot.createBatchPrediction.request.chunkSize.maximum"
CANARY = Credentials(token="canary-5f2c9e")
CALLS = (
    Call("createBatchPrediction", body={"deploymentId": "5f0000000000000000000002"}),
    Call("createBatchPrediction", body={"deploymentId": "5f0000000000000000000002", "chunkSize": 41943041}),
)


async def say(url: str) -> list[Outcome]:
    """The calls, made by a client that logs in."""
    contract = specs.load("datarobot")
    async with connected(url, Limits()) as send:
        plain = (WIRES[contract.wire].encode_request(contract, call) for call in CALLS)
        signed = (authenticated(one, contract.auth, url, CANARY, "right", datetime.now(UTC)) for one in plain)
        return [await send(request) for request in signed]


def test_a_proxy_from_start_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A proxy tells a failure, and when it is ended writes a report and a recording that `judge` finds the same in.

    No file and no line holds the client's token.
    """
    with mockgen.running("datarobot", seed=7, auth=False, faults=(f"relax:constraint={CHUNK}",)) as mock:
        words = ["proxy", "--vendor", "datarobot", "--upstream", mock.url, "--report", str(tmp_path)]
        command = [sys.executable, "-m", "conformance", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as proxy:
            assert proxy.stdout is not None
            asyncio.run(say(proxy.stdout.readline().split()[0]))
            told = [proxy.stdout.readline() for _ in range(3)]
            proxy.send_signal(signal.SIGTERM)
            rest, _ = proxy.communicate(timeout=60)
    assert ["failed", CHUNK] == told[0].split()[:2]
    assert 1 == proxy.returncode
    assert f"conformance judge {tmp_path}/traffic.har --vendor datarobot --base-url {mock.url} --only {CHUNK}" in rest
    report = json.loads((tmp_path / "report.json").read_text())
    assert [] == list(jsonschema.Draft202012Validator(meta_schema("report")).iter_errors(report))

    assert 1 == main(["judge", str(tmp_path / "traffic.har"), "--vendor", "datarobot", "--quiet"])
    again = capsys.readouterr().out
    assert [CHUNK] == [line.split()[1] for line in again.splitlines() if line.startswith("failed")]
    written = [file.read_text() for file in tmp_path.rglob("*") if file.is_file()]
    assert not [text for text in (*written, again, rest, *told) if CANARY.token in text]


def test_waivers_cover_what_a_recording_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recorded failure that the profile waives does not fail; a waiver that ended covers nothing."""
    answer = '{"object": "list", "data": []}'
    content = {"size": len(answer), "mimeType": "application/json", "text": answer}
    rows = (har_row(response={"status": status, "content": content}) for status in (200, 418))
    file, profile = har_file(tmp_path, *rows), tmp_path / "profile.yaml"
    failing = "spice.get_models.status_is_documented"
    for expires, status, told in (("2026-01-02", 0, f"waived   {failing} "), ("2026-01-01", 1, f"failed   {failing} ")):
        waiver = f"{{requirement: {failing}, owner: us, reason: known, expires: {expires}}}"
        profile.write_text(f"waivers: [{waiver}]\n")
        words = ["--vendor", "spice", "--profile", str(profile), "--only", "spice.get_models", "--quiet"]
        assert status == main(["judge", str(file), *words])
        assert told in capsys.readouterr().out


def test_a_recording_without_evidence_judges_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 3 stands for a recording in which nothing was shown to hold."""
    file = har_file(tmp_path, har_row(response={"status": 0}))
    assert 3 == main(["judge", str(file), "--vendor", "spice"])
    assert "could not be judged" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "servers of the recording, with their requests: http://api.example (1), http://other.example (1)"),
        (("--host", "elsewhere.example"), "http://other.example (1)"),
        (("--base-url", "http://api.example", "--only", "spice.nothing"), "no requirement of spice"),
    ],
)
def test_an_unclear_target_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """Where two servers could be meant, or none, the complaint lists what there is."""
    file = har_file(tmp_path, har_row(), har_row(request={"url": "http://other.example/v1/models"}))
    assert 2 == main(["judge", str(file), "--vendor", "spice", *words])
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--host", "api.example"), ("--base-url", "http://api.example/")])
def test_only_the_target_is_judged(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Requests to other servers say nothing about the target."""
    other = har_row(request={"url": "http://other.example/v1/models"}, response={"status": 500})
    file = har_file(tmp_path, har_row(), other)
    out = tmp_path / "out"
    main(["judge", str(file), "--vendor", "spice", *words, "--report", str(out), "--quiet"])
    report = json.loads((out / "report.json").read_text())
    assert 1 == report["requests"]


def test_a_missing_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is one line and exit status 2."""
    assert 2 == main(["judge", str(tmp_path / "none.har"), "--vendor", "spice"])
    assert "none.har: No such file" in capsys.readouterr().err


def test_a_port_in_use_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A proxy that cannot listen where it should ends with one line that names the option and the address."""
    with mockgen.running("spice") as mock:
        port = mock.url.rpartition(":")[2]
        assert 2 == main(["proxy", "--vendor", "spice", "--upstream", mock.url, "--port", port])
    assert f"--port: cannot listen on 127.0.0.1:{port}: address already in use\n" == capsys.readouterr().err


def test_a_port_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A number beyond the last port is a wrong command."""
    with pytest.raises(SystemExit) as end:
        main(["proxy", "--vendor", "spice", "--upstream", "http://127.0.0.1:1", "--port", "65536"])
    assert 2 == end.value.code
    assert "--port takes a port, 0 to 65535, not '65536'" in capsys.readouterr().err


def test_a_recording_without_times_is_one_of_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A waiver ends on its day also where the recorder told no times."""
    row = har_row()
    del row["startedDateTime"]
    row["response"]["status"] = 299
    recording = har_file(tmp_path, row)
    kept = "spice.get_models.status_is_documented"
    profile = tmp_path / "profile.yaml"
    verdicts = []
    for day in ("2026-01-01", "2999-12-31"):
        waiver = f"{{requirement: {kept}, owner: us, reason: known, expires: {day}}}"
        profile.write_text(f"url: http://api.example\nwaivers: [{waiver}]\n")
        main(["judge", str(recording), "--vendor", "spice", "--only", kept, "--profile", str(profile)])
        verdicts.append(capsys.readouterr().out)
    assert [True, False] == ["waiver        expired" in out for out in verdicts]
    assert [False, True] == [f"waived        {kept} until" in out for out in verdicts]
