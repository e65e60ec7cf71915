"""HAR files: what recorders write is read, what they leave out is marked, what is broken is complained about."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from conformance.traffic.har import read_har
from conformance.traffic.recording import Entry
from specs.message import header
from specs.source_file import SpecError
from tests.conformance.traffic.recordings import har_file, har_row

JSON = {"name": "content-type", "value": "application/json"}


def read(folder: Path, *rows: Any) -> tuple[Entry, ...]:
    """The entries of a file with these rows."""
    return read_har(har_file(folder, *rows), "Authorization")


def posted(**data: Any) -> dict[str, Any]:
    """A row that posts something; `size` is the length that the recorder noted."""
    size = {"bodySize": data.pop("size")} if "size" in data else {}
    return har_row(request={"method": "POST", "bodySize": -1, **size, "postData": {"mimeType": "text/csv", **data}})


def test_an_entry_keeps_what_was_said(tmp_path: Path) -> None:
    """Method, target, headers, status, body and times come through; pseudo headers of HTTP/2 do not."""
    headers = [{"name": ":authority", "value": "api.example"}, {"name": "ACCEPT", "value": "*/*"}]
    (entry,) = read(tmp_path, har_row(request={"url": "https://API.example:443/v1/models?a=%20b", "headers": headers}))
    assert ("https://api.example", "/v1/models?a=%20b") == (entry.origin, entry.request.target)
    assert (("ACCEPT", "*/*"),) == entry.request.headers
    assert entry.response is not None
    assert (200, b"[]") == (entry.response.status, entry.response.body)
    assert (0.01, True, False) == (round((entry.received_at or 0) - (entry.sent_at or 0), 3), entry.complete, False)


@pytest.mark.parametrize(
    ("data", "body", "complete"),
    [
        ({"text": "a,b"}, b"a,b", True),
        ({"text": base64.b64encode(b"\xff\x00").decode(), "encoding": "base64"}, b"\xff\x00", True),
        ({"text": base64.b64encode(b"\xff\x00").decode(), "size": 2}, b"\xff\x00", True),
        ({"text": "\udcff"}, b"\xff", True),
        ({"text": "a\N{REPLACEMENT CHARACTER}"}, "a\N{REPLACEMENT CHARACTER}".encode(), False),
        ({"text": "a,b", "size": 4}, b"", False),
        ({"size": 4}, b"", False),
        ({"text": "%%%", "encoding": "base64"}, b"", False),
    ],
)
def test_a_body_is_known_or_said_to_be_unknown(tmp_path: Path, data: Any, body: bytes, complete: bool) -> None:
    """Texts, Base64 (announced or not) and escaped bytes are read; lossy and shortened ones are not trusted."""
    (entry,) = read(tmp_path, posted(**data))
    assert (body, complete) == (entry.request.body, entry.complete)


@pytest.mark.parametrize("content", [{"size": 9, "text": "[]"}, {"size": 2, "text": None}, {"text": None}])
def test_an_answer_without_its_body_is_no_answer(tmp_path: Path, content: dict[str, Any]) -> None:
    """A recorder that dropped a body, or a part of it, leaves nothing that may be judged."""
    whole = {"mimeType": "application/json", **content}
    (entry,) = read(tmp_path, har_row(response={"content": whole}))
    assert (None, "not_recorded") == (entry.response, (entry.failure or "").split(":")[0])


def test_an_answer_that_was_empty_is_an_answer(tmp_path: Path) -> None:
    """A 204 and a body of length 0 are known to be empty."""
    rows = read(tmp_path, har_row(response={"status": 204, "content": {}}), har_row(response={"content": {"size": 0}}))
    assert [(204, b""), (200, b"")] == [(row.response.status, row.response.body) for row in rows if row.response]


def test_missing_times_are_unknown(tmp_path: Path) -> None:
    """A row without a start has no times, one without a duration no end."""
    without = har_row()
    del without["startedDateTime"]
    first, second = read(tmp_path, without, har_row(time=-1))
    assert (None, None, None) == (first.sent_at, first.received_at, second.received_at)
    assert second.sent_at is not None


def test_what_no_server_answered_is_left_out(tmp_path: Path) -> None:
    """Answers out of a browser's cache and addresses that are none of the web are no entries; status 0 is no answer."""
    rows = [har_row(_fromCache="disk"), har_row(request={"url": "data:text/plain,x"}), har_row(response={"status": 0})]
    (entry,) = read(tmp_path, *rows)
    assert entry.response is None


