"""Reading a report back: the file as checked data, or one complaint that says what is wrong with it.

Reports travel: they are compared with yesterday's, put side by side and made into pages. A file from elsewhere is
hostile until it fits the published schema, so nothing looks into one before this module has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from conformance.reports.document import LAYOUT
from specs.source_file import Complaint, SourceFile, SpecError, shape_complaints

REPORT_BYTES_MAX = 128 * 1024 * 1024
COMPLAINTS_MAX = 5
NAME = "report.json"
RULE = "report"


def read_report(path: Path) -> Mapping[str, Any]:
    """A report of layout 2 (`specs/meta/report.json`) by its file, or by the folder that `--report` named.

    Raises SpecError for a file that is missing, too large, no JSON, of another layout, or not as its schema says.
    """
    file = path / NAME if path.is_dir() else path
    data = json_of(file, REPORT_BYTES_MAX, RULE)
    if not isinstance(data, dict) or "report" not in data:
        raise _wrong(file, "the file is no report; `conformance run --report DIR` writes one to DIR/report.json")
    if data["report"] != LAYOUT:
        text = (
            f"the report has layout {str(data['report'])[:20]!r}, and this version reads layout {LAYOUT}: run it again"
        )
        raise _wrong(file, text)
    complaints = list(islice(shape_complaints(SourceFile(str(file), data, {}), "report"), COMPLAINTS_MAX))
    if complaints:
        raise SpecError(complaints)
    return data


def json_of(file: Path, bytes_max: int, rule: str) -> Any:
    """The JSON of a file from elsewhere. Raises SpecError, under the name of a rule, when it cannot be read."""

    def wrong(text: str) -> SpecError:
        return SpecError([Complaint(str(file), 0, rule, text)])

    try:
        if file.stat().st_size > bytes_max:
            raise wrong(f"the file is larger than {bytes_max} bytes")
        return json.loads(file.read_text(encoding="utf-8"), parse_constant=_no_number)
    except OSError as problem:
        raise wrong(f"cannot read the file: {problem.strerror}") from None
    except RecursionError:
        raise wrong("the file nests too deep") from None
    except ValueError as problem:
        raise wrong(f"the file is not JSON: {problem}") from None


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is a number that JSON does not have")


def _wrong(file: Path, text: str) -> SpecError:
    return SpecError([Complaint(str(file), 0, RULE, text)])
