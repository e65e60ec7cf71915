"""Tests of the pages in a real browser: what the script does, by keyboard, and what paper shows.

They are skipped where no Chromium is installed; nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from conformance.reports.matrix import matrix
from conformance.reports.page.matrix_page import matrix_page
from conformance.reports.page.report_page import report_page
from tests.conformance.reports.page.chromium import Tab, installed, tab
from tests.conformance.reports.page.conftest import requirement

Data = dict[str, Any]
Opener = Callable[[str], Awaitable[Tab]]
pytestmark = pytest.mark.skipif(installed() is None, reason="no Chromium on this machine")
HOSTILE = '"><script>window.broken=1</script><img src=https://evil.example/x onerror=window.broken=2>'
VISIBLE = "[...document.querySelectorAll('li[data-verdict]')].filter(row => row.checkVisibility()).map(row => row.id)"


@pytest_asyncio.fixture
async def show(tmp_path: Path) -> AsyncIterator[Opener]:
    """Opens a page in a browser of its own, from a file."""
    program = installed()
    assert program is not None
    async with tab(program, tmp_path / "profile") as opened:

        async def open_page(page: str) -> Tab:
            (tmp_path / "page.html").write_text(page, "utf-8")
            await opened.open((tmp_path / "page.html").as_uri())
            return opened

        yield open_page


async def focus(page: Tab, selector: str) -> None:
    """Presses Tab until an element has the focus."""
    for _ in range(200):
        if await page.ask(f"document.activeElement.matches({selector!r})"):
            return
        await page.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def assert_quiet(page: Tab) -> None:
    """Nothing was fetched but the page itself, and nothing went wrong."""
    asked = [params["request"]["url"].partition(":")[0] for params in page.of("Network.requestWillBeSent")]
    assert ["file"] == [scheme for scheme in asked if scheme != "data"]
    assert [] == page.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")


async def test_the_tree_is_filtered_by_keyboard(report: Data, show: Opener) -> None:
    """Tab reaches the search; what is written narrows the tree, arrows walk it, a box narrows it again."""
    page = await show(report_page(report))
    await focus(page, "#filter [name=text]")
    await page.write("getjob")
    await page.press("Enter", "\r")
    expected = ["r-acme.getJob.a", "r-acme.getJob.rows", "r-acme.getJob.size", "r-acme.later"]
    assert expected == await page.ask(VISIBLE)
    assert "4 of 9 shown" == await page.ask("document.getElementById('shown').textContent")
    await focus(page, "#filter [name=verdict][value=failed]")
    await page.press(" ")
    assert expected[1:3] == await page.ask(VISIBLE)
    await page.ask("document.querySelector('#filter [name=text]').focus()")
    await page.press("ArrowDown")
    assert "constraints" in await page.ask("document.activeElement.textContent")
    await page.press("ArrowLeft")
    assert [] == await page.ask(VISIBLE)
    await page.press("ArrowRight")
    await page.press("ArrowDown")
    assert "getJob" in await page.ask("document.activeElement.textContent")
    assert_quiet(page)


async def test_the_tree_is_arranged_and_put_back(report: Data, show: Opener) -> None:
    """Every requirement stands in the tree once, however it is arranged, and a reset brings the first order back."""
    page = await show(report_page(report))
    order = "[...document.querySelectorAll('li[data-verdict]')].map(row => row.id)"
    first = await page.ask(order)
    change = "const field = document.querySelector('[name=arrange]'); field.value = 'verdict';"
    await page.ask(f"{change} field.dispatchEvent(new Event('change'))")
    assert sorted(first) == sorted(await page.ask(order))
    assert first != await page.ask(order)
    await page.ask("new Promise(done => { document.querySelector('[type=reset]').click(); setTimeout(done, 20) })")
    assert first == await page.ask(order)


async def test_a_number_leads_to_what_it_counts(report: Data, show: Opener) -> None:
    """A number of the levels' table, chosen by keyboard, shows just those requirements."""
    page = await show(report_page(report))
    await focus(page, "[data-show='level=constraints&verdict=failed']")
    await page.press("Enter", "\r")
    await page.ask("new Promise(done => setTimeout(done, 20))")
    assert ["r-acme.getJob.rows", "r-acme.getJob.size"] == await page.ask(VISIBLE)


COPIED, SELECTED = "navigator.clipboard.readText()", "getSelection().toString().trim()"


