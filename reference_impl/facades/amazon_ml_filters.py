"""The filters of the Describe operations: one variable, compared by named operators.

Times compare as numbers when both sides are numbers (epoch seconds); everything else compares as text. Which
operators may stand together is not documented: all that are given must hold.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from reference_impl.engine.models import BadNumber, number

MEMBERS = {
    "CreatedAt": "CreatedAt",
    "LastUpdatedAt": "LastUpdatedAt",
    "Status": "Status",
    "Name": "Name",
    "IAMUser": "CreatedByIamUser",
    "MLModelId": "MLModelId",
    "DataSourceId": "BatchPredictionDataSourceId",
    "DataURI": "InputDataLocationS3",
}
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "NE": operator.ne,
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}


def matches(row: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether one document passes the filter of a Describe request."""
    variable = body.get("FilterVariable")
    if variable is None:
        return True
    value = row.get(MEMBERS[variable], "")
    if "Prefix" in body and not str(value).startswith(body["Prefix"]):
        return False
    return all(_holds(OPERATORS[name], value, body[name]) for name in OPERATORS if name in body)


def sort_value(row: Mapping[str, Any], variable: str | None) -> Any:
    """What a document is sorted by; all are equal when the request names no variable."""
    return row.get(MEMBERS[variable], "") if variable else ""


def _holds(compare: Callable[[Any, Any], bool], value: Any, text: str) -> bool:
    if isinstance(value, str):
        return compare(value, text)
    try:
        return compare(float(value), number(text))
    except BadNumber:
        return compare(str(value), text)
