"""Tests of a report's page: all of the report is in it, and nothing that the report's texts would like to be."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from conformance.reports.page.marks import named
from conformance.reports.page.report_page import report_page
from conformance.reports.worst_first import causes
from specs.source_file import SourceFile, shape_complaints
from tests.conformance.reports.page.conftest import exchange, requirement
from tests.conformance.reports.page.parsing import elements, ids, text

Data = dict[str, Any]
PAGE = Path("conformance/reports/page")
HOSTILE = (
    "\"><script>alert(1)</script><img src=x onerror=alert(1)>' onmouseover='alert(1)'--></style></title></svg></pre>"
    "]]><!--\x00\x1b[2J\u202e\u2066\u200b\ufeff\ud800\x85{{7*7}}&lt;b&gt;&#60;"
)
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def test_the_hand_made_report_is_a_report(report: Data) -> None:
    """What these tests show is what the published schema describes."""
    assert [] == list(shape_complaints(SourceFile("report.json", report, {}), "report"))


def test_a_page_has_all_of_its_report(report: Data) -> None:
    """Without any script, every requirement's id, sentence and source, and every failure's evidence, are there."""
    shown = text(report_page(report))
    for row in report["requirements"]:
        assert row["id"] in shown
        assert row["sentence"] in shown
        assert row["source"] in shown
    for told in (
        "/jobs/7",
        "Accept: */*",
        '"asked": 1',
        "timeout: nothing in 30 s",
        "Acme Jobs",
        "2026-01-02 03:04:05",
    ):
        assert told in shown
    for told in (
        "does not conform",
        "75.0%",
        "next release",
        "it holds now",
        "fails wire",
        "copies jobs",
        "the second",
    ):
        assert told in shown


def test_each_command_to_repeat_a_failure_is_there(report: Data) -> None:
    """Replay, curl and pytest, as a shell takes them."""
    report["requirements"][1]["repeat"]["replay"] = "cases/it's.json"
    shown = text(report_page(report))
    assert """conformance replay 'cases/it'"'"'s.json'""" in shown
    assert "sh cases/acme.getJob.rows.curl" in shown
    assert "pytest cases/acme.getJob.rows.pytest" in shown


def test_no_text_becomes_markup(spoiled: Callable[[str], Data]) -> None:
    """A hostile report has exactly the elements, attributes and classes of a harmless one."""
    ours = elements(report_page(spoiled(" harmless")))
    theirs = elements(report_page(spoiled(HOSTILE)))
    # Marks of a difference are ours, and depend on how alike two texts are.
    marks = ("del", "ins")
    assert [(tag, list(found)) for tag, found in ours if tag not in marks] == [
        (tag, list(found)) for tag, found in theirs if tag not in marks
    ]
    assert {found.get("class") for _, found in ours} == {found.get("class") for _, found in theirs}


def test_hostile_text_is_shown_as_text(spoiled: Callable[[str], Data]) -> None:
    """Markup is readable as what was sent, and what hides or reorders text is written by number."""
    page = report_page(spoiled(HOSTILE))
    assert "<script>alert(1)</script><img src=x onerror=alert(1)>" in text(page)
    assert "\\u202e\\u2066\\u200b\\ufeff\\ud800\\u0085{{7*7}}&lt;b&gt;&#60;" in text(page)
    assert not HIDDEN.search(page)


def test_a_page_refers_to_nothing_outside(spoiled: Callable[[str], Data]) -> None:
    """Links lead into the page, the icon is part of it, and nothing has a style or a handler of its own."""
    for tag, found in elements(report_page(spoiled(HOSTILE))):
        assert not [name for name in found if name.startswith("on") or name in ("style", "src", "srcset", "action")], (
            tag
        )
        if "href" in found:
            assert (found["href"] or "").startswith("data:image/svg+xml," if tag == "link" else "#")


def test_the_policy_names_what_the_page_has(report: Data) -> None:
    """The one style and the one script are allowed by their digests, and no other is."""
    page = report_page(report)
    found = [attributes["content"] or "" for tag, attributes in elements(page) if "http-equiv" in attributes]
    for kind in ("style", "script"):
        (inside,) = re.findall(f"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in found[0]
    assert found[0].startswith("default-src 'none';")
    assert "unsafe" not in found[0]


@pytest.mark.parametrize("suffix", ["", " with spaces/und Umläute?#%"])
def test_every_link_leads_somewhere(suffix: str, spoiled: Callable[[str], Data]) -> None:
    """No id stands twice, and whatever a link names is there."""
    page = report_page(spoiled(suffix))
    known = ids(page)
    assert len(known) == len(set(known))
    targets = {unquote(found["href"] or "")[1:] for tag, found in elements(page) if tag == "a"}
    # A waiver and a blocker may name a requirement that a run was not asked for.
    assert targets <= set(known)


def test_an_answer_that_breaks_two_requirements_is_printed_once(report: Data) -> None:
    """The second failure of one exchange points to where the first one shows it."""
    page = report_page(report)
    assert 1 == page.count('id="x-7"')
    assert 1 == page.count('href="#x-7"')


def test_failures_of_one_cause_stand_together(report: Data) -> None:
    """The worst verdict comes first; of equals, the cause of most."""
    found = [[row["id"] for row in cause.rows] for cause in causes(report)]
    expected = [
        ["acme.broken"],
        ["acme.getJob.rows", "acme.getJob.size"],
        ["acme.lifecycle.print_job.end"],
        ["acme.soft"],
    ]
    assert expected == found


def test_what_a_failure_blocks_is_linked_both_ways(report: Data) -> None:
    """The failure lists what it keeps from being judged, and that names the failure."""
    page = report_page(report)
    assert "Keeps 1 others from being judged" in text(page)
    assert 'Blocked by <a href="#r-acme.getJob.rows">' in page.replace("<code>acme.getJob.rows</code>", "")


def test_answers_that_changed_are_compared(report: Data) -> None:
    """Two answers of one operation show the line that changed."""
    page = report_page(report)
    assert "<del>-   &quot;rows&quot;: 3\n</del><ins>+   &quot;rows&quot;: 2\n</ins>" in page


def test_what_is_wrong_with_the_run_comes_first(report: Data) -> None:
    """A profile that does not fit is named before the levels, and nothing is said where all is well."""
    head = text(report_page(report)).partition("Levels")[0]
    assert "Likely cause of failures: fixture printer: no answer of the target knows it" in head
    assert "Left on the target" not in text(report_page(report))


def test_what_changed_is_printed_once(report: Data) -> None:
    """Two failures that the same two answers show have one comparison between them."""
    rows = report["requirements"]
    shown = next(row for row in rows if len(row["witness"]) > 1)
    rows.append(shown | {"id": "acme.too"})
    assert 1 == report_page(report).count("What changed in the response between")


def test_a_long_id_breaks_between_its_words_and_is_copied_whole() -> None:
    """A line may end behind a dot or `_`; the text is the id, with nothing added."""
    assert "<code>acme.<wbr/>get_<wbr/>job.<wbr/>size</code>" == named("acme.get_job.size").text
    assert "<code></code>" == named("").text


def test_bodies_are_cut(report: Data) -> None:
    """A huge body, line, header or witness makes no huge page."""
    huge = exchange(4, 200, "x" * 3_000_000)
    huge["response"]["headers"] = [["A" * 9_000, "b" * 90_000]] * 500
    witness = [huge | {"index": index} for index in range(100, 400)]
    report["requirements"][1] |= {"witness": witness, "got": "g" * 1_000_000, "expected": "e" * 1_000_000}
    assert len(report_page(report)) < 1_000_000


def test_a_thousand_huge_failures_make_no_huge_page(report: Data) -> None:
    """Where evidence has no room, the first failures of each cause keep theirs, and the others name their case file."""
    huge = exchange(1, 200, "x" * 6_000)
    rows = [
        requirement(f"acme.more.n{number}", "failed", witness=[huge | {"index": 1000 + number}])
        for number in range(1000)
    ]
    report["requirements"] += [*rows, requirement("acme.z", "warned", witness=[huge | {"index": 5000}])]
    report["groups"].append({"cause": "all alike", "requirements": [row["id"] for row in rows]})
    page = report_page(report)
    assert len(page) < 7_000_000
    assert 'id="x-1002"' in page
    assert 'id="x-1999"' not in page
    assert 'id="x-5000"' in page
    assert "The page is full" in text(page)


def test_what_holds_takes_little(report: Data) -> None:
    """A requirement that passed takes less than 700 bytes beside its own words."""
    small = len(report_page(report))
    rows = [requirement(f"acme.more.n{number}") for number in range(1000)]
    report["requirements"] += rows
    words = sum(len(row["id"]) * 2 + len(row["sentence"] + row["source"]) for row in rows)
    assert len(report_page(report)) - small - words < 700 * 1000


def test_an_empty_report_makes_a_page(report: Data) -> None:
    """A run that found nothing at all is shown as that."""
    for name in ("requirements", "lifecycles", "groups", "waived", "waiver_troubles", "features", "levels", "versions"):
        report[name] = []
    assert "Nothing failed, and nothing warned." in text(report_page(report))


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read(scheme: int) -> None:
    """Every colour of text has a contrast of 4.5 or more against every ground that it may stand on."""
    style = (PAGE / "page.css").read_text("utf-8")
    palette = dict(re.findall(r"--([\w]+): (#[0-9a-f]{6});", style.split(":root {")[scheme + 1].split("}")[0]))
    grounds = [palette.pop(name) for name in ("paper", "wash")]
    marked = [palette.pop(name) for name in ("removed", "added")]
    del palette["line"], palette["focus"]
    poor = [(name, ground) for name in palette for ground in grounds if contrast(palette[name], ground) < 4.5]
    poor += [("ink", ground) for ground in marked if contrast(palette["ink"], ground) < 4.5]
    assert [] == poor


def test_a_level_without_requirements_has_no_row(report: Data) -> None:
    """An API without jobs is not shown as one whose jobs were not judged."""
    asked = {row["level"] for row in report["requirements"]}
    page = report_page(report)
    levels = {"wire", "schema", "constraints", "lifecycle", "semantics"}
    assert asked == {name for name in levels if f">{name}</th>" in page}
    kept = [row for row in report["requirements"] if row["level"] != "wire"]
    assert ">wire</th>" in page
    assert ">wire</th>" not in report_page(report | {"requirements": kept})
