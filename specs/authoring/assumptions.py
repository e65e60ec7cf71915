"""What an importer guessed and a person still has to decide: the marks `assumed: true` and `x-assumed` of a folder.

A guess that looks like a fact is worse than a gap. So every guess carries its mark and its reason in the file where it
stands; removing the mark is the decision, and `specs lint` lists what is left. A mark is no fault: the folder loads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from specs.loading import KINDS
from specs.source_file import Complaint, Node, SourceFile, read

ROWS = {
    "vendor.yaml": ("auth", "errors", "fixtures", "samples"),
    "lifecycles.yaml": ("resources",),
}
"""File -> its tables whose rows may carry `assumed`. `auth` is one row, not a table."""


def assumptions(folder: Path) -> Iterator[Complaint]:
    """Every guess of a folder that loads, in file order, each with the line of its mark and its reason."""
    names = [name for name in KINDS if (folder / name).is_file()]
    names += sorted(f"examples/{path.name}" for path in (folder / "examples").glob("*.json"))
    for name in names:
        file = read(folder / name, name)
        for path, mark, what, why in sorted(_marks(file), key=lambda found: file.line(*found[0], found[1])):
            yield file.complaint("assumed", f"{what}: {why}", *path, mark)


def _marks(file: SourceFile) -> Iterator[tuple[Node, str, str, str]]:
    if file.name == "openapi.yaml":
        yield from _extensions(file.data, ())
        return
    rows: list[tuple[Node, Any]] = [((), file.data)] if file.name.startswith("examples/") else []
    for table in ROWS.get(file.name, ()):
        node = (file.data or {}).get(table, {})
        rows += [((table,), node)] if table == "auth" else [((table, name), row) for name, row in node.items()]
    for path, row in rows:
        if row.get("assumed") is True:
            what = " ".join(str(part) for part in path) or "the whole example"
            yield path, "assumed", what, row.get("why", "drafted")


def _extensions(value: Any, path: Node) -> Iterator[tuple[Node, str, str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _extensions(item, (*path, index))
    if not isinstance(value, dict):
        return
    for key, member in value.items():
        # Below `properties` keys are names of members, and a member may be called anything.
        if key == "x-assumed" and isinstance(member, str) and path[-1:] != ("properties",):
            yield path, key, " ".join(str(part) for part in path if part != "components"), member
        else:
            yield from _extensions(member, (*path, key))
