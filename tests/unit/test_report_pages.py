"""Rules of the report site that need no store: names of files, letters, words cut short, sizes of pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest

from monitor.report.site import missed_lists
from monitor.report.site.grid_marks import mark_of
from monitor.report.site.grids import Entry, grids
from monitor.report.site.heat_maps import CELLS_OF_A_PAGE, OfReturn, heat_piece
from monitor.report.site.html import as_html
from monitor.report.site.other_pages import edition_script, organisations_script
from monitor.report.site.overview import Today, overview
from monitor.report.site.pages import ROWS_OF_A_PAGE, Page, instant, parts, rate, short
from monitor.report.site.part_hashes import hash_of_networks
from monitor.report.site.places import heat_page, name_for, organisation_page, period_page, root_of
from monitor.report.site.published_rows import Edition
from monitor.report.site.site_facts import World
from monitor.report.site.status_tags import LOOKS

MEGABYTE = 1_000_000
LONDON = ZoneInfo("Europe/London")
CHECKED = Edition(date(2025, 1, 31), datetime(2025, 2, 1, 6, 0, tzinfo=LONDON), "state")


@pytest.mark.parametrize("code", ["A81001", "U12345", "RX1", "S9B9J", "workforce", "digital_telephony"])
def test_a_usual_code_is_the_name_of_its_file(code: str) -> None:
    assert name_for(code) == code


@pytest.mark.parametrize(
    "code", ["CON", "con", "NUL", "LPT1", "aux", "../x", "a/b", "A B", "é", "", "<b>", "x" * 80, ".."]
)
def test_a_code_that_is_no_name_of_a_file_gets_one_of_its_own(code: str) -> None:
    name = name_for(code)
    assert name.startswith("x-")
    assert len(name) == 22
    assert name.removeprefix("x-").isalnum()


def test_no_two_codes_share_a_file_not_even_where_case_is_not_seen() -> None:
    codes = ["ABC", "abc", "Abc", "aBC", "A-B", "A/B", "CON", "con"]
    assert len({name_for(code).lower() for code in codes if code != "abc"}) == len(codes) - 1


def test_pages_know_the_way_up() -> None:
    assert root_of("index.html") == ""
    assert root_of(organisation_page("Z99001")) == "../"
    assert root_of(period_page("workforce", date(2024, 9, 1), 2)) == "../../"
    assert period_page("workforce", date(2024, 9, 1), 2) == "returns/workforce/2024-09-01-part-2.html"
    assert root_of(heat_page("icb", "QZ9", "workforce")) == "../../../"


def test_statuses_that_matter_have_letters_of_their_own() -> None:
    letters = [
        LOOKS[status].letter for status in ("received", "received_late", "not_received", "rejected", "not_known")
    ]
    assert letters == ["R", "L", "N", "X", "?"]
    assert {LOOKS[status].letter for status in LOOKS} - set(letters) == {"–", "·", "○"}


def test_words_are_cut_short_and_what_steers_them_is_made_visible() -> None:
    assert short("Hill Street Surgery") == "Hill Street Surgery"
    assert short("x" * 300) == "x" * 119 + "…"
    assert short("a\u202eb\nc\x00d") == "a\ufffdb\ufffdc\ufffdd"


def test_an_instant_is_told_on_londons_clock() -> None:
    assert instant(datetime(2025, 6, 30, 23, 30, tzinfo=ZoneInfo("UTC"))) == "1 July 2025, 00:30"


def test_lists_are_parted_and_an_empty_one_is_one_part() -> None:
    assert [list(part) for part in parts(list(range(5)), 2)] == [[0, 1], [2, 3], [4]]
    assert [list(part) for part in parts(list[int](), 2)] == [[]]


def test_the_longer_side_of_a_grid_runs_downwards() -> None:
    months = [Entry("month", "r1", date(2025, month, 1), f"m{month}", str(month)) for month in (1, 2, 3)]
    years = [Entry("contract_year", code, date(2024, 4, 1), "2024/25", code) for code in ("r1", "r2")]
    by_month, by_year = grids([*months, *years], {"r1": "First", "r2": "Second"})
    assert [(head.words, cells) for head, cells in by_month.rows] == [
        ("m3", (("3", ""),)), ("m2", (("2", ""),)), ("m1", (("1", ""),)),
    ]  # fmt: skip
    assert [(head.words, cells) for head, cells in by_year.rows] == [
        ("First", (("r1", ""),)), ("Second", (("r2", ""),)),
    ]  # fmt: skip


# What is expected, missed, received, not known, not due, without a due date; and what the cell says, in which colour.
CELLS_OF_A_GRID = """
    expected  missed  received  not known  not due  no date  says                        colour
          56       0        56          0        0        0  0 of 56                     s0
          56       1        55          0        0        0  1 of 56                     s1
          56       6        50          0        0        0  6 of 56                     s2
          56      14        42          0        0        0  14 of 56                    s3
          56      28        28          0        0        0  28 of 56                    s4
          56       0         0         56        0        0  not known                   q
          56       0         0         50        6        0  not known                   q
          56       2        44         10        0        0  2 of 46, 10 not known       s1
          56       0         0          0       56        0  not yet due                 o
          56       0        12          0       44        0  not yet due, 12 in          o
          56       3        12          0       41        0  3 of 56                     s1
          56       0         0          0        0       56  no due date                 d
          56       0         4          0        0       52  no due date, 4 in           d
          56       0         0          0        0        0  none recorded               d
          56       0         4          0        0        0  4 recorded                  d
           0       0         0          0        0        0  not required                -
