"""The end of DataRobot's script: calls in another documented spelling, and requests that do not fit together.

It stands apart from the other scripts so that their module stays readable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from specs.auth import LOCAL


def in_other_words(bench: Any, host: str, rows: bytes, upload_job: Callable[..., dict[str, Any]]) -> None:
    """Calls spelled in the other documented way, and requests whose members do not fit together."""
    version = bench.plain("getVersion")
    token = (("Host", host), ("Authorization", f"Token {LOCAL.token}"))
    bench.send(replace(version, headers=token), "getVersion")
    bench.send(bench.signed(replace(version, target=version.target.rstrip("/"))), "getVersion")
    path = {"deploymentId": "5f0000000000000000000002"}
    bench.call("predict", rows, media_type="text/csv", path=path)
    both = {"passthroughColumns": ["age"], "passthroughColumnsSet": "all"}
    bench.call("predict", [{"age": "41"}], path=path, query=both)
    cloud = {"type": "s3", "url": "s3://bucket/rows.csv"}
    bench.call("createBatchPrediction", upload_job(intakeSettings=cloud, outputSettings=cloud))
    unknown = {**cloud, "credentialId": "5fffffffffffffffffffffff"}
    bench.call("createBatchPrediction", upload_job(intakeSettings=unknown))
