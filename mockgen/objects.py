"""A folder that stands for an object store, and the files that finished jobs leave there.

`s3://bucket/key` is `ROOT/bucket/key`. Where a contract's output goes to an object store, a job reads its input from it
when it is created and leaves the documented files when it succeeds; a job whose input is missing fails.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from mockgen.course import awaits_upload
from mockgen.engine import Engine
from mockgen.hooks import Hooks, bent_file
from mockgen.rendering import Scene, document, model_of
from mockgen.tables import Model, cells, filled, read_table
from mockgen.world import Resource, World, chance, with_resource
from specs.contract import Lifecycle, Output
from specs.pointers import MISSING, get, put

SCHEME = "s3://"
OBJECT_MAX = 256 * 1024 * 1024
ITEMS = 500
"""So many items can be recommended."""


@dataclass(frozen=True)
class Store:
    """Objects as files below `root`."""

    root: Path

    def read(self, uri: str) -> bytes | None:
        """The object, None when there is none, it is a folder, it has no file name, or is larger than `OBJECT_MAX`."""
        path = self._path(uri)
        try:
            usable = path is not None and path.is_file() and path.stat().st_size <= OBJECT_MAX
            return path.read_bytes() if path is not None and usable else None
        except (OSError, UnicodeError):  # object names are freer than file names
            return None

    def write(self, uri: str, data: bytes) -> None:
        """Writes an object; one whose name leads out of the store, or that no file can have, is not written."""
        path = self._path(uri)
        with suppress(OSError, UnicodeError):  # object names are freer than file names
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)

    def _path(self, uri: str) -> Path | None:
        if not uri.startswith(SCHEME) or "\0" in uri or uri.endswith("/"):
            return None
        try:
            path = (self.root / uri.removeprefix(SCHEME)).resolve()
        except (OSError, UnicodeError):
            return None
        return path if path.is_relative_to(self.root.resolve()) else None


def followed(engine: Engine, before: World, after: World, now: float, store: Store) -> World:
    """The world whose new jobs have read their input; the files of jobs that have just succeeded are written."""
    contract = engine.contract
    if before.resources is after.resources or not any(row.format in FORMATS for row in contract.outputs.values()):
        return after
    for key, resource in after.resources.items():
        earlier = before.resources.get(key)
        life = contract.lifecycles[resource.lifecycle]
        # A job that was only looked at, as a list does with hundreds, neither reads nor leaves anything.
        if earlier is not None and (_succeeded(life, earlier) or not _succeeded(life, resource)):
            continue
        scene = Scene(contract, after, life, resource, now, "")
        output = _output(scene)
        if output is None:
            continue
        if earlier is None:
            after = with_resource(after, _with_input(scene, output, store))
        else:
            _leave(engine.hooks, store, files(scene, output))
    return after


def _leave(hooks: Hooks, store: Store, found: Iterable[tuple[str, bytes]]) -> None:
    for uri, data in found:
        bent = bent_file(hooks, uri, data)
        if bent is not None:
            store.write(uri, bent)


def files(scene: Scene, output: Output) -> Iterator[tuple[str, bytes]]:
    """The objects that a successful job leaves, with their names."""
    rules = output.parameters
    source = str(get(document(scene), rules["input"]))
    folder = str(get(scene.resource.request, rules["folder"])).rstrip("/") + "/"
    words = _words(scene, source)
    model = model_of(scene, output)
    if model is None:
        return
    target = folder + filled(rules["object"], words)
    yield target, FORMATS[output.format](scene, output, model)
    if "manifest" in rules:
        yield folder + filled(rules["manifest"], words), orjson.dumps({source: target})


def _gzipped_csv(scene: Scene, output: Output, model: Model) -> bytes:
    table = read_table(scene.resource.intake or b"", output, scene.resource.request)
    lines = cells(scene.world, table, output, model) if table else ()
    return gzip.compress("".join(",".join(line) + "\n" for line in lines).encode(), mtime=0)


def _json_lines(scene: Scene, output: Output, model: Model) -> bytes:
    limit = _limit(scene, output)
    lines = [line for line in (scene.resource.intake or b"").splitlines() if line.strip()]
    return b"".join(orjson.dumps(_recommended(scene, output, model, line, limit)) + b"\n" for line in lines)


FORMATS = {"csv_gzip": _gzipped_csv, "json_lines": _json_lines}


def _recommended(scene: Scene, output: Output, model: Model, line: bytes, limit: int) -> Any:
    rules = output.parameters
    try:
        asked = orjson.loads(line)
    except orjson.JSONDecodeError:
        return put(put({}, rules["joined_by"], line.decode("utf-8", "replace")), rules["error"], "not a JSON object")
    draw = chance(scene.world.seed, "recommend", model.identity, orjson.dumps(asked, option=orjson.OPT_SORT_KEYS))
    items = draw.sample(range(1, ITEMS + 1), min(limit, ITEMS))
    scores = sorted((round(draw.random(), 7) for _ in items), reverse=True)
    row = put({}, rules["joined_by"], asked)
    row = put(row, rules["items"], [str(item) for item in items])
    row = put(row, rules["scores"], scores) if "scores" in rules else row
    return put(row, rules["error"], None)


def _limit(scene: Scene, output: Output) -> int:
    """How many items a line has at most: where a requirement on this output says so."""
    for row in scene.contract.requirements.values():
        if row.parameters.get("output") == output.name and "limit" in row.parameters:
            asked = get(scene.resource.request, row.parameters["limit"]["body"])
            return asked if isinstance(asked, int) else int(row.parameters["default"])
    return ITEMS


def _with_input(scene: Scene, output: Output, store: Store) -> Resource:
    if awaits_upload(scene.lifecycle, scene.resource):
        return scene.resource
    data = store.read(str(get(document(scene), output.parameters["input"])))
    return replace(scene.resource, failing=True) if data is None else replace(scene.resource, intake=data)


def _output(scene: Scene) -> Output | None:
    """The layout of a job's files: the one whose model and folder the job's request names."""
    for output in scene.contract.outputs.values():
        rules = output.parameters
        places = [rules.get(name) for name in ("by", "folder")]
        named = all(get(scene.resource.request, str(at)) is not MISSING for at in places if at)
        if output.format in FORMATS and named and _is_of_kind(scene, output):
            return output
    return None


def _is_of_kind(scene: Scene, output: Output) -> bool:
    kinds = output.parameters.get("kinds")
    model = model_of(scene, output) if kinds else None
    return not kinds or (model is not None and model.kind in kinds)


def _succeeded(life: Lifecycle, resource: Resource) -> bool:
    return life.final.get(resource.state) == "success"


def _words(scene: Scene, source: str) -> Mapping[str, str]:
    members = document(scene)
    words = {f"/{name}": str(value) for name, value in members.items() if isinstance(value, str)}
    return {**words, "input": source.rsplit("/", 1)[-1]}
