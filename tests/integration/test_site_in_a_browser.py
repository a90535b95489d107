"""The site as a browser shows it, opened from its folder: nothing is fetched, everything works by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import CHROMIUM, QUIET, needs_chromium, picture_of
from playwright.sync_api import Browser, Page, expect, sync_playwright

PHONE, TABLET, DESK = 320, 768, 1280
WIDTHS = (PHONE, DESK)  # by default one of them for each kind of page, in turn
# By default the kinds that hold all that a page can hold: tables, tags, charts, the heat map, filters.
BY_DEFAULT = ("overview", "heat-map", "practice", "rate")
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
KINDS = {
    "overview": "index.html",
    "returns": "returns/index.html",
    "return": "returns/digital_telephony.html",
    "period": "returns/digital_telephony/2024-11-01.html",
    "areas": "areas/index.html",
    "icb": "areas/icb/QZ9.html",
    "heat-map": "areas/icb/QZ9/workforce.html",
    "sub-icb": "areas/sub-icb/Z1A.html",
    "pcn": "areas/pcn/U99001.html",
    "practice": "organisations/Z99017.html",
    "trust": "organisations/RZ1.html",
    "rates": "rates.html",
    "rate": "returns/workforce/rate-2024-12-01.html",
    "networks": "networks.html",
    "action": "action.html",
    "action-of-return": "returns/workforce/action-1.html",
    "search": "search.html?q=centre",
    "dictionary": "dictionary.html",
    "method": "method.html",
}

pytestmark = [needs_chromium, pytest.mark.pages]

# The tables that are wider than their frame; heat maps are, and keep their first column in view.
CUT_OFF = """[...document.querySelectorAll('.nhsuk-table')]
    .filter(one => one.parentNode.scrollWidth > one.parentNode.clientWidth).map(one => one.caption.textContent)"""


class Heard:
    """What a page said that it should not have: errors, and requests that leave its folder."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.said: list[str] = []
        self.folder = folder.as_uri()
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("requestfailed", lambda request: self.said.append(f"not found: {request.url}"))
        page.on("request", lambda request: self._look_at(request.url))

    def _look_at(self, url: str) -> None:
        if not url.startswith((self.folder, "data:")):
            self.said.append(f"left its folder: {url}")


@pytest.fixture(scope="module")
def site(demo_made_once: Path) -> Path:
    return demo_made_once / "published" / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": DESK, "height": 900})
    yield page
    page.close()


def address(site: Path, place: str) -> str:
    return f"{site.as_uri()}/{place}"


