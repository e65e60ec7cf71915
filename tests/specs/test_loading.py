"""Loading is a closed world: a good folder gives one frozen contract, a bad one gives precise complaints.

The files in `broken/` are named after the rule; each case in them changes the good folder in one way and says exactly
what the complaints are. Random damage adds that nothing but `SpecError` ever comes out.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import specs

HERE = Path(__file__).parent
GOOD = HERE / "folders" / "parcel_jobs"
BROKEN = {
    f"{path.stem}-{case['name']}": case
    for path in sorted((HERE / "broken").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text("utf-8"))
}
JUNK: tuple[Any, ...] = (None, 5, "x", [], {}, True, [5], {"$ref": "#"}, {"x": {"y": 1}}, -1.5, [[]], {"": None})


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_folder_is_refused_with_exact_complaints(name: str, changed: Callable[..., Path]) -> None:
    """A broken folder is refused with file, line, rule and the nearest right name."""
    case = BROKEN[name]
    folder = changed(*case.get("changes", [case]))
    with pytest.raises(specs.SpecError) as caught:
        specs.load(folder)
    assert case["complaints"] == [str(complaint) for complaint in caught.value.complaints]


def test_every_rule_of_the_loader_has_a_broken_folder() -> None:
    """Every rule word that a complaint can carry occurs in some expected complaint of its own file."""
    for path in sorted((HERE / "broken").glob("*.yaml")):
        if path.stem == "several":
            continue
        cases = yaml.safe_load(path.read_text("utf-8"))
        rules = {text.split(": ")[1] for case in cases for text in case["complaints"]}
        assert path.stem in rules, path.name


def test_what_references_stand_for_is_bounded(changed: Callable[..., Path]) -> None:
    """A small document whose references stand for billions of values is refused, not expanded."""
    rows = "".join(
        f'    B{n}: {{properties: {{a: {{$ref: "#/components/schemas/B{n + 1}"}},'
        f' b: {{$ref: "#/components/schemas/B{n + 1}"}}}}}}\n'
        for n in range(40)
    )
    text = (GOOD / "openapi.yaml").read_text("utf-8") + rows + "    B40: {type: string}\n"
    text = text.replace('schema: {$ref: "#/components/schemas/Page"}', 'schema: {$ref: "#/components/schemas/B0"}')
    with pytest.raises(specs.SpecError, match="more than 500000 values"):
        specs.load(changed({"file": "openapi.yaml", "write": text}))


def test_a_long_chain_of_references_is_refused(changed: Callable[..., Path]) -> None:
    """References that lead through more than fifty others are refused."""
    rows = "".join(f'    C{n}: {{$ref: "#/components/schemas/C{n + 1}"}}\n' for n in range(60))
    text = (GOOD / "openapi.yaml").read_text("utf-8") + rows + "    C60: {type: string}\n"
    text = text.replace('schema: {$ref: "#/components/schemas/Page"}', 'schema: {$ref: "#/components/schemas/C0"}')
    with pytest.raises(specs.SpecError, match="more than 50 references in a row"):
        specs.load(changed({"file": "openapi.yaml", "write": text}))


def _nodes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from _nodes(member, (*path, key))


def _with(value: Any, path: tuple[str | int, ...], junk: Any) -> Any:
    if not path:
        return junk
    copied: Any = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = _with(value[path[0]], path[1:], junk)
    return copied


FILES = {path.relative_to(GOOD).as_posix(): yaml.safe_load(path.read_text("utf-8")) for path in GOOD.glob("*.yaml")}
FILES["examples/create.json"] = json.loads((GOOD / "examples" / "create.json").read_text("utf-8"))
NODES = [(name, path) for name, data in sorted(FILES.items()) for path in _nodes(data)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(NODES), junk=st.sampled_from(JUNK))
def test_damage_anywhere_raises_nothing_but_spec_errors(
    place: tuple[str, tuple[str | int, ...]], junk: Any, tmp_path: Path
) -> None:
    """A folder with any one node replaced by anything either loads or is refused with a located complaint."""
    name, path = place
    folder = tmp_path / "parcel_jobs"
    shutil.copytree(GOOD, folder, dirs_exist_ok=True)
    (folder / name).write_text(json.dumps(_with(FILES[name], path, junk)), "utf-8")
    assert all(complaint.file and complaint.rule and complaint.text for complaint in _complaints(folder))


def _complaints(folder: Path) -> tuple[specs.Complaint, ...]:
    try:
        specs.load(folder)
    except specs.SpecError as refused:
        return refused.complaints
    return ()


@pytest.mark.parametrize("name", ["spicy", "no/such/folder", "", "x" * 5000, "a\0b", "."])
def test_what_is_no_vendor_is_refused_in_one_message(name: str, tmp_path: Path) -> None:
    """A name that is neither a vendor nor a vendor's folder is refused with a complaint."""
    with pytest.raises(specs.SpecError) as caught:
        specs.load(tmp_path / "empty" / name if name in ("", ".") else name)
    assert len(caught.value.complaints) >= 1