"""


def test_a_cell_of_a_grid_never_says_0_missing_of_what_is_not_known_or_not_due() -> None:
    names = ("expected", "missed", "received", "not_known", "not_due", "no_due_date")
    for line in CELLS_OF_A_GRID.strip().splitlines()[1:]:
        *counts, says, colour = re.split(r"\s{2,}", line.strip())
        assert mark_of(dict(zip(names, map(int, counts), strict=True))) == (says, colour.strip("-")), line


def test_shares_are_rounded_as_sql_rounds_them() -> None:
    halves = [(part, whole) for whole in range(1, 90) for part in range(whole + 1)]
    asked = "SELECT round(100.0 * one[1] / one[2], 1) FROM (SELECT unnest($halves) AS one)"
    by_sql = duckdb.execute(asked, {"halves": [list(one) for one in halves]}).fetchall()
    assert [rate(*one) for one in halves] == [share for (share,) in by_sql]
    assert rate(0, 0) is None


def test_people_are_named_on_the_overview_only_where_that_is_set() -> None:
    absence = {
        "organisation_code": "Z1", "organisation_name": "One", "pcn_code": None, "pcn_name": None, "list_size": 9_000,
        "return_code": "workforce", "return_title": "Workforce", "slot_start": date(2024, 9, 1), "request_id": None,
        "first_period_start": date(2024, 9, 1), "first_label": "September 2024", "periods": 4, "period_kind": "month",
        "cause": "stopped", "action": "ask", "contact": "A. Example, 01632 960001", "open_absences": 1,
    }  # fmt: skip
    absent = [{"organisation_kind": "practice", "organisations": 1, "absences": 1}]
    today = Today([], [], [], [], [], absences=[absence], absent=absent, with_contacts=True)
    assert "01632 960001" in as_html(overview(World(CHECKED, [], [], [], [], {}), today))
    page = overview(World(CHECKED, [], [], [], [], {}), replace(today, with_contacts=False))
    assert "01632 960001" not in as_html(page)
    first = page.content["to_do"][0]
    assert (first.words, first.page) == (
        "1 practice to contact, about 1 return that no gap explains.", "#practices",
    )  # fmt: skip
    (row,) = page.content["practices"].rows
    assert [cell.text for cell in row] == [
        "One (Z1)", "9,000", "Workforce", "September 2024", "4 months", "received before",
    ]  # fmt: skip


def test_several_requests_of_one_month_stand_in_one_cell() -> None:
    twice = [Entry("request", "r1", date(2025, 1, 1), "January", mark) for mark in ("a<", "b")]
    (grid,) = grids(twice, {"r1": "First"})
    assert str(grid.rows[0][1][0][0]) == "a&lt;<br>b"


def test_data_for_scripts_cannot_end_the_script() -> None:
    row = {
        "organisation_code": "Z1", "organisation_name": "</script><b>\u2028", "icb_now": None, "sub_icb_code": None,
        "pcn_code": None,
    }  # fmt: skip
    script = organisations_script([row])
    assert script == ('window.monitorOrganisations = [\n["Z1","\\u003c/script>\\u003cb>\\ufffd","","","",""]\n];\n')
    assert edition_script(CHECKED, "k") == (
        'window.monitorEdition = {"on":"2025-01-31","asOf":"31 January 2025",'
        '"checkedAt":"1 February 2025, 06:00","of":"k"};\n'
    )


def test_a_page_of_the_most_rows_stays_below_a_megabyte() -> None:
    row = {
        "organisation_code": "Z99001", "organisation_name": "The Surgery of a Rather Long Name and Partners",
        "status": "not_received", "cause": "not_participating", "due_on": date(2025, 1, 31), "days_overdue": 100,
        "last_received_label": "December 2024", "supplier": "A Supplier of Telephony Limited", "sub_icb_code": "26A",
        "pcn_code": "U99001", "request_id": None,
    }  # fmt: skip
    table = missed_lists.of_period([row] * ROWS_OF_A_PAGE, "Somewhere")
    assert len(as_html(Page("a/b/c.html", "table.html.j2", "T", (), {"table": table})).encode()) < MEGABYTE


@pytest.mark.parametrize("months", [1, 24, 120])
def test_a_heat_map_of_very_many_organisations_is_in_parts_below_a_megabyte(months: int) -> None:
    slots = [
        {"return_code": "r", "slot_start": date(2015 + place // 12, 1 + place % 12, 1), "label": f"September {place}"}
        for place in range(months)
    ]
    world = World(CHECKED, [{"return_code": "r", "return_title": "Return"}], slots, [], [], {})
    starts = [slot["slot_start"] for slot in slots]
    name = "The Surgery of a Rather Long Name and Partners"
    rows = [
        {
            "organisation_code": f"Z{place}", "organisation_name": name, "slots": starts,
            "statuses": ["not_received"] * months,
        }
        for place in range(3_000)
    ]  # fmt: skip
    pages = list(heat_piece(world, "icb", "QZ9", OfReturn("r", rows), ()).pages())
    assert len(pages) == -(-3_000 // min(ROWS_OF_A_PAGE, CELLS_OF_A_PAGE // months))
    texts = [as_html(page) for page in pages]
    assert max(len(text.encode()) for text in texts) < MEGABYTE
    assert sum(text.count("<td class=n>N") for text in texts) == 3_000 * months


def test_the_overview_says_first_what_could_not_be_read_also_of_no_return() -> None:
    unread = {
        "file_name": "<b>.csv", "return_code": None, "rows_rejected": 2, "first_row": 3,
        "reasons": {"bad_code": 1, "bad_date": 1}, "column_name": "organisation_code", "in_doubt": 0,
    }  # fmt: skip
    news = {"change": "new", "kind": "row_rejected", "return_code": "", "findings": 1, "due_first": None}
    page = overview(World(CHECKED, [], [], [], [], {}), Today([], [news], [], [], [], unread=[unread]))
    assert page.content["to_do"][0].words.startswith("2 rows could not be read")
    html = as_html(page)
    assert "&lt;b&gt;.csv" in html
    assert "<b>.csv" not in html
    assert "bad code (1), bad date (1)" in html
    assert html.count("not readable") == 2


def test_the_overview_lists_published_files_that_are_due_the_latest_first() -> None:
    rows = [
        {
            "publication": "Workforce", "period_label": label, "period_start": date(2024, month, 1),
            "due_on": date(2024, month + 2, 12), "state": "not loaded", "not_known": 56,
        }
        for label, month in (("June 2024", 6), ("July 2024", 7))
    ]  # fmt: skip
    html = as_html(overview(World(CHECKED, [], [], [], [], {}), Today([], [], [], [], [], publications=rows)))
    assert html.index("12 September 2024") < html.index("12 August 2024")
    assert "<h2>Due and not loaded</h2>" not in as_html(
        overview(World(CHECKED, [], [], [], [], {}), Today([], [], [], [], []))
    )


def test_the_order_in_which_organisations_are_read_makes_no_page_anew() -> None:
    said = {"A81001": "one", "A81002": "two"}
    assert hash_of_networks("members", said) == hash_of_networks("members", dict(reversed(said.items())))
    assert hash_of_networks("members", said) != hash_of_networks("members", {"A81001": "two", "A81002": "one"})
