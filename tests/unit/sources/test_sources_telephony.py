"""Cloud Based Telephony: two workbooks and three long files, each known by its content."""

from __future__ import annotations

from pathlib import Path

import pytest
from layouts import telephony

from monitor.core.errors import FileRefused
from monitor.sources.formats import CsvTable, RowTable
from monitor.sources.recognise import recognise


def rows_of(path: Path, *columns: str) -> list[tuple[int | str | None, ...]]:
    (table,) = recognise(path).tables
    assert isinstance(table, RowTable)
    places = [table.columns.index(column) for column in columns]
    return [(number, *(texts[place] for place in places)) for number, texts in table.rows()]


def test_table_3_of_the_summary_gives_practices_and_neither_totals_nor_shared_accounts_nor_notes(
    tmp_path: Path,
) -> None:
    path = telephony.make_telephony_summary(tmp_path / "summary.xlsx")
    recognised = recognise(path)
    assert recognised.format_name == "cloud based telephony summary workbook"
    assert rows_of(path, "period_start", "organisation_code", "inbound_calls") == [
        (15, "2025-12-01", "G81001", "1000"),
        (17, "2025-12-01", "G81002", "0"),
    ]


def test_a_practice_whose_month_is_overwritten_by_the_footer_is_kept_with_the_month_of_the_sheet(
    tmp_path: Path,
) -> None:
    rows = [telephony.summary_row("G81001"), telephony.summary_row("M83616", month="Copyright © 2025 NHS England ")]
    path = telephony.make_telephony_summary(tmp_path / "summary.xlsx", rows)
    assert [row[1:] for row in rows_of(path, "organisation_code", "period_start")] == [
        ("G81001", "2025-12-01"),
        ("M83616", "2025-12-01"),
    ]


def test_a_summary_without_the_heading_of_inbound_calls_is_refused_naming_it(tmp_path: Path) -> None:
    headings = ["All inbound" if text == "Count of Inbound calls" else text for text in telephony.SUMMARY_HEADINGS]
    path = telephony.make_telephony_summary(tmp_path / "summary.xlsx", headings=headings)
    with pytest.raises(FileRefused, match=r"lacks the headings Count of Inbound calls\. Columns found: Month \[1\]"):
        recognise(path)


FLAGS = ("organisation_code", "agreed", "included", "shared_account")
ROW = telephony.participation_row("G81001", "Yes", "No", "Yes")


def with_heading(place: int, text: str | None) -> list[str | None]:
    return [text if at == place else heading for at, heading in enumerate(telephony.PARTICIPATION_HEADINGS)]


@pytest.mark.parametrize(
    "headings",
    [
        telephony.PARTICIPATION_HEADINGS,
        with_heading(12, None),
        with_heading(12, "Data received for the actice and included"),
        with_heading(13, "Practice Code has been un"),
        with_heading(14, "List of open and active practice codes included on the shared account"),
    ],
    ids=["as described", "blank heading", "typo", "cut short", "the list speaks of the flags too"],
)
def test_the_flags_of_the_participation_workbook_are_found_by_words_and_a_blank_one_by_its_place(
    tmp_path: Path, headings: list[str | None]
) -> None:
    path = telephony.make_telephony_participation(tmp_path / "participation.xlsx", [ROW], headings)
    assert recognise(path).format_name == "cloud based telephony participation workbook"
    assert rows_of(path, *FLAGS) == [(16, "G81001", "Yes", "No", "Yes")]


def test_a_participation_workbook_with_a_flag_that_cannot_be_found_is_refused(tmp_path: Path) -> None:
    path = telephony.make_telephony_participation(tmp_path / "p.xlsx", [ROW], with_heading(12, "Outcome"))
    with pytest.raises(FileRefused, match="lacks the headings Data received and included"):
        recognise(path)


@pytest.mark.parametrize("layout", telephony.CALLS_BANDS)
def test_the_three_long_files_go_to_one_table_and_are_left_to_the_database(tmp_path: Path, layout: str) -> None:
    path = telephony.make_telephony_calls(tmp_path / "calls.csv", [], layout)
    (table,) = recognise(path).tables
    assert isinstance(table, CsvTable)
    assert table.format.table == "telephony_calls"
    assert {"date", "organisation_code", "sub_icb_code", "indicator", "band", "value"} <= set(table.columns)
