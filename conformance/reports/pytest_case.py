"""A failure as a test that anybody can keep: a pytest function that judges its case again.

A project that mends a failure wants it to stay mended. The function stands beside the case file, needs nothing but this
package, and goes wherever it is copied to, as long as the case file goes with it.
"""

from __future__ import annotations

import re
from pathlib import Path

from conformance.reports.invocation import case_file
from conformance.reports.plain_text import clean
from conformance.reports.report import Row

TEMPLATE = '''"""Written by `conformance run --report`: judges one case again and fails while the server fails it.

The server is the one of the case, or that of the environment variable CONFORMANCE_TARGET; CONFORMANCE_PROFILE names a
profile. Secrets come from the environment.
"""

import os
from pathlib import Path

from conformance.replaying import assert_case

SENTENCE = {sentence}


def {function}() -> None:
    file = Path(__file__).with_name({case})
    assert_case(file, os.environ.get("CONFORMANCE_TARGET"), os.environ.get("CONFORMANCE_PROFILE"), os.environ)
'''


def pytest_case(row: Row) -> str:
    """The text of the test. What comes from outside stands in it as string literals only."""
    name = row.requirement.id
    return TEMPLATE.format(
        sentence=ascii(clean(row.requirement.sentence)),
        function="test_" + re.sub(r"[^A-Za-z0-9_]", "_", name),
        case=ascii(case_file(Path(), name).name),
    )
