"""YAML files with line numbers, and complaints that name file, line, rule and the nearest right name.

People write vendor folders by hand, so every complaint must lead to one line. The reader keeps the line of every node
beside the data, refuses repeated keys, and checks the data against the published schema of its kind of file. A file
may come from anywhere: size and depth are bounded, aliases (which can blow up) and tags are refused.
"""

from __future__ import annotations

import difflib
import itertools
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

FILE_BYTES_MAX = 16 * 1024 * 1024
DEPTH_MAX = 100
"""Nesting of one file. The YAML library itself crashes on very deep documents."""
LISTED_MAX = 160
"""Characters of names that are listed where nothing is close."""
PART_MIN = 4
"""So many characters of a name say which one is meant."""
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("bool", "float", "int", "null"))
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_META = Path(__file__).parent / "meta"
Node = tuple[str | int, ...]
"""Where a value stands in a file: the keys and indices that lead to it."""


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong with a folder. `rule` is a stable word, `line` counts from 1 (0: the whole file)."""

    file: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.rule}: {self.text}"


class SpecError(ValueError):
    """A vendor's folder that cannot be loaded. `complaints` lists everything that is wrong, in file order."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(str(complaint) for complaint in self.complaints))


def refuse(found: Iterable[Complaint]) -> None:
    """Raises SpecError with everything that was found to be wrong, when there is anything."""
    complaints = tuple(found)
    if complaints:
        raise SpecError(complaints)


@dataclass(frozen=True)
class SourceFile:
    """One YAML or JSON file: its name inside the folder, its data, and the line of every node by its path."""

    name: str
    data: Any
    found: Mapping[Node, int] | Callable[[], Mapping[Node, int]]
    """The lines, or what finds them when the first one is asked for."""
    elsewhere: Mapping[Node, tuple[str, int]] = field(default_factory=dict)
    """Nodes that another file laid over this one: file and line by path."""

    @cached_property
    def lines(self) -> Mapping[Node, int]:
        """The line of every node by its path."""
        return self.found if isinstance(self.found, Mapping) else self.found()

    def line(self, *path: str | int) -> int:
        """The line of a node, or of its nearest ancestor that has one."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 0

    @cached_property
    def nodes(self) -> Mapping[int, Node]:
        """The outermost node that begins in each line; the whole file is none."""
        found: dict[int, Node] = {}
        for path, line in self.lines.items():
            if path:
                found.setdefault(line, path)
        return found

    def complaint(self, rule: str, text: str, *path: str | int) -> Complaint:
        """A complaint about the node at a path, where it was written."""
        file, line = self.origin(*path)
        return Complaint(file, line, rule, text)

    def origin(self, *path: str | int) -> tuple[str, int]:
        """File and line of a node, or of its nearest ancestor that has one."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.elsewhere:
                return self.elsewhere[path[:length]]
            if path[:length] in self.lines:
                break
        return self.name, self.line(*path)


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for a misspelt or shortened name, or what there is when nothing is close."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    close += [other for other in names if len(name) >= PART_MIN and name.lower() in other.lower()]
    if close:
        return f"; did you mean {close[0]!r}?"
    lengths = itertools.accumulate(len(other) for other in names)
    shown = names[:1] + [other for other, length in zip(names[1:12], lengths, strict=False) if length < LISTED_MAX]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return f"; there is {', '.join(shown)}{more}" if names else ""


def sentences(problem: SpecError) -> Iterator[str]:
    """The complaints as people who gave a command are told them: with a line number only where there is one."""
    for found in problem.complaints:
        yield str(found) if found.line else f"{found.file}: {found.text}"


def read(path: Path, name: str) -> SourceFile:
    """A YAML file, or a JSON file when its name ends so, as data with lines.

    Raises SpecError when it is missing, too large, too deep, not what its name says, or repeats a key.
    """
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise SpecError([Complaint(name, 0, "size", f"the file is larger than {FILE_BYTES_MAX} bytes")])
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise SpecError([Complaint(name, 0, "missing", f"cannot read the file: {problem.strerror}")]) from None
    except UnicodeDecodeError as problem:
        raise SpecError([Complaint(name, 0, "encoding", f"the file is not UTF-8: {problem}")]) from None
    return _json_file(text, name) if name.endswith(".json") else _yaml_file(text, name)


