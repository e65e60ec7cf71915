"""What a fault is, and how one is spelled: `name:key=value,key=value`.

A fault is a named, deterministic way to be wrong in exactly one thing, given as data: which constraint, operation or
member. The same form serves benign variants, which are unusual and right.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from mockgen.hooks import Hooks
from specs.contract import Contract, Lifecycle, Operation


@dataclass(frozen=True)
class Arguments:
    """The values that a fault was given, read with complaints that say what would be right."""

    fault: str
    values: Mapping[str, str]

    def text(self, name: str, default: str | None = None) -> str:
        """A text. Raises ValueError when it is missing and there is no default."""
        if name in self.values:
            return self.values[name]
        if default is None:
            raise ValueError(f"fault {self.fault!r} needs {name}=...")
        return default

    def whole(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.values.get(name, default))
        except ValueError:
            raise ValueError(f"fault {self.fault!r}: {name}={self.values[name]!r} is not a whole number") from None

    def value(self, name: str) -> Any:
        """A JSON value; a text that is not JSON counts as a string."""
        text = self.text(name)
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text

    def row(self, name: str, table: Mapping[str, Any], default: str | None = None) -> Any:
        """The row of a table that a text (or the default) names. Raises ValueError with the nearest name."""
        key = self.text(name, default)
        if key not in table:
            near = difflib.get_close_matches(key, list(table), 1, 0.0)
            nearest = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"fault {self.fault!r}: {name}={key!r} is not in the contract{nearest}")
        return table[key]

    def operation(self, contract: Contract) -> Operation:
        found: Operation = self.row("operation", contract.operations)
        return found

    def lifecycle(self, contract: Contract) -> Lifecycle:
        found: Lifecycle = self.row("resource", contract.lifecycles)
        return found


@dataclass(frozen=True)
class Fault:
    """`parameters` names what must be given, a question mark behind what may be; `build` makes the hooks."""

    name: str
    sentence: str
    parameters: tuple[str, ...]
    build: Callable[[Contract, Arguments], Hooks]


def planted(build: Callable[[Contract, Arguments], Hooks], *parameters: str) -> Fault:
    """The fault of a function: its name and the first line of its docstring are the fault's."""
    return Fault(build.__name__, (build.__doc__ or "").split("\n", 1)[0], parameters, build)


def table(rows: Iterable[Fault]) -> dict[str, Fault]:
    """The faults by name."""
    return {row.name: row for row in rows}


def from_text(contract: Contract, text: str, known: Mapping[str, Fault]) -> Hooks:
    """The hooks of one fault. Raises ValueError for an unknown name, parameter or value, with the nearest right one."""
    name, _, rest = text.partition(":")
    if name not in known:
        near = difflib.get_close_matches(name, list(known), 1)
        hint = f"did you mean {near[0]!r}?" if near else "`mockgen faults` lists them"
        raise ValueError(f"there is no fault {name!r}; {hint}")
    fault = known[name]
    allowed = {parameter.rstrip("?") for parameter in fault.parameters}
    values = _values(text, rest, allowed)
    for parameter in fault.parameters:
        if not parameter.endswith("?") and parameter not in values:
            raise ValueError(f"fault {name!r} needs {parameter}=..., as in {spelling(fault)}")
    return fault.build(contract, Arguments(name, values))


def _values(text: str, rest: str, allowed: set[str]) -> dict[str, str]:
    """`key=value` pairs; a comma only parts them where a known key follows it, so values may hold commas."""
    values: dict[str, str] = {}
    last = ""
    for part in rest.split(",") if rest else []:
        key, equals, value = part.partition("=")
        if equals and key in allowed:
            values[key] = value
            last = key
        elif last:
            values[last] += f",{part}"
        else:
            known = ", ".join(sorted(allowed)) or "none"
            raise ValueError(f"fault {text!r}: {key!r} is not one of its parameters ({known})")
    return values


def spelling(fault: Fault) -> str:
    """How a fault is written: its name, with what must be given; what may be given stands in brackets."""
    needed = [f"{parameter}=..." for parameter in fault.parameters if not parameter.endswith("?")]
    more = [f"[{parameter.rstrip('?')}=...]" for parameter in fault.parameters if parameter.endswith("?")]
    return ":".join(filter(None, (fault.name, ",".join((*needed, *more)))))
