"""Tests of `specs coverage`: facts, who carries them, and the stored table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import specs
from conformance.judge import CHECKS
from specs.__main__ import main
from specs.authoring.coverage import checks, cover, matching, stale, summary, table
from specs.authoring.starting import start
from specs.source_file import SpecError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new vendor, with facts and a table."""
    return start("lantern_jobs", tmp_path)


def facts(folder: Path, *rows: str) -> None:
    """Write facts.yaml anew."""
    (folder / "facts.yaml").write_text("".join(f"- {row}\n" for row in rows), "utf-8")


def complaints(folder: Path, known: frozenset[str] | None = None) -> list[str]:
    """All complaints about a folder's facts and its table."""
    contract = specs.load(folder)
    found = cover(contract, checks() if known is None else known)
    return [str(complaint) for complaint in (*found.complaints, *stale(contract, found))]


def test_the_list_of_checks_is_the_suite_s() -> None:
    """`meta/checks.json` names exactly the checks that the suite has."""
    assert sorted(CHECKS) == json.loads((Path(specs.__file__).parent / "meta" / "checks.json").read_text("utf-8"))


@pytest.mark.parametrize("vendor", specs.vendors())
def test_our_own_vendors_are_covered(vendor: str) -> None:
    """Every fact of our vendors is accounted for, every requirement has a check, every table is fresh."""
    contract = specs.load(vendor)
    found = cover(contract, checks())
    assert [] == [str(complaint) for complaint in (*found.complaints, *stale(contract, found))]


def test_a_new_vendor_is_covered(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The facts of the template are all accounted for."""
    assert 0 == main(["coverage", str(folder)])
    assert "5 facts, 5 accounted for; 4 of 4 must facts judged (100.0 %), 0 excluded" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{id: A-1, says: Nobody carries this one.}", "facts.yaml:1: unaccounted: A-1 is unaccounted for"),
        (
            "{id: A-1, says: A slip of the pen., carried_by: [lantern_jobs.lifecycle.job.known_stat]}",
            "facts.yaml:1: dangling: A-1 is carried by 'lantern_jobs.lifecycle.job.known_stat', and no requirement has "
            "this name; did you mean 'lantern_jobs.lifecycle.job.known_state'?",
        ),
        ("{id: A-1, says: No such pattern., carried_by: [lantern_jobs.nothing.*]}", "no requirement has this name"),
    ],
)
def test_a_fact_that_nobody_carries_is_told(row: str, says: str, folder: Path) -> None:
    """A fact without a carrier, and a carrier that does not exist, are complaints with file and line."""
    facts(folder, row)
    assert says in complaints(folder)[0]


@pytest.mark.parametrize("vendor", specs.vendors())
def test_our_own_vendors_meet_the_bar(vendor: str) -> None:
    """A check judges at least 95 % of all must facts, those that are excluded for a reason included."""
    found = cover(specs.load(vendor), checks())
    musts, _, excluded, judged = found.count("must")
    assert musts * 0.95 <= judged
    assert f"{judged} of {musts} must facts judged ({100 * judged / musts:.1f} %), {excluded} excluded" in summary(
        found
    )
    assert f"{judged} of {musts} must facts are judged by a check" in table(found)


CARRIED = "carried_by: [lantern_jobs.lifecycle.job.known_state]"


@pytest.mark.parametrize(("judged", "said"), [(19, False), (18, True)])
def test_excluded_facts_count_against_the_bar(judged: int, said: bool, folder: Path) -> None:
    """Of twenty must facts one may be left out, however good the reasons; what is no must does not count."""
    rows = [f"{{id: A-{number}, says: It is really so., {CARRIED}}}" for number in range(judged)]
    rows += [f"{{id: A-{number}, says: It is really so., excluded: For a reason.}}" for number in range(judged, 20)]
    facts(folder, *rows, "{id: B, says: It is really so., strength: should, excluded: For a reason.}")
    bar = [text for text in complaints(folder) if ": bar: " in text]
    assert said == bool(bar)
    text = "facts.yaml: bar: 18 of 20 must facts are judged by a check, and 2 are excluded; 95% are needed"
    assert not said or [text] == bar


def test_a_repeated_fact_is_told(folder: Path) -> None:
    """Two facts with one id are a complaint."""
    row = "{id: A-1, says: It is said twice., excluded: It is only a test.}"
    facts(folder, row, row)
    assert "facts.yaml:2: repeated: the fact 'A-1' stands twice" == complaints(folder)[0]


@pytest.mark.parametrize(
    "row",
    [
        "{id: A-1, says: Both at once here., carried_by: [a.b], excluded: It is only a test.}",
        "{id: A-1, says: A key too many., carriedby: [a.b]}",
        "{id: A-1}",
    ],
)
def test_the_shape_of_facts_is_closed(row: str, folder: Path) -> None:
    """A row with both outcomes, an unknown key or a missing sentence is refused."""
    facts(folder, row)
    with pytest.raises(SpecError, match=r"facts\.yaml:1"):
        cover(specs.load(folder), checks())
    assert 2 == main(["coverage", str(folder)])


def test_a_requirement_that_no_check_judges_is_told(folder: Path) -> None:
    """A requirement whose check the suite lacks is a complaint that names the nearest check."""
    found = complaints(folder, checks() - {"output_label"})
    assert 1 == len(found)
    assert "lantern_jobs.results.label_follows_probability is judged by 'output_label'" in found[0]


def test_a_stale_table_is_told_and_refreshed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that is not what the facts make it has exit status 1 until it is written again."""
    facts(folder, "{id: A-1, says: A pipe | and a <tag> here., strength: info, excluded: It is only a test.}")
    assert 1 == main(["coverage", str(folder)])
    assert "COVERAGE.md: stale" in capsys.readouterr().out
    assert 0 == main(["coverage", str(folder), "--write"])
    assert 0 == main(["coverage", str(folder)])
    assert "| A-1 | info | A pipe \\| and a &lt;tag> here. |" in (folder / "COVERAGE.md").read_text("utf-8")


def test_a_folder_without_facts_says_so(folder: Path) -> None:
    """Without facts.yaml there is nothing to count, and a table that is left over is stale."""
    (folder / "facts.yaml").unlink()
    assert ["COVERAGE.md: stale: the table is there, and facts.yaml is not"] == complaints(folder)
    assert "no facts.yaml" in summary(cover(specs.load(folder), checks()))


def test_patterns_match_whole_names(folder: Path) -> None:
    """`*` is any text, in front, between and at the end, and a pattern matches from end to end."""
    contract = specs.load(folder)

    def named(pattern: str) -> list[str]:
        return [row.id.removeprefix("lantern_jobs.") for row in matching(contract, pattern)]

    limits = ["type", "minLength", "maxLength", "pattern"]
    found = [f"createJob.request.name.{keyword}" for keyword in limits]
    assert sorted([*found, "createJob.request.name.required"]) == sorted(named("*.createJob.request.name.*"))
    assert ["createJob.request.name.maxLength"] == named("lantern_jobs.*.request.*name.max*th")
    assert [] == named("createJob*") + named("*createJob.request.name.maxLen") + named("lantern_jobs.createJob")


def test_the_table_counts_long_lists(folder: Path) -> None:
    """Where a pattern stands for many requirements, the table gives the pattern and their number."""
    text = table(cover(specs.load(folder), checks()))
    assert "`lantern_jobs.createJob.request.name.*` (5 requirements)" in text
