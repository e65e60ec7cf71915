"""`specs new`: a small, complete vendor of an invented job API, as a folder to edit.

An empty page is the slowest start. The template, `job_api` beside this file, is itself a folder that loads, so that it
can never fall behind the reader; starting a vendor copies it under another name.
"""

from __future__ import annotations

import re
from pathlib import Path

from specs.authoring.coverage import TABLE, checks, cover, table
from specs.loading import load, vendors
from specs.source_file import Complaint, SpecError

TEMPLATE = Path(__file__).with_name("job_api")
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def start(name: str, directory: Path) -> Path:
    """Writes the folder `directory/name` and answers it.

    Raises SpecError when the name cannot be a vendor's, when the folder exists, and when it cannot be written.
    """
    folder = directory / name
    complaint = _complaint(name, folder)
    if complaint:
        raise SpecError([Complaint("new", 0, "vendor", complaint)])
    try:
        for path in sorted(TEMPLATE.rglob("*")):
            if path.suffix in (".yaml", ".json"):
                target = folder / path.relative_to(TEMPLATE)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(path.read_text("utf-8").replace(TEMPLATE.name, name), "utf-8")
        written = table(cover(load(folder), checks()))
        (folder / TABLE).write_text(written, "utf-8")
    except OSError as problem:
        text = f"cannot write {folder}: {problem.strerror or problem}"
        raise SpecError([Complaint("new", 0, "write", text)]) from None
    return folder


def _complaint(name: str, folder: Path) -> str:
    if not _NAME.fullmatch(name):
        near = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_0123456789")
        hint = f"; did you mean {near!r}?" if near else ""
        return f"a vendor's name is made of lower-case letters, digits and _, not {name[:200]!r}{hint}"
    if name in vendors():
        return f"{name!r} is a vendor that comes with the package; choose another name"
    if folder.exists():
        return f"{folder} is there already; choose another name, or remove it first"
    return ""