@pytest.mark.parametrize("every", [60, pytest.param(1, marks=pytest.mark.slow)])
def test_every_page_opens_from_its_folder_without_an_error_and_without_a_request_elsewhere(
    site: Path, page: Page, every: int
) -> None:
    heard = Heard(page, site)
    pages = sorted(file for file in site.rglob("*.html") if "data_docs" not in file.parts)
    assert len(pages) > 200
    for file in pages[::every]:
        page.goto(file.as_uri())
        assert (page.locator("[data-edition]").text_content() or "").startswith("As of 31 January 2025, checked on ")
    assert heard.said == []


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("kind", "width"),
    [
        pytest.param(kind, width, marks=[] if width == WIDTHS[place % 2] and kind in BY_DEFAULT else pytest.mark.slow)
        for place, kind in enumerate(KINDS)
        for width in (PHONE, TABLET, DESK)
    ],
)
def test_no_kind_of_page_violates_wcag_or_scrolls_sideways(site: Path, page: Page, kind: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address(site, KINDS[kind]))
    picture_of(page, f"site-{kind}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.evaluate("window.dispatchEvent(new Event('resize'))")
    assert page.evaluate(CUT_OFF) == []
    violations = Axe().run(page, options=WCAG).response["violations"]
    told = [(one["id"], node["html"][:200], node.get("failureSummary")) for one in violations for node in one["nodes"]]
    assert told == []


@pytest.mark.slow
def test_who_owes_telephony_data_why_and_since_when_is_three_clicks_from_the_overview(site: Path, page: Page) -> None:
    page.goto(address(site, "index.html"))
    page.get_by_role("link", name="Digital telephony data", exact=True).first.click()
    page.get_by_role("link", name="November 2024", exact=True).first.click()
    assert page.get_by_role("heading", level=1).text_content() == "Digital telephony data: November 2024"
    table = page.get_by_role("table", name="Digital telephony data, November 2024: not received from")
    row = table.get_by_role("row", name="Brammere Surgery (Z99008)").locator("th, td")
    assert row.all_text_contents()[:7] == [
        "Brammere Surgery (Z99008)", "not received", "known incident", "5 December 2024", "57", "October 2024",
        "Tern Communications",
    ]  # fmt: skip
    page.get_by_role("link", name="Brammere Surgery (Z99008)").click()
    assert page.get_by_role("heading", level=1).text_content() == "Brammere Surgery (Z99008)"


def test_a_table_is_sorted_by_keyboard_and_says_how(site: Path, page: Page) -> None:
    page.goto(address(site, KINDS["period"]))
    heading = page.get_by_role("columnheader", name="Days overdue").first
    button = heading.get_by_role("button")
    column = "[...document.querySelector('table').tBodies[0].rows].map(row => row.cells[4].textContent)"
    before = page.evaluate(column)
    button.focus()
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    assert page.evaluate(column) == sorted(before, key=int)
    page.keyboard.press("Space")
    assert heading.get_attribute("aria-sort") == "descending"
    assert page.evaluate(column) == sorted(before, key=int, reverse=True)
    assert page.locator("th[aria-sort]").count() == 1


def test_a_last_column_of_links_is_sorted_by_their_words(site: Path, page: Page) -> None:
    page.goto(address(site, KINDS["period"]))
    page.get_by_role("columnheader", name="PCN").first.get_by_role("button").press("Enter")
    last_cells = "table => [...table.tBodies[0].rows].map(row => [...row.cells].at(-1).textContent.trim())"
    names = page.locator("table").first.evaluate(last_cells)
    assert names == sorted(names, key=lambda name: (not name, name.casefold()))
    assert len(set(names)) > 2


def test_days_overdue_are_counted_up_to_the_day_of_the_edition(site: Path, page: Page, tmp_path: Path) -> None:
    """So that a page says what is so today though nothing but the day has changed since it was written."""
    later = tmp_path / "site"
    shutil.copytree(site, later)
    edition = later / "assets" / "edition.js"
    edition.write_text(edition.read_text(encoding="utf-8").replace('"on":"2025-01-31"', '"on":"2027-12-05"'), "utf-8")
    page.goto(address(later, KINDS["period"]))
    cells = page.get_by_role("row", name="Brammere Surgery (Z99008)").locator("td")
    assert cells.nth(3).text_content() == "1,095"  # since 5 December 2024
    assert cells.nth(3).get_attribute("data-v") == "1095"


def test_on_a_phone_a_table_is_cards_with_their_headings_and_can_be_sorted(site: Path, page: Page) -> None:
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.goto(address(site, KINDS["rate"]))
    table = page.get_by_role("table", name="By PCN, as on the last day of the period")
    first = table.get_by_role("row").nth(1)
    assert first.get_by_role("rowheader").text_content() == "U99001 Gorse Valley PCN"
    assert first.locator(".nhsuk-table__heading").all_text_contents()[:3] == ["Actual", "Expected", "Reporting rate"]
    assert first.get_by_role("cell").nth(2).aria_snapshot() == '- cell "100.0%"'
    table.get_by_role("button", name="Reporting rate").press("Enter")
    assert table.get_by_role("row").nth(1).get_by_role("rowheader").text_content() == "U99007 Lantern Coast PCN"
    page.set_viewport_size({"width": DESK, "height": 900})
    expect(page.locator(".nhsuk-table--responsive")).to_have_count(0)  # the page hears of its new size a moment later


def test_any_return_and_period_is_chosen_by_keyboard_for_its_rates(site: Path, page: Page) -> None:
    page.goto(address(site, KINDS["rates"]))
    page.get_by_label("Return", exact=True).select_option("GP practice workforce (NWRS)")
    period = page.get_by_label("Period", exact=True)
    assert period.locator("option").all_text_contents()[::9] == ["January 2025", "April 2024"]
    period.select_option("October 2024")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**/returns/workforce/rate-2024-10-01.html")
    period = page.get_by_label("Period", exact=True)
    assert period.evaluate("one => one.selectedOptions[0].text") == "October 2024"
    period.select_option("June 2024")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**/returns/workforce/rate-2024-06-01.html")


def test_one_click_from_the_overview_leads_to_whom_to_ring_and_what_to_ask(site: Path, page: Page) -> None:
    page.goto(address(site, "index.html"))
    page.get_by_role("link", name="Dunholt Medical Centre (Z99017)").first.press("Enter")
    table = page.get_by_role("table", name="Outstanding, the longest first")
    cells = table.get_by_role("row").nth(1).locator("th, td").all_text_contents()
    assert [cell.strip() for cell in cells] == [
        "GP practice workforce (NWRS)", "September 2024", "4 months", "August 2024", "received before",
        "ask the organisation what has changed since the last receipt",
    ]  # fmt: skip


def test_a_day_is_sorted_by_its_date_and_not_by_its_words(site: Path, page: Page) -> None:
    page.goto(address(site, KINDS["practice"]))
    table = page.get_by_role("table", name="Not received or rejected, the latest period first")
    table.get_by_role("columnheader", name="Due on").get_by_role("button").press("Enter")
    days = table.evaluate("table => [...table.tBodies[0].rows].map(row => row.cells[3].dataset.v)")
    assert days == sorted(days)
    assert len(set(days)) > 3


def test_a_table_is_filtered_by_keyboard_and_the_count_is_said(site: Path, page: Page) -> None:
    page.goto(address(site, KINDS["period"]))
    field = page.get_by_label("Filter: Digital telephony data, November 2024: not received from")
    field.focus()
    page.keyboard.type("known INCIDENT z1a")
    shown = page.locator("table").first.locator("tbody tr:visible")
    rows = page.locator("table").first.locator("tbody tr")
    assert 0 < shown.count() < rows.count()
    assert all("known incident" in text and "Z1A" in text for text in shown.all_text_contents())
    said = page.locator(".filter [role=status]").first
    assert said.text_content() == f"{shown.count()} of {rows.count()} rows"
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    assert (shown.count(), said.text_content()) == (rows.count(), "")


def test_an_organisation_is_found_by_name_or_code_from_any_page_by_keyboard(site: Path, page: Page) -> None:
    page.goto(address(site, KINDS["heat-map"]))
    page.get_by_label("Search organisations by name or code").focus()
    page.keyboard.type("dunholt medical")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=dunholt+medical")
    assert page.locator("#found-count").text_content() == "1 organisation"
    assert page.locator("#found a").all_text_contents() == ["Dunholt Medical Centre (Z99017)"]
    page.get_by_label("Name or code of an organisation").fill("z99041")
    page.locator("#found a").press("Enter")
    page.wait_for_url("**/organisations/Z99041.html")


def test_the_first_key_leads_past_the_menu_and_what_has_the_focus_is_seen(site: Path, page: Page) -> None:
    page.goto(address(site, "index.html"))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    assert skip.evaluate("one => one === document.activeElement && one.getBoundingClientRect().left >= 0")
    assert skip.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 235, 59)"


