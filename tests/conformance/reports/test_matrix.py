"""Tests of several reports side by side, as a value, as JSON, as Markdown and as a page."""

from __future__ import annotations

import json
from copy import deepcopy
from html import unescape
from typing import Any

import pytest

from conformance.reports.levels import LEVELS
from conformance.reports.matrix import matrix, matrix_json, matrix_markdown
from conformance.reports.page.matrix_page import matrix_page
from tests.conformance.reports.page.conftest import report as report  # the same hand-made report
from tests.conformance.reports.page.parsing import elements, text

Data = dict[str, Any]


@pytest.fixture
def pair(report: Data) -> list[Data]:
    """A report of one vendor, and one of another that meets one requirement more and has one of its own."""
    other = deepcopy(report) | {"vendor": "other", "target": "https://other.example"}
    for row in other["requirements"]:
        row["id"] = row["id"].replace("acme.", "other.")
    other["requirements"][1]["verdict"] = "passed"
    other["requirements"][0]["id"] = "other.own"
    return [report, other]


def test_vendors_meet_in_the_rest_of_the_id(pair: list[Data]) -> None:
    """A requirement's line is its id without the vendor; who does not have it has no verdict."""
    found = {line.id: line.verdicts for line in matrix(pair).lines}
    assert ("failed", "passed") == found["getJob.rows"]
    assert ("passed", None) == found["getJob.a"]
    assert (None, "passed") == found["own"]


def test_only_verdicts_make_a_difference(pair: list[Data]) -> None:
    """Lines differ where two reports judge otherwise, not where one has nothing to judge."""
    assert ["getJob.rows"] == [line.id for line in matrix(pair).lines if line.differs]


def test_json_has_columns_and_rows(pair: list[Data]) -> None:
    """The JSON holds each report's levels, and each requirement's verdicts in the reports' order."""
    found = json.loads(matrix_json(matrix(pair)))
    assert ["acme", "other"] == [column["vendor"] for column in found["columns"]]
    assert "failed" == found["columns"][0]["levels"]["wire"]
    row = next(row for row in found["requirements"] if row["id"] == "getJob.rows")
    assert {"id": "getJob.rows", "strength": "must", "level": "constraints", "verdicts": ["failed", "passed"]} == row


def test_markdown_has_what_differs(pair: list[Data]) -> None:
    """The levels, and the one requirement on which the reports differ."""
    lines = unescape(matrix_markdown(matrix(pair), LEVELS)).splitlines()
    assert "| level | acme at http://127.0.0.1:1, 2026-01-02 | other at https://other.example, 2026-01-02 |" in lines
    assert "Verdicts differ in 1 of 10 requirements." in lines
    assert "| `getJob.rows` | failed | passed |" == lines[-1]


def test_markdown_is_not_written_by_a_report(pair: list[Data]) -> None:
    """What ends a cell or a line, or begins markup, is escaped."""
    usual = len(matrix_markdown(matrix(pair), LEVELS).splitlines())
    pair[1]["target"] = "https://x|<img src=x>\n# [a](b)\u202e"
    shown = matrix_markdown(matrix(pair), LEVELS)
    assert not [sign for sign in ("<", "[a](b)", "\n#", "x|", "\u202e") if sign in shown]
    assert r"https://x|<img src=x>\n# [a](b)\u202e" in unescape(shown)
    assert usual == len(shown.splitlines())


def test_a_page_has_every_line_and_column(pair: list[Data]) -> None:
    """Each requirement is a row whose marks the form can filter by."""
    page = matrix_page(matrix(pair))
    rows = [found for tag, found in elements(page) if tag == "tr" and "data-verdict" in found]
    assert 10 == len(rows)
    assert ["failed passed"] == [row["data-verdict"] for row in rows if row["data-only"] == "differences"]
    assert "1. acme 127.0.0.1:1" in text(page).replace("1. acme127", "1. acme 127")
    assert "2 reports, 10 requirements, verdicts differ in 1" in text(page)


def test_no_text_becomes_markup(pair: list[Data]) -> None:
    """A hostile report gives a page with the elements and attributes of a harmless one."""
    shapes = []
    for words in ("harmless", "\"><script>alert(1)</script></table>' onclick='x"):
        told = deepcopy(pair)
        for found in told:
            found |= {"vendor": words, "target": f"http://{words}", "versions": [words]}
            for row in found["requirements"]:
                row |= {"id": row["id"] + words, "sentence": words}
        shapes.append([(tag, list(attributes)) for tag, attributes in elements(matrix_page(matrix(told)))])
    assert shapes[0] == shapes[1]
