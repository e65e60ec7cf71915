"""The ledger: what a run makes is on the disk before it is made, and a later process can read it, whatever happened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.keeping.ledger import Ledger, opened, read_ledger
from specs.source_file import SpecError

RUN = '{"row": "run", "tag": "ab12", "vendor": "v", "target": "t"}\n'
AT = "2026-01-02T03:04:05+00:00"


def test_an_intent_is_on_the_disk_before_anything_else_happens(tmp_path: Path) -> None:
    """The row of a creation stands in the file as soon as it is intended, with the id that the client has chosen."""
    file = tmp_path / "ledger.jsonl"
    ledger = opened(file, "spice", "http://x", "ab12")
    ledger.intend(AT, "create", "job", "job-ab12-1", None)
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert ["run", "intent"] == [row["row"] for row in rows]
    assert ("job-ab12-1", "ab12") == (rows[1]["identity"], rows[1]["tag"])
    ledger.close()


def test_what_became_of_a_creation_is_read_back(tmp_path: Path) -> None:
    """Made and unanswered creations are open, refused and removed ones are not; a server's id is known afterwards."""
    file = tmp_path / "ledger.jsonl"
    ledger = opened(file, "spice", "http://x", "ab12")
    for _ in range(4):
        ledger.intend(AT, "create", "job", None, None)
    ledger.settle(1, "made", "from-the-server")
    ledger.settle(2, "refused")
    ledger.settle(3, "made", "other")
    ledger.settle(3, "gone")
    ledger.close()
    found = read_ledger(file)["ab12"].entries
    assert ["made", "refused", "gone", "intent"] == [entry.fate for entry in found.values()]
    assert {1: "from-the-server", 4: None} == {key: entry.identity for key, entry in found.items() if entry.is_open}


def test_a_half_line_is_no_complaint_and_is_taken_off(tmp_path: Path) -> None:
    """A process that was killed while it wrote leaves half a line; the next one goes on behind the last whole line."""
    file = tmp_path / "ledger.jsonl"
    opened(file, "spice", "http://x", "ab12").close()
    with file.open("a") as stream:
        stream.write('{"row": "intent", "num')
    assert {} == read_ledger(file)["ab12"].entries
    again = opened(file, "spice", "http://x", "cd34")
    again.intend(AT, "create", "job", "a", None)
    again.close()
    assert [0, 1] == [len(run.entries) for run in read_ledger(file).values()]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the ledger is empty"),
        ("[]\n", "a row is a JSON object"),
        ("{\n", "the line is not JSON"),
        ("[" * 100_000 + "\n", "is "),
        ('{"row": "made", "tag": "ab12", "number": 1}\n', "before the row of kind 'run'"),
        ('{"row": "run", "tag": "ab12", "vendor": 3}\n', "'vendor' must be a text"),
        (
            '{"row": "run", "tag": "a", "vendor": "v", "target": "t"}\n{"row": "made", "tag": "a", "number": 9}\n',
            "no intent",
        ),
        (
            '{"row": "run", "tag": "a", "vendor": "v", "target": "t"}\n{"row": "made", "tag": "a", "number": []}\n',
            "whole",
        ),
        ("x" * 70_000, "longer than"),
    ],
)
def test_a_hostile_ledger_is_refused(text: str, says: str, tmp_path: Path) -> None:
    """A line that no run has written is named, and none of it is acted upon."""
    file = tmp_path / "ledger.jsonl"
    file.write_text(text)
    with pytest.raises(SpecError, match=says):
        read_ledger(file)


def test_a_ledger_without_a_file_remembers() -> None:
    """A run that writes nothing still knows what it has made, for its own clean-up."""
    ledger = Ledger()
    ledger.intend(AT, "create", "job", "a", None)
    ledger.intend(AT, "create", "job", "b", None)
    ledger.settle(1, "gone")
    assert ["b"] == [entry.identity for entry in ledger.open_entries]


def test_two_runs_never_write_into_one_ledger(tmp_path: Path) -> None:
    """While a run writes down what it makes, another one is refused; afterwards the file is free."""
    file = tmp_path / "ledger.jsonl"
    first = opened(file, "spice", "http://x", "ab12")
    with pytest.raises(SpecError, match="a run is writing into it"):
        opened(file, "spice", "http://x", "cd34")
    first.close()
    opened(file, "spice", "http://x", "cd34").close()
    assert ["ab12", "cd34"] == list(read_ledger(file))


def test_a_full_disk_is_named_with_the_file() -> None:
    """A row that cannot be written ends the run before the request leaves, and the message names the file."""
    with Path("/dev/full").open("wb", buffering=0) as full:
        ledger = Ledger(full, "ab12")
        with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
            ledger.intend(AT, "create", "job", "a", None)
