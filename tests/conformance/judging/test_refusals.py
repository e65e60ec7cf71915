"""When a refusal proves something."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.history import History
from conformance.judging.refusals import describe, refusal
from conformance.judging.view import View
from specs.message import Answer


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ("passed", Answer(400, (), {}, "ResourceNotFoundException")),
        ("failed", Answer(403, (), {}, "AccessDeniedException")),
        ("inconclusive", Answer(503, (), {})),
        ("inconclusive", Answer(400, (), b"<", "ResourceNotFoundException", "not JSON")),
        ("inconclusive", None),
    ],
)
def test_only_a_readable_refusal_decides(story: Any, expected: str, answer: Answer | None) -> None:
    """Throttling, a broken connection and an unreadable body are other requirements' business."""
    one = story("amazon_ml", "batch_prediction")
    one.get("a", {"BatchPredictionId": "a", "Status": "PENDING"})
    one.get("b", {})
    one.change(2, answer=answer, failure=None if answer else "reset")
    view = View(one.contract, History(tuple(one.exchanges)))
    row = one.contract.requirements["amazon_ml.lifecycle.batch_prediction.unknown_is_refused"]
    assert expected == refusal(view, row, one.exchanges[1], "not_found").verdict.name


def test_an_answer_is_described_in_a_few_words(story: Any) -> None:
    """People read the status and the error's name, or why there is none."""
    one = story("amazon_ml", "batch_prediction")
    one.get("b", {}, status=400, code="ResourceNotFoundException")
    one.get("b", {})
    one.change(2, answer=None, failure="timeout: 10 s")
    view = View(one.contract, History(tuple(one.exchanges)))
    wanted = ["status 400, ResourceNotFoundException", "no answer (timeout: 10 s)"]
    assert wanted == [describe(view, exchange) for exchange in one.exchanges]
