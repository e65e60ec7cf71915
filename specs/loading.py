"""A vendor's folder, read into one frozen contract.

The folder is a closed world: each file is checked against its published schema, then every name that one file uses and
another defines is looked up. All complaints of a stage come together, each with file, line, rule and the nearest name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from specs import constraints as flattening
from specs import requirements as deriving
from specs.contract import Constraint, Contract, Example, Operation, Requirement
from specs.cross_checks import cross_complaints
from specs.openapi import operations
from specs.rows import auth, errors, fixtures, lifecycle, output, requirement, sample, scorer
from specs.source_file import Complaint, SourceFile, SpecError, nearest, read, shape_complaints
from specs.wire import WIRES

VENDORS = Path(__file__).parent / "vendors"
_WIRE_RULES = Path(__file__).parent / "wire"


def vendors() -> tuple[str, ...]:
    """The names of the vendors that come with the package, sorted."""
    return tuple(sorted(path.name for path in VENDORS.iterdir() if (path / "vendor.yaml").is_file()))


def load(vendor_or_folder: str | Path) -> Contract:
    """The contract of a vendor by name, or of any folder by path.

    Raises SpecError, whose `complaints` list everything that is wrong with the folder.
    """
    folder = _folder(vendor_or_folder)
    return _load(folder, tuple(sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*.*"))))


def _folder(vendor_or_folder: str | Path) -> Path:
    name = str(vendor_or_folder)
    if name in vendors():
        return VENDORS / name
    folder = Path(vendor_or_folder)
    if folder.is_dir():
        return folder.resolve()
    text = f"there is no vendor and no folder {name!r}{nearest(name, vendors())}"
    raise SpecError([Complaint(name, 0, "vendor", text)])


@lru_cache(maxsize=32)
def _load(folder: Path, _state: tuple[tuple[str, int], ...]) -> Contract:
    files = _files(folder)
    kinds = {"vendor.yaml": "vendor", "lifecycles.yaml": "lifecycles", "relations.yaml": "relations"}
    kinds |= {"requirements.yaml": "requirements"}
    complaints = [problem for name, kind in kinds.items() for problem in shape_complaints(files[name], kind)]
    if complaints:
        raise SpecError(complaints)
    vendor = files["vendor.yaml"]
    if vendor.data["wire"] not in WIRES:
        text = f"there is no wire {vendor.data['wire']!r}{nearest(vendor.data['wire'], WIRES)}"
        raise SpecError([vendor.complaint("wire", text, "wire")])
    contract = _contract(folder, files)
    complaints = list(cross_complaints(contract, files))
    if complaints:
        raise SpecError(complaints)
    return contract


def _files(folder: Path) -> dict[str, SourceFile]:
    found = {name: read(folder / name, name) for name in ("vendor.yaml", "openapi.yaml")}
    empty: tuple[tuple[str, Any], ...] = (("lifecycles.yaml", {"resources": {}}), ("relations.yaml", {}))
    for name, default in (*empty, ("requirements.yaml", [])):
        exists = (folder / name).is_file()
        found[name] = read(folder / name, name) if exists else SourceFile(name, default, {})
        if found[name].data is None:
            found[name] = SourceFile(name, default, {})
    return found


def _contract(folder: Path, files: Mapping[str, SourceFile]) -> Contract:
    data = files["vendor.yaml"].data
    vendor = data["vendor"]
    known = operations(files["openapi.yaml"])
    lives = {
        name: lifecycle(name, row, files["openapi.yaml"].data.get("info", {}).get("title", vendor))
        for name, row in files["lifecycles.yaml"].data["resources"].items()
    }
    relations = files["relations.yaml"].data
    limits = _constraints(vendor, known, files["openapi.yaml"])
    rules = _requirements(files, known, lives, limits, data)
    return Contract(
        vendor=vendor,
        title=data["title"],
        wire=data["wire"],
        wire_options=_frozen(data.get("wire_options", {})),
        base_path=data.get("base_path", ""),
        versions=tuple(data["versions"]),
        pages=_frozen(data["pages"]),
        auth=auth(data["auth"]),
        features=_frozen(data.get("features", {})),
        fixtures=fixtures(data.get("fixtures", {})),
        errors=errors(data["errors"]),
        refusals=_frozen(data["refusals"]),
        operations=_frozen(known),
        samples=_frozen({name: sample(name, row) for name, row in data["samples"].items()}),
        lifecycles=_frozen(lives),
        scorers=_frozen({name: scorer(name, row) for name, row in relations.get("scorers", {}).items()}),
        outputs=_frozen({name: output(name, row) for name, row in relations.get("outputs", {}).items()}),
        constraints=_frozen(limits),
        requirements=_frozen(rules),
        examples=tuple(_examples(folder)),
        document=files["openapi.yaml"].data,
        folder=folder,
    )


def _frozen(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(mapping))


def _constraints(vendor: str, known: Mapping[str, Operation], file: SourceFile) -> dict[str, Constraint]:
    found: dict[str, Constraint] = {}
    for operation in known.values():
        try:
            rows = list(flattening.of_operation(vendor, operation))
        except flattening.UnknownKeyword as problem:
            text = f"no constraint can be made of {problem} in {operation.id}; put it in a named rule (allOf, x-name)"
            raise SpecError([file.complaint("keyword", text, *_path_of(file, operation.id))]) from None
        for row in rows:
            if row.id in found:
                text = f"two constraints of {operation.id} have the id {row.id}"
                raise SpecError([file.complaint("repeated", text, *_path_of(file, operation.id))])
            found[row.id] = row
    return found


def _path_of(file: SourceFile, operation_id: str) -> tuple[str, ...]:
    for path, item in file.data["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, Mapping) and operation.get("operationId") == operation_id:
                return ("paths", path, method)
    return ()


def _requirements(
    files: Mapping[str, SourceFile],
    known: Mapping[str, Operation],
    lives: Mapping[str, Any],
    limits: Mapping[str, Constraint],
    data: Mapping[str, Any],
) -> dict[str, Requirement]:
    vendor = data["vendor"]
    login = auth(data["auth"])
    stages: tuple[Callable[[], Iterator[Requirement]], ...] = (
        lambda: (deriving.of_constraint(row) for row in limits.values()),
        lambda: (row for operation in known.values() for row in deriving.of_operation(vendor, operation, login)),
        lambda: (row for life in lives.values() for row in deriving.of_lifecycle(vendor, life)),
        lambda: _wire_rules(data["wire"]),
        lambda: _written(files["requirements.yaml"], ()),
        lambda: _written(files["relations.yaml"], ("requirements",)),
    )
    try:
        return deriving.unique(row for stage in stages for row in stage())
    except ValueError as twice:
        file = files["requirements.yaml"]
        raise SpecError([file.complaint("repeated", f"the requirement {twice} stands twice")]) from None


def _written(file: SourceFile, path: tuple[str, ...]) -> Iterator[Requirement]:
    rows = file.data
    for key in path:
        rows = rows.get(key, [])
    for index, row in enumerate(rows):
        yield requirement(row, "written", f"{file.name}:{file.line(*path, index)}")


def _wire_rules(wire: str) -> Iterator[Requirement]:
    file = read(_WIRE_RULES / f"{wire}.yaml", f"{wire}.yaml")
    complaints = list(shape_complaints(file, "requirements"))
    if complaints:
        raise SpecError(complaints)
    for index, row in enumerate(file.data):
        yield requirement(row, "wire", f"{file.name}:{file.line(index)}")


def _examples(folder: Path) -> Iterator[Example]:
    for path in sorted((folder / "examples").glob("*.json")):
        file = read(path, f"examples/{path.name}")
        complaints = list(shape_complaints(file, "example"))
        if complaints:
            raise SpecError(complaints)
        row = file.data
        yield Example(path.stem, row["operation"], row["request"], row["response"])
