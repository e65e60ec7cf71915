"""A vendor's folder, read into one frozen contract.

The folder is a closed world: each file is checked against its published schema, then every name that one file uses and
another defines is looked up. All complaints of a stage come together, each with file, line, rule and the nearest name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from specs import constraints as flattening
from specs.collection import Collection
from specs.contract import Auth, Constraint, Contract, Example, Lifecycle, Operation, Requirement
from specs.garbage import rarely_collected
from specs.reading import requirements as deriving
from specs.reading.collection_laws import of_collection
from specs.reading.cross_checks import cross_complaints
from specs.reading.openapi import operations, path_of
from specs.reading.rows import auth, collection, errors, fixtures, lifecycle, output, requirement, sample, scorer
from specs.reading.variants import FOLDER, in_variant, read_variant, variants, varied
from specs.source_file import Complaint, SourceFile, SpecError, nearest, read, read_kind, refuse, shape_complaints
from specs.wire import WIRES

VENDORS = Path(__file__).parent / "vendors"
_WIRE_RULES = Path(__file__).parent / "wire"
_LOGINS_WITH_RULES = ("sigv4",)
KINDS: Mapping[str, str] = {
    "vendor.yaml": "vendor",
    "openapi.yaml": "openapi",
    "lifecycles.yaml": "lifecycles",
    "relations.yaml": "relations",
    "requirements.yaml": "requirements",
}
"""File of a folder -> the published schema that it keeps; `examples/*.json` keep `example`."""
DEFAULTS: Mapping[str, Any] = {"lifecycles.yaml": {"resources": {}}, "relations.yaml": {}, "requirements.yaml": []}
"""Files that a folder may leave out, or leave empty."""
BESIDE = ("facts.yaml", "import.yaml", "openapi.patch.yaml")
"""Files of a folder that are no part of the contract: `specs coverage` and `specs import again` read them."""
DATA = (".yaml", ".yml", ".json")
BELOW: Mapping[str, str] = {FOLDER: ".yaml", "examples": ".json"}
"""Folder in a vendor's folder -> how its files end; one that ends otherwise would be passed over without a word."""


def vendors() -> tuple[str, ...]:
    """The names of the vendors that come with the package, sorted."""
    return tuple(sorted(path.name for path in VENDORS.iterdir() if (path / "vendor.yaml").is_file()))


def load(vendor_or_folder: str | Path, variant: str = "") -> Contract:
    """The contract of a vendor by name, or of any folder by path; one of its variants, where one is named.

    Raises SpecError, whose `complaints` list everything that is wrong with the folder.
    """
    folder = folder_of(vendor_or_folder)
    paths = [folder / name for name in KINDS] + sorted((folder / "examples").glob("*.json"))
    paths += [folder / FOLDER / f"{name}.yaml" for name in variants(folder) if name == variant]
    present = {path: path.stat() for path in paths if path.is_file()}
    with rarely_collected():
        state = tuple((path, known.st_mtime_ns, known.st_size) for path, known in present.items())
        return _load(folder, state, variant)


def folder_of(vendor_or_folder: str | Path) -> Path:
    """The folder of a vendor by name, or any folder by path. Raises SpecError when there is neither."""
    name = str(vendor_or_folder)
    if name in vendors():
        return VENDORS / name
    folder = Path(vendor_or_folder)
    try:
        if folder.is_dir():
            return folder.resolve()
    except OSError:
        pass  # a name that no file system takes is no folder either
    text = f"there is no vendor and no folder {name[:200]!r}{nearest(name[:200], vendors())}"
    raise SpecError([Complaint(name[:200], 0, "vendor", text)])


@lru_cache(maxsize=32)
def _load(folder: Path, _state: tuple[tuple[Path, int, int], ...], name: str) -> Contract:
    files = _files(folder)
    variant = read_variant(folder, name) if name else None
    if variant is not None:
        files = _varied(files, variant)
    vendor = files["vendor.yaml"]
    if vendor.data["wire"] not in WIRES:
        text = f"there is no wire {vendor.data['wire']!r}{nearest(vendor.data['wire'], WIRES)}"
        raise SpecError([vendor.complaint("wire", text, "wire")])
    contract = _contract(folder, files)
    if variant is not None:
        contract = in_variant(contract, variant, name)
    refuse(cross_complaints(contract, files))
    return contract