@pytest.mark.parametrize(
    ("allowed", "says", "where"),
    [(["clipboardReadWrite", "clipboardSanitizedWrite"], "Copied", COPIED), ([], "Selected", SELECTED)],
)
async def test_a_command_is_copied(allowed: list[str], says: str, where: str, report: Data, show: Opener) -> None:
    """The button beside a command, pressed by keyboard, copies exactly that command, or selects it where it may not."""
    page = await show(report_page(report))
    await page.send("Browser.grantPermissions", permissions=allowed)
    await page.send("Emulation.setFocusEmulationEnabled", enabled=True)
    await focus(page, "pre.command button")
    watch = "new MutationObserver(() => done(button.textContent)).observe(button, {childList: true})"
    await page.ask(f"void (window.said = new Promise(done => {{ const button = document.activeElement; {watch} }}))")
    await page.press("Enter", "\r")
    assert says == await page.ask("window.said")
    assert "conformance replay cases/acme.getJob.rows.replay" == await page.ask(where)


async def test_hostile_text_does_nothing(spoiled: Callable[[str], Data], show: Opener) -> None:
    """No script of a report runs, no image of it loads, and its markup can be read."""
    page = await show(report_page(spoiled(HOSTILE)))
    assert await page.ask("window.broken === undefined")
    assert 0 == await page.ask("document.images.length")
    assert 1 == await page.ask("document.scripts.length")
    assert HOSTILE in await page.ask("document.querySelector('.failure .id').textContent")
    assert_quiet(page)


async def test_paper_shows_every_failure(report: Data, show: Opener) -> None:
    """In print, all failures have their evidence in sight, folded or not, and no form or button is left."""
    report["requirements"] += [requirement(f"acme.more.n{number}", "failed") for number in range(40)]
    page = await show(report_page(report))
    seen = "[...document.querySelectorAll('.failure .facts')].filter(one => one.checkVisibility()).length"
    assert 0 == await page.ask(seen)
    await page.send("Emulation.setEmulatedMedia", media="print")
    assert 45 == await page.ask(seen)
    assert not await page.ask("[...document.querySelectorAll('form, button, nav')].some(one => one.checkVisibility())")


async def test_without_script_everything_is_there(report: Data, show: Opener, tmp_path: Path) -> None:
    """Where no script runs, no dead form or button is shown, and folded parts open by themselves."""
    page = await show("<title>empty</title>")
    await page.send("Emulation.setScriptExecutionDisabled", value=True)
    (tmp_path / "plain.html").write_text(report_page(report), "utf-8")
    page.events.clear()
    await page.open((tmp_path / "plain.html").as_uri())
    assert not await page.ask("[...document.querySelectorAll('form, button')].some(one => one.checkVisibility())")
    assert 9 == await page.ask("document.querySelectorAll('li[data-verdict]').length")


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_page_is_no_wider_than_its_window(width: int, spoiled: Callable[[str], Data], show: Opener) -> None:
    """Long words wrap, wide tables scroll in their own frame: the page itself never scrolls sideways."""
    page = await show(report_page(spoiled("x" * 300)))
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    await page.send("Emulation.setDeviceMetricsOverride", **size)
    await page.ask("for (const part of document.querySelectorAll('details')) part.open = true")
    assert await page.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


async def test_the_matrix_shows_only_differences(report: Data, show: Opener) -> None:
    """One box, reached by keyboard, leaves the lines on which the reports differ."""
    other = report | {"requirements": [row | {"verdict": "passed"} for row in report["requirements"]]}
    page = await show(matrix_page(matrix([report, other])))
    rows = "[...document.querySelectorAll('tr[data-verdict]')].filter(row => row.checkVisibility()).length"
    assert 9 == await page.ask(rows)
    await focus(page, "#filter [name=only]")
    await page.press(" ")
    assert 8 == await page.ask(rows)
    assert_quiet(page)


async def test_a_narrow_matrix_shows_its_verdicts(report: Data, show: Opener) -> None:
    """On a telephone the verdicts of two reports stand beside the requirements, without scrolling sideways."""
    long = [requirement(f"acme.getJob.response.aVeryLongMember.n{number}.required") for number in range(9)]
    several = report | {"requirements": [row | {"sentence": "A long sentence " * 9} for row in long]}
    page = await show(matrix_page(matrix([several, several])))
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    await page.send("Emulation.setDeviceMetricsOverride", **size)
    assert await page.ask("(frame => frame.scrollWidth <= frame.clientWidth)(document.querySelector('.tall'))")
