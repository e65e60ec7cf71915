"""Coverage: each fact that a vendor's pages state, the requirements that carry it, and the checks that judge those.

A contract is only as good as its trace to the sources. `facts.yaml` of a vendor's folder lists what the pages say;
every row is carried by requirements or excluded with a reason. A fact that nobody carries, a requirement that no check
judges, and a stored table that is no longer true are complaints, so that none of them lasts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from specs.contract import Contract, Requirement
from specs.source_file import Complaint, SourceFile, nearest, read, refuse, shape_complaints

FACTS, TABLE = "facts.yaml", "COVERAGE.md"
STRENGTHS = ("must", "should", "info")
BAR = 0.95
"""So much of all must facts a check has to judge. What is left out for a good reason counts as not judged, too: with
enough good reasons nothing would be checked."""
SHOWN_MAX = 4
"""Requirements of one fact that the table names one by one; more are counted."""
_CHECKS = Path(__file__).parents[1] / "meta" / "checks.json"


@dataclass(frozen=True)
class Fact:
    """One row of facts.yaml and the requirements that its names and patterns stand for."""

    id: str
    says: str
    source: str
    strength: str
    carriers: tuple[str, ...]
    """Names and patterns, as written."""
    requirements: tuple[Requirement, ...]
    excluded: str

    @property
    def accounted(self) -> bool:
        """Whether the fact is carried, or left out for a reason."""
        return bool(self.requirements or self.excluded)

    @property
    def judged(self) -> bool:
        """Whether some requirement that carries it can fail or warn."""
        return any(row.strength != "info" for row in self.requirements)


@dataclass(frozen=True)
class Coverage:
    """All facts of one vendor, and everything that is wrong with them, in file order."""

    vendor: str
    facts: tuple[Fact, ...]
    requirements: int
    complaints: tuple[Complaint, ...]
    is_written: bool
    """Whether the folder has a facts.yaml at all."""

    def count(self, strength: str) -> tuple[int, int, int, int]:
        """Facts of a strength: all, carried, excluded, judged."""
        rows = [fact for fact in self.facts if fact.strength == strength]
        carried = sum(bool(fact.requirements) for fact in rows)
        return len(rows), carried, sum(bool(fact.excluded) for fact in rows), sum(fact.judged for fact in rows)

    @property
    def share(self) -> float:
        """How much of what the pages say firmly a check judges: the share of all must facts, 0 to 1; 1 without any."""
        musts, _, _, judged = self.count("must")
        return judged / musts if musts else 1.0


@lru_cache(maxsize=1)
def checks() -> frozenset[str]:
    """The names of the checks that the suite has: `meta/checks.json`, which a test keeps equal to the suite's table."""
    return frozenset(json.loads(_CHECKS.read_text("utf-8")))


def cover(contract: Contract, known_checks: frozenset[str]) -> Coverage:
    """The coverage of a contract. Raises SpecError when facts.yaml is there and cannot be read or has a wrong shape."""
    path = contract.folder / FACTS
    written = path.is_file()
    file = read(path, FACTS) if written else SourceFile(FACTS, [], {})
    file = SourceFile(FACTS, file.data or [], file.lines)
    refuse(shape_complaints(file, "facts"))
    facts = tuple(_fact(contract, row) for row in file.data)
    complaints = [*_fact_complaints(contract, file, facts), *_check_complaints(contract, known_checks)]
    found = Coverage(contract.vendor, facts, len(contract.requirements), tuple(complaints), written)
    return replace(found, complaints=(*complaints, *_bar_complaints(found)))


def _fact(contract: Contract, row: Mapping[str, Any]) -> Fact:
    carriers = tuple(row.get("carried_by", ()))
    found = {row.id: row for name in carriers for row in matching(contract, name)}
    return Fact(
        id=row["id"],
        says=row["says"],
        source=row.get("source", ""),
        strength=row.get("strength", "must"),
        carriers=carriers,
        requirements=tuple(found.values()),
        excluded=row.get("excluded", ""),
    )


def matching(contract: Contract, name: str) -> tuple[Requirement, ...]:
    """The requirements that a name or a pattern (`*` is any text) stands for, in the contract's order."""
    if "*" not in name:
        row = contract.requirements.get(name)
        return (row,) if row else ()
    parts = name.split("*")
    return tuple(row for identity, row in contract.requirements.items() if _fits(identity, parts))


