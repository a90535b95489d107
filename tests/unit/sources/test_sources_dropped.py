"""The five files that people prepare themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest

from monitor.core.errors import FileRefused
from monitor.sources.files.tolerant_csv import read_csv_carefully
from monitor.sources.formats import CsvTable, ParquetTable, RowTable
from monitor.sources.own_columns import OWN_COLUMNS, OwnColumns
from monitor.sources.own_formats import ORGANISATIONS, SUBMISSION_LOG
from monitor.sources.recognise import FORMATS, recognise

ROOT = Path(__file__).resolve().parents[3]
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


COMMON_NAMES = [
    ("ODS Code,Practice Name,Collection,Month,Date Submitted,Status", "submission log"),
    ("organisation CODE,Return Code,period start,Submitted_At,OUTCOME", "submission log"),
    ("\ufeffOrg Code,Return,Period,Submission Date,Result", "submission log"),
    ("Organisation,Collection Name,Reporting Month,Date of submission,Submission status", "submission log"),
    ("Practice\u200b Code,Return\u00a0,Period,Submitted,Status", "submission log"),
    ("Practice Code,Return,Reporting month,Date sent,Outcome", "submission log"),
    ("Practice Code,Return,Reporting month,Date submitted,Date received,Outcome", "submission log"),
    ("ODS code,Collection,Month,Date received,Result", "submission log"),
    ("ODS code,Practice name", "organisations"),
    ("ODS code,Practice name,List size,Colour", "organisations"),
    ("Request ref,ODS code,Return,Date requested,Deadline", "requests"),
    ("Notice ref,Collection,Type,Applies to,Reason", "notices"),
    ("Practice code,Return,Status,From", "participation"),
]


@pytest.mark.parametrize(("header", "format_name"), COMMON_NAMES)
def test_common_names_stand_for_ours(write: Callable[..., Path], header: str, format_name: str) -> None:
    (table,) = recognise(write(f"{header}\n")).tables
    assert table.format.name == format_name
    assert set(table.format.required) <= set(table.columns)


@pytest.mark.parametrize(
    "header",
    [
        "ODS code,Practice name,Website,Notes",  # too little of it is known
        "ODS code,Practice name,Month,List size",  # about months
        "practice_code,practice_name,collection,list_size",
    ],
)
def test_a_list_of_practices_that_may_be_anything_is_not_taken_for_organisations(
    write: Callable[..., Path], header: str
) -> None:
    with pytest.raises(FileRefused):
        recognise(write(f"{header}\n"))


def test_two_names_of_one_column_are_refused_unless_one_is_its_own(write: Callable[..., Path]) -> None:
    with pytest.raises(FileRefused, match=r"organisation_code is there more than once \(columns 1 and 2"):
        recognise(write("ODS code,Practice code,Return,Period,Submitted,Status\n"))
    (table,) = recognise(write("ODS code,organisation_code,Return,Period,Submitted,Status,Organisation\n")).tables
    assert table.columns[1] == "organisation_code"
    assert table.ignored == ("ods_code", "organisation")


def test_the_documented_names_are_those_that_are_understood() -> None:
    pages = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    section = pages.split("### Other names of columns")[1].split("\n## ")[0]
    documented: dict[str, dict[str, str]] = {}
    columns: dict[str, str] = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].startswith("in "):
            documented[cells[0].removeprefix("in ")] = columns = {}
        elif line.startswith("| "):
            columns[cells[0]] = cells[1]
    assert documented == {own.name: described(own) for own in OWN_COLUMNS.values()}


def described(own: OwnColumns) -> dict[str, str]:
    names = {column: ", ".join(own.names.get(column, ())) for column in own.columns}
    weak = {column: f"({', '.join(own.weak[column])})" if column in own.weak else "" for column in own.columns}
    both = {column: ", ".join(filter(None, (names[column], weak[column]))) for column in own.columns}
    return {column: text for column, text in both.items() if text}


TITLED: list[list[object]] = [
    ["NWRS export"], ["made on 1 October 2025"], [], ["ODS Code", "Return", "Period", "Submitted", "Status"],
]  # fmt: skip


def test_lines_of_title_above_the_headings_of_a_workbook_are_passed_over(workbook: Callable[..., Path]) -> None:
    rows: list[list[object]] = [
        ["A81001", "workforce", "Sep-25", "24/09/2025", "accepted"],
        [],
        ["A81002", "workforce", None, None, None],
    ]
    recognised = recognise(workbook({"Notes": [["Read me"]], "Data": [*TITLED, *rows]}))
    (table,) = recognised.tables
    assert isinstance(table, RowTable)
    assert recognised.note == "headings found in row 4"
    assert [(number, cells[0]) for number, cells in table.rows()] == [(5, "A81001"), (7, "A81002")]


def test_the_headings_of_a_workbook_below_rows_of_data_are_not_taken_for_headings(
    workbook: Callable[..., Path],
) -> None:
    rows = [["A81001", "workforce", "Sep-25", "24/09/2025", "accepted"], *TITLED]
    with pytest.raises(FileRefused, match="headings of submission log in row 5, below rows that look like data"):
        recognise(workbook({"Data": rows}))


def test_a_merged_cell_of_a_needed_column_counts_for_each_of_its_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    sent = ["workforce", "Sep-25", "24/09/2025", "accepted", "once"]
    headings = ["ODS Code", "Return", "Period", "Submitted", "Status", "Detail"]
    for line in (headings, ["A81001", *sent], [None, *sent[:4]],
                 [None, *sent], ["A81002", *sent]):  # fmt: skip
        page.append(line)
    for merged in ("A2:A3", "F2:F3"):
        page.merge_cells(merged)
    book.save(tmp_path / "log.xlsx")
    (table,) = recognise(tmp_path / "log.xlsx").tables
    assert isinstance(table, RowTable)
    codes = [(cells[0], cells[5]) for _, cells in table.rows()]
    assert codes == [("A81001", "once"), ("A81001", None), (None, "once"), ("A81002", "once")]
