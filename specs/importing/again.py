"""`specs import again FOLDER`: a document made of a newer model and of what people wrote beside it.

Nobody edits `openapi.yaml` of such a folder: `import.yaml` says which operations of which service it holds, and
`openapi.patch.yaml` what people add, sharpen and take away. So a newer model is one command and a diff that shows the
vendor's changes alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.importing.botocore_model import Naming, draft_of_service
from specs.importing.draft import ImportRefused
from specs.importing.folder import DOCUMENT, PATCH, RECIPE, generated, is_untouched
from specs.importing.recursion import used
from specs.reading.patch import patched, without_effect
from specs.source_file import Complaint, SourceFile, SpecError, read, read_kind, refuse, shape_complaints


@dataclass(frozen=True)
class Remade:
    """The text of the document as it is now, and what of the patch the model has made needless."""

    text: str
    needless: tuple[Complaint, ...]


def remade(folder: Path, models: Path | None = None) -> Remade:
    """The document of a folder, made again of the installed service model, or of one below `models`.

    Raises SpecError for a recipe or a patch that cannot be read, and ImportRefused for what the model has not.
    """
    recipe, patch, vendor = _file(folder, RECIPE, "import"), _patch(folder), read(folder / "vendor.yaml", "vendor.yaml")
    service = recipe.data["botocore"]
    naming = Naming(recipe.data.get("page", Naming.page), _classes(vendor.data.get("errors", {})))
    draft = draft_of_service(service, recipe.data["operations"], naming, models)
    refuse(_strange_paths(draft.document, patch))
    document = patched(draft.document, patch.data)
    refuse(shape_complaints(SourceFile(PATCH, document, patch.lines), "openapi"))
    components = document.get("components", {})
    kept = used(components.get("schemas", {}), {**document, "components": {**components, "schemas": {}}})
    document["components"] = {**components, "schemas": kept}
    refuse(_strange_schemas(document, patch))
    needless = [
        patch.complaint("needless", f"{'/'.join(path)}: the model says so itself", *path)
        for path in without_effect(draft.document, patch.data)
    ]
    return Remade(generated(document, f"again {folder.name}"), tuple(needless))


def is_edited(folder: Path) -> bool:
    """Whether somebody wrote into the document, which the next import would lose."""
    return (folder / DOCUMENT).is_file() and not is_untouched(folder / DOCUMENT)


def _file(folder: Path, name: str, kind: str) -> SourceFile:
    if not (folder / name).is_file():
        raise ImportRefused(f"{folder} has no {name}: it says which operations of which service the document holds")
    return read_kind(folder / name, name, kind)


def _patch(folder: Path) -> SourceFile:
    if not (folder / PATCH).is_file():
        return SourceFile(PATCH, {}, {})
    file = read(folder / PATCH, PATCH)
    if not isinstance(file.data, Mapping):
        raise SpecError([file.complaint("shape", "a patch is an object that looks like an excerpt of the document")])
    return file


def _classes(errors: Mapping[str, Any]) -> dict[str, str]:
    """Error code -> class of vendor.yaml: the class that has it as its first form, or else in any form."""
    forms = [(form.get("code"), name, index) for name, row in errors.items() for index, form in enumerate(row["forms"])]
    found: dict[str, str] = {}
    for code, name, _ in sorted(forms, key=lambda form: form[2]):
        if code:
            found.setdefault(code, name)
    return found


def _strange_paths(base: Mapping[str, Any], patch: SourceFile) -> Iterator[Complaint]:
    """Paths that the model does not have: half an operation says less than the name that is wrong."""
    paths = patch.data.get("paths")
    for path in paths if isinstance(paths, Mapping) else ():
        if path not in base["paths"]:
            yield patch.complaint("stranger", f"the model has no {path}", "paths", path)


def _strange_schemas(document: Mapping[str, Any], patch: SourceFile) -> Iterator[Complaint]:
    """Schemas that nothing refers to (any more)."""
    for name, change in ((patch.data.get("components") or {}).get("schemas") or {}).items():
        if change is not None and name not in document["components"]["schemas"]:
            text = f"nothing in the document refers to the schema {name!r}"
            yield patch.complaint("stranger", text, "components", "schemas", name)