def _fits(text: str, parts: Sequence[str]) -> bool:
    # A regular expression with many `.*` can take forever; looking for the parts one after the other cannot.
    first, *middle, last = parts
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last) and len(first) <= end):
        return False
    place = len(first)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _fact_complaints(contract: Contract, file: SourceFile, facts: tuple[Fact, ...]) -> Iterator[Complaint]:
    seen: set[str] = set()
    for index, fact in enumerate(facts):
        if fact.id in seen:
            yield file.complaint("repeated", f"the fact {fact.id!r} stands twice", index, "id")
        seen.add(fact.id)
        if not fact.carriers and not fact.excluded:
            text = f"{fact.id} is unaccounted for: it needs carried_by, or excluded with a reason"
            yield file.complaint("unaccounted", text, index)
        for place, name in enumerate(fact.carriers):
            if not matching(contract, name):
                close = nearest(name, contract.requirements)[:300]
                text = f"{fact.id} is carried by {name!r}, and no requirement has this name{close}"
                yield file.complaint("dangling", text, index, "carried_by", place)


def _bar_complaints(coverage: Coverage) -> Iterator[Complaint]:
    musts, _, excluded, judged = coverage.count("must")
    if coverage.share < BAR:
        text = (
            f"{judged} of {musts} must facts are judged by a check, and {excluded} are excluded; {BAR:.0%} are needed"
        )
        yield Complaint(FACTS, 0, "bar", text)


def _check_complaints(contract: Contract, known: frozenset[str]) -> Iterator[Complaint]:
    for row in contract.requirements.values():
        if row.check not in known:
            name, _, line = row.line.partition(":")
            text = f"{row.id} is judged by {row.check!r}, and the suite has no such check{nearest(row.check, known)}"
            yield Complaint(name or contract.vendor, int(line or 0), "check", text)


def table(coverage: Coverage) -> str:
    """The coverage as a Markdown document: what `COVERAGE.md` in the vendor's folder must be."""
    lines = [
        f"# Coverage of {coverage.vendor}",
        "",
        "Written by `specs coverage --write`; edit `facts.yaml` instead.",
        "",
        _bar(coverage),
        "",
    ]
    lines += ["| strength | facts | carried | excluded | judged |", "|---|---:|---:|---:|---:|"]
    for strength in STRENGTHS:
        lines.append(f"| {strength} | {' | '.join(map(str, coverage.count(strength)))} |")
    lines += ["", "| fact | strength | says | source | carried by | judged by |", "|---|---|---|---|---|---|"]
    for fact in coverage.facts:
        by = "; ".join(dict.fromkeys(_judging(row) for row in fact.requirements)) or "not judged"
        cells = (fact.id, fact.strength, fact.says, fact.source, _carried(fact), by)
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join(lines) + "\n"


def _bar(coverage: Coverage) -> str:
    musts, _, excluded, judged = coverage.count("must")
    return (
        f"{judged} of {musts} must facts are judged by a check ({100 * coverage.share:.1f} %); {excluded} are excluded."
    )


def _carried(fact: Fact) -> str:
    if fact.excluded:
        return f"excluded: {fact.excluded}"
    if len(fact.requirements) <= SHOWN_MAX:
        return ", ".join(f"`{row.id}`" for row in fact.requirements) or "unaccounted for"
    return f"{', '.join(f'`{name}`' for name in fact.carriers[:SHOWN_MAX])} ({len(fact.requirements)} requirements)"


def _judging(row: Requirement) -> str:
    return f"{row.check} (reported only)" if row.strength == "info" else f"{row.check} ({row.strength})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def stale(contract: Contract, coverage: Coverage) -> Iterator[Complaint]:
    """A complaint when the stored table is not what the folder's facts make it."""
    path = contract.folder / TABLE
    if not coverage.is_written:
        if path.is_file():
            yield Complaint(TABLE, 0, "stale", f"the table is there, and {FACTS} is not")
        return
    try:
        stored = path.read_text("utf-8") if path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        stored = ""
    if stored != table(coverage):
        text = f"the table is not what {FACTS} makes it; `specs coverage {contract.vendor} --write` refreshes it"
        yield Complaint(TABLE, 0, "stale", text)


def summary(coverage: Coverage) -> str:
    """One line for people: how many facts there are, and how many of all firm ones a check judges, those that are left
    out for a reason included."""
    if not coverage.is_written:
        return f"{coverage.vendor}: no {FACTS}; {coverage.requirements} requirements"
    accounted = sum(fact.accounted for fact in coverage.facts)
    musts, _, excluded, judged = coverage.count("must")
    return (
        f"{coverage.vendor}: {len(coverage.facts)} facts, {accounted} accounted for; "
        f"{judged} of {musts} must facts judged ({100 * coverage.share:.1f} %), {excluded} excluded"
    )
