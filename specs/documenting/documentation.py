"""`specs docs`: a contract as static pages for people, from the same value that judges and imitators read.

Pages that are written beside a contract go stale. These are made of it: an index, a page for each operation, all
requirements under their ids, and the lives of resources as pictures and tables. They need no network and no script, and
the same contract gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from specs.contract import Contract, Lifecycle, Requirement
from specs.documenting.describing import overview
from specs.documenting.drawing import draw
from specs.documenting.markup import Content, Markup, element, join
from specs.documenting.operation_page import operation_page
from specs.documenting.page import MARK, page, requirement_link, short, strength, table
from specs.source_file import Complaint, SpecError

FACTS = ("vendor", "versions", "wire", "login", "written")
"""Labels of an overview that stand on top of the index."""


def pages(contract: Contract) -> dict[str, str]:
    """Every page by its path below the folder, as text."""
    found = {
        "index.html": page(contract, "", contract.title, _index(contract)),
        "requirements.html": page(contract, "", "Requirements", _requirements(contract)),
        "lifecycles.html": page(contract, "", "Lifecycles", _lifecycles(contract)),
        "errors.html": page(contract, "", "Errors", _errors(contract)),
    }
    for name in contract.operations:
        found[f"operations/{name}.html"] = page(contract, "../", name, operation_page(contract, name))
    return found


def write(contract: Contract, folder: Path) -> tuple[Path, ...]:
    """Writes the pages into a folder and answers their paths. Pages of an earlier time that are no more are removed.

    Raises SpecError when the folder has files that this command did not write, and when it cannot be written.
    """
    made = pages(contract)
    try:
        present: list[Path] = []
        for path in folder.rglob("*") if folder.exists() else ():
            if path.is_file() and not _is_ours(path):
                text = f"{folder} has files that this command did not write ({path.name}); choose another folder"
                raise SpecError([Complaint("docs", 0, "folder", text)])
            present += [path] if path.is_file() else []
        for path in set(present) - {folder / name for name in made}:
            path.unlink()
        for name, text in made.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text.encode("utf-8"))
    except OSError as problem:
        text = f"cannot write {folder}: {problem.strerror or problem}"
        raise SpecError([Complaint("docs", 0, "write", text)]) from None
    return tuple(folder / name for name in made)


def _is_ours(path: Path) -> bool:
    if path.suffix != ".html":
        return False
    with path.open("rb") as file:
        return MARK.encode() in file.read(1000)


def _index(contract: Contract) -> Iterator[Markup]:
    told = ((label, text) for label, text in overview(contract) if label in FACTS)
    yield element("dl", (join(element("dt", label), element("dd", text)) for label, text in told), class_="facts")
    yield element("h2", "Operations")
    yield table(
        ("operation", "call", "what it does", "requirements"),
        (
            (
                element("a", name, href=f"operations/{name}.html"),
                element("code", f"{row.method} {contract.path_of(name)}"),
                row.summary,
                str(sum(rule.operation == name for rule in contract.requirements.values())),
            )
            for name, row in contract.operations.items()
        ),
    )
    yield element("h2", "Values that only a target knows")
    yield table(
        ("name", "meaning", "what the embedded servers have"),
        ((row.name, row.meaning, element("code", short(row.value))) for row in contract.fixtures.values()),
    )
    if contract.features:
        yield element("h2", "Parts that a target may lack")
        yield table(("feature", "a target that has it"), contract.features.items())
    yield element("h2", "Where it is written")
    yield table(("source", "document"), contract.pages.items())


def _requirements(contract: Contract) -> Iterator[Markup]:
    groups: dict[str, list[Requirement]] = {}
    for row in contract.requirements.values():
        groups.setdefault(group_of(row), []).append(row)
    yield element(
        "ul",
        (
            element("li", element("a", f"{name} ({len(rows)})", href=f"#group-{quote(name)}"))
            for name, rows in groups.items()
        ),
    )
    for name, rows in groups.items():
        yield element("h2", name, id_=f"group-{name}")
        yield element("dl", (_requirement(contract, row) for row in rows))


def group_of(row: Requirement) -> str:
    """Under which heading a requirement stands: its operation, its lifecycle, or the first part of its id."""
    return row.operation or str(row.parameters.get("lifecycle") or row.id.split(".")[1])


def _requirement(contract: Contract, row: Requirement) -> Markup:
    disputed = row.dispute
    needed = " and ".join(contract.features.get(name, name) for name in row.features)
    variants = (f"{item.name} ({item.source})" for item in disputed.variants) if disputed else ()
    return join(
        element("dt", element("code", element("a", row.id, href=f"#{quote(row.id)}")), " ", strength(row), id_=row.id),
        element("dd", row.sentence),
        element("dd", f"{row.source}. Judged by {row.check}.", class_="source"),
        element("dd", f"Sources disagree. {disputed.question} {'; '.join(variants)}") if disputed else "",
        element("dd", f"Only where a target {needed}.") if needed else "",
    )


def _lifecycles(contract: Contract) -> Iterator[Markup]:
    for life in contract.lifecycles.values():
        yield element("h2", life.title, id_=life.name)
        yield element("p", life.source, class_="source")
        if not life.transitions:
            yield element("p", "It has no states: it exists, or it does not.")
            continue
        yield element("div", draw(life), class_="wide")
        yield table(("state", "event", "next state", "ends in"), _transitions(life))
        yield element("h3", "Operations")
        yield table(("what", "operation", "where"), _roles(life))
        rules = [row for row in contract.requirements.values() if row.parameters.get("lifecycle") == life.name]
        yield element("h3", "Requirements")
        yield element("ul", (element("li", requirement_link(row, ""), f": {row.sentence}") for row in rules))


def _transitions(life: Lifecycle) -> Iterator[tuple[Content, ...]]:
    for state in life.states:
        moves = life.transitions.get(state, {})
        spelled = ", ".join(life.spellings.get(state, ()))
        name = f"{state} (written {spelled})" if spelled else state
        if not moves:
            yield name, "", "", life.final.get(state, "")
        for event, target in moves.items():
            yield name, event, target, life.final.get(state, "")


def _roles(life: Lifecycle) -> Iterator[tuple[Content, ...]]:
    named = (
        ("creates", life.created_by),
        ("shows", life.observed_by),
        ("lists", life.listed_by),
        ("takes input", life.upload),
        ("hands out results", life.results),
    )
    for what, row in named:
        if row is not None:
            where = f"in {', '.join(row.available_in)}" if hasattr(row, "available_in") else ""
            yield what, _operation_link(row.operation), where
    for command in life.commands.values():
        allowed = ", ".join(command.from_states) or "every state"
        yield f"command {command.name}", _operation_link(command.operation), f"in {allowed}"


def _operation_link(name: str) -> Markup:
    return element("a", name, href=f"operations/{name}.html")


def _errors(contract: Contract) -> Iterator[Markup]:
    users = Counter(name for row in contract.operations.values() for name in dict.fromkeys(row.errors))
    yield table(
        ("class", "forms on the wire, the usual one first", "message", "operations that name it"),
        (
            (
                element("span", row.name, id_=row.name),
                "; ".join(f"{form.status} {form.code or ''}".strip() for form in row.forms),
                row.message,
                str(users[row.name]),
            )
            for row in contract.errors.values()
        ),
    )
    yield element("h2", "Refused before any rule of business is asked")
    yield table(("situation", "error class"), contract.refusals.items())
    disputed = [row for row in contract.errors.values() if row.dispute]
    for row in disputed:
        assert row.dispute is not None
        yield element("h3", f"Disputed: {row.name}")
        yield element("p", row.dispute.question)
        yield element("ul", (element("li", f"{item.name} ({item.source})") for item in row.dispute.variants))
