"""Tests that no secret comes back out of a target's answers: by itself, and through every artefact of a run."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from conformance.__main__ import main
from conformance.driving.hiding import hidden
from conformance.driving.target import Outcome
from conformance.reports.report_files import WRITERS
from specs.auth import LOCAL, Credentials
from specs.message import HttpRequest, HttpResponse

SECRETS = {
    "CANARY_TOKEN": "canary/token+1<2>&3=",
    "CANARY_ID": "CANARYACCESSKEYID",
    "CANARY_KEY": "canary/secret+key/4",
    "CANARY_SESSION": "canary//session==",
}
HELD = Credentials(SECRETS["CANARY_TOKEN"], SECRETS["CANARY_ID"], SECRETS["CANARY_KEY"], SECRETS["CANARY_SESSION"])
WORDS = [value for name, value in SECRETS.items() if name != "CANARY_ID"]
PROFILE = """
credentials: {token: CANARY_TOKEN, access_key: CANARY_ID, secret_key: CANARY_KEY, session_token: CANARY_SESSION}
mode: destroy
limits: {run_s: 4, requests_max: 400, patience_s: 1}
"""


def spellings(secret: str) -> tuple[str, ...]:
    """A secret as texts carry it."""
    escaped = json.dumps(secret)[1:-1].replace("/", "\\/")
    coded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return secret, quote(secret), quote(secret, safe=""), html.escape(secret), escaped, coded


@pytest.mark.parametrize("word", [spelling for word in WORDS for spelling in spellings(word)])
def test_a_repeated_secret_is_hidden(word: str) -> None:
    """However an answer spells a secret, in its body or in a header, what is recorded does not have it."""
    request = HttpRequest("GET", "/")
    sent = Outcome(HttpResponse(200, (("X-Echo", f"a {word} b"),), f"<i>{word}</i>\xff".encode("latin-1")))
    response = hidden(sent, request, request, HELD).response
    assert HttpResponse(200, (("X-Echo", "a [secret] b"),), b"<i>[secret]</i>\xff") == response


def test_a_repeated_signature_is_hidden() -> None:
    """What signing added to a request is hidden as well; what the request itself said is not."""
    signature = "0123456789abcdef" * 4
    unsigned = HttpRequest("GET", "/", (("X-Mine", f"Signature={'a' * 64}"),))
    sent = HttpRequest("GET", "/", (*unsigned.headers, ("Authorization", f"AWS4 Signature={signature}")))
    outcome = hidden(Outcome(HttpResponse(200, (), f"{signature} {'a' * 64}".encode())), sent, unsigned, HELD)
    assert outcome.response is not None
    assert f"[secret] {'a' * 64}".encode() == outcome.response.body


def test_other_answers_are_left_alone() -> None:
    """An answer without a secret, one to the public local credentials, and no answer at all stay what they are."""
    request = HttpRequest("GET", "/")
    local = Outcome(HttpResponse(200, (), b"local-token"))
    assert local == hidden(local, request, request, LOCAL)
    short = Outcome(HttpResponse(200, (), b"abcabc"))
    assert short == hidden(short, request, request, Credentials(token="a"))
    assert Outcome(None, "reset") == hidden(Outcome(None, "reset"), request, request, HELD)


class Parrot(BaseHTTPRequestHandler):
    """Answers every request with all that it was sent, in a header and in the body."""

    heard: set[str]

    def answer(self) -> None:
        """One answer."""
        self.heard |= set(re.findall(r"Signature=([0-9a-f]{64})", self.headers.get("Authorization", "")))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = json.dumps({"headers": dict(self.headers), "message": str(self.headers), "status": "COMPLETED"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        for name in ("Authorization", "X-API-Key", "X-Amz-Security-Token"):
            self.send_header(f"X-Echo-{name}", self.headers.get(name) or "none")
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = answer

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def parrot() -> Iterator[tuple[str, set[str]]]:
    """A server that repeats what it hears: its address, and the signatures that it heard."""
    heard: set[str] = set()
    handler = type("HearingParrot", (Parrot,), {"heard": heard})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("vendor", ["spice", "amazon_personalize", "datarobot"])
def test_no_artefact_has_a_secret(
    vendor: str, parrot: tuple[str, set[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No token, secret key or signature is in any file of a report or in what is printed, whatever the target sends."""
    url, heard = parrot
    (tmp_path / "profile.yaml").write_text(PROFILE)
    before = dict(os.environ)
    os.environ.update(SECRETS)
    try:
        out = str(tmp_path / "out")
        main(["run", vendor, "--target", url, "--profile", str(tmp_path / "profile.yaml"), "--report", out])
        main(["compare", out, out, "--format", "markdown"])
    finally:
        os.environ.clear()
        os.environ.update(before)
    said = capsys.readouterr()
    files = {file.relative_to(tmp_path).as_posix(): file.read_text() for file in (tmp_path / "out").rglob("*.*")}
    assert {f"out/{name}" for name in WRITERS} <= files.keys()
    assert {".json", ".sh", ".py"} <= {Path(name).suffix for name in files if "/cases/" in name}
    for name, text in {**files, "standard output": said.out, "standard error": said.err}.items():
        assert not [word for secret in WORDS for word in spellings(secret) if word in text], name
        assert not heard & set(re.findall(r"[0-9a-f]{64}", text)), name
    assert "[secret]" in files["out/report.json"]
    assert bool(heard) == (vendor == "amazon_personalize")