def read_kind(path: Path, name: str, kind: str) -> SourceFile:
    """A file that keeps the published schema of its kind. Raises SpecError as `read` does, and for another shape."""
    file = read(path, name)
    refuse(shape_complaints(file, kind))
    return file


def _yaml_file(text: str, name: str) -> SourceFile:
    reading = _Reading(_Loader(text), name, {}, [])
    try:
        data = _document(reading)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 0
        raise SpecError([Complaint(name, line, "yaml", str(problem.problem))]) from None
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise SpecError([Complaint(name, line, "yaml", f"{problem.reason}: {problem.character!r}")]) from None
    finally:
        reading.loader.dispose()
    if reading.complaints:
        raise SpecError(reading.complaints)
    return SourceFile(name, data, reading.lines)


def _private(surrogate: re.Match[str]) -> str:
    # Into the private use area, each to its own place: two keys that differ in a surrogate must go on to differ.
    return f"\\u{int(surrogate[0][2:], 16) + 0x800:04x}"


def _json_file(text: str, name: str) -> SourceFile:
    # The YAML reader finds lines and repeated keys; values come from a JSON reader, because YAML reads 1e5 as a text
    # and knows no surrogate pairs.
    repeats: list[int] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        repeats.append(len(pairs) - len(found))
        return found

    try:
        data = json.loads(text, object_pairs_hook=members, parse_constant=_no_such_number)
    except json.JSONDecodeError as problem:
        raise SpecError([Complaint(name, problem.lineno, "json", problem.msg)]) from None
    except ValueError as problem:
        raise SpecError([Complaint(name, 0, "json", str(problem))]) from None
    except RecursionError:
        raise SpecError([Complaint(name, 0, "depth", f"the file nests deeper than {DEPTH_MAX}")]) from None
    # Lines are only told in complaints, and finding them takes twenty times as long as reading the values. Fewer
    # brackets than levels cannot nest too deep.
    is_right = not any(repeats) and text.count("[") + text.count("{") <= DEPTH_MAX
    return SourceFile(name, data, partial(_json_lines, text, name) if is_right else _json_lines(text, name))


def _json_lines(text: str, name: str) -> Mapping[Node, int]:
    try:
        return _yaml_file(_SURROGATE.sub(_private, text), name).lines
    except SpecError as problem:
        if any(complaint.rule != "yaml" for complaint in problem.complaints):
            raise
        return {(): 1}


def _no_such_number(text: str) -> Any:
    raise ValueError(f"{text} is a number that JSON does not have")


@dataclass(frozen=True)
class _Reading:
    """A file while it is read, event by event: building nodes first would take twice the time."""

    loader: Any
    name: str
    lines: dict[Node, int]
    complaints: list[Complaint]

    def complain(self, event: Any, rule: str, text: str) -> None:
        self.complaints.append(Complaint(self.name, _line(event), rule, text))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _document(reading: _Reading) -> Any:
    """The data of the file's only document, None when it has none."""
    get = reading.loader.get_event
    get()  # the stream begins
    if isinstance(get(), yaml.StreamEndEvent):
        return None
    event = get()
    reading.lines[()] = _line(event)
    data = _value(reading, event, ())
    get()  # the document ends
    event = get()
    if not isinstance(event, yaml.StreamEndEvent):
        reading.complain(event, "yaml", "but found another document")
    return data


def _value(reading: _Reading, event: Any, path: Node) -> Any:
    """What the event, and those that belong to it, stand for. Whoever asks has noted the line of the path."""
    if isinstance(event, yaml.ScalarEvent):
        value, problem = _scalar(event)
        if problem:
            reading.complain(event, "yaml", problem)
        return value
    if isinstance(event, yaml.AliasEvent):
        reading.complain(event, "alias", f"aliases are not allowed: *{event.anchor}; write the value out")
        return None
    if len(path) >= DEPTH_MAX:
        reading.complain(event, "depth", f"the file nests deeper than {DEPTH_MAX}")
        raise SpecError(reading.complaints)
    return _list(reading, path) if isinstance(event, yaml.SequenceStartEvent) else _mapping(reading, path)


