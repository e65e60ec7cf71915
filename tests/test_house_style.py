"""The project's own rules, each as one small function over source files, and a bad sample that each of them catches.

A rule that nobody checks is forgotten within a week. Every rule here answers a list of complaints, `path:line what is
wrong`, so that whoever breaks one learns where and why; the numbers are limits, the aim is well below them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("specs", "conformance", "mockgen", "reference_impl")
MAY_IMPORT = {"specs": {"specs"}} | {name: {name, "specs"} for name in PACKAGES[1:]}
VENDOR_WORDS = re.compile(r"amazon|personalize|datarobot|spice", re.IGNORECASE)
MODULE_LINES, FUNCTION_LINES, NESTING = 400, 50, 3
BANNED_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|managers?|base)($|_)")
# Registries and places of one machine. Split, so that this file keeps its own rule.
FORBIDDEN = ("pypi" + ".org", "python" + "hosted", "npmjs" + ".org", "/wo" + "rk/", "../" + "shared", "/ro" + "ot/")
MAY_INHERIT = {"Protocol", "NamedTuple", "TypedDict", "Enum", "StrEnum", "IntEnum", "Exception", "Generic"}
EDGES = {"__main__", "server", "target", "clock", "storage", "store", "running"}
CLOCKS = {"time.time", "time.monotonic", "datetime.now", "datetime.utcnow", "date.today", "time.time_ns"}
TEXT_SUFFIXES = {".py", ".md", ".yaml", ".yml", ".json", ".toml", ".cfg", ".txt", ".sh", ""}
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A text file of the project: its path below the root, with `/`, and its text."""

    path: str
    text: str

    @property
    def package(self) -> str:
        """The first folder: a package of ours, `tests`, or something else."""
        return PurePosixPath(self.path).parts[0]

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def module(self) -> str:
        """The dotted name under which Python imports the file."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All syntax nodes of the file, the module first."""
        return tuple(ast.walk(ast.parse(self.text, self.path)))

    @property
    def functions(self) -> list[Function]:
        return [node for node in self.nodes if isinstance(node, Function)]

    @property
    def tree(self) -> ast.Module:
        module = self.nodes[0]
        assert isinstance(module, ast.Module)
        return module


Complaints = Iterator[str]
Rule = Callable[[Sequence[Source]], Complaints]


def ours(sources: Sequence[Source]) -> list[Source]:
    """The Python files of the four packages."""
    return [source for source in sources if source.is_python and source.package in PACKAGES]


def python(sources: Sequence[Source]) -> list[Source]:
    """The Python files of the packages and of the tests."""
    return [source for source in sources if source.is_python and source.package in (*PACKAGES, "tests")]


def written_tests(sources: Sequence[Source]) -> list[Source]:
    """The Python files below `tests/`."""
    return [source for source in sources if source.is_python and source.package == "tests"]


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a file imports, wherever the import stands."""
    parents = source.module.split(".")[: None if source.path.endswith("__init__.py") else -1]
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            start = parents[: len(parents) - node.level + 1] if node.level else []
            prefix = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{prefix}.{alias.name}") for alias in node.names)


def arrows(sources: Sequence[Source]) -> Complaints:
    """Packages import themselves and `specs`, and `specs` imports nothing of ours."""
    for source in ours(sources):
        for line, name in imported(source):
            first = name.split(".")[0]
            if first in (*PACKAGES, "tests") and first not in MAY_IMPORT[source.package]:
                yield f"{source.path}:{line} {source.package} must not import {name}"


def cycles(sources: Sequence[Source]) -> Complaints:
    """No module imports itself, on whatever detour."""
    modules = {source.module: source for source in ours(sources)}
    edges = {name: {_nearest_module(target, modules) for _, target in imported(modules[name])} for name in modules}
    seen: set[str] = set()
    for start in sorted(modules):
        reached, todo = set[str](), list(edges[start])
        while todo:
            step = todo.pop()
            todo += edges.get(step, set()) - reached - {step}
            reached.add(step)
        if start in reached and start not in seen:
            seen |= reached
            yield f"{modules[start].path}:1 imports itself through {', '.join(sorted(reached & modules.keys()))}"


def _nearest_module(name: str, modules: dict[str, Source]) -> str:
    return name if name in modules else name.rpartition(".")[0]


def vendor_free(sources: Sequence[Source]) -> Complaints:
    """Only the facades of the reference server know a vendor's name."""
    for source in ours(sources):
        if source.path.startswith("reference_impl/facades/"):
            continue
        for number, line in enumerate(source.text.splitlines(), 1):
            if found := VENDOR_WORDS.search(line):
                yield f"{source.path}:{number} names a vendor: {found[0]}"


