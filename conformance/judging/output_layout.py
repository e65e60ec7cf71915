"""Which columns a result must have, from the layout in the contract, the job's model and the request's options.

For the contract's own models every name is known. For a model that a profile names, target and classes are read out of
the header itself, so that the layout is judged by its form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.judging.output_jobs import Job, option
from specs.contract import Output

NO_NAMES = ("None", "null", "False", "false", "")
"""What a column is called by a server that takes "no name" for a name."""


@dataclass(frozen=True)
class Column:
    """A column of a result: what it shows, and for a score the class that it is about."""

    name: str
    shows: str
    label: str = ""


@dataclass(frozen=True)
class Layout:
    """The columns that must be there, those that the request's options took away, and whether others may be there."""

    columns: tuple[Column, ...]
    dropped: tuple[str, ...]
    closed: bool
    optional: tuple[str, ...] = ()
    sum_tolerance: float = 1e-6
    """How far from one the probabilities of a row may add up: printed scores have few digits."""

    def named(self, *shows: str) -> tuple[Column, ...]:
        """The columns that show one of these."""
        return tuple(column for column in self.columns if column.shows in shows)


def layout(output: Output, job: Job, header: Sequence[str]) -> Layout | None:
    """The layout of a job's result, columns under their new names; None when the model is not known."""
    if job.model is None or job.model.kind not in output.columns:
        return None
    rules = output.parameters
    templates = output.columns[job.model.kind]
    optional = tuple(rules.get("optional_columns", ()))
    facts = job.model.facts or _facts_from(templates, [name for name in header if name not in optional])
    columns = columns_of(output, job.model.kind, facts)
    kept = tuple(column for column in columns if _is_kept(column, output, job.request))
    if option(output, job.request, "status") is True and "status_column" in rules:
        kept = (*kept, Column(str(rules["status_column"]), "status"))
    dropped = tuple(column.name for column in columns if column not in kept)
    new = renamed(output, job.request)
    dropped += tuple(name for name in new if any(column.name == name for column in kept))
    dropped += tuple(word for name in new if not new[name] for word in (name, *NO_NAMES))
    kept = tuple(replace(column, name=name) for column in kept if (name := new.get(column.name, column.name)))
    tolerance = float(rules.get("sum_tolerance", Layout.sum_tolerance))
    return Layout(kept, dropped, "optional_columns" in rules, optional, tolerance)


def columns_of(output: Output, kind: str, facts: Mapping[str, Any]) -> tuple[Column, ...]:
    """The prediction columns of a model of a kind, before options take some away."""
    known = {"positive": output.parameters.get("positive_label", ""), **facts}
    return tuple(column for template in output.columns[kind] for column in _columns(template, known))


def renamed(output: Output, request: Mapping[str, Any]) -> Mapping[str, str]:
    """The new names of columns that a request asks for; empty for a column that is left out.

    A request gives them as an object, or as rows with an old and a new name.
    """
    asked = option(output, request, "remapping")
    if isinstance(asked, list):
        pairs = [(row.get("inputName"), row.get("outputName")) for row in asked if isinstance(row, Mapping)]
    else:
        pairs = list(asked.items()) if isinstance(asked, Mapping) else []
    return {str(old): str(new) if new else "" for old, new in pairs}


def _is_kept(column: Column, output: Output, request: Mapping[str, Any]) -> bool:
    rules = output.parameters
    if option(output, request, "probabilities") is False and column.shows in rules.get("without_probabilities", ()):
        return False
    wanted = option(output, request, "probability_classes")
    limited = isinstance(wanted, list) and bool(wanted) and column.shows in rules.get("class_columns", ())
    return not limited or column.label in wanted


def _columns(template: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[Column]:
    classes = [str(name) for name in facts.get("classes", ())]
    positive = str(facts.get("positive", ""))
    negative = next((name for name in classes if name != positive), "")
    values = {"target": str(facts.get("target", "")), "positive": positive, "negative": negative}
    shows = str(template["shows"])
    if "each" in template:
        for name in classes:
            yield Column(str(template["name"]).format(**values, **{str(template["each"]): name}), shows, name)
        return
    label = {"positive_score": positive, "negative_score": negative}.get(shows, "")
    yield Column(str(template["name"]).format(**values), shows, label)


def _facts_from(templates: Sequence[Mapping[str, Any]], header: Sequence[str]) -> dict[str, Any]:
    """Target and classes as the header has them. Of two classes the one whose column comes first counts as positive."""
    names = [str(template["name"]) for template in templates]
    facts: dict[str, Any] = {"target": "", "classes": []}
    stems = [found[1] for name in names for column in header if (found := _match(name, "target", column))]
    if stems:
        facts["target"] = min(stems, key=len)
    fixed = {name.replace("{target}", facts["target"]) for name in names}
    forms = [(name, key) for name in names for key in ("class", "positive", "negative") if f"{{{key}}}" in name]
    for column in header:
        labels = [
            found[1]
            for name, key in forms
            if column not in fixed and (found := _match(name.replace("{target}", facts["target"]), key, column))
        ]
        facts["classes"].extend(label for label in labels[:1] if label not in facts["classes"])
    return {**facts, "positive": facts["classes"][0]} if facts["classes"] else facts


def _match(name: str, key: str, column: str) -> re.Match[str] | None:
    """A column as an instance of a name with exactly one open placeholder."""
    if re.findall(r"\{(\w+)\}", name) != [key]:
        return None
    before, after = name.split(f"{{{key}}}", 1)
    return re.fullmatch(f"{re.escape(before)}(.+){re.escape(after)}", column, re.DOTALL)
