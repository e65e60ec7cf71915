"""The commands for people who write contracts: `specs diff`, `docs`, `new` and `coverage`.

Each prints one thing and answers an exit status; what it prints is made elsewhere. A command that compares or counts
says with its status whether somebody has to act, so that a pipeline can stop on it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from specs.authoring.coverage import TABLE, Coverage, checks, cover, stale, summary, table
from specs.authoring.starting import start
from specs.comparing.diffing import diff, is_breaking, report_json, report_lines
from specs.contract import Contract
from specs.documenting.documentation import write
from specs.loading import load, vendors
from specs.source_file import Complaint, SpecError

DONE, TO_DO = 0, 1


def _diff(options: argparse.Namespace) -> int:
    old, new = load(options.old), load(options.new)
    changes = diff(old, new)
    for line in [report_json(old, new, changes)] if options.json else report_lines(changes):
        print(line)
    return TO_DO if is_breaking(changes) else DONE


def _docs(options: argparse.Namespace) -> int:
    written = write(load(options.vendor), options.directory)
    print(f"{len(written)} pages; begin with {options.directory / 'index.html'}")
    return DONE


def _new(options: argparse.Namespace) -> int:
    folder = start(options.name, options.directory)
    print(f"{folder} is a contract that works. Next: edit it, and `specs lint {folder}` after every change")
    return DONE


def _coverage(options: argparse.Namespace) -> int:
    contracts = [load(name) for name in ([options.vendor] if options.vendor else vendors())]
    return max(_covered(contract, options.write, options.table) for contract in contracts)


def _covered(contract: Contract, refresh: bool, show: bool) -> int:
    found = cover(contract, checks())
    if refresh and found.is_written:
        _store(contract, found)
    complaints = (*found.complaints, *stale(contract, found))
    if show and found.is_written:
        print(table(found))
    for complaint in complaints:
        print(f"{contract.vendor}/{complaint}")
    print(summary(found))
    return TO_DO if complaints else DONE


def _store(contract: Contract, found: Coverage) -> None:
    try:
        (contract.folder / TABLE).write_text(table(found), "utf-8")
    except OSError as problem:
        text = f"cannot write the table: {problem.strerror or problem}"
        raise SpecError([Complaint(TABLE, 0, "write", text)]) from None


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "diff": _diff,
    "docs": _docs,
    "new": _new,
    "coverage": _coverage,
}


def add_commands(commands: Any) -> None:
    """Adds the parsers of these commands to a parser's subcommands."""
    comparing = commands.add_parser("diff", help="say what changed, and whom it breaks")
    comparing.add_argument("old", metavar="A", help="a vendor's name or a folder")
    comparing.add_argument("new", metavar="B", help="the same, newer")
    comparing.add_argument("--json", action="store_true", help="for programs")
    docs = commands.add_parser("docs", help="write static pages")
    docs.add_argument("vendor", metavar="VENDOR", help="a vendor's name or a folder")
    docs.add_argument("directory", metavar="DIR", type=Path)
    new = commands.add_parser("new", help="write a small complete contract to edit")
    new.add_argument("name", metavar="NAME", help="the vendor's name: lower-case letters, digits and _")
    new.add_argument("directory", metavar="DIR", type=Path, help="where the folder NAME is made")
    covering = commands.add_parser("coverage", help="say which facts nobody carries")
    covering.add_argument("vendor", nargs="?", metavar="VENDOR", help="a name or a folder (default: all vendors)")
    covering.add_argument("--write", action="store_true", help=f"refresh {TABLE} in the vendor's folder")
    covering.add_argument("--table", action="store_true", help="print the whole table")
