"""The journal: what a run has seen is on the disk as the judge sees it, and another process goes on with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import specs
from conformance.history import Artefact, Case, Exchange
from conformance.keeping.journal import begun, continued, read_header, read_journal
from conformance.keeping.passage import Header, Milestone
from specs.message import ABSENT, Answer, Call, HttpRequest, HttpResponse
from specs.source_file import SpecError

CONTRACT = specs.load("spice")
HEADER = Header("spice", "http://x", "ab12", 7, "read", ("spice",), False, "2026-01-02T03:04:05+00:00", None)
RESPONSE = HttpResponse(200, (("Content-Type", "application/json"),), b'{"a": 1}')
EXCHANGE = Exchange(
    3,
    0.25,
    0.5,
    HttpRequest("POST", "/v1/x?y=%C3", (("Content-Type", "text/csv"),), b"\xff\x00"),
    "get_models",
    Call("get_models", {"id": "a"}, {"tag": ["b", "c"]}, {}, {"file": b"\xfe", "list": [None, 1.5, "\ud800"]}),
    RESPONSE,
    Answer(200, RESPONSE.headers, {"a": 1}),
    None,
    Case("relation", "spice.x", "label", ("accepted",), "group", {"prefixes": ["s3://a"]}, ("spice.y",)),
    "slot",
    "wrong",
)


@pytest.mark.parametrize(
    "told",
    [
        EXCHANGE,
        replace(EXCHANGE, call=replace(EXCHANGE.call or Call(""), body=ABSENT), case=None),
        replace(EXCHANGE, response=None, answer=None, failure="timeout: TimeoutError"),
        replace(EXCHANGE, call=None, operation=None),
    ],
)
def test_an_exchange_is_read_back_as_it_was(told: Exchange, tmp_path: Path) -> None:
    """Bytes, lone surrogates, missing bodies and failures come back from a journal as they went in."""
    file = tmp_path / "journal.jsonl"
    journal = begun(file, HEADER)
    journal.exchange(told)
    journal.stream.close()
    assert HEADER == read_header(file)
    assert (told,) == read_journal(file, CONTRACT).exchanges


def test_milestones_tell_where_to_go_on(tmp_path: Path) -> None:
    """The latest position of each scenario, the resources in slots and the files of jobs come back."""
    file = tmp_path / "journal.jsonl"
    journal = begun(file, HEADER)
    output = Artefact("s3://b/k", "job", b"\xff", None)
    for reached in (
        Milestone("one", 1, "job", "id-1", 0.5),
        Milestone("two", 1),
        Milestone("one", 2, artefacts=(output,)),
    ):
        journal.milestone(reached)
    journal.stream.close()
    found = read_journal(file, CONTRACT)
    assert ({"one": 2, "two": 1}, {"job": ("id-1", 0.5)}, (output,)) == (found.positions, found.slots, found.artefacts)


def test_a_run_goes_on_behind_half_a_line(tmp_path: Path) -> None:
    """What a killed process had half written is dropped, and what follows stands on a line of its own."""
    file = tmp_path / "journal.jsonl"
    begun(file, HEADER).stream.close()
    with file.open("a") as stream:
        stream.write('{"row": "exch')
    journal = continued(file)
    journal.exchange(EXCHANGE)
    journal.stream.close()
    assert 1 == len(read_journal(file, CONTRACT).exchanges)


def changed(**members: Any) -> str:
    """The row of an exchange with other members."""
    return json.dumps(json.loads(row_text()) | members)


def row_text() -> str:
    """The row of a plain exchange."""
    asked = {"method": "GET", "target": "/", "headers": [], "body": "text:"}
    case = {"row": "exchange", "index": 1, "sent_at": 0, "received_at": 0, "operation": None, "call": None}
    rest = {
        "case": None,
        "slot": "",
        "credentials": "right",
        "request": asked,
        "response": None,
        "failure": "reset",
    }
    return json.dumps(case | rest)


def test_a_plain_row_is_read(tmp_path: Path) -> None:
    """The row that the hostile ones differ from is a good one."""
    file = tmp_path / "journal.jsonl"
    file.write_text(row_text() + "\n")
    assert 1 == len(read_journal(file, CONTRACT).exchanges)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3", "a row is a JSON object"),
        ("{", "the line is not JSON"),
        (changed(index=0), "none that a run writes"),
        (changed(sent_at="now"), "none that a run writes"),
        (changed(further=1), "none that a run writes"),
        (changed(operation="drop_tables"), "no operation 'drop_tables'"),
        (changed(request={"method": "GET", "target": "/", "headers": [], "body": "hex:00"}), "text:... or base64:..."),
        (changed(request={"method": "GET", "target": "/", "headers": [], "body": "base64:%"}), "not base64"),
    ],
)
def test_a_hostile_row_is_named(text: str, says: str, tmp_path: Path) -> None:
    """A row that no run writes is refused with its line."""
    file = tmp_path / "journal.jsonl"
    file.write_text(row_text() + "\n" + text + "\n")
    with pytest.raises(SpecError, match=says) as raised:
        read_journal(file, CONTRACT)
    assert 2 == raised.value.complaints[0].line


def test_a_journal_without_its_header_is_none(tmp_path: Path) -> None:
    """Only a file that tells how its run was asked for can be gone on with."""
    file = tmp_path / "journal.jsonl"
    for text in ("", row_text() + "\n"):
        file.write_text(text)
        with pytest.raises(SpecError):
            read_header(file)


def test_a_journal_that_is_being_written_is_not_begun_again(tmp_path: Path) -> None:
    """A second run into the same folder is refused, and the first one's rows stay as they are."""
    file = tmp_path / "journal.jsonl"
    journal = begun(file, HEADER)
    with pytest.raises(SpecError, match="a run is writing into it"):
        begun(file, replace(HEADER, tag="other"))
    journal.stream.close()
    assert HEADER == read_header(file)
