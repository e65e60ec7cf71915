"""REST with JSON bodies: calls and answers come back as they went in, and hostile requests get a situation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import specs
from specs.contract import Contract
from specs.message import ABSENT, Answer, Call, HttpRequest, HttpResponse, Malformed
from specs.wire.rest_json import decode_answer, decode_request, encode_answer, encode_request, error_answer, route

JSON_HEADERS = (("Content-Type", "application/json"),)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def _situation(contract: Contract, request: HttpRequest) -> str:
    found = decode_request(contract, request)
    return found.situation if isinstance(found, Malformed) else found.operation


@settings(deadline=None)
@given(name=TEXTS.filter(bool), body=st.dictionaries(TEXTS, VALUES, max_size=4))
def test_calls_with_bodies_come_back(name: str, body: dict[str, Any], parcels: specs.Contract) -> None:
    """A call decodes to what was encoded: any text as path parameter, slashes included, and any JSON object."""
    call = Call("renameJob", path={"id": name}, body=body, media_type="application/json")
    assert call == decode_request(parcels, encode_request(parcels, call))


@settings(deadline=None)
@given(
    limit=st.integers(-(10**17), 10**17),
    heavier=st.floats(allow_nan=False, allow_infinity=False),
    urgent=st.booleans(),
    status=st.lists(TEXTS, min_size=1, max_size=4),
    extra=TEXTS,
)
def test_query_values_come_back_with_their_types(
    limit: int, heavier: float, urgent: bool, status: list[str], extra: str, parcels: specs.Contract
) -> None:
    """Numbers, booleans, lists and unknown parameters of a query come back as what they were."""
    query = {"limit": limit, "heavier": heavier, "urgent": urgent, "status": status, "extra": extra}
    decoded = decode_request(parcels, encode_request(parcels, Call("listJobs", query=query)))
    assert isinstance(decoded, Call)
    assert query == decoded.query


@pytest.mark.parametrize(
    ("expected", "text"),
    [(5, "5"), ("5.0", "5.0"), ("five", "five"), ("", ""), ("9" * 30, "9" * 30), ("0x5", "0x5"), ("٣", "%D9%A3")],
)
def test_a_text_that_does_not_fit_its_type_stays_a_text(expected: Any, text: str, parcels: specs.Contract) -> None:
    """A query value that is no integer stays a text, for a validator to refuse."""
    call = decode_request(parcels, HttpRequest("GET", f"/v1/jobs?limit={text}"))
    assert isinstance(call, Call)
    assert {"limit": expected} == call.query


def test_a_number_beyond_all_bounds_stays_a_text(parcels: specs.Contract) -> None:
    """A number that overflows is no infinity."""
    call = decode_request(parcels, HttpRequest("GET", "/v1/jobs?heavier=1e999"))
    assert isinstance(call, Call)
    assert {"heavier": "1e999"} == call.query


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/jobs"), ("PUT", "/v1/jobs/a/rows"), ("GET", "/v1/jobs/a")])
def test_the_last_slash_may_be_left_out(method: str, path: str, slash: str, parcels: specs.Contract) -> None:
    """With `trailing_slash: either` a path is found with and without its last slash."""
    assert isinstance(route(parcels, HttpRequest(method, path + slash)), str)


def test_header_parameters_have_their_documented_names(parcels: specs.Contract) -> None:
    """A header parameter is found in any case and named as documented; other headers are not parameters."""
    request = HttpRequest("GET", "/v1/jobs", (("x-DEPOT", "north"), ("X-Other", "1")))
    call = decode_request(parcels, request)
    assert isinstance(call, Call)
    assert {"X-Depot": "north"} == call.headers


@pytest.mark.parametrize(
    ("expected", "accept"),
    [
        ("getResult", None),
        ("getResult", "text/csv"),
        ("getResult", "application/json, */*;q=0.1"),
        ("getResult", "TEXT/*"),
        ("not_acceptable", "application/json"),
        ("not_acceptable", "text/csv;q=0"),
        ("not_acceptable", ""),
    ],
)
def test_accept_must_allow_what_is_served(expected: str, accept: str | None, parcels: specs.Contract) -> None:
    """A request whose Accept excludes every documented type is not acceptable (RFC 9110, section 12.5.1)."""
    headers = () if accept is None else (("Accept", accept),)
    assert expected == _situation(parcels, HttpRequest("GET", "/v1/jobs/a/result", headers))


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        ("unknown_operation", HttpRequest("GET", "/v1/nothing")),
        ("unknown_operation", HttpRequest("GET", "/jobs")),
        ("unknown_operation", HttpRequest("GET", "//evil/v1/jobs")),
        ("unknown_operation", HttpRequest("GET", "//[x/v1/jobs")),
        ("unknown_operation", HttpRequest("GET", "")),
        ("unknown_operation", HttpRequest("GET", "/v1/jobs//result")),
        ("method", HttpRequest("PUT", "/v1/jobs")),
        ("media_type", HttpRequest("POST", "/v1/jobs", (), b"{}")),
        ("media_type", HttpRequest("POST", "/v1/jobs", (("Content-Type", "text/csv"),), b"{}")),
        ("malformed", HttpRequest("POST", "/v1/jobs", JSON_HEADERS, b"")),
        ("malformed", HttpRequest("POST", "/v1/jobs", JSON_HEADERS, b'{"a": ')),
        ("malformed", HttpRequest("POST", "/v1/jobs", JSON_HEADERS, b'{"a": NaN}')),
        ("malformed", HttpRequest("POST", "/v1/jobs", JSON_HEADERS, b"\xef\xbb\xbf{}")),
        ("malformed", HttpRequest("POST", "/v1/jobs", JSON_HEADERS, b'"\xff"')),
        ("malformed", HttpRequest("POST", "/v1/jobs", JSON_HEADERS, b"[" * 100_000)),
        ("malformed", HttpRequest("POST", "/v1/jobs", JSON_HEADERS, b'"\\ud800"')),
        ("createJob", HttpRequest("POST", "/v1/jobs", (("content-type", "Application/JSON; charset=utf-8"),), b"{}")),
        ("createJob", HttpRequest("POST", "/v1/jobs", JSON_HEADERS, b"[1]")),
        ("listJobs", HttpRequest("GET", "/v1/jobs?" + "a=1&" * 1000)),
        ("getJob", HttpRequest("GET", "/v1/jobs/%ff%00?%zz=%")),
    ],
)
def test_every_request_has_an_operation_or_a_situation(
    expected: str, request_: HttpRequest, parcels: specs.Contract
) -> None:
    """A request that cannot be read is answered with its situation, one that can with its operation."""
    assert expected == _situation(parcels, request_)


@settings(deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "BREW"]),
    target=st.text(max_size=30) | TEXTS.map("/v1/jobs/{0}/result?{0}".format),
    kind=st.sampled_from(["application/json", "text/csv", "x", ""]),
    body=st.binary(max_size=30),
)
def test_no_request_breaks_the_decoder(
    method: str, target: str, kind: str, body: bytes, parcels: specs.Contract
) -> None:
    """Whatever bytes arrive, decoding answers a call or a situation that the vendor's refusals know."""
    found = decode_request(parcels, HttpRequest(method, target, (("Content-Type", kind),), body))
    assert isinstance(found, Call) or found.situation in {*parcels.refusals, "media_type", "not_acceptable"}


