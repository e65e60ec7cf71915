"""The whole idea in one command: every vendor's contract against reference and mock, and one fault being caught.

`make demo` runs this. It starts both servers on loopback, runs the suite with the embedded defaults, prints one line a
run, writes the reports to `out/demo/`, and exits with 0 when every target conforms and the planted fault is found.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import mockgen
import reference_impl
import specs
from conformance.findings import Verdict
from conformance.profile import Profile, profile_for
from conformance.reports.invocation import Invocation
from conformance.reports.report import JUDGED, Report
from conformance.reports.report_files import write_reports
from conformance.reports.terminal import failure_lines
from conformance.run import Options, run

OUT = Path("out/demo")
FAULT = ("datarobot", "relax:constraint=datarobot.createBatchPrediction.request.chunkSize.maximum")
"""A vendor and a fault: the mock stops enforcing one documented limit."""
REFERENCE_LACKS: Mapping[str, frozenset[str]] = {
    "amazon_ml": frozenset(specs.load("amazon_ml").features) - {"authentication", "realtime"},
    "amazon_personalize": frozenset(specs.load("amazon_personalize").features) - {"authentication"},
    "datarobot": frozenset(specs.load("datarobot").features),
    "spice": frozenset({"components"}),
}
"""Features that the reference server does not have."""
COLUMNS = ("vendor", "target", "written", "judged", "passed", "failed", "inconclusive", "requests", "seconds")
WIDTHS = (18, 9, 7, 6, 6, 6, 12, 8, 7)


@dataclass(frozen=True)
class Target:
    """A server to judge: its kind, its URL, and the folder of its object store."""

    kind: str
    url: str
    objects: Path


def report_on(vendor: str, target: Target, only: tuple[str, ...] = ()) -> Report:
    """Judge one target by one vendor's contract."""
    contract = specs.load(vendor)
    found = profile_for(contract, target.url, None, {})
    lacking = REFERENCE_LACKS.get(vendor, frozenset()) if target.kind == "reference" else frozenset()
    features = frozenset(contract.features) - lacking
    profile = Profile(found.url, fixtures=found.fixtures, features=features, object_store=target.objects)
    return run(contract, profile, Options(seed=7, only=only))


def save(report: Report, folder: Path) -> Invocation:
    """Write a report's files; the answer says how the run would be asked for on the command line."""
    asked = Invocation(report.vendor, report.target, seed=report.seed, reports=folder)
    write_reports(report, specs.load(report.vendor), asked, folder)
    return asked


def line(cells: tuple[object, ...]) -> str:
    """One line of the table: names to the left, numbers to the right."""
    texts = (
        f"{cell!s:<{width}}" if index < 2 else f"{cell!s:>{width}}"
        for index, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return "  ".join(texts).rstrip()


def summary(report: Report, kind: str) -> str:
    """A report as one line of the table."""
    counts = (report.count(Verdict.passed), report.count(Verdict.failed), report.count(Verdict.inconclusive))
    numbers = (len(report.rows), report.count(*JUDGED), *counts, len(report.history.exchanges))
    return line((report.vendor, kind, *numbers, f"{report.seconds:.1f}"))


def targets(stack: ExitStack, folder: Path) -> Iterator[tuple[str, Target]]:
    """Every vendor with the reference server, which serves them all, and with a mock of its own."""
    reference = stack.enter_context(reference_impl.running(data=folder / "reference"))
    for vendor in specs.vendors():
        yield vendor, Target("reference", reference.url, reference.data / "objects")
        # Both read the same input; each writes into a store of its own.
        objects = Path(shutil.copytree(reference.data / "objects", folder / f"mock-{vendor}"))
        mock = stack.enter_context(mockgen.running(vendor, seed=7, objects=objects))
        yield vendor, Target("mock", mock.url, objects)


def show_fault(vendor: str, fault: str) -> bool:
    """Plant one fault, judge, and print how it is reported. True when it was found."""
    print(f"\nOne planted fault: a {vendor} mock that does not enforce a documented limit\n  {fault}\n")
    with mockgen.running(vendor, seed=7, faults=(fault,)) as mock:
        report = report_on(vendor, Target("mock", mock.url, Path("out")))
    asked = save(report, OUT / "fault")
    failures = [row for row in report.rows if row.finding.verdict == Verdict.failed]
    for row in failures:
        print("\n".join(failure_lines(report, row, asked)))
    port = report.target.rpartition(":")[2]
    print("\nThat mock has stopped. Before you repeat, bring it back on the same port, with these commands on the path")
    print(f"(`. .venv/bin/activate`):\n  mockgen serve {vendor} --port {port} --fault {fault}")
    return len(failures) == 1


def main() -> int:
    """Run everything; the exit status is 0 when all targets conform and the fault is caught."""
    conform = True
    print(line(COLUMNS))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="demo-")))
        for vendor, target in targets(stack, folder):
            report = report_on(vendor, target)
            save(report, OUT / f"{vendor}-{target.kind}")
            print(summary(report, target.kind), flush=True)
            conform = conform and report.exit_status == 0
    caught = show_fault(*FAULT)
    print(f"\nreports: {OUT}/")
    return 0 if conform and caught else 1


if __name__ == "__main__":
    sys.exit(main())
