"""A report as JUnit XML, which every build server reads.

One requirement is one test case. JUnit knows no third verdict, so whatever could not be judged is skipped with its
reason; a warning passes and says so in its output.
"""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

from conformance.findings import Verdict
from conformance.reports.causes import blockers
from conformance.reports.invocation import Invocation
from conformance.reports.plain_text import clean
from conformance.reports.report import Report, Row
from conformance.reports.terminal import failure_lines, open_words, summary, topic
from specs.contract import Contract

_TAGS = {
    Verdict.unsupported: "skipped",
    Verdict.not_run: "skipped",
    Verdict.inconclusive: "skipped",
    Verdict.warned: "system-out",
    Verdict.failed: "failure",
    Verdict.errored: "error",
}


def junit_xml(report: Report, contract: Contract, invocation: Invocation) -> str:
    """The document. A test case's time is the time that the requests made for its requirement took."""
    suite = ElementTree.Element(
        "testsuite",
        {
            "name": f"conformance.{report.vendor}",
            "tests": str(len(report.rows) + len(report.troubles)),
            "failures": str(report.count(Verdict.failed) + len(report.troubles)),
            "errors": str(report.count(Verdict.errored)),
            "skipped": str(report.count(Verdict.unsupported, Verdict.not_run, Verdict.inconclusive)),
            "time": f"{report.seconds:.3f}",
            "timestamp": report.started,
        },
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (("target", clean(report.target)), ("seed", str(report.seed)), ("mode", report.mode)):
        ElementTree.SubElement(properties, "property", {"name": name, "value": value})
    seconds = _seconds(report)
    blocked = blockers(report, contract)
    for row in report.rows:
        by = blocked.get(row.requirement.id, ())
        _case(suite, row, seconds[row.requirement.id], failure_lines(report, row, invocation), by)
    for trouble in report.troubles:
        named = {"classname": f"{suite.get('name')}.waivers", "name": trouble.waiver.requirement, "time": "0.000"}
        case = ElementTree.SubElement(suite, "testcase", named)
        text = clean(trouble.text)
        ElementTree.SubElement(case, "failure", {"message": text, "type": f"{trouble.kind} waiver"}).text = text
    ElementTree.SubElement(suite, "system-out").text = "\n".join(summary(report, contract))
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _case(
    suite: ElementTree.Element, row: Row, seconds: float, lines: tuple[str, ...], blocked_by: tuple[str, ...]
) -> None:
    place = f"{suite.get('name')}.{topic(row.requirement)}"
    named = {"classname": place, "name": row.requirement.id, "time": f"{seconds:.3f}"}
    case = ElementTree.SubElement(suite, "testcase", named)
    tag = _TAGS.get(row.finding.verdict)
    if tag == "skipped":
        ElementTree.SubElement(case, tag, {"message": open_words(row, blocked_by)})
    elif tag == "system-out":
        ElementTree.SubElement(case, tag).text = "\n".join(lines)
    elif tag is not None:
        message = {
            "message": "; ".join(" ".join(line.split()) for line in lines[1:3]),
            "type": row.finding.verdict.name,
        }
        ElementTree.SubElement(case, tag, message).text = "\n".join(lines)


def _seconds(report: Report) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for exchange in report.history.exchanges:
        if exchange.case:
            total[exchange.case.requirement] += max(0.0, exchange.received_at - exchange.sent_at)
    return total