def vendors_are_data(sources: Sequence[Source]) -> Complaints:
    """Nothing below `specs/vendors/` is Python."""
    return (f"{s.path}:1 is Python below specs/vendors" for s in sources if s.is_python and "specs/vendors/" in s.path)


def small_modules(sources: Sequence[Source]) -> Complaints:
    """A module has at most 400 lines."""
    for source in python(sources):
        if (lines := len(source.text.splitlines())) > MODULE_LINES:
            yield f"{source.path}:1 has {lines} lines, more than {MODULE_LINES}"


def small_functions(sources: Sequence[Source]) -> Complaints:
    """A function has at most 50 lines."""
    for source in python(sources):
        for node in source.functions:
            if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES:
                yield f"{source.path}:{node.lineno} {node.name} has {lines} lines, more than {FUNCTION_LINES}"


def shallow(sources: Sequence[Source]) -> Complaints:
    """Blocks nest at most three deep inside a function."""
    for source in python(sources):
        for node in source.functions:
            if (depth := max((_depth(child) for child in node.body), default=0)) > NESTING:
                yield f"{source.path}:{node.lineno} {node.name} nests {depth} blocks, more than {NESTING}"


def _depth(node: ast.AST, inside: ast.AST | None = None) -> int:
    if isinstance(node, Function | ast.ClassDef | ast.Lambda):
        return 0
    is_elif = isinstance(node, ast.If) and isinstance(inside, ast.If) and inside.orelse == [node]
    below = max((_depth(child, node) for child in ast.iter_child_nodes(node)), default=0)
    return below + (isinstance(node, BLOCKS) and not is_elif)


def module_docstrings(sources: Sequence[Source]) -> Complaints:
    """A module says at its top what it is; one of a package says why in a paragraph of its own, beyond a screen."""
    for source in python(sources):
        text = ast.get_docstring(source.tree)
        if text is None and source.text.strip():
            yield f"{source.path}:1 has no docstring"
        elif text and "\n\n" not in text and source.text.count("\n") > 60 and source.package in PACKAGES:
            yield f"{source.path}:1 says what it is but not why"


def public_docstrings(sources: Sequence[Source]) -> Complaints:
    """A public function or class of a package has a docstring."""
    for source in ours(sources):
        for node in source.tree.body:
            if isinstance(node, Function | ast.ClassDef) and not ast.get_docstring(node) and node.name[0] != "_":
                yield f"{source.path}:{node.lineno} {node.name} has no docstring"


def stated_tests(sources: Sequence[Source]) -> Complaints:
    """A test states its requirement in a docstring."""
    for source in written_tests(sources):
        for node in source.functions:
            if node.name.startswith("test_") and not ast.get_docstring(node):
                yield f"{source.path}:{node.lineno} {node.name} states no requirement"


def file_names(sources: Sequence[Source]) -> Complaints:
    """A file is named after something of the domain."""
    for source in python(sources):
        stem = PurePosixPath(source.path).stem
        if BANNED_NAMES.search(stem):
            yield f"{source.path}:1 is named {stem!r}, which says nothing about what is inside"