def _files(folder: Path) -> dict[str, SourceFile]:
    """Every file of a folder by its name in it. Raises SpecError with what is wrong with any of them by itself."""
    complaints = list(_stray_files(folder))
    found: dict[str, SourceFile] = {}
    examples = (f"examples/{path.name}" for path in sorted((folder / "examples").glob("*.json")))
    for name in (*KINDS, *examples):
        kind = KINDS.get(name, "example")
        if name in DEFAULTS and not (folder / name).is_file():
            found[name] = SourceFile(name, DEFAULTS[name], {})
            continue
        try:
            file = read(folder / name, name)
        except SpecError as problem:
            complaints += problem.complaints
            continue
        found[name] = SourceFile(name, DEFAULTS[name], {}) if file.data is None and name in DEFAULTS else file
        complaints += shape_complaints(found[name], kind)
    refuse(complaints)
    return found


def _varied(files: Mapping[str, SourceFile], variant: SourceFile) -> dict[str, SourceFile]:
    """The files with a variant laid over them. Raises SpecError when they no longer have their shapes."""
    found = varied(files, variant)
    refuse(row for name, kind in KINDS.items() for row in shape_complaints(found[name], kind))
    return found


def _stray_files(folder: Path) -> Iterator[Complaint]:
    for path in sorted(folder.iterdir()):
        if path.suffix in DATA and path.name not in (*KINDS, *BESIDE):
            yield Complaint(path.name, 0, "unknown", f"no file of a vendor has this name{nearest(path.name, KINDS)}")
    for below, ending in BELOW.items():
        for path in sorted((folder / below).glob("*")):
            if path.suffix in DATA and path.suffix != ending:
                text = f"files of {below}/ end in {ending}; did you mean {path.stem + ending!r}?"
                yield Complaint(f"{below}/{path.name}", 0, "unknown", text)


def _contract(folder: Path, files: Mapping[str, SourceFile]) -> Contract:
    data = files["vendor.yaml"].data
    vendor = data["vendor"]
    known = operations(files["openapi.yaml"])
    title = files["openapi.yaml"].data.get("info", {}).get("title", vendor)
    living = files["lifecycles.yaml"].data
    lives = {name: lifecycle(name, row, title) for name, row in living["resources"].items()}
    hung = {name: collection(name, row, title) for name, row in living.get("collections", {}).items()}
    relations = files["relations.yaml"].data
    limits = _constraints(vendor, known, files["openapi.yaml"])
    rules = _requirements(files, known, lives, hung, limits, data)
    return Contract(
        vendor=vendor,
        title=data["title"],
        wire=data["wire"],
        wire_options=_frozen(data.get("wire_options", {})),
        base_path=data.get("base_path", ""),
        versions=tuple(data["versions"]),
        pages=_frozen(data["pages"]),
        auth=auth(data["auth"]),
        features=_frozen(_features(data)),
        feature_versions=_frozen(_feature_versions(data)),
        fixtures=fixtures(data.get("fixtures", {})),
        errors=errors(data["errors"]),
        refusals=_frozen(data["refusals"]),
        operations=_frozen(known),
        samples=_frozen({name: sample(name, row) for name, row in data["samples"].items()}),
        lifecycles=_frozen(lives),
        collections=_frozen(hung),
        scorers=_frozen({name: scorer(name, row) for name, row in relations.get("scorers", {}).items()}),
        outputs=_frozen({name: output(name, row) for name, row in relations.get("outputs", {}).items()}),
        constraints=_frozen(limits),
        requirements=_frozen(rules),
        examples=tuple(_examples(files)),
        document=files["openapi.yaml"].data,
        folder=folder,
    )


def _features(data: Mapping[str, Any]) -> dict[str, str]:
    """The features that a vendor names. Credentials that a target may do without are one, whether named or not."""
    unnamed = {"authentication": "asks for credentials"} if data["auth"].get("optional") else {}
    named = data.get("features", {})
    return {**unnamed, **{name: row if isinstance(row, str) else row["meaning"] for name, row in named.items()}}


def _feature_versions(data: Mapping[str, Any]) -> dict[str, str]:
    """The ranges of versions that features state."""
    rows = data.get("features", {}).items()
    return {name: row["versions"] for name, row in rows if not isinstance(row, str)}


def _frozen(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(mapping))


