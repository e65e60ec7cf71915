"""Rows of results beside the input and beside other results: new names, several parts, other company."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from conformance.findings import Verdict, worst
from conformance.history import Exchange, History
from conformance.judging.output_checks import CHECKS
from conformance.judging.view import View
from specs.message import Answer, Call, HttpRequest, HttpResponse

CONTRACT = specs.load("datarobot")
FIXTURES = {name: fixture.value for name, fixture in CONTRACT.fixtures.items()}
HEAD = "row_id,note,amount_PREDICTION\n"
UPLOAD = b"row_id,note\nr1,007\nr2,x\n"
ROWS, COLUMNS = "rows_are_accounted_for", "columns_follow_the_model"
VERBATIM, ALONE = "passthrough_is_verbatim", "row_stands_alone"


class Told:
    """A history of jobs of one deployment, each with its input and its result."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def tell(
        self, operation: str, asked: Any, answer: Any = None, *, job: str = "", place: str = "", **path: object
    ) -> None:
        index, raw = len(self.exchanges) + 1, answer if isinstance(answer, bytes) else b""
        headers = (("Location", place),) if place else ()
        call = Call(operation, path={"predictionJobId": job, **path} if job else {}, body=asked)
        response, got = HttpResponse(200, headers, raw), Answer(200, headers, answer)
        self.exchanges.append(
            Exchange(index, index, index + 0.5, HttpRequest("GET", "/"), operation, call, response, got)
        )

    def job(self, number: int, parts: list[bytes], download: bytes, **options: Any) -> Told:
        """A finished job; an input in several parts is uploaded in parts."""
        identity = f"5f000000000000000000000{number}"
        asked = {"deploymentId": FIXTURES["deployment_regression"], "passthroughColumns": ["row_id", "note"], **options}
        where = f"http://target/api/v2/batchPredictions/{identity}/"
        self.tell("createBatchPrediction", {**asked, "intakeSettings": {"type": "localFile"}}, {}, place=where)
        for place, part in enumerate(parts):
            if len(parts) > 1:
                self.tell("uploadCsvPart", part, "", job=identity, partNumber=place)
            else:
                self.tell("uploadCsv", part, "", job=identity)
        shown = {"id": identity, "status": "COMPLETED", "failedRows": 0, "skippedRows": 0}
        self.tell("getBatchPrediction", None, shown, job=identity)
        self.tell("downloadBatchPrediction", None, download, job=identity)
        return self

    def verdict(self, name: str) -> str:
        """What the judge says about a requirement on outputs; a warning counts as a failure here."""
        rule = CONTRACT.requirements[f"datarobot.output.{name}"]
        found = worst(CHECKS[rule.check](View(CONTRACT, History(tuple(self.exchanges)), FIXTURES), rule))
        verdict = found.verdict if found else Verdict.not_run
        return verdict.name.replace("warned", "failed")


def rows(*cells: str, head: str = HEAD) -> bytes:
    """A result."""
    return (head + "".join(f"{line}\n" for line in cells)).encode()


@pytest.mark.parametrize(
    ("expected", "second"), [("passed", "r2,x,20"), ("passed", "r2,x,20.0000001"), ("failed", "r2,x,21")]
)
def test_a_row_has_the_same_prediction_in_every_job(expected: str, second: str) -> None:
    """A row alone gets what it got beside another one."""
    told = Told().job(1, [UPLOAD], rows("r1,007,10", "r2,x,20"))
    assert expected == told.job(2, [b"row_id,note\nr2,x\n"], rows(second)).verdict(ALONE)


def test_another_row_under_the_same_key_is_another_row() -> None:
    """Rows whose inputs differ may have any predictions."""
    told = Told().job(1, [UPLOAD], rows("r1,007,10", "r2,x,20"))
    assert "not_run" == told.job(2, [b"row_id,note\nr2,y\n"], rows("r2,y,21")).verdict(ALONE)


@pytest.mark.parametrize(
    ("broken", "lines"),
    [
        ("", ("r2,x,20", "r1,007,10")),
        (ROWS, ("r1,007,10",)),
        (ROWS, ("r1,007,10", "row_id,note,30", "r2,x,20")),
        (VERBATIM, ("r1,7,10", "r2,x,20")),
    ],
)
def test_parts_are_one_input(broken: str, lines: tuple[str, ...]) -> None:
    """An input in parts has the rows of all of them, and one header."""
    told = Told().job(1, [b"row_id,note\nr1,007\n", b"row_id,note\nr2,x\n"], rows(*lines))
    found = [name for name in (ROWS, VERBATIM) if told.verdict(name) == "failed"]
    assert broken in (found or [""])
    assert bool(broken) == bool(found)


@pytest.mark.parametrize("form", ["object", "rows"])
@pytest.mark.parametrize(
    ("broken", "head"),
    [
        ([], "the key,answer\n"),
        ([COLUMNS], "the key,amount_PREDICTION\n"),
        ([VERBATIM], "row_id,answer\n"),
        ([COLUMNS], "the key,answer,None\n"),
    ],
)
def test_columns_have_their_new_names(broken: list[str], head: str, form: str) -> None:
    """A renamed column stands under its new name only, and one without a new name is left out."""
    new: dict[str, Any] = {"amount_PREDICTION": "answer", "row_id": "the key", "note": None}
    pairs = [{"inputName": old, "outputName": name} for old, name in new.items()]
    lines = ("r1,10,", "r2,20,") if head.count(",") > 1 else ("r1,10", "r2,20")
    told = Told().job(1, [UPLOAD], rows(*lines, head=head), columnNamesRemapping=new if form == "object" else pairs)
    assert broken == [name for name in (COLUMNS, VERBATIM) if told.verdict(name) == "failed"]
