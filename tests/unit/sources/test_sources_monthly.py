"""Monthly publications by practice: known by their headings, dated by their names where nothing else dates them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from layouts import appointments, online_consultation_long, workforce

from monitor.core.errors import FileRefused
from monitor.sources.nhs.months_in_names import month_named
from monitor.sources.recognise import recognise


def known(path: Path) -> tuple[str, dict[str, str]]:
    """Of a file with one table: its format, and what its name says."""
    (table,) = recognise(path).tables
    return table.format.table, dict(table.given)


def test_each_file_is_known_by_its_headings_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "download.csv"
    assert known(appointments.make_crosstab(path)) == ("appointments", {})
    assert known(appointments.make_coverage(path)) == ("appointments_coverage", {})
    assert known(online_consultation_long.make_metrics(path)) == ("online_consultation_metric", {})


def test_the_mapping_is_of_the_month_in_the_name_of_its_zip(tmp_path: Path) -> None:
    path = appointments.make_mapping(tmp_path / "Practice_Level_Crosstab_Feb_26.zip" / "Mapping.csv")
    assert known(path) == ("appointments_map", {"period_start": "2026-02-01"})


@pytest.mark.parametrize("make", [appointments.make_mapping, workforce.make_detailed, workforce.make_high_level])
def test_a_file_that_nothing_dates_is_refused_with_advice(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    with pytest.raises(FileRefused, match="neither its content nor its name says of which month") as refused:
        recognise(make(tmp_path / "practices.csv"))
    assert "in its zip" in refused.value.message


def test_workforce_files_are_of_the_month_in_their_name_or_that_of_their_zip(tmp_path: Path) -> None:
    june = {"period_start": "2024-06-01"}
    assert known(workforce.make_detailed(tmp_path / workforce.DETAILED_NAME)) == ("workforce_detailed", june)
    assert known(workforce.make_high_level(tmp_path / workforce.HIGH_LEVEL_NAME)) == ("workforce_high_level", june)
    zipped = workforce.make_detailed(tmp_path / workforce.ZIP_NAME / "detailed.csv", bom=True)
    assert known(zipped) == ("workforce_detailed", june)


def test_a_month_inside_the_file_comes_before_the_one_in_its_name(tmp_path: Path) -> None:
    path = workforce.make_detailed(tmp_path / workforce.DETAILED_NAME, year_and_month=("2025", "07"), lower_case=True)
    assert known(path) == ("workforce_detailed", {})


def test_a_heading_that_is_gone_is_named_with_those_that_were_found(tmp_path: Path) -> None:
    path = workforce.make_detailed(tmp_path / workforce.DETAILED_NAME, left_out=["NURSE_SOURCE"])
    with pytest.raises(FileRefused, match=r"lacks NURSE_SOURCE\. Columns found: PRAC_CODE, PRAC_NAME"):
        recognise(path)
    headings = appointments.CROSSTAB_HEADINGS.replace("COUNT_OF_APPOINTMENTS", "APPOINTMENTS_COUNTED").split(",")
    with (tmp_path / "crosstab.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([headings, appointments.crosstab_line()])
    with pytest.raises(
        FileRefused, match="nearest is appointments by practice, for which it lacks COUNT_OF_APPOINTMENTS"
    ):
        recognise(tmp_path / "crosstab.csv")


def test_a_file_without_practices_is_known_and_holds_no_rows(tmp_path: Path) -> None:
    daily = recognise(appointments.make_daily(tmp_path / "daily.csv"))
    assert (daily.format_name, daily.tables) == ("appointments by day and sub-ICB", ())
    assert daily.note == "holds nothing about single practices; none of its rows are read"
    definitions = recognise(workforce.make_definitions(tmp_path / "definitions.xlsx"))
    assert (definitions.format_name, definitions.tables) == ("definitions of the workforce file", ())


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("Practice_Level_Crosstab_Feb_26.zip/Mapping.csv", date(2026, 2, 1)),
        ("Practice_Level_Crosstab_Feb_26.zip/Mapping_Mar_26.csv", date(2026, 3, 1)),
        ("GPWPracticeCSV.062026.zip/practices.csv", date(2026, 6, 1)),
        ("1 General Practice - June 2026 Practice Level - Detailed.csv", date(2026, 6, 1)),
        ("3 General Practice – September 2026 Practice Level - High level.csv", date(2026, 9, 1)),
        ("3 General Practice ΓÇô May 2026 Practice Level - High level.csv", date(2026, 5, 1)),
        ("workforce 2026-06.csv", date(2026, 6, 1)),
        ("workforce_may2026_v2.csv", date(2026, 5, 1)),
        ("coverage_aug2020-jan2023.csv", None),
        ("Dismay 2026.csv", None),
        ("figures of 2026.csv", None),
    ],
)
def test_the_month_is_read_from_a_name(name: str, month: date | None) -> None:
    assert month_named(Path("inbox") / name) == month
