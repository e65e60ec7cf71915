"""Tests of importing again: the stored documents are what the installed models give, and a newer model shows alone."""

from __future__ import annotations

import difflib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader

import specs
from specs.__main__ import main
from specs.comparing.diffing import diff
from specs.importing.again import remade
from specs.importing.draft import ImportRefused
from specs.source_file import SpecError

FOLDERS = {
    contract.vendor: contract.folder
    for contract in map(specs.load, specs.vendors())
    if (contract.folder / "import.yaml").is_file()
}
SERVICES = {"amazon_ml": "machinelearning", "amazon_personalize": "personalize"}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of Amazon ML's folder."""
    return Path(shutil.copytree(FOLDERS["amazon_ml"], tmp_path / "amazon_ml"))


def _model(directory: Path, shape: str, **limits: Any) -> Path:
    """A folder of service models in which one shape of Amazon ML has other limits."""
    loader = Loader()
    version = loader.determine_latest_version("machinelearning", "service-2")
    model = json.loads(json.dumps(loader.load_service_model("machinelearning", "service-2")))
    model["shapes"][shape].update(limits)
    place = directory / "machinelearning" / version
    place.mkdir(parents=True)
    (place / "service-2.json").write_text(json.dumps(model), "utf-8")
    return directory


def _patch(folder: Path, text: str) -> None:
    patch = folder / "openapi.patch.yaml"
    patch.write_text(patch.read_text("utf-8") + text, "utf-8")


def test_the_services_are_made_by_the_importer() -> None:
    """The contracts of AWS services are importer's output with a patch laid over it."""
    assert set(SERVICES) == set(FOLDERS)


@pytest.mark.parametrize("vendor", FOLDERS)
def test_importing_again_gives_the_same_bytes(vendor: str) -> None:
    """With the installed models every stored document is what the command makes, byte for byte, and no part of its
    patch is needless."""
    made = remade(FOLDERS[vendor])
    assert (FOLDERS[vendor] / "openapi.yaml").read_text("utf-8") == made.text
    assert () == made.needless


def test_a_changed_model_shows_alone(copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A limit that differs in a newer model is the only difference, in the file and in the report; what people wrote
    is kept."""
    before = specs.load(copied)
    lines = (copied / "openapi.yaml").read_text("utf-8").splitlines()
    models = _model(tmp_path / "models", "EDPServiceRole", max=65)
    assert 0 == main(["import", "again", str(copied), "--models", str(models)])
    after = (copied / "openapi.yaml").read_text("utf-8").splitlines()
    changed = [
        line for line in difflib.unified_diff(lines[1:], after[1:], lineterm="", n=0) if line[:2] in ("- ", "+ ")
    ]
    assert [
        "-    EDPServiceRole: {type: string, minLength: 1, maxLength: 64}",
        "+    EDPServiceRole: {type: string, minLength: 1, maxLength: 65}",
    ] == changed
    changes = diff(before, specs.load(copied))
    assert {
        "CreateDataSourceFromRDS.request.RDSData.ServiceRole.maxLength",
        "GetDataSource.response.RDSMetadata.ServiceRole.maxLength",
        "DescribeDataSources.response.Results.items.RDSMetadata.ServiceRole.maxLength",
    } == {change.id for change in changes}
    assert f"{len(changes)} changes, {len(changes)} of them breaking" in capsys.readouterr().out


def test_an_unchanged_model_changes_nothing(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Importing again with the same model says that nothing changed and writes the same bytes."""
    before = {path: path.read_bytes() for path in copied.rglob("*.*")}
    assert 0 == main(["import", "again", str(copied)])
    assert "0 changes" in capsys.readouterr().out
    assert before == {path: path.read_bytes() for path in copied.rglob("*.*")}


def test_an_edited_document_is_not_replaced(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document that somebody wrote into is kept, and the complaint says where it belongs; --force drops it."""
    document = copied / "openapi.yaml"
    document.write_text(document.read_text("utf-8").replace("Renames an evaluation.", "Renames it."), "utf-8")
    edited = document.read_bytes()
    assert 2 == main(["import", "again", str(copied)])
    assert "write the change into openapi.patch.yaml" in capsys.readouterr().err
    assert edited == document.read_bytes()
    assert 0 == main(["import", "again", str(copied), "--force"])
    assert (FOLDERS["amazon_ml"] / "openapi.yaml").read_bytes() == document.read_bytes()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("    EpochTimes: {minimum: 0}\n", "nothing in the document refers to the schema 'EpochTimes'"),
        ("info: [\n", "yaml"),
    ],
)
def test_a_patch_of_nothing_is_refused(copied: Path, text: str, complaint: str) -> None:
    """A patch that names a schema which nothing uses is refused with its line, and so is one that cannot be read."""
    _patch(copied, text)
    with pytest.raises(SpecError, match=complaint) as caught:
        remade(copied)
    assert [("openapi.patch.yaml", True)] == [(row.file, row.line > 1) for row in caught.value.complaints]


@pytest.mark.parametrize("text", ["paths: null\n", "paths: 3\n", "info: 3\n", "components: []\n", "[1]\n"])
def test_a_patch_of_another_shape_is_refused(copied: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A patch that makes no document of the document is refused with its file, and the document stays."""
    before = (copied / "openapi.yaml").read_bytes()
    (copied / "openapi.patch.yaml").write_text(text, "utf-8")
    assert 2 == main(["import", "again", str(copied)])
    assert "openapi.patch.yaml:1: shape: " in capsys.readouterr().err
    assert before == (copied / "openapi.yaml").read_bytes()


def test_a_patch_of_another_operation_is_refused(copied: Path) -> None:
    """A patch of an operation that the recipe does not name is refused: the document would have half an operation."""
    text = (copied / "openapi.patch.yaml").read_text("utf-8")
    (copied / "openapi.patch.yaml").write_text(
        text.replace("20141212.GetEvaluation:", "20141212.GetEvaluations:"), "utf-8"
    )
    with pytest.raises(SpecError, match=r"the model has no /#X-Amz-Target=AmazonML_20141212\.GetEvaluations"):
        remade(copied)


def test_what_the_model_says_by_now_is_told(copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line of the patch that a newer model has made needless is named, so that people can take it out."""
    models = _model(tmp_path / "models", "LongType", min=0)
    assert 0 == main(["import", "again", str(copied), "--models", str(models)])
    out = capsys.readouterr().out
    assert "components/schemas/LongType/minimum: the model says so itself" in out
    assert "0 changes" in out


def test_what_cannot_be_made_is_refused(copied: Path) -> None:
    """A folder without a recipe, and a recipe with an operation that the service lacks, are refused by name."""
    recipe = copied / "import.yaml"
    recipe.write_text(recipe.read_text("utf-8").replace("- GetEvaluation\n", "- GetEvaluatoin\n"), "utf-8")
    with pytest.raises(ImportRefused, match="no operation 'GetEvaluatoin'; did you mean 'GetEvaluation'"):
        remade(copied)
    recipe.write_text("botocore: machinelearning\noperation: [Predict]\n", "utf-8")
    with pytest.raises(SpecError, match="unknown key 'operation'; did you mean 'operations'"):
        remade(copied)
    recipe.unlink()
    with pytest.raises(ImportRefused, match=r"has no import\.yaml"):
        remade(copied)
