"""The templates for continuous integration: what they run is what the command line takes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from conformance.commands.options import parser

ROOT = Path(__file__).resolve().parents[1]
FILES = ("action.yml", "ci/gitlab.yml", "ci/README.md")
COMMAND = re.compile(r"(?:^|then |- )\s*(conformance (?:run|judge|proxy|compare|replay)\b[^`]*)$")
OPERATORS = ("|", "||", "&", "&&", ";")


def commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each `conformance` command of the templates, as a shell would pass it on, with the file that it stands in."""
    for name in FILES:
        for line in (ROOT / name).read_text().splitlines():
            found = COMMAND.search(line.strip())
            if found:
                yield name, tuple(_words(found[1]))


def _words(text: str) -> Iterator[str]:
    for word in shlex.split(re.sub(r'"\$\{more\[@\]\}"(?: 2>&1)?|"\$@"', "", text).replace(";", " ; ")):
        if word in OPERATORS:
            return
        yield word.replace("$MODE", "read")


@pytest.mark.parametrize(("file", "words"), list(commands()))
def test_a_command_of_a_template_is_accepted(file: str, words: tuple[str, ...]) -> None:
    """The command line parses every command that a template runs."""
    options = parser().parse_args(list(words[1:]))
    assert words[1] == options.command


def test_every_template_has_commands() -> None:
    """No template escapes the test above, and every optional word of the action is known to its command."""
    assert set(FILES) == {file for file, _ in commands()}
    text = (ROOT / "action.yml").read_text()
    options = set(re.findall(r"more\+=\((--[a-z-]+)", text))
    assert {"--profile", "--strict", "--only", "--base-url", "--target", "--mode"} == options
    values = [word for name in sorted(options - {"--strict", "--base-url"}) for word in (name, "read")]
    assert "run" == parser().parse_args(["run", "spice", "--strict", *values]).command
    judged = ["judge", "x.har", "--vendor", "spice", "--strict", "--base-url", "http://x", "--only", "a"]
    assert "judge" == parser().parse_args([*judged, "--profile", "p"]).command


def test_the_templates_are_yaml_with_known_inputs() -> None:
    """The action uses every input that it declares and no other, and only through variables."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    used = set(re.findall(r"\$\{\{ inputs\.([a-z]+) \}\}", (ROOT / "action.yml").read_text()))
    assert set(action["inputs"]) == used
    assert not [step for step in action["runs"]["steps"] if "inputs." in step.get("run", "")]
    assert ".conformance" in yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())


STAND_IN = """#!/bin/sh
echo "$*" >> calls
if [ "$1" = run ]; then mkdir -p today && echo {} > today/report.json; exit 1; fi
"""


def gitlab(folder: Path, **variables: str) -> tuple[int, list[str]]:
    """Exit status of the template's script in the strictest shell, and the words that a stand-in was called with."""
    template = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())[".conformance"]
    (folder / "conformance").write_text(STAND_IN)
    (folder / "conformance").chmod(0o755)
    known = {**template["variables"], **variables, "PATH": f"{folder}:{os.environ['PATH']}"}
    command = ["sh", "-eu", "-c", "\n".join(template["script"])]
    status = subprocess.run(command, cwd=folder, env=known, check=False, timeout=60).returncode
    return status, (folder / "calls").read_text().splitlines()


def test_the_gitlab_script_says_what_was_set_and_keeps_the_report(tmp_path: Path) -> None:
    """Unset variables add no words; a failing run fails the job, and the next one is compared with its report."""
    given = {"CONFORMANCE_VENDOR_NAME": "spice", "CONFORMANCE_TARGET": "http://api:1"}
    assert (1, ["run spice --report today --target http://api:1"]) == gitlab(tmp_path, **given)
    given = {"CONFORMANCE_VENDOR_NAME": "./mine", "CONFORMANCE_PROFILE": "a b.yaml"}
    status, calls = gitlab(tmp_path, **given)
    compared = "compare yesterday/report.json today/report.json"
    assert (1, ["run ./mine --report today --profile a b.yaml", compared]) == (status, calls[1:])


def test_the_gitlab_cache_takes_failing_nights_and_any_vendor() -> None:
    """A cache is kept after failures too, or nothing is ever compared with them, and no path gets into its key."""
    cache = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())[".conformance"]["cache"]
    assert "always" == cache["when"]
    assert "CONFORMANCE" not in cache["key"]
