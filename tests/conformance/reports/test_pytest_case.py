"""Tests of the text of a written test: it is Python, whatever a contract calls its requirements."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

import specs
from conformance.findings import Finding, Verdict
from conformance.reports.pytest_case import pytest_case
from conformance.reports.report import Row

FAILING = "datarobot.createBatchPrediction.request.chunkSize.maximum"


@pytest.mark.parametrize("text", ['"""', "\\", "'\n\x00", "{sentence}", "ünï \U0001f600 \ud800", '"); import os; ("'])
def test_the_text_is_python_whatever_it_holds(text: str) -> None:
    """Names and sentences from outside are string literals: nothing of them is run."""
    requirement = replace(specs.load("datarobot").requirements[FAILING], id=f"acme.{text}", sentence=text)
    tree = ast.parse(pytest_case(Row(requirement, Finding(requirement.id, Verdict.failed))))
    (function,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    assert function.name.startswith("test_acme_")
    imported = [alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
    assert ["os"] == imported