def _constraints(vendor: str, known: Mapping[str, Operation], file: SourceFile) -> dict[str, Constraint]:
    found: dict[str, Constraint] = {}
    complaints: list[Complaint] = []
    for operation in known.values():
        try:
            rows = list(flattening.of_operation(vendor, operation))
        except flattening.UnknownKeyword as problem:
            text = f"no constraint can be made of {problem} in {operation.id}; put it in a named rule (allOf, x-name)"
            complaints.append(file.complaint("keyword", text, *path_of(file, operation.id)))
            continue
        for row in rows:
            if row.id in found:
                text = f"two constraints of {operation.id} have the id {row.id}"
                complaints.append(file.complaint("repeated", text, *path_of(file, operation.id)))
            found[row.id] = row
    refuse(complaints)
    return found


def _requirements(
    files: Mapping[str, SourceFile],
    known: Mapping[str, Operation],
    lives: Mapping[str, Lifecycle],
    hung: Mapping[str, Collection],
    limits: Mapping[str, Constraint],
    data: Mapping[str, Any],
) -> dict[str, Requirement]:
    vendor = data["vendor"]
    login = auth(data["auth"])
    rows = (
        *(deriving.of_constraint(row, known[row.operation]) for row in limits.values()),
        *(row for operation in known.values() for row in deriving.of_operation(vendor, operation, login)),
        *deriving.of_refusals(vendor, known, limits),
        *deriving.of_errors(vendor, known, errors(data["errors"])),
        *(row for life in lives.values() for row in deriving.of_lifecycle(vendor, life, known, lives)),
        *(law for row in hung.values() for law in of_collection(vendor, row, lives, known)),
        *_wire_rules(data["wire"], data.get("wire_options", {})),
        *_login_rules(login),
        *_written(files["requirements.yaml"], (), known),
        *_written(files["relations.yaml"], ("requirements",), known),
    )
    refuse(_repeated(row) for row in deriving.repeated(rows))
    return {row.id: row for row in rows}


def _repeated(row: Requirement) -> Complaint:
    file, _, line = row.line.partition(":")
    text = f"the requirement {row.id!r} stands twice"
    return Complaint(file or "lifecycles.yaml", int(line or 0), "repeated", text)


def _written(file: SourceFile, path: tuple[str, ...], known: Mapping[str, Operation]) -> Iterator[Requirement]:
    rows = file.data
    for key in path:
        rows = rows.get(key, [])
    for index, row in enumerate(rows):
        name, line = file.origin(*path, index)
        yield requirement(row, "written", f"{name}:{line}", known)


def _wire_rules(wire: str, given: Mapping[str, Any]) -> Iterator[Requirement]:
    options = {name: str(given.get(name, values[0])) for name, values in WIRES[wire].options.items() if values}
    return _rules_of(wire, options)


def _login_rules(login: Auth) -> Iterator[Requirement]:
    """What a way to log in asks of every vendor that has it; where logging in is optional, only of targets that ask."""
    if login.scheme not in _LOGINS_WITH_RULES:
        return
    for row in _rules_of(login.scheme, {}):
        yield replace(row, features=(*row.features, "authentication")) if login.optional else row


def _rules_of(name: str, options: Mapping[str, str]) -> Iterator[Requirement]:
    file = _rule_file(name)
    for index, row in enumerate(file.data):
        yield requirement(_with_options(row, options), "wire", f"{file.name}:{file.line(index)}", {})


@lru_cache(maxsize=16)
def _rule_file(name: str) -> SourceFile:
    return read_kind(_WIRE_RULES / f"{name}.yaml", f"{name}.yaml", "requirements")


def _with_options(value: Any, options: Mapping[str, str]) -> Any:
    """A rule of a wire with the vendor's options put in for `{name}`."""
    if isinstance(value, list):
        return [_with_options(item, options) for item in value]
    if isinstance(value, dict):
        return {key: _with_options(member, options) for key, member in value.items()}
    if isinstance(value, str):
        for name, chosen in options.items():
            value = value.replace(f"{{{name}}}", chosen)
    return value


def _examples(files: Mapping[str, SourceFile]) -> Iterator[Example]:
    for name, file in files.items():
        if name.startswith("examples/"):
            row = file.data
            yield Example(Path(name).stem, row["operation"], row["request"], row["response"])