def test_on_paper_there_is_no_menu_and_every_row_is_there(site: Path, page: Page) -> None:
    page.goto(address(site, KINDS["period"]))
    page.emulate_media(media="print")
    assert page.locator("nav, form, .filter").locator("visible=true").count() == 0
    assert page.locator("table").first.locator("tbody tr:visible").count() == 13
    assert page.locator("[data-edition]").is_visible()
    link = page.locator("tbody a").first
    assert link.evaluate("one => getComputedStyle(one, '::after').display") == "none"  # not its address in brackets


@pytest.mark.slow
def test_in_a_narrow_window_a_wide_table_scrolls_by_keyboard_and_the_page_does_not(site: Path, page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 900})
    page.goto(address(site, KINDS["networks"]))
    region = page.get_by_role("region", name="Primary care networks, those with the lowest reporting rate first")
    assert page.locator(".nhsuk-scroll--scrollable-right").count() == 1
    region.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.nhsuk-scroll--scrollable-left')")
    assert page.evaluate("document.documentElement.scrollWidth") == 800
    page.set_viewport_size({"width": DESK, "height": 900})
    expect(page.locator(".nhsuk-scroll--scrollable")).to_have_count(0)
    assert region.get_attribute("tabindex") is None  # nothing to scroll: the keyboard does not stop here


def test_a_status_is_a_tag_and_keeps_its_colour_in_a_map_where_colours_are_forced(site: Path, page: Page) -> None:
    colour = "one => getComputedStyle(one).backgroundColor"
    page.goto(address(site, KINDS["period"]))
    assert page.locator("b.n").first.evaluate(colour) == "rgb(247, 212, 209)"
    page.emulate_media(forced_colors="active")
    page.goto(address(site, KINDS["heat-map"]))
    cell, key = page.locator(".heat td.n").first, page.locator(".key.n")
    assert cell.evaluate(colour) == key.evaluate(colour) == "rgb(163, 32, 16)"


def test_without_scripts_everything_but_search_can_be_read(site: Path, browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address(site, KINDS["period"]))
    assert page.locator("table").first.locator("tbody tr").count() == 13
    assert "overview says which day" in (page.locator("footer").text_content() or "")
    page.goto(address(site, KINDS["rate"]))
    assert page.locator(".periods a").count() == 9
    page.goto(address(site, "search.html"))
    assert "lead to every organisation" in (page.locator("noscript").text_content() or "")
    page.close()


@pytest.mark.slow
def test_a_site_that_was_moved_works_as_before(site: Path, tmp_path: Path, page: Page) -> None:
    moved = Path(shutil.copytree(site, tmp_path / "on a share, ünd #1"))
    heard = Heard(page, moved)
    page.goto(address(moved, KINDS["practice"]))
    page.get_by_role("link", name="Overview").first.click()
    assert page.get_by_role("heading", level=1).text_content() == "What needs attention today"
    assert heard.said == []