def test_a_misspelt_vendor_is_told_the_nearest_name() -> None:
    """The complaint about a misspelt vendor names the nearest one."""
    with pytest.raises(specs.SpecError, match=f"did you mean '{specs.vendors()[0]}'"):
        specs.load(specs.vendors()[0] + "x")


def test_a_folder_without_files_lacks_two() -> None:
    """A folder without anything in it lacks vendor.yaml and openapi.yaml; the other files may be left out."""
    with pytest.raises(specs.SpecError) as caught:
        specs.load(HERE / "folders")
    assert ["vendor.yaml", "openapi.yaml"] == [complaint.file for complaint in caught.value.complaints]


@pytest.mark.parametrize("vendor", specs.vendors())
def test_a_vendor_loads_by_name_and_by_path(vendor: str, tmp_path: Path) -> None:
    """A vendor's name, its folder's path and a copy of its folder give equal contracts."""
    by_name = specs.load(vendor)
    copy = Path(shutil.copytree(by_name.folder, tmp_path / vendor))
    assert by_name == specs.load(by_name.folder)
    assert by_name == dataclasses.replace(specs.load(copy), folder=by_name.folder)


def test_a_changed_file_is_read_again(changed: Callable[..., Path]) -> None:
    """A folder that changed since it was loaded is loaded anew."""
    before = specs.load(changed())
    after = specs.load(changed({"file": "vendor.yaml", "find": "title: Parcel jobs", "put": "title: Other jobs"}))
    assert ("Parcel jobs", "Other jobs") == (before.title, after.title)


def test_a_contract_is_frozen(parcels: specs.Contract) -> None:
    """Neither the members of a contract nor its tables can be changed."""
    contract: Any = parcels  # a type checker would not let anybody try
    with pytest.raises(dataclasses.FrozenInstanceError):
        contract.vendor = "other"
    tables = [getattr(parcels, field.name) for field in dataclasses.fields(parcels) if field.name != "document"]
    for table in tables:
        if hasattr(table, "keys"):
            with pytest.raises(TypeError):
                table["new"] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        contract.lifecycles["job"].initial = "DONE"


def test_files_that_may_be_left_out(changed: Callable[..., Path]) -> None:
    """A vendor without lifecycles, relations and written requirements still loads, its schemas judged."""
    folder = changed(
        {"file": "lifecycles.yaml", "remove": True},
        {"file": "relations.yaml", "write": "# nothing yet\n"},
        {"file": "requirements.yaml", "remove": True},
        {"file": "vendor.yaml", "write": _stateless(GOOD / "vendor.yaml")},
    )
    contract = specs.load(folder)
    assert ({}, {}) == (dict(contract.lifecycles), dict(contract.scorers))
    assert "parcel_jobs.createJob.request.name.maxLength" in contract.requirements


def _stateless(path: Path) -> str:
    return path.read_text("utf-8").replace("{$identity: job}", "some-job")
