"""A report as Markdown, for the summary page of a CI job.

Such a page renders HTML and follows links, and it shows what a target sent: every character that could mean something
to a renderer is written as an entity, so that a hostile answer is text and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.reports.plain_text import clean
from conformance.reports.remarks import remarks
from conformance.reports.terminal import OUTCOMES
from conformance.reports.worst_first import FIRST_OF_CAUSE, causes

FAILURES_MAX = 50
TEXT_MAX = 300
_PLAIN = re.compile(r"[A-Za-z0-9 ,()/=]")
_CODE = re.compile(r"[A-Za-z0-9_.*{}:/+-]+")
_MARKS: Mapping[str, str] = {
    "granted": "granted",
    "partial": "partial",
    "failed": "**failed**",
    "not_judged": "not judged",
}


def escaped(text: str, limit: int = TEXT_MAX) -> str:
    """One line of text that no Markdown renderer takes for anything else."""
    return "".join(char if _PLAIN.fullmatch(char) else f"&#{ord(char)};" for char in clean(text, limit))


def code(name: str) -> str:
    """A name of ours as code; any other text escaped."""
    return f"`{name}`" if _CODE.fullmatch(name) else escaped(name)


def markdown(document: Mapping[str, Any]) -> str:
    """The summary of one run, from the JSON of its report."""
    lines = [
        f"## {escaped(document['title'])}: {OUTCOMES[document['exit_status']]}",
        "",
        f"{escaped(document['target'])}, {document['requests']} requests in {document['seconds']:.1f} s, "
        f"mode {document['mode']}, seed {document['seed']}, {document['started']}",
        "",
        *_remarks(document),
        *_levels(document),
        *_counts(document),
        *_failures(document),
        *_waivers(document),
        *_features(document),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _remarks(document: Mapping[str, Any]) -> Iterator[str]:
    told = [f"- {escaped(text)}" for text in remarks(document)]
    yield from (*told, "") if told else ()


def _levels(document: Mapping[str, Any]) -> Iterator[str]:
    yield "| level | status | passed | failed | of |"
    yield "|---|---|---:|---:|---:|"
    for row in document["levels"]:
        yield f"| {row['name']} | {_MARKS[row['status']]} | {row['passed']} | {row['failed']} | {row['total']} |"
    yield ""


def _counts(document: Mapping[str, Any]) -> Iterator[str]:
    counted = (f"{count} {name.replace('_', ' ')}" for name, count in document["verdicts"].items() if count)
    yield f"{document['share_judged']:.1%} of the must requirements were judged: {', '.join(counted)}"
    yield ""


def _failures(document: Mapping[str, Any]) -> Iterator[str]:
    """A table by cause, as on the page; of a cause with many failures the first ones stand for all."""
    waived = {row["requirement"] for row in document["waived"]}
    rows = [row for row in document["requirements"] if row["id"] not in waived]
    found = causes({**document, "requirements": rows})
    if not found:
        return
    yield "| verdict | requirement | expected | got |"
    yield "|---|---|---|---|"
    left = FAILURES_MAX
    for cause in found:
        shown = cause.rows[: min(left, FIRST_OF_CAUSE)]
        left -= len(shown)
        if cause.text and shown:
            yield f"| **{len(cause.rows)} with one cause** | **{escaped(cause.text)}** | | |"
        for row in shown:
            expected = escaped(row["expected"] or row["sentence"])
            yield f"| {row['verdict']} | {code(row['id'])} | {expected} | {escaped(row['got'])} |"
    hidden = sum(len(cause.rows) for cause in found) - (FAILURES_MAX - left)
    if hidden:
        yield ""
        yield f"and {hidden} more, in report.html"
    yield ""


def _waivers(document: Mapping[str, Any]) -> Iterator[str]:
    for row in document["waived"]:
        owner, reason = escaped(row["owner"]), escaped(row["reason"])
        yield f"- Waived: {code(row['requirement'])}, {reason} ({owner}, until {row['expires']})"
    for row in document["waiver_troubles"]:
        yield f"- **Waiver {row['kind']}**: {escaped(row['text'])}"
    if document["waived"] or document["waiver_troubles"]:
        yield ""


def _features(document: Mapping[str, Any]) -> Iterator[str]:
    for row in document["features"]:
        if row["declared"] and not row["judged"]:
            yield f"- The feature {code(row['name'])} is declared, and nothing of it could be judged"
