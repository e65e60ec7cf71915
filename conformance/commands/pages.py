"""The commands that only show reports again: `page` for one of them, `matrix` for several.

They read files and send nothing; a report of a server that is gone shows as well as one of today.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Mapping

from conformance.reports.levels import LEVELS
from conformance.reports.matrix import Matrix, matrix_json, matrix_markdown
from conformance.reports.matrix import matrix as side_by_side
from conformance.reports.page.matrix_page import matrix_page
from conformance.reports.page.report_page import report_page
from conformance.reports.reading import read_report

FORMATS: Mapping[str, Callable[[Matrix], str]] = {
    "html": matrix_page,
    "markdown": lambda table: matrix_markdown(table, LEVELS),
    "json": matrix_json,
}


def page(options: argparse.Namespace) -> int:
    """Writes a report's page into a file; always 0. Raises SpecError for a file that is no report, and OSError."""
    options.out.write_text(report_page(read_report(options.report)), encoding="utf-8")
    return 0


def matrix(options: argparse.Namespace) -> int:
    """Writes a table of reports into a file, or to standard output; always 0. Raises as `page` does."""
    text = FORMATS[options.format](side_by_side([read_report(file) for file in options.reports]))
    if options.out is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # as the page says of itself, whatever the terminal can show
        sys.stdout.write(text)
    else:
        options.out.write_text(text, encoding="utf-8")
    return 0
