"""The commands that only show reports again: `page` for one of them, `matrix` for several.

They read files and send nothing; a report of a server that is gone shows as well as one of today.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from conformance.reports.levels import LEVELS
from conformance.reports.matrix import Matrix, matrix, matrix_json, matrix_markdown
from conformance.reports.page.matrix_page import matrix_page
from conformance.reports.page.report_page import report_page
from conformance.reports.reading import read_report

FORMATS: Mapping[str, Callable[[Matrix], str]] = {
    "html": matrix_page,
    "markdown": lambda table: matrix_markdown(table, LEVELS),
    "json": matrix_json,
}


def show_page(file: Path, out: Path) -> int:
    """Writes a report's page into a file; always 0. Raises SpecError for a file that is no report, and OSError."""
    out.write_text(report_page(read_report(file)), encoding="utf-8")
    return 0


def show_matrix(files: Sequence[Path], out: Path | None, form: str) -> int:
    """Writes a table of reports into a file, or to standard output; always 0. Raises as `show_page` does."""
    text = FORMATS[form](matrix([read_report(file) for file in files]))
    if out is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # as the page says of itself, whatever the terminal can show
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
    return 0
