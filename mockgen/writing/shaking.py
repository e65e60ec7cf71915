"""Leaves out of a project what nothing in it uses: functions, constants, imports, whole modules.

The templates are a toolbox for every kind of vendor. A generated server should hold its own tools only, because its
owner reads all of it. Names are followed through the project's own imports, from the modules that are roots.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from mockgen.writing.literals import WIDTH

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Name = tuple[str, str]
"""Module and name."""


@dataclass(frozen=True)
class Chunk:
    """One statement of a module with the comments above it and the docstring below; `blanks` is what stood before."""

    node: ast.stmt
    text: str
    blanks: int

    @property
    def names(self) -> set[str]:
        """What it defines, empty for a statement that only runs."""
        if isinstance(self.node, Definition):
            return {self.node.name}
        targets = self.node.targets if isinstance(self.node, ast.Assign) else [getattr(self.node, "target", None)]
        return {target.id for target in targets if isinstance(target, ast.Name)}


def shaken(package: str, modules: Mapping[str, str], roots: Set[str]) -> dict[str, str]:
    """The modules (name below the package -> source) that the roots need, without what they do not need."""
    parsed = {name: _chunks(source) for name, source in modules.items()}
    used = _used(package, parsed, roots)
    found: dict[str, str] = {}
    for name, chunks in parsed.items():
        kept = [one for one in chunks if name in roots or not one.names or any((name, it) in used for it in one.names)]
        if name in roots or any(one.names for one in kept):
            found[name] = _written([*_imports(kept)])
    return found


def _used(package: str, parsed: Mapping[str, list[Chunk]], roots: Set[str]) -> set[Name]:
    defined = {(module, name): chunk for module, chunks in parsed.items() for chunk in chunks for name in chunk.names}
    imported = {module: _imported(package, chunks) for module, chunks in parsed.items()}
    todo = [name for module in roots for chunk in parsed[module] for name in _names(module, chunk.node, imported)]
    used: set[Name] = set()
    while todo:
        name = todo.pop()
        if name in defined and name not in used:
            used.add(name)
            todo += _names(name[0], defined[name].node, imported)
    return used


def _imported(package: str, chunks: list[Chunk]) -> dict[str, Name]:
    """Local name -> module and name that it stands for; the name is empty for a module of the package."""
    found: dict[str, Name] = {}
    for node in (chunk.node for chunk in chunks):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == package:
            below = node.module.partition(".")[2]
            found.update({alias.name: (below, alias.name) if below else (alias.name, "") for alias in node.names})
    return found


def _names(module: str, node: ast.AST, imported: Mapping[str, Mapping[str, Name]]) -> Iterator[Name]:
    """The definitions that a statement speaks of."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield imported[module].get(part.id, (module, part.id))
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            yield imported[module].get(part.value.id, ("", ""))[0], part.attr


def _chunks(source: str) -> list[Chunk]:
    lines = source.splitlines()
    body = ast.parse(source).body
    found: list[Chunk] = []
    end = 0
    for index, node in enumerate(body):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring and index:
            continue
        following = body[index + 1] if index + 1 < len(body) else None
        documented = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant) and index > 0
        last = (following if documented and following else node).end_lineno or node.lineno
        blanks = next((count for count, line in enumerate(lines[end:]) if line), 0)
        found.append(Chunk(node, "\n".join(lines[end + blanks : last]), blanks))
        end = last
    return found


def _imports(chunks: list[Chunk]) -> Iterator[Chunk]:
    """The chunks, their imports cut down to what the others use."""
    others = [chunk for chunk in chunks if not isinstance(chunk.node, ast.Import | ast.ImportFrom)]
    used = {part.id for chunk in others for part in ast.walk(chunk.node) if isinstance(part, ast.Name)}
    carried = 0
    for chunk in chunks:
        text = _import(chunk.node, used) if isinstance(chunk.node, ast.Import | ast.ImportFrom) else chunk.text
        if text:
            yield Chunk(chunk.node, text, max(chunk.blanks, carried))
        carried = 0 if text else max(chunk.blanks, carried)


def _import(node: ast.Import | ast.ImportFrom, used: Set[str]) -> str:
    module = node.module if isinstance(node, ast.ImportFrom) else ""
    names = [alias.name for alias in node.names if module == "__future__" or alias.name.partition(".")[0] in used]
    if not names:
        return ""
    lead = f"from {module} import " if module else "import "
    line = lead + ", ".join(names)
    return line if len(line) <= WIDTH else f"{lead}(\n" + "".join(f"    {name},\n" for name in names) + ")"


def _written(chunks: list[Chunk]) -> str:
    text = ""
    before: ast.stmt | None = None
    for chunk in chunks:
        blanks = chunk.blanks
        if isinstance(before, ast.Import | ast.ImportFrom) and not isinstance(chunk.node, ast.Import | ast.ImportFrom):
            blanks = 1
        if isinstance(before, Definition) or isinstance(chunk.node, Definition):
            blanks = 2
        text += ("\n" * (blanks + 1) if text else "") + chunk.text
        before = chunk.node
    return text + "\n"
