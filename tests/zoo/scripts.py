"""Whether the curl script and the test beside a case show, run as people run them, what the case says.

A script is run by a shell of its own, a test by a plain pytest in another process: neither may lean on the process that
wrote them. The server is the faulty one of the run, which remembers all of it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 120
STEP = re.compile(r"^# (?:before|shows it), exchange (\d+):", re.MULTILINE)
"""What stands before each call of a script."""
_ANSWER = re.compile(rb"^HTTP/[0-9.]+ (\d{3})[^\r\n]*\r?\n(.*?)\r?\n\r?\n", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Look:
    """What an answer looks like to somebody who compares it with a report: its ids and times differ in every run."""

    status: int
    media_type: str
    members: tuple[str, ...]
    body: str = field(default="", compare=False)


def look(status: int, headers: Sequence[Sequence[str]], body: str) -> Look:
    """The look of one answer. `members` are those of a JSON object, in order of their names."""
    named = {name.lower(): value for name, value in headers}
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    members = tuple(sorted(value)) if isinstance(value, dict) else ()
    return Look(status, named.get("content-type", "").partition(";")[0].strip().lower(), members, body)


def looks_of(output: bytes) -> tuple[Look, ...]:
    """The answers that a script printed."""
    heads = [match for match in _ANSWER.finditer(output) if not match[1].startswith(b"1")]
    ends = [match.start() for match in heads[1:]] + [len(output)]
    found = []
    for head, end in zip(heads, ends, strict=True):
        lines = head[2].decode("utf-8", "replace").splitlines()
        pairs = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        found.append(look(int(head[1]), pairs, output[head.end() : end].decode("utf-8", "replace")))
    return tuple(found)


def is_shown_by_curl(case: Mapping[str, Any], script: Path) -> bool:
    """Whether a script gets an answer that looks like the one that decided, as the case tells it."""
    got = case["got"]
    decided = case["witness"][-1]["response"]
    word = got if got.isalpha() and decided and got in decided["body"] else ""
    told = [int(index) for index in STEP.findall(script.read_text("utf-8"))]
    found = looks_of(_ran(script))
    if decided is None:
        return len(found) < len(told)
    if len(found) != len(told):
        return False
    return _decides(found[told.index(case["witness"][-1]["index"])], decided, got, word)


def _decides(found: Look, decided: Mapping[str, Any], got: str, word: str) -> bool:
    """`got` is what came and should not have; `word` is the same where every run sees it: the name of a state."""
    # A report holds the beginning of a long body, and curl got all of it. Where the status alone should not have come,
    # a job that by then is in another state shows as much.
    if decided["cut"] or got == str(decided["status"]):
        return bool(found.status == decided["status"])
    return word in found.body and found == look(decided["status"], decided["headers"], decided["body"])


def _ran(script: Path) -> bytes:
    bash = shutil.which("bash")
    assert bash is not None
    return subprocess.run(
        [bash, str(script)], env=_bare(), capture_output=True, check=False, timeout=SECONDS_MAX
    ).stdout


def is_shown_by_pytest(test: Path, requirement: str, profile: Path) -> bool:
    """Whether a test fails, and says that this requirement is missed. `profile` tells it what a URL does not."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test.name]
    run = subprocess.run(
        command,
        cwd=test.parent,
        env={**_bare(), "PYTHONPATH": str(ROOT), "CONFORMANCE_PROFILE": str(profile)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    missed = re.search(rf"^E?\s*(?:AssertionError: )?(?:failed|warned)\s+{re.escape(requirement)}\s", run.stdout, re.M)
    return run.returncode == 1 and missed is not None


def _bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONFORMANCE"))}
