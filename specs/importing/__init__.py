"""From a machine-readable description to a vendor's folder: service models of botocore, and OpenAPI documents.

What the description says is taken over exactly; what a contract needs beyond it (lifecycles, samples, refusals) is
guessed and marked, so that the folder loads at once and `specs lint` lists what a person has to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.importing.draft import Draft, ImportRefused
from specs.importing.folder import Written, write_folder
from specs.importing.lifecycle_draft import lifecycles
from specs.importing.sample_draft import examples, samples
from specs.importing.vendor_draft import vendor_rows
from specs.reading.openapi import operations
from specs.source_file import SourceFile

__all__ = ["ImportRefused", "Imported", "files_of", "import_draft"]


@dataclass(frozen=True)
class Imported:
    """What an import made: the folder, its files, and what it left to people."""

    folder: Path
    files: Written
    notes: tuple[str, ...]


def import_draft(draft: Draft, folder: Path, *, force: bool = False) -> Imported:
    """Writes the folder of a draft; its name is the vendor's.

    Raises FolderExists, OSError, and SpecError for a document that cannot be read as operations.
    """
    files, notes = files_of(draft, folder.name)
    return Imported(folder, write_folder(folder, draft.source, files, force=force), (*draft.notes, *notes))


def files_of(draft: Draft, vendor: str) -> tuple[dict[str, Any], Iterable[str]]:
    """The data of every file by its name, and notes about what was not drafted."""
    known = operations(SourceFile("openapi.yaml", draft.document, {}))
    lives, notes = lifecycles(draft, known)
    calls, fixtures = samples(known, lives, str(draft.auth.get("service", "")))
    media_type = f"application/x-amz-json-{draft.wire_options.get('json_version', '1.1')}"
    files: dict[str, Any] = {
        "vendor.yaml": vendor_rows(draft, vendor, known, calls, fixtures),
        "openapi.yaml": draft.document,
        "lifecycles.yaml": {"resources": lives},
    }
    return {**files, **dict(examples(known, lives, media_type))}, notes
