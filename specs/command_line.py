"""Reads the words of a command line, and says in one short line which word is wrong and which was probably meant.

A parser's usage is long, and the word that matters stands at its end. Our four commands read their words here, so that
each complains alike: the command, the word, the nearest right one, and status 2. Nothing may be abbreviated, because an
abbreviation that works today means something else when an option is added.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr

from specs.source_file import nearest

WRONG = 2
PACKAGE = "prediction-conformance"
_ERROR = re.compile(r"error: (.*)", re.DOTALL)
_KINDS: Mapping[str, str] = {"int": "a whole number", "float": "a number", "Path": "a path"}
"""Name of a parser's type -> what people call its values; our own types say it themselves."""


def read_words(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the words say; None stands for those of this process. Ends the process as argparse does: with status 0
    after `--help` and `--version`, and with status 2 and one line on standard error for words that say nothing. From
    here on, what the terminal has no letters for is spelled out, and the process ends without looking for garbage."""
    _spell_out()
    _end_at_once()
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser.add_argument("--version", action="version", version=f"{parser.prog} {_version(words)}")
    for one in _with_commands(parser):
        one.allow_abbrev = False
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            return parser.parse_args(words)
    except SystemExit as end:
        problem = _ERROR.search(said.getvalue())
        if end.code != WRONG or problem is None:
            raise
        meant = _meant(parser, words)
        print(f"{meant.prog}: {_told(meant, problem[1].strip())}", file=sys.stderr)
        raise SystemExit(WRONG) from None


def _spell_out() -> None:
    """Contracts and answers hold any letters; a terminal of few letters must not end the command that shows them."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _end_at_once() -> None:
    """Python looks for garbage when it ends, several times. A command's contracts are a hundred thousand values, and
    the system takes their memory back anyway: for a short command the search is a quarter of all its work."""
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


def _version(words: Sequence[str]) -> str:
    """The version of the installed package, for words that ask for it; a copy of the files alone has none."""
    if "--version" not in words:
        return ""
    # Finding and parsing the package's metadata takes longer than reading the words.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "(not installed)"


def count(text: str) -> int:
    """A whole number from 1. Raises ArgumentTypeError for another text."""
    if not text.isdecimal() or len(text) > 9 or int(text) == 0:
        raise argparse.ArgumentTypeError(f"takes a whole number from 1, not {text!r}")
    return int(text)


def natural(text: str) -> int:
    """A whole number from 0. Raises ArgumentTypeError for another text."""
    return 0 if text == "0" else count(text)


def amount(text: str) -> float:
    """A number above 0. Raises ArgumentTypeError for another text."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"takes a number above 0, not {text!r}")
    return value


def duration(text: str) -> float:
    """A number from 0. Raises ArgumentTypeError for another text."""
    return 0.0 if text in ("0", "0.0") else amount(text)


def port(text: str) -> int:
    """A port number; 0 stands for a free port. Raises ArgumentTypeError for another text."""
    if not text.isdecimal() or len(text) > 5 or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"takes a port, 0 to 65535, not {text!r}")
    return int(text)


def _commands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The commands below a parser; none where it has no such word. argparse shows them nowhere else."""
    found = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return {name: one for action in found for name, one in action.choices.items()}


def _with_commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for below in _commands(parser).values():
        yield from _with_commands(below)


def _meant(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command that the words begin with."""
    below = _commands(parser).get(words[0]) if words else None
    return parser if below is None else _meant(below, words[1:])


def _told(parser: argparse.ArgumentParser, problem: str) -> str:
    for pattern, words in _PROBLEMS:
        found = re.fullmatch(pattern, problem, re.DOTALL)
        if found:
            return words(parser, found)
    return problem


def _unknown(parser: argparse.ArgumentParser, found: re.Match[str]) -> str:
    words = found[1].split(" ")
    options = [option for action in parser._actions for option in action.option_strings]
    wrong = next((word.partition("=")[0] for word in words if word.startswith("-")), None)
    if wrong is None:
        return f"{words[0]!r} is one word too many{_help(parser)}"
    hint = nearest(wrong, options) if wrong.startswith("--") else ""
    return f"there is no option {wrong}{hint if 'did you mean' in hint else _help(parser)}"


def _choice(parser: argparse.ArgumentParser, found: re.Match[str]) -> str:
    known = _commands(parser)
    if found[1] in ("COMMAND", "KIND"):
        return f"there is no {found[1].lower()} {found[2]!r}{nearest(found[2], known)}"
    allowed = [str(value) for action in parser._actions if _named(action, found[1]) for value in action.choices or ()]
    return f"{found[1]} cannot be {found[2]!r}{nearest(found[2], allowed)}"


def _named(action: argparse.Action, name: str) -> bool:
    return name in (action.metavar, "/".join(action.option_strings))


def _missing(parser: argparse.ArgumentParser, found: re.Match[str]) -> str:
    if found[1] in ("COMMAND", "KIND"):
        return f"say what to do: {', '.join(_commands(parser))}{_help(parser)}"
    return f"{found[1].replace(', ', ' and ')} missing{_help(parser)}"


def _help(parser: argparse.ArgumentParser) -> str:
    return f"; `{parser.prog} --help` tells what there is"


def _value(parser: argparse.ArgumentParser, found: re.Match[str]) -> str:
    return f"{found[1]} takes {_KINDS.get(found[2], found[2])}, not {found[3]}"


_PROBLEMS: tuple[tuple[str, Callable[[argparse.ArgumentParser, re.Match[str]], str]], ...] = (
    (r"unrecognized arguments: (.*)", _unknown),
    (r"argument (\S+): invalid choice: '(.*)' \(choose from .*\)", _choice),
    (r"the following arguments are required: (.*)", _missing),
    (r"argument (\S+): invalid (\S+) value: (.*)", _value),
    (r"argument (\S+): expected one argument", lambda parser, found: f"{found[1]} needs a value{_help(parser)}"),
    (r"argument (\S+): (takes .*)", lambda parser, found: f"{found[1]} {found[2]}"),
)
"""What argparse says -> what we say; whatever is not in the table is passed on as it is."""
