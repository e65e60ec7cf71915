"""The two commands that judge other people's requests, with what they print: `judge` and `proxy`.

Results go to standard output, what goes on meanwhile to standard error. A proxy prints a failure when it first shows,
and writes its report when it is asked to (SIGUSR1) and when it ends (SIGINT, SIGTERM).
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from conformance.findings import Verdict
from conformance.profile import Profile
from conformance.reports.invocation import Invocation
from conformance.reports.report import Report
from conformance.reports.report_files import write_reports
from conformance.reports.session import contract_of, options_of, prepared
from conformance.reports.terminal import failure_lines, failures, summary, table
from conformance.traffic.har import read_har
from conformance.traffic.har_writing import har_document
from conformance.traffic.recording import Entry
from conformance.traffic.server import Forwarding, Record, host_of, proxying, stopped, system_clock
from conformance.traffic.verdicts import chosen_target, of_target, report_of
from specs.contract import Contract

QUIET_S = 0.5
"""A proxy judges when so long nothing new has come, so that a burst of requests is judged once."""
PAUSE_RATIO = 4.0
"""A long record takes long to judge: the pause is this much longer, so that most of the time is left for traffic."""
TRAFFIC = "traffic.har"


@dataclass(frozen=True)
class Judging:
    """How other people's traffic is judged: where the API is, and whether nobody else acted on its resources."""

    invocation: Invocation
    base_url: str | None = None
    host: str | None = None
    alone: bool = False


def judge_file_and_show(file: Path, judging: Judging, environment: Mapping[str, str], *, quiet: bool) -> int:
    """Judges a HAR file, prints the result, answers the exit status. Raises SpecError, OSError."""
    invocation = judging.invocation
    contract = contract_of(invocation)
    entries = read_har(file, contract.auth.header)
    base_url = chosen_target(contract, entries, judging.base_url, judging.host)
    contract, profile = prepared(replace(invocation, target=base_url), environment)
    report = report_of(
        contract,
        profile,
        of_target(entries, base_url),
        options_of(invocation),
        alone=judging.alone,
        now=system_clock()(),
    )
    repeating = replace(invocation, recording=_again(file, base_url, judging))
    return _show(report, contract, repeating, quiet=quiet)


def _again(file: Path, base_url: str, judging: Judging) -> tuple[str, ...]:
    """The words that judge a recording again."""
    alone = ("--alone",) if judging.alone else ()
    return ("judge", str(file), "--vendor", judging.invocation.vendor, "--base-url", base_url, *alone)


def _show(report: Report, contract: Contract, invocation: Invocation, *, quiet: bool) -> int:
    if not quiet:
        _print(*table(report), "")
    _print(*failures(report, invocation), *summary(report, contract))
    if invocation.reports is not None:
        write_reports(report, contract, invocation, invocation.reports)
        _print(f"reports       {invocation.reports}")
    return report.exit_status


def proxy_and_show(
    judging: Judging, port: int, host: Literal["client", "upstream"] | None, environment: Mapping[str, str]
) -> int:
    """Forwards until a signal ends it; prints failures as they appear, and the result. Raises SpecError, OSError."""
    contract, profile = prepared(judging.invocation, environment)
    record = Record()
    asyncio.run(_watch(contract, profile, judging, record, port, host or host_of(contract, profile.url)))
    if record.left_out:
        print(f"{record.left_out} requests were forwarded and not recorded: too much to hold", file=sys.stderr)
    return _written(contract, profile, judging, tuple(record.entries), quiet=False)


def _written(contract: Contract, profile: Profile, judging: Judging, entries: Sequence[Entry], *, quiet: bool) -> int:
    """Writes the record and its report, prints the result, answers the exit status."""
    invocation = judging.invocation
    folder = invocation.reports
    if folder is not None:
        document = har_document(entries, contract.auth.header)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / TRAFFIC).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    file = (folder or Path()) / TRAFFIC
    report = report_of(
        contract, profile, entries, options_of(invocation), alone=judging.alone, live=True, now=system_clock()()
    )
    repeating = replace(invocation, recording=_again(file, profile.url, judging))
    return _show(report, contract, repeating, quiet=quiet)


async def _watch(
    contract: Contract,
    profile: Profile,
    judging: Judging,
    record: Record,
    port: int,
    host: Literal["client", "upstream"],
) -> None:
    loop, news, ended = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def asked() -> None:
        _written(contract, profile, judging, record.settled(), quiet=True)

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    loop.add_signal_handler(signal.SIGUSR1, asked)
    forwarding = Forwarding(contract, profile.url, host, record, system_clock(), news.set)
    async with proxying(forwarding, port) as url:
        _print(f"{url} forwards to {profile.url} and judges by {contract.vendor}; Ctrl-C ends it and prints the result")
        watcher = asyncio.create_task(_judge_news(contract, profile, judging, record, news))
        await ended.wait()
        await stopped(watcher)


async def _judge_news(
    contract: Contract, profile: Profile, judging: Judging, record: Record, news: asyncio.Event
) -> None:
    tell = new_failures(contract, profile, judging)
    loop, pause = asyncio.get_running_loop(), QUIET_S
    while True:
        await news.wait()
        news.clear()
        await asyncio.sleep(pause)
        began = loop.time()
        # The entries are taken here, where nothing changes meanwhile; judging them must not hold up the traffic.
        lines = await asyncio.to_thread(lambda entries: list(tell(entries)), record.settled())
        pause = max(QUIET_S, PAUSE_RATIO * (loop.time() - began))
        _print(*lines)


def new_failures(contract: Contract, profile: Profile, judging: Judging) -> Callable[[Sequence[Entry]], Iterator[str]]:
    """A function from all entries so far to the lines of what has failed since it was called last."""
    told: set[str] = set()

    def tell(entries: Sequence[Entry]) -> Iterator[str]:
        report = report_of(
            contract,
            profile,
            entries,
            options_of(judging.invocation),
            alone=judging.alone,
            live=True,
            now=system_clock()(),
        )
        for row in report.rows:
            if row.finding.verdict == Verdict.failed and row.requirement.id not in told:
                told.add(row.requirement.id)
                yield from failure_lines(report, row, judging.invocation)[:3]

    return tell


def _print(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)
