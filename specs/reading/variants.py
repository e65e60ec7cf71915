"""Named variants of a contract: the same API as some servers answer it, chosen by name.

A gateway may wrap every answer, or name errors otherwise, and its users want it judged by the same requirements. One
file of `variants/` holds what differs, as merge patches of the contract's files, so that all else stays shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from specs.contract import Contract, Envelope
from specs.reading.patch import patched
from specs.reading.placeholders import ENVELOPE, Form, placeholder_problems
from specs.source_file import Complaint, Node, SourceFile, SpecError, nearest, read_kind, refuse

FOLDER = "variants"
PARTS: Mapping[str, str] = {
    "vendor": "vendor.yaml",
    "openapi": "openapi.yaml",
    "lifecycles": "lifecycles.yaml",
    "relations": "relations.yaml",
}
"""Part of a variant -> the file that it is a merge patch of."""
RULES = "requirements.yaml"


def variants(folder: Path) -> tuple[str, ...]:
    """The names of a folder's variants, sorted."""
    return tuple(sorted(path.stem for path in (folder / FOLDER).glob("*.yaml")))


def read_variant(folder: Path, name: str) -> SourceFile:
    """One variant's file. Raises SpecError when there is none of this name, or when it has another shape."""
    known = variants(folder)
    if name not in known:
        there = nearest(name[:200], known) or "; it has none"
        text = f"{folder.name} has no variant {name[:200]!r}{there}"
        raise SpecError([Complaint("--variant", 0, "variant", text)])
    return read_kind(folder / FOLDER / f"{name}.yaml", f"{FOLDER}/{name}.yaml", "variant")


def varied(files: Mapping[str, SourceFile], variant: SourceFile) -> dict[str, SourceFile]:
    """The files of a folder with a variant laid over them, and the variant's own. Its requirements come last."""
    found = {**files, variant.name: variant}
    for part, name in PARTS.items():
        if part in variant.data:
            found[name] = _laid(files[name], patched(files[name].data, variant.data[part]), variant, (part,), ())
    rules = files[RULES]
    for index, row in enumerate(variant.data.get("requirements", ())):
        data = [*found[RULES].data, row]
        found[RULES] = _laid(found[RULES], data, variant, ("requirements", index), (len(rules.data) + index,))
    return found


def in_variant(contract: Contract, variant: SourceFile, name: str) -> Contract:
    """The contract with a variant's name and envelope. Examples are recorded without an envelope, so it has none.

    Raises SpecError for an envelope that does not say where the answer's own parts stand.
    """
    row = variant.data.get("envelope")
    if row is None:
        return replace(contract, variant=name)
    refuse(
        variant.complaint("placeholder", text, "envelope", part, *path)
        for part, known in ENVELOPE.items()
        for path, text in _envelope_problems(row[part], known)
    )
    return replace(contract, variant=name, envelope=Envelope(row["success"], row["error"]), examples=())


def _envelope_problems(template: Any, known: Mapping[str, Form]) -> Iterator[tuple[Node, str]]:
    yield from placeholder_problems(template, known, {})
    needed = next(iter(known))
    if needed not in _keys(template):
        yield (), f"the template has no {needed}"


def _keys(value: Any) -> Iterator[str]:
    for key, member in value.items() if isinstance(value, Mapping) else ():
        yield key
        yield from _keys(member)


def _laid(base: SourceFile, data: Any, variant: SourceFile, inside: Node, at: Node) -> SourceFile:
    """The file with other data, of which everything at `at` stands `inside` the variant's file."""
    written = {at: variant.origin(*inside)} if at else {}
    elsewhere = {**base.elsewhere, **written, **dict(_moved(variant, inside, at))}
    return SourceFile(base.name, data, base.lines, elsewhere)


def _moved(variant: SourceFile, inside: Node, at: Node) -> Iterator[tuple[Node, tuple[str, int]]]:
    for path, line in variant.lines.items():
        if path[: len(inside)] == inside and len(path) > len(inside):
            yield (*at, *path[len(inside) :]), (variant.name, line)
