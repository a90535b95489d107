"""National Diabetes Audit, GP contract indicators and dementia data: known by little, refused by too little."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from layouts import diabetes_audit, gp_contract

from monitor.core.errors import FileRefused
from monitor.sources.formats import Recognised, RowTable
from monitor.sources.nhs.quarters import quarters_in
from monitor.sources.recognise import recognise


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("July 2024 to September 2024", date(2024, 7, 1)),
        ("1 July 2024 to 30 September 2024", date(2024, 7, 1)),
        ("April to June 2024", date(2024, 4, 1)),
        ("NDA_Apr-Jun_2024.csv", date(2024, 4, 1)),
        ("October – December 2024", date(2024, 10, 1)),
        ("January 2024 to September 2024", date(2024, 7, 1)),
        ("Q2 2024-25", date(2024, 7, 1)),
        ("2024-25 Q2", date(2024, 7, 1)),
        ("2024/25, Quarter 4", date(2025, 1, 1)),
        ("Q1 2024-2025", date(2024, 4, 1)),
        ("January 2024 to August 2024", None),
        ("Q2 2024", None),
        ("Q2 2024-26", None),
        ("2024-25", None),
        ("Copyright 2024", None),
    ],
)
def test_a_quarter_is_read_from_words_and_never_guessed(text: str, day: date | None) -> None:
    assert quarters_in(text) == ({day} if day else set())


def practices(recognised: Recognised) -> list[tuple[int | str | None, ...]]:
    (table,) = recognised.tables
    assert isinstance(table, RowTable)
    columns = ("quarter_start", "organisation_code", "registrations")
    places = [table.columns.index(column) for column in columns]
    return [(number, *(texts[place] for place in places)) for number, texts in table.rows()]


def test_a_sheet_of_the_diabetes_audit_is_known_by_its_title_and_a_column_of_practice_codes(tmp_path: Path) -> None:
    recognised = recognise(diabetes_audit.make_diabetes_audit(tmp_path / "audit.xlsx"))
    assert recognised.format_name == "national diabetes audit by practice"
    assert practices(recognised) == [(6, "2024-07-01", "G81001", "245"), (7, "2024-07-01", "G81002", "*")]


def test_a_csv_of_the_diabetes_audit_takes_its_quarter_from_the_file_name(write: Callable[..., Path]) -> None:
    text = 'National Diabetes Audit,,\nPRACTICE_CODE,PRACTICE_NAME,Registrations\nG81001,"Surgery, the",245\n'
    assert practices(recognise(write(text, "NDA 2024-25 Q2.csv"))) == [(3, "2024-07-01", "G81001", "245")]


def test_the_quarter_of_the_title_wins_over_that_of_the_file_name(tmp_path: Path) -> None:
    path = diabetes_audit.make_diabetes_audit(tmp_path / "audit Q4 2024-25.xlsx")
    assert {row[1] for row in practices(recognise(path))} == {"2024-07-01"}


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("National Diabetes Audit, 2024-25", "names no quarter"),
        ("National Diabetes Audit, April to June 2024 and July to September 2024", "several quarters"),
    ],
)
def test_an_audit_of_no_quarter_or_of_several_is_refused_with_advice(tmp_path: Path, title: str, found: str) -> None:
    path = diabetes_audit.make_diabetes_audit(tmp_path / "audit.xlsx", title=title)
    with pytest.raises(FileRefused, match=found):
        recognise(path)


def test_practice_codes_without_the_name_of_the_audit_are_of_no_known_format(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    with pytest.raises(FileRefused, match="of no known format"):
        recognise(write("PRACTICE_CODE,Registrations\nG81001,245\n", "NDA 2024-25 Q2.csv"))


def test_a_submission_log_that_speaks_of_the_audit_is_a_submission_log(workbook: Callable[..., Path]) -> None:
    heading = ["practice_code", "return_code", "period_start", "submitted_at", "outcome", "detail"]
    row = [
        "G81001",
        "national_diabetes_audit",
        "2024-07-01",
        "2024-10-31",
        "accepted",
        "National Diabetes Audit Q2 2024-25",
    ]
    assert recognise(workbook({"NDA": [heading, row]})).format_name == "submission log"


def test_the_core_gp_contract_is_known_with_and_without_the_type_of_measure(tmp_path: Path) -> None:
    for measure_type in (False, True):
        path = tmp_path / f"{measure_type}.csv"
        (table,) = recognise(gp_contract.make_core_gp_contract(path, [], measure_type)).tables
        assert table.format.table == "core_gp_contract"


def test_the_dates_of_dementia_data_are_known_and_their_siblings_are_no_error(tmp_path: Path) -> None:
    (table,) = recognise(gp_contract.make_dementia_data_date(tmp_path / "dates.csv", [])).tables
    assert table.format.table == "dementia_data_date"
    for name in gp_contract.SIBLINGS:
        assert recognise(gp_contract.make_sibling(tmp_path / name)).tables == ()


def test_a_contract_file_whose_indicator_was_renamed_is_refused_and_not_passed_over(write: Callable[..., Path]) -> None:
    heading = "QUALITY_SERVICE,PRACTICE_CODE,PRACTICE_NAME,ACH_DATE,INDICATOR,MEASURE,VALUE"
    with pytest.raises(FileRefused, match="nearest is GP contract indicators by practice, for which it lacks IND_CODE"):
        recognise(write(heading + "\n"))
