"""An object store of files takes any name that a client sends, and never fails for it."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from mockgen.objects import Store, followed
from tests.mockgen.bench import Bench, bench_of
from tests.mockgen.rpc_scripts import batch_prediction


def test_an_object_is_read_as_it_was_written(tmp_path: Path) -> None:
    """What is written under a name is found under it."""
    store = Store(tmp_path)
    store.write("s3://bucket/folder/key", b"data")
    assert b"data" == store.read("s3://bucket/folder/key")


@pytest.mark.parametrize(
    "name", ["s3://bucket/" + "x" * 300, "s3://bucket/../../key", "s3://b/\ud800", "s3://b/", "key"]
)
def test_a_name_that_no_file_can_have_holds_nothing(tmp_path: Path, name: str) -> None:
    """An object that the folder cannot hold is neither written nor found."""
    store = Store(tmp_path)
    store.write(name, b"data")
    assert store.read(name) is None


def test_an_object_below_another_object_is_not_written(tmp_path: Path) -> None:
    """Objects may lie below objects, files may not; the first one stays."""
    store = Store(tmp_path)
    store.write("s3://bucket/key", b"data")
    store.write("s3://bucket/key/below", b"more")
    assert (b"data", None) == (store.read("s3://bucket/key"), store.read("s3://bucket/key/below"))


def follow(bench: Bench, store: Store, operation: str, body: dict[str, Any]) -> None:
    """A call, and what it means for the store."""
    before = bench.world
    bench.call(operation, body)
    bench.world = followed(bench.engine, before, bench.world, bench.now, store)


def scored(store: Store, threshold: float) -> Bench:
    """A bench with a batch prediction `bp` of six rows, by a model with this threshold, that has just succeeded."""
    bench = bench_of("amazon_ml", pace="immediate")
    source = {"DataLocationS3": "s3://in/a.csv", "DataSchemaLocationS3": "s3://in/a.schema"}
    store.write("s3://in/a.csv", b"age\n41\n29\n63\n35\n18\n90\n")
    bench.call("CreateDataSourceFromS3", {"DataSourceId": "ds", "DataSpec": source})
    bench.call("CreateMLModel", {"MLModelId": "ml", "MLModelType": "BINARY", "TrainingDataSourceId": "ds"})
    bench.call("UpdateMLModel", {"MLModelId": "ml", "ScoreThreshold": threshold})
    job = batch_prediction("bp", MLModelId="ml", BatchPredictionDataSourceId="ds", OutputUri="s3://out/")
    follow(bench, store, "CreateBatchPrediction", job)
    follow(bench, store, "GetBatchPrediction", {"BatchPredictionId": "bp"})
    return bench


@pytest.mark.parametrize(("expected", "threshold"), [({"1"}, 0.0), ({"0"}, 1.0)])
def test_a_batch_keeps_to_the_threshold_of_its_model(tmp_path: Path, expected: set[str], threshold: float) -> None:
    """A model whose threshold was moved labels the rows of a batch by it, as it does alone."""
    scored(Store(tmp_path), threshold)
    (found,) = (path for path in tmp_path.rglob("*.gz"))
    lines = gzip.decompress(found.read_bytes()).decode().splitlines()
    assert expected == {line.split(",")[0] for line in lines[1:]}


def test_results_are_written_once(tmp_path: Path) -> None:
    """Whoever takes a job's results away does not find them again after the next look at the job."""
    store = Store(tmp_path)
    bench = scored(store, 0.5)
    results = [path for path in tmp_path.rglob("*") if path.is_file() and "out" in path.parts]
    assert results
    for path in results:
        path.unlink()
    follow(bench, store, "GetBatchPrediction", {"BatchPredictionId": "bp"})
    follow(bench, store, "DescribeBatchPredictions", {})
    assert not any(path.exists() for path in results)
