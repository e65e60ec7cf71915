"""A report as a page: `report.json` in, one HTML document out.

The page is made of the JSON, not of the run, so that a report of last month, or of a server that one may not reach, can
be turned into a page as well.
"""

from __future__ import annotations

from conformance.reports.page.failures import failures
from conformance.reports.page.frame import document, section, skips
from conformance.reports.page.lives import lives
from conformance.reports.page.marks import Data, chip, clip, link, table
from conformance.reports.page.overview import banner, contents, legend, levels
from conformance.reports.page.tree import tree
from conformance.reports.terminal import OUTCOMES
from conformance.reports.worst_first import SHOWN
from specs.documenting.markup import Markup, element

SHEETS = ("page.css", "report.css")


def report_page(report: Data) -> str:
    """The whole page, of a report that keeps `specs/meta/report.json`."""
    lifecycles, excused = lives(report), waived(report)
    wrong = sum(row["verdict"] in SHOWN for row in report["requirements"])
    parts: list[tuple[str, str, int | None]] = [("levels", "Levels", None), ("failures", "Failures", wrong)]
    parts += [("waived", "Waived", len(report["waived"]) + len(report["waiver_troubles"]))] if excused else []
    parts += [("lifecycles", "Lifecycles", len(report["lifecycles"]))] if lifecycles else []
    parts += [("requirements", "Requirements", len(report["requirements"]))]
    main = element(
        "main",
        levels(report),
        failures(report),
        excused or "",
        lifecycles or "",
        tree(report),
        id_="content",
    )
    body = (
        skips(("Skip to the failures", "failures"), ("Skip to the requirements", "requirements")),
        banner(report),
        contents(tuple(parts)),
        main,
        element(
            "footer",
            legend(),
            element("p", "Made by ", element("code", "conformance"), " from report.json; nothing in it is fetched."),
        ),
    )
    title = f"{clip(report['title'], 100)}: {clip(report['target'], 100)} {OUTCOMES[report['exit_status']]}"
    return document(title, body, SHEETS, report["exit_status"])


def waived(report: Data) -> Markup | None:
    """The failures that somebody has answered for, until when, and the waivers that have had their day."""
    if not report["waived"] and not report["waiver_troubles"]:
        return None
    known = frozenset(row["id"] for row in report["requirements"])
    rows = (
        (link(row["requirement"], known), clip(row["owner"], 200), clip(row["reason"]), clip(row["expires"], 40))
        for row in report["waived"]
    )
    covered = table("Waived", ("Requirement", "Owner", "Reason", "Until"), rows) if report["waived"] else ""
    troubles = (
        element("p", chip("failed"), " ", clip(row["text"]), f" ({clip(row['kind'], 40)}, {clip(row['owner'], 200)})")
        for row in report["waiver_troubles"]
    )
    return section("waived", "Waived", covered, troubles)
