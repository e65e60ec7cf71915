"""Spice.ai: batches with a status for each item, single predictions, lists and the open routes.

Items fail on their own inside an answer that succeeds, and that is easy to get wrong in either direction.
"""

from __future__ import annotations

import pytest

from tests.reference_impl.conftest import Reference

A, BROKEN, NONE = "drive_stats_a", "drive_stats_broken", "no_such_model"


async def test_a_batch_has_one_result_an_item_in_order(reference: Reference) -> None:
    """Duplicates and failures included, results follow the request, and the answer is 200."""
    names = [A, NONE, BROKEN, A]
    status, body = await reference.json(
        "POST", "/v1/predict", {"predictions": [{"model_name": name} for name in names]}
    )
    assert (200, names) == (status, [item["model_name"] for item in body["predictions"]])
    assert ["Success", "BadRequest", "InternalError", "Success"] == [item["status"] for item in body["predictions"]]
    assert body["predictions"][0]["prediction"] == body["predictions"][3]["prediction"]
    assert "prediction" not in body["predictions"][1]


@pytest.mark.parametrize(("name", "status"), [(A, 200), (NONE, 400), (BROKEN, 500)])
async def test_a_single_prediction_has_its_status_twice(reference: Reference, name: str, status: int) -> None:
    """The HTTP status and the member agree, and the result is the one of a batch."""
    single = await reference.json("GET", f"/v1/models/{name}/predict")
    _, batch = await reference.json("POST", "/v1/predict", {"predictions": [{"model_name": name}]})
    assert status == single[0]
    assert batch["predictions"][0] | {"duration_ms": 0} == single[1] | {"duration_ms": 0}


async def test_an_empty_batch_is_no_error(reference: Reference) -> None:
    """`{}` asks for nothing and gets nothing."""
    status, body = await reference.json("POST", "/v1/predict", {})
    assert (200, []) == (status, body["predictions"])


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b'{"predictions": null}', "application/json", 422),
        (b'{"predictions": [{"model_name": 1}]}', "application/json", 422),
        (b'{"predictions": [{}]}', "application/json", 422),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_as_text(
    reference: Reference, data: bytes, content_type: str, status: int
) -> None:
    """The runtime's extractor answers in plain text."""
    async with reference.http.post("/v1/predict", data=data, headers={"Content-Type": content_type}) as response:
        assert (status, "text/plain") == (response.status, response.content_type)


async def test_models_are_listed_as_json_and_as_csv(reference: Reference) -> None:
    """The same models, with a status only when asked for."""
    _, body = await reference.json("GET", "/v1/models?status=true")
    status, text = await reference.json("GET", "/v1/models?format=csv")
    names = [A, "drive_stats_b", BROKEN]
    assert (names, {"Ready"}) == ([row["id"] for row in body["data"]], {row["status"] for row in body["data"]})
    assert (200, names) == (status, [line.split(",")[0] for line in text.splitlines()[1:]])


async def test_health_needs_no_key(reference: Reference) -> None:
    """Health and readiness answer in plain text."""
    assert (200, "ok\n") == await reference.json("GET", "/health")
    assert (200, "ready") == await reference.json("GET", "/v1/ready")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/predict", 405), ("GET", "/v1/nothing", 404)])
async def test_what_is_not_there_is_refused(reference: Reference, method: str, path: str, status: int) -> None:
    """A wrong method is 405, an unknown path 404."""
    assert status == (await reference.json(method, path))[0]
