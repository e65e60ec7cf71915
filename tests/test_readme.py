"""The README tells the truth: its size, its vendor table, its commands and its code.

A reader's first ten minutes are what the README promises; a promise that is not run goes stale. Commands are tried as
far as their parser: it has to read every word of them, up to a `--help` at their end.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

import specs

ROOT = Path(__file__).resolve().parents[1]
WORDS = range(400, 601)
ENTRY_POINTS = {
    "specs": "specs.__main__",
    "conformance": "conformance.__main__",
    "mockgen": "mockgen.__main__",
    "reference-impl": "reference_impl.__main__",
}
PAGES = ("README.md", "specs/README.md", "conformance/README.md", "ci/README.md")
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


def read(page: str) -> str:
    """The text of a page of the project."""
    return (ROOT / page).read_text("utf-8")


TEXT = read("README.md")


def prose(text: str) -> str:
    """The text without fenced blocks and HTML comments."""
    return re.sub(r"<!--.*?-->", "", BLOCK.sub("", text), flags=re.DOTALL)


def make_targets(text: str) -> set[str]:
    """The targets of `make` that a text mentions."""
    return set(re.findall(r"\bmake ([a-z]+)\b", text))


def commands(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Entry point and words of every command that stands in code."""
    spans = re.findall(r"`([^`\n]+)`", prose(text)) + [
        line for language, block in BLOCK.findall(text) if language == "sh" for line in block.splitlines()
    ]
    for span in spans:
        name, *rest = shlex.split(span, comments=True) or [""]
        if name in ENTRY_POINTS and rest and not rest[0].startswith("-"):
            yield name, tuple(word for word in rest if word != "&")


def options(words: Iterable[str]) -> set[str]:
    """The long options among words."""
    return {word.partition("=")[0] for word in words if word.startswith("--")}


def vendor_table() -> list[str]:
    """The rows that the README's vendor table must have."""
    contracts = [specs.load(vendor) for vendor in specs.vendors()]
    return [
        f"| `{c.vendor}` ({c.title}) | `{c.wire}` | {len(c.operations)} | {len(c.requirements)} |" for c in contracts
    ]


def table_rows(text: str) -> list[str]:
    """The rows of the README's table of vendors."""
    section = text.partition("## Vendors")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


def test_the_readme_is_short() -> None:
    """The README's prose has 400 to 600 words."""
    assert len(prose(TEXT).split()) in WORDS


def test_the_vendor_table_is_computed() -> None:
    """The vendor table has a row for each contract, with its wire and its numbers of operations and requirements."""
    assert vendor_table() == table_rows(TEXT)


def test_make_targets_exist() -> None:
    """Every `make` target that the README mentions is one of the Makefile's."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert make_targets(TEXT) <= targets


@pytest.mark.parametrize(
    ("file", "name", "words"), sorted({(file, *row) for file in PAGES for row in commands(read(file))})
)
def test_commands_are_accepted(
    file: str, name: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line reads every command of the README and of the pages that it leads to, up to the last word, and
    has every option in it."""
    with pytest.raises(SystemExit) as end:
        import_module(ENTRY_POINTS[name]).main([*words, "--help"])
    assert not end.value.code
    # `--help` ends the reading before anybody complains about an unknown option.
    assert set() == options(words) - options(re.split(r"[\s,\[\]=]+", capsys.readouterr().out))


def test_python_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Every Python block of the README runs as it stands."""
    blocks = [block for language, block in BLOCK.findall(TEXT) if language == "python"]
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("http://127.0.0.1:")


def test_the_real_output_is_there() -> None:
    """The README shows what commands print."""
    blocks = [block for language, block in BLOCK.findall(TEXT) if language == "text"]
    assert blocks
    assert all(block.strip() for block in blocks)


def test_readers_of_the_text_find_what_is_wrong() -> None:
    """A made-up target, command or row is seen by the readers that the other tests rely on."""
    text = "## Vendors\n| `acme` (Acme) | `soap` | 1 | 2 |\n## X\nRun `make coffee` or `specs brew --hot`.\n"
    assert {"coffee"} == make_targets(text)
    assert [("specs", ("brew", "--hot"))] == list(commands(text))
    assert {"--hot", "--cold"} == options(("brew", "--hot", "--cold=1", "-x"))
    assert ["| `acme` (Acme) | `soap` | 1 | 2 |"] == table_rows(text)
    assert "one two" == prose("one<!-- x --> two```sh\nthree\n```")
