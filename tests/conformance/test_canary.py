"""No secret reaches any file that a run writes, nor what it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import mockgen
import specs
from conformance.profile import PARTS

CANARY = "canary-7c1d9e5f"


@pytest.mark.parametrize("vendor", ["amazon_personalize", "spice"])
def test_no_secret_reaches_any_artefact(vendor: str, tmp_path: Path) -> None:
    """Report, ledger, journal, cases, curl scripts, the plan and the terminal never show the credentials of a run.

    The target asks for none, so checks of credentials fail, and failures are what is shown in full. A token in the
    other case, which is tried as a wrong one, would tell as much.
    """
    names = {part: f"HELD_{part.upper()}" for part in (*PARTS[specs.load(vendor).auth.scheme], "session_token")}
    held = {name: "AKID" if part == "access_key" else f"{CANARY}-{part}" for part, name in names.items()}
    profile, out = tmp_path / "profile.yaml", tmp_path / "out"
    profile.write_text("credentials: {" + ", ".join(f"{part}: {name}" for part, name in names.items()) + "}\n")
    with mockgen.running(vendor, auth=False, seed=7) as mock:
        shared = [vendor, "--target", mock.url, "--profile", str(profile)]
        for command in (["run", *shared, "--report", str(out)], ["plan", *shared], ["reap", str(out)]):
            argv = [sys.executable, "-m", "conformance", *command]
            said = subprocess.run(argv, env=os.environ | held, capture_output=True, check=False)
            assert CANARY.encode() not in (said.stdout + said.stderr).lower()
    files = [file for file in out.rglob("*") if file.is_file()]
    assert {"ledger.jsonl", "journal.jsonl", "report.json"} <= {file.name for file in files} or vendor == "spice"
    assert [] == [file.name for file in files if CANARY.encode() in file.read_bytes().lower()]
