"""A report as text for people: progress while it runs, a table of verdicts, the failures, and a summary.

Whatever a target sent is written with its control characters escaped: a terminal obeys them, and a target is hostile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from conformance.findings import Verdict
from conformance.history import Exchange
from conformance.keeping.ledger import Cleaned
from conformance.plan import Mode
from conformance.reports.causes import HIGHER_MODE, blockers
from conformance.reports.features import features
from conformance.reports.invocation import SHOWN, Invocation, has_script, repeat_command
from conformance.reports.levels import Level, level_of, levels
from conformance.reports.plain_text import clean
from conformance.reports.report import JUDGED, Report, Row, witness_of
from conformance.reports.throttling import throttling
from specs.contract import Contract, Requirement

REASON_MAX = 120
BLOCKERS_SHOWN = 5
REDRAW_S = 0.1
LEFTOVERS_MAX = 10
ALWAYS_SHOWN = (Verdict.passed, Verdict.failed)
OUTCOMES = {0: "conforms", 1: "does not conform", 3: "could not be judged"}


def failure_lines(report: Report, row: Row, invocation: Invocation) -> tuple[str, ...]:
    """The five lines of one finding: what failed, what was expected, what came, how to repeat it, and the seed."""
    requirement, finding = row.requirement, row.finding
    repeat = repeat_command(report, row, invocation)
    cased = invocation.reports is not None and finding.verdict in SHOWN
    if cased and has_script(witness_of(finding, report.exchanges)):
        repeat += "     (or the curl script beside it)"
    word = "waived" if row.requirement.id in waived_ids(report) else finding.verdict.name
    return (
        f"{word:<9}{requirement.id}    ({requirement.strength}, {clean(requirement.source)})",
        f"expected {clean(finding.expected or requirement.sentence)}",
        f"got      {clean(finding.got) or '-'}",
        f"repeat   {repeat}",
        f"seed     {report.seed}",
    )


def open_words(row: Row, blocked_by: tuple[str, ...]) -> str:
    """One line on why a requirement has no verdict."""
    blocked = f" (blocked by {', '.join(blocked_by)})" if blocked_by else ""
    return f"{row.finding.verdict.name}{blocked}: {clean(row.finding.got)}"


def waived_ids(report: Report) -> frozenset[str]:
    """The requirements whose failure a waiver covers."""
    return frozenset(found.waiver.requirement for found in report.waived)


def failures(report: Report, invocation: Invocation) -> Iterator[str]:
    """The five lines of everything that warned, failed or errored, the worst first, with a blank line after each; what
    is likely to be their cause stands in front of them."""
    shown = [row for row in report.rows if row.finding.verdict >= Verdict.warned]
    if report.suspects or report.guesses:
        yield from (*suspect_lines(report), "")
    for row in sorted(shown, key=lambda row: -row.finding.verdict):
        yield from failure_lines(report, row, invocation)
        yield ""


def suspect_lines(report: Report) -> tuple[str, ...]:
    """What is likely to be wrong with the profile, which explains failures by the dozen, and what is to be decided."""
    likely = (f"likely   {clean(text)}" for text in report.suspects)
    return (*likely, *(f"decide   {clean(text)}" for text in report.guesses))


def topic(requirement: Requirement) -> str:
    """The line of the table that a requirement belongs to: its operation, its lifecycle, or its family."""
    if requirement.operation:
        return requirement.operation
    parts = requirement.id.split(".")
    if len(parts) > 2 and parts[1] == "lifecycle":
        return f"lifecycle {parts[2]}"
    return parts[1] if len(parts) > 2 else parts[0]


def table(report: Report) -> Iterator[str]:
    """How many requirements of each operation or topic got which verdict. Verdicts that nothing got have no column."""
    counts: dict[str, Counter[Verdict]] = {}
    for row in report.rows:
        counts.setdefault(topic(row.requirement), Counter())[row.finding.verdict] += 1
    verdicts = [verdict for verdict in _columns() if verdict in ALWAYS_SHOWN or report.count(verdict)]
    head = ["operation or topic", "written", *(verdict.name.replace("_", " ") for verdict in verdicts)]
    lines = [head]
    for name, found in counts.items():
        lines.append([name, str(found.total()), *(str(found[verdict] or "-") for verdict in verdicts)])
    lines.append(["all", str(len(report.rows)), *(str(report.count(verdict) or "-") for verdict in verdicts)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for first, *rest in lines:
        cells = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join([first.ljust(widths[0]), *cells])


def _columns() -> tuple[Verdict, ...]:
    better, worse = (Verdict.passed, Verdict.warned, Verdict.failed), (Verdict.inconclusive, Verdict.not_run)
    return (*better, *worse, Verdict.unsupported, Verdict.errored)


def summary(report: Report, contract: Contract) -> Iterator[str]:
    """What a run amounts to, in a few lines."""
    counted = ", ".join(f"{report.count(verdict)} {verdict.name.replace('_', ' ')}" for verdict in _columns())
    judged = report.count(*JUDGED, strength="must")
    open_must = report.count(Verdict.not_run, Verdict.inconclusive, Verdict.errored, strength="must")
    about = f"{contract.title}: {', '.join(report.versions)}"
    yield f"result        {clean(report.target)} {OUTCOMES[report.exit_status]} ({about})"
    yield f"requirements  {len(report.rows)} written: {counted}"
    yield f"judged        {report.share_judged:.1%} of must ({judged} of {judged + open_must})"
    yield from _left_open(report)
    yield from _blocked(report, contract)
    slower = throttling(contract, report.history.exchanges)
    if slower:
        yield f"throttled     {slower}"
    yield from _waivers(report)
    yield from _levels(report, contract)
    yield f"requests      {len(report.history.exchanges)} in {report.seconds:.1f} s, seed {report.seed}"
    yield f"mode          {report.mode}{_higher_modes(report)}"
    for name, states in report.states.items():
        yield f"states seen   {name}: {', '.join(states)}"
    if report.history.unfinished:
        count, reason = len(report.history.unfinished), next(iter(report.history.unfinished.values()))
        yield f"unfinished    {count} requirements wait, the first because {clean(reason, REASON_MAX)}"
    if report.cleaned is not None:
        yield from clean_up_lines(report.cleaned, contract)
    for row in report.rows:
        if row.requirement.dispute:
            yield f"dispute       {_dispute(row)}"
        elif row.requirement.strength == "info" and row.finding.got and row.finding.verdict == Verdict.passed:
            yield f"remark        {row.requirement.id}: {clean(row.finding.got)}"


def clean_up_lines(cleaned: Cleaned, contract: Contract) -> Iterator[str]:
    """What became of what a run had made: nothing when it made nothing."""
    if cleaned.removed or cleaned.ended:
        ended = f", {cleaned.ended} have ended and cannot be deleted" if cleaned.ended else ""
        yield f"clean-up      {cleaned.removed} removed{ended}"
    for name, count in cleaned.kept.items():
        yield f"kept          {count} of {contract.lifecycles[name].title}: the contract has no operation that ends one"
    for left in cleaned.leftovers[:LEFTOVERS_MAX]:
        known = left.identity or f"made by {left.operation} at {left.at}"
        yield f"leftover      {left.resource} {clean(known, REASON_MAX)}: {clean(left.reason, REASON_MAX)}"
    if len(cleaned.leftovers) > LEFTOVERS_MAX:
        yield f"leftover      and {len(cleaned.leftovers) - LEFTOVERS_MAX} more, in the report"


def _higher_modes(report: Report) -> str:
    found = (HIGHER_MODE.search(row.finding.got) for row in report.rows if row.finding.verdict == Verdict.not_run)
    more = Counter(match.group(1) for match in found if match)
    # What only those steps make possible is not counted: what they create is read, listed and deleted as well.
    return "".join(f"; --mode {name} would judge at least {more[name]} more" for name in Mode.__members__ if more[name])


def _left_open(report: Report) -> Iterator[str]:
    """The commonest reasons for having judged nothing; what a higher mode does stands elsewhere."""
    open_rows = (row for row in report.rows if row.finding.verdict in (Verdict.not_run, Verdict.inconclusive))
    reasons = Counter(row.finding.got for row in open_rows if not HIGHER_MODE.search(row.finding.got))
    if reasons:
        told = "; ".join(f"{count} because {clean(reason, REASON_MAX)}" for reason, count in reasons.most_common(3))
        yield f"not judged    {told}"


def _blocked(report: Report, contract: Contract) -> Iterator[str]:
    """What keeps most requirements from being judged: mending it opens them."""
    first = Counter(by[0] for by in blockers(report, contract).values())
    for name, count in first.most_common(BLOCKERS_SHOWN):
        yield f"blocked       {count} not judged (blocked by {name})"
    if len(first) > BLOCKERS_SHOWN:
        yield f"blocked       and more, by {len(first) - BLOCKERS_SHOWN} other requirements"


def _waivers(report: Report) -> Iterator[str]:
    for found in report.waived:
        waiver = found.waiver
        why = f"{clean(waiver.owner)}: {clean(waiver.reason)}"
        yield f"waived        {waiver.requirement} until {waiver.expires} ({why})"
    for trouble in report.troubles:
        yield f"waiver        {trouble.kind}: {clean(trouble.text)}"


def _levels(report: Report, contract: Contract) -> Iterator[str]:
    asked = {level_of(row.requirement) for row in report.rows}
    shown = [f"{level.name} {_level_word(level)}" for level in levels(report, contract) if level.name in asked]
    yield f"levels        {', '.join(shown)}"
    for feature in features(report, contract):
        if feature["declared"] and not feature["judged"]:
            yield f"feature       {feature['name']} is declared, and nothing of it could be judged"


def _level_word(level: Level) -> str:
    return {
        "granted": "granted",
        "partial": f"partial ({level.passed} of {level.total})",
        "failed": f"failed ({level.failed} of {level.total})",
        "not_judged": "not judged",
    }[level.status]


def _dispute(row: Row) -> str:
    variants = row.requirement.dispute.variants if row.requirement.dispute else ()
    documented = "; ".join(f"{variant.name} ({variant.source})" for variant in variants)
    seen = f"shows {clean(row.finding.variant)}" if row.finding.variant else "shows none"
    return f"{row.requirement.id} {seen}; documented: {clean(documented)}"


@dataclass
class ProgressLine:
    """One line that is drawn over and over while a run goes on; nothing at all when the stream is no terminal.

    `now` tells seconds; the line is drawn ten times a second at most.
    """

    stream: TextIO
    now: Callable[[], float]
    label: str
    count: int = 0
    began: float = field(init=False)
    drawn: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.now()
        self.drawn = self.began - REDRAW_S

    def show(self, exchange: Exchange) -> None:
        """Counts one exchange."""
        self.count += 1
        now = self.now()
        if not self.stream.isatty() or now - self.drawn < REDRAW_S:
            return
        self.drawn = now
        about = clean(exchange.operation or "", 40)
        self.stream.write(f"\r\x1b[K{self.label}  {self.count} requests  {now - self.began:.1f} s  {about}")
        self.stream.flush()

    def erase(self) -> None:
        """Takes the line away, so that what follows stands on its own."""
        if self.stream.isatty() and self.count:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
