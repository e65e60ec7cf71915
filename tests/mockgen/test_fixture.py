"""An imitation runs as a fixture, is steered over HTTP, and leaves nothing behind."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import mockgen
import specs
from mockgen.hooks import Hooks, Turn
from specs.message import Answer


def ask(mock: mockgen.Mock, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and JSON body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", mock.port, timeout=10)
    try:
        headers = {"Content-Type": "application/json", "X-API-Key": "local-token"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text.startswith((b"{", b"[")) else text
    finally:
        connection.close()


def test_a_mock_serves_until_the_block_ends() -> None:
    """Inside the block the vendor answers; behind it neither socket nor thread is left."""
    before = set(threading.enumerate())
    with mockgen.running("spice") as mock:
        assert (200, b"ok\n") == ask(mock, "GET", "/health")
    assert before == set(threading.enumerate())
    with pytest.raises(ConnectionRefusedError):
        ask(mock, "GET", "/health")


def test_two_mocks_run_side_by_side() -> None:
    """Mocks have ports and worlds of their own; a contract may be given in place of a name."""
    with mockgen.running(specs.load("spice")) as one, mockgen.running("datarobot") as other:
        assert one.port != other.port
        assert (404, 200) == (ask(other, "GET", "/health")[0], ask(one, "GET", "/health")[0])


def test_a_mock_without_authentication_answers_anybody() -> None:
    """`auth=False` lets every caller in."""
    with mockgen.running("datarobot", auth=False) as mock:
        assert 200 == ask(mock, "GET", "/api/v2/version/")[0]
    with mockgen.running("datarobot") as mock:
        assert 401 == ask(mock, "GET", "/api/v2/version/")[0]


def test_a_large_upload_arrives_whole() -> None:
    """A body of ten megabytes is no problem, one beyond the bound is refused."""
    with mockgen.running("datarobot", auth=False) as mock:
        body = {"deploymentId": "5f0000000000000000000001", "intakeSettings": {"type": "localFile"}}
        job = ask(mock, "POST", "/api/v2/batchPredictions/", body)[1]["id"]
        connection = http.client.HTTPConnection("127.0.0.1", mock.port, timeout=30)
        rows = b"age\n" + b"41\n" * 3_400_000
        connection.request("PUT", f"/api/v2/batchPredictions/{job}/csvUpload/", rows, {"Content-Type": "text/csv"})
        assert 202 == connection.getresponse().status
        connection.close()
        resource = mock.session.world.resources["batch_prediction", job]
        assert rows == resource.intake


BROKEN = {
    "no_http": b"GARBAGE\r\n\r\n",
    "header": b"GET /health HTTP/1.1\r\nBad Header\r\n\r\n",
    "chunk": b"POST /v1/batch/predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "length": b"POST /v1/batch/predict HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
    "url": b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "ends_early": b"POST /v1/batch/predict HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab",
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
def test_a_client_s_broken_request_is_not_logged(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """What no server can read is answered or closed, the mock goes on, and its log stays readable."""
    with mockgen.running("spice") as mock:
        with socket.create_connection(("127.0.0.1", mock.port), timeout=10) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
        assert (200, b"ok\n") == ask(mock, "GET", "/health")
    assert [] == caplog.records


def test_what_breaks_inside_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A mistake of the mock's own is answered with 500 and leaves its traceback."""

    def breaks(turn: Turn, answer: Answer) -> Answer:
        raise ZeroDivisionError(turn.operation)

    with mockgen.running("spice") as mock:
        mock.session.engine = replace(mock.session.engine, hooks=Hooks(answer=(breaks,)))
        assert 500 == ask(mock, "GET", "/health")[0]
    assert ["ZeroDivisionError: get_health"] == [(record.exc_text or "").splitlines()[-1] for record in caplog.records]


def test_a_packed_body_arrives_as_it_was_sent() -> None:
    """A body is not unpacked on the way: what a service makes of it is for its contract to say."""
    packed = gzip.compress(b'{"predictions": []}', mtime=0)
    with mockgen.running("spice", auth=False) as mock:
        connection = http.client.HTTPConnection("127.0.0.1", mock.port, timeout=10)
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        connection.request("POST", "/v1/batch/predict", packed, headers)
        connection.getresponse().read()
        connection.close()
        assert len(packed) == mock.session.journal[-1]["request"]["bytes"]


def test_a_job_is_steered_by_hand() -> None:
    """With pace `manual` only the control API moves a job; an impossible event says what is possible."""
    with mockgen.running("datarobot", pace="manual", auth=False) as mock:
        body = {"deploymentId": "5f0000000000000000000001", "intakeSettings": {"type": "localFile"}}
        job = ask(mock, "POST", "/api/v2/batchPredictions/", body)[1]["id"]
        event = {"resource": "batch_prediction", "identity": job, "event": "start"}
        assert (200, "RUNNING") == _state(ask(mock, "POST", "/__mock__/transition", event))
        assert "RUNNING" == ask(mock, "GET", f"/api/v2/batchPredictions/{job}/")[1]["status"]
        status, answer = ask(mock, "POST", "/__mock__/transition", event)
        assert status == 400
        assert "possible: finish, abort, fail" in answer["problem"]


def _state(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["state"]


def test_the_objects_of_a_job_are_written(tmp_path: Path) -> None:
    """With a folder for objects a job reads its input there and leaves its documented output."""
    users = tmp_path / "prediction-conformance" / "users" / "users.json"
    users.parent.mkdir(parents=True)
    users.write_text('{"userId": "1"}\n{"userId": "2"}\n')
    job = {
        "jobName": "nightly",
        "solutionVersionArn": "arn:aws:personalize:us-east-1:123456789012:solution/movies/0a1b2c3d",
        "jobInput": {"s3DataSource": {"path": "s3://prediction-conformance/users/users.json"}},
        "jobOutput": {"s3DataDestination": {"path": "s3://prediction-conformance/recommendations/"}},
        "roleArn": "arn:aws:iam::123456789012:role/PersonalizeBatch",
    }
    with mockgen.running("amazon_personalize", pace="immediate", auth=False, objects=tmp_path) as mock:
        arn = _aws(mock, "CreateBatchInferenceJob", job)["batchInferenceJobArn"]
        _aws(mock, "DescribeBatchInferenceJob", {"batchInferenceJobArn": arn})
    written = tmp_path / "prediction-conformance" / "recommendations" / "users.json.out"
    lines = [json.loads(line) for line in written.read_text().splitlines()]
    assert [{"userId": "1"}, {"userId": "2"}] == [line["input"] for line in lines]
    assert [25, 25] == [len(line["output"]["recommendedItems"]) for line in lines]


def _aws(mock: mockgen.Mock, operation: str, body: Any) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", mock.port, timeout=10)
    try:
        target = f"AmazonPersonalize.{operation}"
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        connection.request("POST", "/", json.dumps(body), headers)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