def _list(reading: _Reading, path: Node) -> list[Any]:
    data: list[Any] = []
    while not isinstance(event := reading.loader.get_event(), yaml.SequenceEndEvent):
        below = (*path, len(data))
        reading.lines[below] = _line(event)
        data.append(_value(reading, event, below))
    return data


def _mapping(reading: _Reading, path: Node) -> dict[str, Any]:
    data: dict[str, Any] = {}
    get, lines = reading.loader.get_event, reading.lines
    while not isinstance(event := get(), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            reading.complain(event, "yaml", "a key must be a plain text")
            _value(reading, event, (*path, ""))
            _value(reading, get(), (*path, ""))
            continue
        key = str(event.value)
        if key in data:
            reading.complain(event, "repeated", f"the key {key!r} stands twice")
        below = (*path, key)
        lines[below] = _line(event)
        data[key] = _value(reading, get(), below)
    return data


@lru_cache(maxsize=4096)
def _plain(tag: str, text: str) -> Any:
    loader = _Loader("")
    try:
        return loader.construct_object(yaml.ScalarNode(tag, text), deep=True)
    finally:
        loader.dispose()


@lru_cache(maxsize=4096)
def _tag(text: str) -> str:
    """What a plain text is, by its look: YAML knows 12, 1.5, true and null."""
    resolver: Any = yaml.resolver.Resolver()
    return str(resolver.resolve(yaml.ScalarNode, text, (True, False)))


def _scalar(event: Any) -> tuple[Any, str | None]:
    tag = event.tag
    if tag is None or tag == "!":
        tag = _tag(event.value) if event.implicit[0] else "tag:yaml.org,2002:str"
    # Dates are text in our files: JSON has none.
    if tag in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value"):
        return event.value, None
    if tag not in _PLAIN_TAGS:
        return None, f"the tag {tag!r} is not allowed"
    try:
        value = _plain(tag, event.value)
    except (ValueError, KeyError):
        return None, f"{event.value[:80]!r} is not a value of {tag.rsplit(':', 1)[-1]}"
    if isinstance(value, float) and not math.isfinite(value):
        return None, f"{event.value!r} is a number that JSON does not have"
    return value, None


@lru_cache(maxsize=16)
def meta_schema(kind: str) -> Mapping[str, Any]:
    """The published JSON Schema of one kind of file (`vendor`, `lifecycles`, `requirements`, `relations`, ...)."""
    loaded: Mapping[str, Any] = json.loads((_META / f"{kind}.json").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=16)
def _validator(kind: str) -> Any:
    return jsonschema_rs.validator_for(dict(meta_schema(kind)), validate_formats=True)


def shape_complaints(file: SourceFile, kind: str) -> Iterator[Complaint]:
    """What a file has that the schema of its kind does not allow: unknown keys, missing keys, wrong values."""
    for error in _validator(kind).iter_errors(file.data):
        path = tuple(error.instance_path)
        unexpected = getattr(error.kind, "unexpected", None)
        if unexpected:
            known = _properties(meta_schema(kind), list(error.schema_path)[:-1])
            for key in unexpected:
                text = f"unknown key {key!r}{nearest(key, known)}"
                yield file.complaint("unknown", text, *path, key)
        else:
            where = "/".join(str(part) for part in path) or "the file"
            yield file.complaint("shape", f"{where}: {_shown(error)}", *path)


def _shown(error: Any) -> str:
    options = getattr(error.kind, "options", None)
    if isinstance(options, list) and isinstance(error.instance, str):
        return f"{error.instance!r} is not allowed{nearest(error.instance, map(str, options))}"
    text = str(error.message)
    if error.instance is None and not list(error.instance_path):
        return "it is empty"
    if isinstance(error.instance, list) and text.endswith('is not of type "object"'):
        text += "; write `name: value` for each, not a list"
    # The library quotes the whole instance and says what is wrong with it at the end.
    return text if len(text) <= 300 else f"{text[:150]} ... {text[-150:]}"


def _properties(schema: Any, path: list[Any]) -> list[str]:
    root = schema
    for part in path:
        schema = schema[int(part)] if isinstance(schema, list) else schema.get(part, {})
        while isinstance(schema, Mapping) and str(schema.get("$ref", "")).startswith("#/$defs/"):
            schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return list(schema.get("properties", {})) if isinstance(schema, Mapping) else []
