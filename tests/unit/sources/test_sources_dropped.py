"""The five files that people prepare themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import pytest

from monitor.core.errors import FileRefused
from monitor.sources.files.tolerant_csv import read_csv_carefully
from monitor.sources.formats import CsvTable, ParquetTable, RowTable
from monitor.sources.own_formats import ORGANISATIONS, SUBMISSION_LOG
from monitor.sources.recognise import FORMATS, recognise

LOG = "organisation_code,return_code,period_start,submitted_at,outcome"
LOG_ROW = "A81001,workforce,2024-05-01,2024-05-31T09:30,accepted"


@pytest.mark.parametrize(
    ("header", "name", "table"),
    [
        ("organisation_code,organisation_name", "organisations", "organisation"),
        (LOG, "submission log", "submission"),
        ("request_id,organisation_code,return_code,requested_on", "requests", "request"),
        ("notice_id,return_code,kind,scope,reason", "notices", "notice"),
        ("organisation_code,return_code,state,from_on", "participation", "participation"),
    ],
)
def test_each_file_is_known_by_its_required_columns_in_any_order(
    write: Callable[..., Path], header: str, name: str, table: str
) -> None:
    backwards = ",".join(reversed(header.split(",")))
    for number, text in enumerate((header, backwards)):
        recognised = recognise(write(text + "\n", f"{number}.csv"))
        assert recognised.format_name == name
        tables = [(t.format.table, t.columns, t.ignored) for t in recognised.tables]
        assert tables == [(table, tuple(text.split(",")), ())]


def test_every_required_column_is_one_of_the_columns_and_no_column_is_listed_twice() -> None:
    for format_ in FORMATS:
        assert set(format_.required) <= set(format_.columns)
        assert len(set(format_.columns)) == len(format_.columns)
    assert len({format_.name for format_ in FORMATS}) == len(FORMATS)


def test_a_csv_is_left_to_the_database_to_read(write: Callable[..., Path]) -> None:
    path = write(f"{LOG}\n{LOG_ROW}\n")
    table = CsvTable(SUBMISSION_LOG, path, 1, tuple(LOG.split(",")), ())
    assert recognise(path).tables == (table,)


def test_headings_are_compared_without_case_outer_spaces_and_with_spaces_as_underscores(
    write: Callable[..., Path],
) -> None:
    path = write("\ufeff Practice Code ,RETURN_CODE,Period  Start,submitted at,Outcome\r\n")
    assert recognise(path).tables[0].columns == tuple(LOG.split(","))


def test_practice_code_stands_for_organisation_code_unless_that_is_there_too(write: Callable[..., Path]) -> None:
    path = write("practice_code,organisation_code,organisation_name\n")
    table = recognise(path).tables[0]
    assert (table.columns, table.ignored) == (
        ("practice_code", "organisation_code", "organisation_name"),
        ("practice_code",),
    )


def test_extra_columns_are_listed_as_ignored_with_safe_and_unique_names(write: Callable[..., Path]) -> None:
    path = write("organisation_code,Row number,organisation_name,,2024 note,Notes!,notes,\n")
    table = recognise(path).tables[0]
    assert table.ignored == ("row_number_2", "column_4", "column_2024_note", "notes", "notes_2", "column_8")
    assert table.columns == ("organisation_code", "row_number_2", "organisation_name", *table.ignored[1:])


def test_a_submission_log_with_all_that_makes_other_files_is_a_submission_log(write: Callable[..., Path]) -> None:
    header = f"{LOG},request_id,requested_on,state,from_on,organisation_name,notice_id,kind,scope,reason"
    assert recognise(write(header + "\n")).format_name == "submission log"


def test_requests_with_state_and_from_on_are_requests(write: Callable[..., Path]) -> None:
    header = "request_id,organisation_code,return_code,requested_on,state,from_on"
    assert recognise(write(header + "\n")).format_name == "requests"


def test_a_file_with_a_return_code_is_never_organisations(write: Callable[..., Path]) -> None:
    with pytest.raises(FileRefused, match=r"nearest is participation, for which it lacks from_on\."):
        recognise(write("organisation_code,organisation_name,return_code,state\n"))


def test_a_header_without_rows_is_recognised_with_no_rows(write: Callable[..., Path]) -> None:
    (table,) = recognise(write(LOG)).tables
    assert isinstance(table, CsvTable)
    assert list(read_csv_carefully(table)) == []


def test_a_doubled_column_is_refused_by_name_and_positions(write: Callable[..., Path]) -> None:
    with pytest.raises(FileRefused) as refused:
        recognise(write("organisation_code,organisation_name,Organisation Code\n"))
    assert refused.value.found == (
        "the column organisation_code is there more than once (columns 1 and 3, headed organisation_code)"
    )


def test_an_unused_column_may_be_doubled(write: Callable[..., Path]) -> None:
    table = recognise(write("organisation_code,note,organisation_name,note\n")).tables[0]
    assert table.ignored == ("note", "note_2")


def test_a_workbook_gives_texts_with_the_row_numbers_of_the_spreadsheet(workbook: Callable[..., Path]) -> None:
    path = workbook(
        {
            "About": [["Submission log of the ICB"]],
            "Log": [
                [],
                ["Practice Code", "return_code", "period_start", "submitted_at", "outcome", "record_count", "Checked"],
                ["A81001", "workforce", date(2024, 5, 1), datetime(2024, 5, 31, 9, 30), "accepted", 6.0, True],
                [None, "", "  "],
                ["A81002", "NA", "2024-05-01", datetime(2024, 5, 31), None, 0.5, False],
                [None, time(9, 30), None, timedelta(hours=30), 12, 1e15, None],
            ],
        }
    )
    recognised = recognise(path)
    (table,) = recognised.tables
    assert isinstance(table, RowTable)
    assert (recognised.format_name, table.format) == ("submission log", SUBMISSION_LOG)
    assert table.columns == (*LOG.split(","), "record_count", "checked")
    assert table.ignored == ("checked",)
    expected = [
        (3, ("A81001", "workforce", "2024-05-01", "2024-05-31T09:30:00", "accepted", "6", "TRUE")),
        (5, ("A81002", "NA", "2024-05-01", "2024-05-31", None, "0.5", "FALSE")),
        (6, (None, "09:30:00", None, "1 day, 6:00:00", "12", "1000000000000000", None)),
    ]
    assert list(table.rows()) == expected
    path.unlink()
    assert list(table.rows()) == expected, "rows can be read again, and the file is not held"


def test_a_workbook_with_a_header_only_has_no_rows(workbook: Callable[..., Path]) -> None:
    (table,) = recognise(workbook({"Log": [LOG.split(",")]})).tables
    assert isinstance(table, RowTable)
    assert list(table.rows()) == []


def test_an_empty_template_beside_the_data_does_no_harm(workbook: Callable[..., Path]) -> None:
    path = workbook({"Template": [LOG.split(",")], "May": [LOG.split(","), LOG_ROW.split(",")]})
    (table,) = recognise(path).tables
    assert isinstance(table, RowTable)
    assert len(list(table.rows())) == 1


def test_data_on_two_sheets_is_refused_rather_than_half_read(workbook: Callable[..., Path]) -> None:
    rows = [LOG.split(","), LOG_ROW.split(",")]
    with pytest.raises(FileRefused, match=r"several sheets: May \(submission log\), June \(submission log\)"):
        recognise(workbook({"May": rows, "June": rows}))


def test_a_workbook_of_unknown_headings_is_refused_with_the_nearest_format(workbook: Callable[..., Path]) -> None:
    with pytest.raises(FileRefused, match=r"nearest is organisations, for which it lacks organisation_name"):
        recognise(workbook({"Cover": [["Practices"]], "Data": [["practice_code", "name"], ["A81001", "X"]]}))


def test_a_workbook_without_a_filled_sheet_is_refused(workbook: Callable[..., Path]) -> None:
    with pytest.raises(FileRefused, match="without a filled sheet"):
        recognise(workbook({"Sheet1": []}))


def test_parquet_is_recognised_by_its_column_names(tmp_path: Path) -> None:
    path = tmp_path / "practices [1].parquet"
    with duckdb.connect() as connection:
        columns = "'X' AS \"Organisation Name\", 'A81001' AS PRACTICE_CODE, 1 AS n"
        connection.execute(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")
    names = ("organisation_name", "organisation_code", "n")
    assert recognise(path).tables == (ParquetTable(ORGANISATIONS, path, names, ("n",)),)


def test_parquet_of_unknown_columns_and_damaged_parquet_are_refused(tmp_path: Path, write: Callable[..., Path]) -> None:
    path = tmp_path / "n.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 1 AS organisation_code) TO '{path}' (FORMAT parquet)")
    with pytest.raises(FileRefused, match="nearest is organisations, for which it lacks organisation_name"):
        recognise(path)
    with pytest.raises(FileRefused, match="damaged or incomplete Parquet"):
        recognise(write(path.read_bytes()[:-20], "cut.parquet"))
