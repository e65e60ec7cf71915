"""Reports that are read back from files, to be shown again or set side by side.

A report may have been made elsewhere, last month, by somebody else: it is checked against the published schema before
anything is made of it.
"""

from __future__ import annotations

import json
from pathlib import Path

from conformance.reports.page.marks import Data
from specs.source_file import Complaint, SourceFile, SpecError, shape_complaints

REPORT_BYTES_MAX = 512 * 1024 * 1024
COMPLAINTS_MAX = 5
LAYOUT = 2


def read_report(file: Path) -> Data:
    """A report.json. Raises SpecError when it cannot be read, is none, or has another layout."""
    try:
        if file.stat().st_size > REPORT_BYTES_MAX:
            raise _wrong(file, "size", f"the file is larger than {REPORT_BYTES_MAX} bytes")
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise _wrong(file, "missing", f"cannot read the file: {problem.strerror}") from None
    except (ValueError, RecursionError) as problem:
        raise _wrong(file, "syntax", f"the file is not JSON: {problem}") from None
    if not isinstance(data, dict) or "report" not in data:
        raise _wrong(file, "shape", "this is no report; `conformance run --report DIR` writes DIR/report.json")
    if data["report"] != LAYOUT:
        text = f"this report has layout {data['report']!r:.20}, and this version reads layout {LAYOUT}: run it again"
        raise _wrong(file, "layout", text)
    complaints = list(shape_complaints(SourceFile(str(file), data, {}), "report"))
    if complaints:
        raise SpecError(complaints[:COMPLAINTS_MAX])
    return data


def _wrong(file: Path, rule: str, text: str) -> SpecError:
    return SpecError([Complaint(str(file), 0, rule, text)])