def late_imports(sources: Sequence[Source]) -> Complaints:
    """An import inside a function has a comment that says what it saves; imports that follow each other share one."""
    for source in python(sources):
        lines = source.text.splitlines()
        for node in chain.from_iterable(ast.walk(function) for function in source.functions):
            if isinstance(node, ast.Import | ast.ImportFrom) and not _has_reason(lines, node.lineno):
                yield f"{source.path}:{node.lineno} imports inside a function without a reason"


def _has_reason(lines: list[str], number: int) -> bool:
    """Whether the import on a line, or the block of lines above it, ends at a comment."""
    if "#" in lines[number - 1]:
        return True
    above = lines[number - 2].strip()
    return above.startswith("#") or (above.startswith(("import ", "from ")) and _has_reason(lines, number - 1))


def no_inheritance(sources: Sequence[Source]) -> Complaints:
    """Classes are values: they inherit nothing but exceptions, protocols, enumerations and named tuples."""
    for source in ours(sources):
        bases = [base for node in source.nodes if isinstance(node, ast.ClassDef) for base in node.bases]
        for base in bases:
            name = ast.unparse(base).partition("[")[0].rpartition(".")[2]
            if name not in MAY_INHERIT and not name.endswith("Error"):
                yield f"{source.path}:{base.lineno} inherits from {name}"


def no_globals(sources: Sequence[Source]) -> Complaints:
    """Nothing rebinds a module's names."""
    for source in python(sources):
        for node in source.nodes:
            if isinstance(node, ast.Global):
                yield f"{source.path}:{node.lineno} rebinds the global {', '.join(node.names)}"


def injected_clock(sources: Sequence[Source]) -> Complaints:
    """Only the edges and a `system_clock` read the clock, and nobody draws from the global random generator."""
    for source in ours(sources):
        entrances = {node for f in source.functions if f.name == "system_clock" for node in ast.walk(f)}
        at_edge = PurePosixPath(source.path).stem in EDGES
        for node in source.nodes:
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            is_clock = ".".join(name.split(".")[-2:]) in CLOCKS and not at_edge and node not in entrances
            is_random = re.fullmatch(r"(np\.|numpy\.)?random\.(?!Random$|default_rng$)\w+", name)
            if is_clock or is_random:
                yield f"{source.path}:{getattr(node, 'lineno', 1)} calls {name}: inject the clock or the generator"


def patient_tests(sources: Sequence[Source]) -> Complaints:
    """Tests neither sleep (giving way to other tasks is no sleep) nor patch what they test."""
    for source in written_tests(sources):
        for node in source.nodes:
            call = ast.unparse(node) if isinstance(node, ast.Call) else ""
            is_patch = isinstance(node, ast.arg) and node.arg == "monkeypatch"
            if is_patch or re.match(r"(time|asyncio)\.sleep\((?!0\))", call):
                yield f"{source.path}:{getattr(node, 'lineno', 1)} uses {call or 'monkeypatch'}"


