"""Scores follow from seed, model and record alone and keep the rules of their kind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockgen.scoring import predict

RECORDS = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=4)
BINARY = {"classes": ["no", "yes"], "positive": "yes", "threshold": 0.5}


@given(st.integers(), RECORDS)
def test_binary_labels_follow_the_threshold(seed: int, record: dict[str, str]) -> None:
    """The label is the positive class exactly from the threshold on, and both scores add up to one."""
    found = predict(seed, "m", BINARY, record)
    assert ("yes" if found.scores["yes"] >= 0.5 else "no") == found.label
    assert abs(1 - sum(found.scores.values())) < 1e-9


@given(st.integers(), RECORDS)
def test_multiclass_scores_are_a_distribution(seed: int, record: dict[str, str]) -> None:
    """Scores lie between zero and one, add up to one, and the label has the highest."""
    found = predict(seed, "m", {"classes": ["A", "B", "C"]}, record)
    assert abs(1 - sum(found.scores.values())) < 1e-9
    assert all(0 <= score <= 1 for score in found.scores.values())
    assert max(found.scores.values()) == found.scores[found.label]


@given(RECORDS)
def test_the_same_record_scores_the_same(record: dict[str, str]) -> None:
    """The order of members does not matter; seed and model do."""
    turned = dict(reversed(list(record.items())))
    assert predict(1, "m", {}, record) == predict(1, "m", {}, turned)
    assert predict(1, "m", {}, record) != predict(2, "m", {}, record)
    assert predict(1, "m", {}, record) != predict(1, "n", {}, record)
