"""Identities that nothing has."""

from __future__ import annotations

import random
import re

import pytest

import specs
from conformance.plans.samples import Naming, Samples
from conformance.plans.strangers import unknown_identity, unknown_like

SHAPES = [
    ("datarobot", "batch_prediction", r"[0-9a-f]{24}"),
    ("amazon_ml", "batch_prediction", r"unknown-t-1"),
    ("amazon_personalize", "batch_inference_job", r"arn:aws:personalize:[^/]+:batch-inference-job/unknown-t-1"),
]


@pytest.mark.parametrize(("vendor", "lifecycle", "shape"), SHAPES)
def test_an_unknown_identity_is_well_formed(vendor: str, lifecycle: str, shape: str) -> None:
    """It looks like the identities that the vendor gives out, or that its clients choose."""
    contract = specs.load(vendor)
    samples = Samples(contract, {}, Naming("t"))
    found = unknown_identity(contract.lifecycles[lifecycle], samples, random.Random(1))
    assert re.fullmatch(shape, found)


@pytest.mark.parametrize(
    ("shape", "known"),
    [
        (r"[0-9a-f]{24}", "5f0000000000000000000001"),
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "00000000-0000-0000-0000-000000000001"),
        (r"arn:aws:x:::filter/unknown-t-1", "arn:aws:x:::filter/watched"),
        (r"s3://bucket/in/unknown-t-1", "s3://bucket/in/batch.csv"),
        (r"unknown-t-1", "ml-binary"),
    ],
)
def test_an_unknown_identity_keeps_the_form_of_a_known_one(shape: str, known: str) -> None:
    """Hexadecimal ids, UUIDs, and the front of ARNs and paths stay what they are."""
    samples = Samples(specs.load("amazon_ml"), {}, Naming("t"))
    found = unknown_like(known, samples, random.Random(1))
    assert known != found
    assert re.fullmatch(shape, found)
