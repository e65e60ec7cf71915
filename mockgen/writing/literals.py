"""Values as Python source, laid out as ruff formats it: on one line where they fit, else one member a line.

The generator has no formatter at hand, so it has to write what a formatter would leave alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

WIDTH = 120
STEP = 4


@dataclass(frozen=True)
class Code:
    """An expression that is written as it stands."""

    text: str


@dataclass(frozen=True)
class Invoke:
    """A call of `name` with positional and named arguments."""

    name: str
    arguments: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)


def assigned(target: str, value: Any) -> str:
    """`target = value` as a statement of a module."""
    return f"{target} = {rendered(value, 0, len(target) + 3)}"


def statement(lead: str, value: Any) -> str:
    """A statement in a function's body: `lead` (`return`, `name =`, or nothing) and a value."""
    text = f"{lead} " if lead else ""
    return " " * STEP + text + rendered(value, STEP, len(text))


def rendered(value: Any, indent: int = 0, taken: int = 0, behind: int = 0) -> str:
    """The source of a value. `taken` is what stands before it on its line beyond the indent, `behind` what follows."""
    line = flat(value)
    if indent + taken + len(line) + behind <= WIDTH or isinstance(value, Code | int | float):
        return line
    if isinstance(value, str):
        return _split_text(value, indent)
    opening, closing = _brackets(value)
    inner = indent + STEP
    members = [" " * inner + lead + rendered(member, inner, len(lead), 1) + ",\n" for lead, member in _members(value)]
    return line if not members else opening + "\n" + "".join(members) + " " * indent + closing


def flat(value: Any) -> str:
    """The source of a value on one line."""
    if isinstance(value, Code):
        return value.text
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping | list | tuple | Invoke):
        opening, closing = _brackets(value)
        inside = ", ".join(lead + flat(member) for lead, member in _members(value))
        return opening + inside + ("," if isinstance(value, tuple) and len(value) == 1 else "") + closing
    return repr(value)


def quoted(text: str) -> str:
    """A string literal, in double quotes unless that takes more escapes."""
    plain = repr(text)
    return plain if '"' in text or plain[0] == '"' else f'"{plain[1:-1]}"'


def _brackets(value: Any) -> tuple[str, str]:
    if isinstance(value, Invoke):
        return value.name + "(", ")"
    return ("{", "}") if isinstance(value, Mapping) else ("[", "]") if isinstance(value, list) else ("(", ")")


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Invoke):
        yield from (("", argument) for argument in value.arguments)
        yield from ((f"{name}=", argument) for name, argument in value.named.items())
    elif isinstance(value, Mapping):
        yield from ((flat(key) + ": ", member) for key, member in value.items())
    else:
        yield from (("", member) for member in value)


def _split_text(text: str, indent: int) -> str:
    """A long text as several literals in parentheses, cut at spaces."""
    inner = indent + STEP
    parts, part = [], ""
    for word in text.split(" "):
        if part and inner + len(quoted(part + word)) + 2 > WIDTH:
            parts.append(part)
            part = ""
        part += word + " "
    lines = [*parts, part[:-1]]
    return "(\n" + "".join(f"{' ' * inner}{quoted(line)}\n" for line in lines) + " " * indent + ")"