def test_credentials_do_not_come_through(tmp_path: Path) -> None:
    """No header, query field or echo of a credential is left in an entry."""
    sent = [{"name": "authorization", "value": "Bearer s3cret-token"}, {"name": "Cookie", "value": "session=abcdef123"}]
    answer = {"content": {"size": 30, "text": '{"got": "Bearer s3cret-token"}'}, "headers": [JSON]}
    url = "http://api.example/v1/models?X-Amz-Signature=s1gn4ture&limit=3"
    (entry,) = read(tmp_path, har_row(request={"url": url, "headers": sent}, response=answer))
    assert entry.logged_in
    assert "/v1/models?limit=3" == entry.request.target
    assert not [secret for secret in ("s3cret", "abcdef", "s1gn4") if secret in repr(entry)]


def test_an_unasked_coding_is_kept(tmp_path: Path) -> None:
    """Content-Encoding stays where the client did not ask for it, and goes where it did."""
    coded = {"headers": [JSON, {"name": "Content-Encoding", "value": "gzip"}]}
    asked = {"headers": [{"name": "Accept-Encoding", "value": "gzip, br"}]}
    plain = {"headers": [{"name": "Accept", "value": "*/*"}]}
    rows = read(tmp_path, har_row(request=asked, response=coded), har_row(request=plain, response=coded))
    assert [None, "gzip"] == [header(row.response.headers, "content-encoding") for row in rows if row.response]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"log": {"entries": {}}}',
        b'{"log": {"entries": [7]}}',
        b'{"log": {"entries": [{"request": {"url": 1, "method": "GET"}}]}}',
        b'{"log": {"entries": ' + b"[" * 5000 + b"]" * 5000 + b"}}",
        b"\xff\xfe\x00",
    ],
)
def test_a_file_that_is_none_is_complained_about(tmp_path: Path, data: bytes) -> None:
    """Whatever a file holds, what is wrong with it is said."""
    file = tmp_path / "bad.har"
    file.write_bytes(data)
    with pytest.raises(SpecError, match=r"bad\.har"):
        read_har(file, "Authorization")


@pytest.mark.parametrize(
    "row",
    [
        har_row(startedDateTime="yesterday"),
        har_row(response={"status": "200"}),
        har_row(request={"headers": {"a": "b"}}),
        har_row(request={"headers": [{"name": 1, "value": "b"}]}),
        har_row(request={"url": "http://api.example/v1/m\u00f6dels"}),
        har_row(request={"method": "GET / HTTP/1.1"}),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, row: Any) -> None:
    """The complaint says which entry is broken."""
    with pytest.raises(SpecError, match=r"log\.entries\[1\]"):
        read(tmp_path, har_row(), row)


@pytest.mark.parametrize("spell", [str, lambda word: quote(word, safe=""), html.escape, lambda word: word.upper()])
def test_a_repeated_secret_is_hidden(tmp_path: Path, spell: Callable[[str], str]) -> None:
    """However the server spells the token that it was sent, no entry has it, in neither body nor header."""
    token = "canary<token>/5f2c9e"
    sent = [{"name": "Authorization", "value": f"Bearer {token}"}]
    answer = {"content": {"text": f"you sent {spell(token)}"}, "headers": [{"name": "X-Echo", "value": spell(token)}]}
    body = {"method": "POST", "headers": sent, "postData": {"mimeType": "text/plain", "text": f"a {token}"}}
    (entry,) = read(tmp_path, har_row(request=body | {"bodySize": len(f"a {token}")}, response=answer))
    assert entry.response is not None
    assert (b"a [secret]", b"you sent [secret]") == (entry.request.body, entry.response.body)
    assert [("X-Echo", "[secret]")] == [pair for pair in entry.response.headers if pair[0] == "X-Echo"]


def test_a_secret_that_is_no_text_breaks_nothing(tmp_path: Path) -> None:
    """A recording may hold a credential that no request could carry; it is read all the same."""
    (entry,) = read(tmp_path, har_row(request={"headers": [{"name": "Cookie", "value": "a=\ud800bcdefg"}]}))
    assert entry.logged_in


@pytest.mark.parametrize(("name", "complete"), [("X-API-Key", True), ("authorization", True), ("X-Mode", False)])
def test_a_hidden_credential_is_no_hidden_request(tmp_path: Path, name: str, complete: bool) -> None:
    """A recorder that hides secrets leaves the call known, whichever header the API takes them in; a call of which
    something else is hidden is not known."""
    row = har_row(request={"headers": [{"name": name, "value": "[Filtered]"}]})
    (entry,) = read_har(har_file(tmp_path, row), "X-API-Key")
    assert complete == entry.complete
