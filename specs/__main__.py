"""The command line of the contracts; `specs --help` lists the commands.

Exit status: 0 all is well, 1 somebody has to act (a fault, a breaking change, a gap in coverage), 2 the command is
wrong or names what does not exist.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from specs.authoring.assumptions import assumptions
from specs.authoring.commands import COMMANDS, add_commands
from specs.command_line import read_words
from specs.contract import Contract
from specs.documenting.describing import describe, overview
from specs.importing.command import add_arguments, import_folder
from specs.loading import load, vendors
from specs.reading.variants import read_variant, variants
from specs.source_file import Complaint, SpecError, nearest, sentences

CLEAN, FAULTY, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit status."""
    options = read_words(_parser(), arguments)
    try:
        return _COMMANDS[options.command](options)
    except SpecError as problem:
        print(*sentences(problem), sep="\n", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN


def _list(options: argparse.Namespace) -> int:
    for name in vendors():
        contract = load(name)
        operations, rules = len(contract.operations), len(contract.requirements)
        print(f"{name:<20} {contract.wire:<10} {operations:>3} operations {rules:>5} requirements  {contract.title}")
    return CLEAN


def _show(options: argparse.Namespace) -> int:
    contract = load(options.vendor, options.variant)
    if options.id and options.id not in contract.requirements:
        text = f"{contract.vendor} has no requirement {options.id!r}"
        raise SpecError([Complaint("show", 0, "unknown", text + nearest(options.id, contract.requirements))])
    lines = describe(contract, contract.requirements[options.id]) if options.id else overview(contract)
    for label, text in lines if options.id else (*lines, *_variants(contract)):
        print(f"{label:<12} {text}")
    return CLEAN


def _variants(contract: Contract) -> Iterator[tuple[str, str]]:
    for name in variants(contract.folder):
        here = " (this one)" if name == contract.variant else ""
        yield "variant", f"{name}{here}: {read_variant(contract.folder, name).data['meaning']}"


def _lint(options: argparse.Namespace) -> int:
    if options.folder not in vendors() and not Path(options.folder).is_dir():
        load(options.folder)  # raises: it says what there is instead
    try:
        contract = load(options.folder)
        others = [load(options.folder, name) for name in variants(contract.folder)]
    except SpecError as problem:
        for complaint in problem.complaints:
            print(complaint if complaint.line else f"{complaint.file}: {complaint.rule}: {complaint.text}")
        return FAULTY
    print(
        f"{contract.vendor}: {len(contract.operations)} operations, {len(contract.requirements)} requirements, no fault"
    )
    for other in others:
        print(f"{other.vendor}, variant {other.variant}: {len(other.requirements)} requirements, no fault")
    guesses = list(assumptions(contract.folder))
    if guesses:
        print(f"{len(guesses)} guesses of an import, for a person to decide (take the mark away, or put it right):")
    for guess in guesses:
        print(f"to decide: {guess.file}:{guess.line}: {guess.text}")
    return CLEAN


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "lint": _lint,
    "import": import_folder,
    **COMMANDS,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="specs",
        description="Reads vendors' contracts.",
        epilog="Exit status: 0 all is well, 1 a fault, a breaking change or a gap, 2 wrong command.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="list the vendors")
    show = commands.add_parser("show", help="show a contract, or one of its requirements")
    show.add_argument("vendor", metavar="VENDOR", help="a vendor's name or a folder")
    show.add_argument("id", nargs="?", metavar="ID", help="a requirement")
    show.add_argument("--variant", default="", metavar="NAME", help="a named variant of the contract")
    add_arguments(commands.add_parser("import", help="make a vendor's folder from a description"))
    lint = commands.add_parser("lint", help="say everything that is wrong with a vendor's folder")
    lint.add_argument("folder", metavar="FOLDER")
    add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
