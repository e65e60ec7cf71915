"""A server that knows nothing meets nothing."""

from __future__ import annotations

import pytest

import specs
from conformance.findings import Verdict
from conformance.profile import Limits
from tests.zoo.null_servers import NULL_SERVERS, serving
from tests.zoo.trials import judged_at, verdicts

LIMITS = Limits(patience_s=0.2, request_timeout_s=0.2, run_s=3.0, throttled_wait_s=0.2)


@pytest.mark.parametrize("vendor", specs.vendors())
@pytest.mark.parametrize("name", list(NULL_SERVERS))
def test_a_server_that_knows_nothing_scores_zero(vendor: str, name: str) -> None:
    """No requirement passes, the suite itself does not break, the exit status is not 0, and the run ends by itself."""
    with serving(NULL_SERVERS[name]) as url:
        report = judged_at(vendor, url, limits=LIMITS)
    scored = {key: verdict for key, verdict in verdicts(report).items() if verdict in (Verdict.passed, Verdict.errored)}
    assert {} == scored
    assert report.exit_status != 0
