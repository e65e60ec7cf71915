"""The templates for continuous integration: what they run is what the command line takes."""

from __future__ import annotations

import re
import shlex
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
    for word in shlex.split(re.sub(r'"\$\{more\[@\]\}"', "", text).replace(";", " ; ")):
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