@settings(deadline=None)
@given(body=VALUES.filter(lambda value: not isinstance(value, str)), status=st.integers(200, 599))
def test_json_answers_come_back(body: Any, status: int, parcels: specs.Contract) -> None:
    """A JSON answer decodes to the value that was encoded, without a problem."""
    answer = decode_answer(parcels, encode_answer(parcels, Answer(status, (), body), "id"))
    assert (status, body, None, None) == (answer.status, answer.body, answer.code, answer.problem)


@pytest.mark.parametrize("body", [ABSENT, "text, with ü", b"\x00\x01"])
def test_other_answers_come_back(body: Any, parcels: specs.Contract) -> None:
    """No body, a text and bytes come back as what they were."""
    headers = (("Content-Type", "application/gzip"),) if isinstance(body, bytes) else ()
    assert body == decode_answer(parcels, encode_answer(parcels, Answer(200, headers, body), "id")).body


@pytest.mark.parametrize(("kind", "data"), [("application/json", b"<html>"), ("text/plain", b"\xff")])
def test_a_body_that_is_not_what_it_says_has_a_problem(kind: str, data: bytes, parcels: specs.Contract) -> None:
    """An answer whose bytes are not of its media type says so."""
    assert decode_answer(parcels, HttpResponse(200, (("Content-Type", kind),), data)).problem


def test_errors_have_the_vendors_form(parcels: specs.Contract) -> None:
    """An error is a JSON object with a message, or bare text where the vendor's errors are text."""
    invalid, unauthorized = parcels.errors["invalid"], parcels.errors["unauthorized"]
    assert Answer(422, (), {"message": "No."}) == error_answer(parcels, invalid, invalid.forms[0], "No.")
    expected = Answer(401, (("Content-Type", "text/plain"),), "No.")
    assert expected == error_answer(parcels, unauthorized, unauthorized.forms[0], "No.")


def test_a_refused_method_names_the_allowed(parcels: Contract) -> None:
    """Each method of the path stands once in Allow (RFC 9110, section 15.5.6)."""
    found = decode_request(parcels, HttpRequest("PUT", "/v1/jobs"))
    assert isinstance(found, Malformed)
    assert ("method", (("Allow", "POST, GET"),)) == (found.situation, found.headers)