def stands_alone(sources: Sequence[Source]) -> Complaints:
    """No file names a package registry or a place on somebody's machine."""
    for source in sources:
        for number, line in enumerate(source.text.splitlines(), 1):
            yield from (f"{source.path}:{number} names {word}" for word in FORBIDDEN if word in line)


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        *(arrows, cycles, vendor_free, vendors_are_data, small_modules, small_functions, shallow, module_docstrings),
        *(public_docstrings, stated_tests, file_names, late_imports, no_inheritance, no_globals, injected_clock),
        *(patient_tests, stands_alone),
    )
}
BAD_SAMPLES: dict[str, list[Source]] = {
    "arrows": [Source("specs/loading.py", "def f() -> None:\n    from conformance import judge\n")],
    "cycles": [Source("specs/a.py", "from specs import b\n"), Source("specs/b.py", "from .a import x\n")],
    "vendor_free": [Source("mockgen/engine.py", 'NAME = "DataRobot"\n')],
    "vendors_are_data": [Source("specs/vendors/acme/rules.py", "")],
    "small_modules": [Source("specs/a.py", "x = 1\n" * 401)],
    "small_functions": [Source("specs/a.py", "def f() -> None:\n" + "    x = 1\n" * 50)],
    "shallow": [
        Source(
            "specs/a.py",
            "def f(a):\n for b in a:\n  if b:\n   pass\n  elif a:\n   with a:\n    while b:\n     pass\n",
        )
    ],
    "module_docstrings": [Source("specs/a.py", "x = 1\n")],
    "public_docstrings": [Source("specs/a.py", "def load() -> None: ...\n")],
    "stated_tests": [Source("tests/specs/test_a.py", "def test_it() -> None:\n    assert True\n")],
    "file_names": [Source("specs/yaml_utils.py", "")],
    "late_imports": [Source("specs/a.py", "def f() -> None:\n    x = 1\n    import json\n")],
    "no_inheritance": [Source("specs/a.py", "class A(Server):\n    pass\n")],
    "no_globals": [Source("specs/a.py", "def f() -> None:\n    global x\n    x = 1\n")],
    "injected_clock": [Source("specs/a.py", "import datetime\nnow = datetime.datetime.now()\n")],
    "patient_tests": [
        Source("tests/test_a.py", "def test_a(monkeypatch) -> None: ...\n"),
        Source("tests/test_b.py", "import time\ntime.sleep(0.1)\n"),
    ],
    "stands_alone": [Source("README.md", "See https://" + FORBIDDEN[0] + "/\n")],
}
GOOD_SAMPLE = Source(
    "mockgen/world.py",
    '"""What exists on an imitated server."""\n'
    "import random\n"
    "from specs import load\n\n\n"
    "class WorldError(ValueError):\n"
    '    """A world that cannot be."""\n\n\n'
    "def draw(seed: int) -> float:\n"
    '    """A number in [0, 1) that depends on the seed only."""\n'
    "    # Takes a second to import; only who draws pays for it.\n"
    "    import numpy\n"
    "    import scipy\n"
    "    if seed:\n"
    "        return 0.5\n"
    "    elif numpy and scipy:\n"
    "        for _ in range(2):\n"
    "            while load:\n"
    "                return random.Random(seed).random()\n"
    "    return 0.0\n",
)


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    """Every text file of the project, without what tools leave behind."""
    folders = [ROOT / name for name in (*PACKAGES, "tests", ".ci", "ci")]
    paths = [path for folder in folders for path in folder.rglob("*") if path.suffix in TEXT_SUFFIXES]
    paths += [ROOT / name for name in ("README.md", "Makefile", "pyproject.toml", ".gitignore", "action.yml")]
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
        for path in sorted(paths)
        if path.is_file() and "__pycache__" not in path.parts
    ]


@pytest.mark.parametrize("name", RULES)
def test_the_project_keeps_its_rules(name: str, sources: list[Source]) -> None:
    """Every file of the project keeps every rule."""
    complaints = list(RULES[name](sources))
    assert not complaints, f"{RULES[name].__doc__}\n" + "\n".join(complaints)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_catches_its_bad_samples(name: str) -> None:
    """Every rule finds what is wrong with each sample that breaks it; a cycle is reported once."""
    samples = BAD_SAMPLES[name][:1] if name == "cycles" else BAD_SAMPLES[name]
    complaints = [complaint.partition(":")[0] for complaint in RULES[name](BAD_SAMPLES[name])]
    assert [sample.path for sample in samples] == complaints


@pytest.mark.parametrize("name", RULES)
def test_a_rule_leaves_a_good_sample_alone(name: str) -> None:
    """No rule complains about code that keeps them all."""
    assert list(RULES[name]([GOOD_SAMPLE])) == []
