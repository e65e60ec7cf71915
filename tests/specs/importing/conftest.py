"""Imports into fresh folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import specs
from specs.__main__ import main

Import = Callable[..., specs.Contract]


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """A function that runs `specs import KIND SUBJECT` into the folder `name` and answers what the folder loads as."""

    def run(kind: str, subject: str | Path, name: str, *more: str) -> specs.Contract:
        status = main(["import", kind, str(subject), "--out", str(tmp_path / name), *more])
        assert 0 == status, capsys.readouterr()
        assert 0 == main(["lint", str(tmp_path / name)])
        return specs.load(tmp_path / name)

    return run
