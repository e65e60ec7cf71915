"""Tests of `specs docs`: pages that are whole, safe, linked and the same each time."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest

import specs
from specs.__main__ import main
from specs.authoring.starting import TEMPLATE
from specs.documenting.documentation import pages
from tests.specs.documenting.parsing import Page

CONTRACTS = [specs.load(name) for name in (*specs.vendors(), str(TEMPLATE))]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.vendor)
def test_every_link_leads_somewhere(contract: specs.Contract) -> None:
    """All elements are closed, ids are unique, and each link leads to a page and an id that there are."""
    made = {name: Page(text) for name, text in pages(contract).items()}
    for name, page in made.items():
        assert [] == page.open
        assert len(page.values("id")) == len(set(page.values("id")))
        for link in page.values("href"):
            path, _, anchor = link.partition("#")
            parts = [*PurePosixPath(name).parent.parts, *PurePosixPath(path).parts] if path else [name]
            target = "/".join(parts).replace("operations/../", "")
            assert target in made, (name, link)
            assert not anchor or unquote(anchor) in made[target].values("id"), (name, link)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.vendor)
def test_every_requirement_stands_under_its_id(contract: specs.Contract) -> None:
    """The requirements page has an anchor for each id, and every operation has a page."""
    made = pages(contract)
    anchors = set(Page(made["requirements.html"]).values("id"))
    assert set() == set(contract.requirements) - anchors
    assert {f"operations/{name}.html" for name in contract.operations} <= set(made)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.vendor)
def test_pages_need_no_network_and_no_script(contract: specs.Contract) -> None:
    """No page loads anything, and a policy in it forbids it to."""
    for text in pages(contract).values():
        page = Page(text)
        assert not page.names & {"script", "link", "img", "iframe", "object"}
        assert not [link for link in page.values("href") if ":" in link.partition("#")[0]]
        assert not re.search(r"url\(|@import", text)
        assert "default-src &#x27;none&#x27;" in text


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.vendor)
def test_an_operation_is_shown_with_its_whole_path(contract: specs.Contract) -> None:
    """Index and page show the path as it is called, with the base path that the operation has."""
    made = pages(contract)
    index = Page(made["index.html"]).texts
    for name, operation in contract.operations.items():
        call = f"{operation.method} {contract.path_of(name)}"
        assert call in index
        assert call in Page(made[f"operations/{name}.html"]).texts


def test_a_feature_is_told_by_its_meaning() -> None:
    """What a requirement needs is said in the words of the feature, not by its name."""
    contract = specs.load("amazon_ml")
    (row,) = [row for row in contract.requirements.values() if row.id.endswith("tags.shows_added.evaluation")]
    meanings = " and ".join(contract.features[name] for name in row.features)
    assert 2 == len(row.features)
    assert f"Only where a target {meanings}." in Page(pages(contract)["requirements.html"]).texts


def test_what_a_contract_says_cannot_break_a_page() -> None:
    """Texts of a contract are shown as texts, control characters and lone surrogates included."""
    evil = "</title><script>alert('\x00\ud800')</script>"
    contract = CONTRACTS[-1]
    operation = replace(contract.operations["createJob"], summary=evil)
    made = pages(replace(contract, title=evil, operations={**contract.operations, "createJob": operation}))
    for text in made.values():
        assert "script" not in Page(text).names
        assert text.encode("utf-8")
    assert "&lt;script&gt;" in made["operations/createJob.html"]


def test_the_same_contract_gives_the_same_bytes(tmp_path: Path) -> None:
    """Writing twice changes nothing."""
    assert 0 == main(["docs", str(TEMPLATE), str(tmp_path / "a")])
    assert 0 == main(["docs", str(TEMPLATE), str(tmp_path / "b")])
    for path in (tmp_path / "a").rglob("*.html"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_writing_again_removes_only_its_own_old_pages(tmp_path: Path) -> None:
    """A page of an operation that is no more goes away when the pages are written again."""
    assert 0 == main(["docs", "spice", str(tmp_path)])
    assert 0 == main(["docs", str(TEMPLATE), str(tmp_path)])
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.html")}
    assert set(pages(specs.load(TEMPLATE))) == names


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files of somebody else stop the command before it writes."""
    (tmp_path / "index.html").write_text("mine", "utf-8")
    assert 2 == main(["docs", "spice", str(tmp_path)])
    assert "files that this command did not write (index.html)" in capsys.readouterr().err
    assert ["index.html"] == [path.name for path in tmp_path.iterdir()]
