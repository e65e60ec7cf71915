"""`specs import`: from the words of a command line to a folder and a few lines about it.

The folder is loaded at once, so that a draft that does not hold together is told here and not at its first use.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from specs.authoring.assumptions import assumptions
from specs.comparing.diffing import diff, report_lines
from specs.contract import Contract
from specs.extras import advice
from specs.importing import Imported, import_draft
from specs.importing.draft import Draft, ImportRefused
from specs.importing.folder import DOCUMENT, PATCH, RECIPE, FolderExists
from specs.importing.openapi_document import draft_of_document
from specs.importing.unclaimed import unclaimed
from specs.importing.words import vendor_name
from specs.loading import folder_of, load
from specs.source_file import Complaint, SpecError

NOTES_MAX = 20
EXTRA = "import"
"""The extra that brings botocore."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `specs import`."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    botocore = kinds.add_parser("botocore", help="a service model of the installed botocore (AWS JSON 1.0 and 1.1)")
    botocore.add_argument("subject", metavar="SERVICE", help="a service, as botocore names it")
    botocore.add_argument("--operations", metavar="A,B", default="", help="only these operations")
    openapi = kinds.add_parser("openapi", help="an OpenAPI 3.0 or 3.1 document, YAML or JSON")
    openapi.add_argument("subject", metavar="FILE", help="the document, all in one file")
    again = kinds.add_parser("again", help=f"make a folder's {DOCUMENT} again, of {RECIPE} and {PATCH} beside it")
    again.add_argument("subject", metavar="FOLDER", help="a vendor's name or a folder")
    again.add_argument("--models", metavar="DIR", type=Path, help="service models that go before the installed ones")
    again.add_argument("--force", action="store_true", help=f"replace {DOCUMENT} although somebody edited it")
    for kind in (botocore, openapi):
        kind.add_argument("--out", metavar="DIR", type=Path, help="the folder to write; its name is the vendor's")
        kind.add_argument("--force", action="store_true", help="replace generated files that nobody edited")


def import_folder(options: argparse.Namespace) -> int:
    """Imports, says what came of it, and answers 0 when the folder loads, else 1.

    Raises SpecError when the subject cannot be imported or the folder cannot be written.
    """
    try:
        if options.kind == "again":
            return _again(folder_of(options.subject), options.models, options.force)
        draft = _draft(options)
        folder = _folder(options, draft)
        imported = import_draft(draft, folder, force=options.force)
    except (ImportRefused, FolderExists) as problem:
        raise SpecError([Complaint(options.subject, 0, "import", str(problem))]) from None
    except OSError as problem:
        place = str(problem.filename or options.subject)
        raise SpecError([Complaint(place, 0, "import", f"cannot write: {problem.strerror}")]) from None
    return _told(imported)


def _again(folder: Path, models: Path | None, force: bool) -> int:
    """Makes a document again in its place, says what changed, and answers 0 when the folder loads, else 1."""
    try:
        # As in `_draft`: only this needs botocore, and an extra installs it.
        from specs.importing.again import is_edited, remade
    except ModuleNotFoundError as problem:
        raise ImportRefused(advice(problem, EXTRA)) from None
    if (folder / RECIPE).is_file() and is_edited(folder) and not force:
        text = f"somebody edited {DOCUMENT}, which is generated: write the change into {PATCH}; --force drops it"
        raise ImportRefused(text)
    before = _loaded(folder)
    made = remade(folder, models)
    (folder / DOCUMENT).write_text(made.text, encoding="utf-8")
    for note in made.needless:
        print(note)
    try:
        after = load(folder)
    except SpecError as problem:
        print(*problem.complaints, sep="\n")
        return 1
    print(f"{after.vendor}: {DOCUMENT} has {len(after.operations)} operations, made of {RECIPE} and {PATCH}")
    print(*(report_lines(diff(before, after)) if before else ["the old one did not load"]), sep="\n")
    return 0


def _loaded(folder: Path) -> Contract | None:
    try:
        return load(folder)
    except SpecError:
        return None


def _draft(options: argparse.Namespace) -> Draft:
    if options.kind == "openapi":
        return draft_of_document(Path(options.subject))
    try:
        # Only this kind needs it, it takes a tenth of a second to import, and an extra installs it.
        from specs.importing.botocore_model import draft_of_service
    except ModuleNotFoundError as problem:
        raise ImportRefused(advice(problem, EXTRA)) from None
    return draft_of_service(options.subject, [name for name in options.operations.split(",") if name])


def _folder(options: argparse.Namespace, draft: Draft) -> Path:
    stem = options.subject if options.kind == "botocore" else draft.title
    folder = Path(options.out or vendor_name(stem) or "imported").absolute()
    if vendor_name(folder.name) != folder.name:
        nearest = vendor_name(folder.name) or "imported"
        text = f"{folder.name!r} cannot be a vendor's name (lower case letters, digits, _); try {nearest!r}"
        raise SpecError([Complaint("--out", 0, "import", text)])
    return folder


def _told(imported: Imported) -> int:
    files = imported.files
    print(f"{imported.folder}: {len(files.written)} files written")
    for name in files.kept:
        print(f"kept      {name}: somebody edited it; delete it to have it drafted anew")
    for name in files.removed:
        print(f"removed   {name}: nothing needs it any more")
    for note in imported.notes[:NOTES_MAX]:
        print(f"left out  {note}")
    if len(imported.notes) > NOTES_MAX:
        print(f"left out  {len(imported.notes) - NOTES_MAX} more")
    try:
        contract = load(imported.folder)
    except SpecError as problem:
        print(*problem.complaints, sep="\n")
        return 1
    guesses = sum(1 for _ in assumptions(imported.folder))
    print(
        f"{contract.vendor}: {len(contract.operations)} operations, {len(contract.requirements)} requirements, "
        f"{len(contract.lifecycles)} lifecycles; {guesses} guesses to decide, `specs lint {imported.folder}` lists them"
    )
    for told in unclaimed(contract):
        print(f"by hand   {told}")
    return 0
