"""The workbook opened again: its figures are those of the published database, its cells are of the right kind."""

from __future__ import annotations

import io
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import cast

import duckdb
import openpyxl
import pytest
from asking import Monitor, new_workspace
from hostile import NAMES, fill_with_hostile_names
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter import Workbook as Writer

from benchmarks.stages import COUNTED
from monitor import pipeline
from monitor.config.context import read_context
from monitor.core.clock import LONDON
from monitor.core.errors import EnvironmentFault
from monitor.core.vocabulary import Status, cause_in_a_cell
from monitor.pipeline import Stages, write_documents
from monitor.report.workbook.report_workbook import SQL, write_workbook
from monitor.report.workbook.sheet import Looks, write_sheet
from monitor.store.connection import open_reader

AS_OF = date(2025, 10, 10)
SHEETS = ["Overview", "Missed returns", "All statuses", "Organisations", "Sources", "Dictionary"]
ROWS_OF_VIEWS = {
    "Missed returns": "missed_return",
    "All statuses": "return_status",
    "Organisations": "organisation",
    "Sources": "loaded_file",
}


@pytest.fixture(scope="module")
def book(demo_made_once: Path) -> Workbook:
    return openpyxl.load_workbook(demo_made_once / "published" / "report.xlsx")


@pytest.fixture(scope="module")
def published(demo_made_once: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_made_once / "published" / "monitor.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def stages() -> Stages:
    """The workbook is written, and no pages are."""
    return replace(COUNTED, documents=write_documents)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, stages: Stages) -> Path:
    """A small workspace after its run, of organisations whose names mean harm. For tests that only read."""
    context = new_workspace(tmp_path_factory.mktemp("hostile") / "workspace")
    fill_with_hostile_names(context.workspace.folder)
    pipeline.run(read_context(context.workspace, context.clock), AS_OF, stages)
    return context.workspace.folder


@pytest.fixture
def small(hostile: Path, tmp_path: Path) -> Path:
    """A copy of the small workspace, to be changed at will."""
    return Path(shutil.copytree(hostile, tmp_path / "small"))


def rows_of(sheet: Worksheet) -> list[dict[str, object]]:
    heading, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def overview_of(book: Workbook) -> list[tuple]:
    return [tuple(value for value in row if value is not None) for row in book["Overview"].iter_rows(values_only=True)]


def test_it_has_its_sheets_each_with_a_frozen_heading_and_filters(
    book: Workbook, published: duckdb.DuckDBPyConnection
) -> None:
    assert book.sheetnames == SHEETS
    for name, view in ROWS_OF_VIEWS.items():
        ((count,),) = published.execute(f"SELECT count(*) FROM {view}").fetchall()
        sheet = book[name]
        assert sheet.max_row == count + 1
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref == sheet.dimensions


def test_every_missed_return_is_in_it_as_sql_has_it(book: Workbook, published: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT organisation_code, return_title, period_start, due_on, status, cause, days_overdue,
               attempts, evidence, gms_reference
        FROM missed_return
    """
    expected = Counter(
        (*row[:4], Status(row[4]).words, cause_in_a_cell(row[5]), *row[6:])
        for row in published.execute(query).fetchall()
    )
    headings = (
        "Organisation code", "Return title", "Period start", "Due on", "Status", "Cause", "Days overdue", "Attempts",
        "Evidence", "GMS reference",
    )  # fmt: skip
    found = Counter(
        tuple(value.date() if isinstance(value, datetime) else value for value in map(row.get, headings))
        for row in rows_of(book["Missed returns"])
    )
    assert found == expected
    assert found.total() == 116


def test_dates_are_dates_numbers_are_numbers_and_instants_are_london_s(
    book: Workbook, published: duckdb.DuckDBPyConnection
) -> None:
    ((at, due_on),) = published.execute(
        "SELECT received_at, due_on FROM return_status "
        "WHERE organisation_code = 'Z99007' AND return_code = 'workforce' AND period_start = '2024-06-01'"
    ).fetchall()
    (row,) = [
        row
        for row in rows_of(book["All statuses"])
        if (row["Organisation code"], row["Return title"], row["Period start"])
        == ("Z99007", "GP practice workforce (NWRS)", datetime(2024, 6, 1))
    ]
    assert row["Received at (London time)"] == at.astimezone(LONDON).replace(tzinfo=None)
    assert row["Due on"] == datetime.combine(due_on, datetime.min.time())
    assert (row["Attempts"], row["In action period"]) == (1, "no")
    sheet = book["All statuses"]
    places = {cell.value: cell.column for cell in sheet[1]}
    formats = {
        name: {sheet.cell(row, places[name]).number_format for row in range(2, sheet.max_row + 1)}
        for name in ("Period start", "Attempts", "Received at (London time)")
    }
    assert formats == {
        "Period start": {"yyyy-mm-dd"},
        "Attempts": {"#,##0"},
        "Received at (London time)": {"General", "yyyy-mm-dd hh:mm"},  # blank where nothing was received
    }


def test_the_overview_counts_as_sql_does(book: Workbook, published: duckdb.DuckDBPyConnection) -> None:
    lines = overview_of(book)
    for status, count in published.execute("SELECT status, count(*) FROM return_status GROUP BY status").fetchall():
        assert (Status(status).words, count) in lines
    assert ("all expected returns", 2577) in lines
    days = (datetime(2024, 12, 1), datetime(2025, 1, 5))
    assert ("Digital telephony data", "Curlew Voice", *days, 19, "supplier-wide gap") in lines
    by_return = [line for line in lines if line[:2] == ("Digital telephony data", 234)]
    ((_, *counts, latest),) = by_return
    assert counts == [234, 130, 4, 34, 4, 0, 57, 0, 5]
    assert latest == datetime(2024, 12, 1)
    assert lines[1][0].startswith("Position as at 31 January 2025, worked out 15 January 2026 at 09:30")
    assert not any("All rows are in" in str(value) for line in lines for value in line)


def test_the_dictionary_has_every_view_and_column_with_its_comment(
    book: Workbook, published: duckdb.DuckDBPyConnection
) -> None:
    expected = set(
        published.execute(
            "SELECT table_name, column_name, c.comment FROM duckdb_columns() AS c "
            "JOIN duckdb_views() AS v ON v.view_name = c.table_name AND v.schema_name = c.schema_name "
            "WHERE c.schema_name = 'main' AND NOT v.internal"
        ).fetchall()
    )
    found = {(row["View or word"], row["Column"], row["What it holds"]) for row in rows_of(book["Dictionary"])}
    assert expected <= found
    assert ("cause: supplier-wide gap", None) in {(word, column) for word, column, _ in found}


@pytest.mark.slow
def test_names_that_begin_a_formula_stay_text_also_when_saved_as_csv(hostile: Path) -> None:
    book = openpyxl.load_workbook(hostile / "published" / "report.xlsx")
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert not any(sheet._hyperlinks for sheet in book)
    names = {row["Organisation code"]: row["Organisation name"] for row in rows_of(book["Organisations"])}
    assert names == {
        "Z98001": NAMES["Z98001"],
        "Z98002": "'" + NAMES["Z98002"],
        "Z98003": "Hill \ufffdyregruS",
        "Z98004": NAMES["Z98004"],
        "Z98005": NAMES["Z98005"],
        "Z98006": "'+44 Surgery",
    }
    texts = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []


def test_what_a_sheet_has_no_room_for_is_reported_and_what_is_not_settled_comes_first(
    demo_made_once: Path, tmp_path: Path
) -> None:
    file = tmp_path / "report.xlsx"
    database = shutil.copy(demo_made_once / "published" / "monitor.duckdb", tmp_path)
    with open_reader(Path(database), "1GB") as copy:
        assert write_workbook(copy, file, most_rows=300)
    book = openpyxl.load_workbook(file)
    shown = Counter(row["Status"] for row in rows_of(book["All statuses"])[:300])
    assert shown == {
        "not received": 103,
        "sent, and rejected at the source": 13,
        "not known": 57,
        "not yet due": 127,
    }
    last = [row[0].value for row in book["All statuses"].iter_rows(min_row=302)]
    assert last == [None, "These are 300 of 2,577 rows. All rows are in published/parquet/return_status.parquet."]
    (told,) = [line[0] for line in overview_of(book) if line and "All rows are in" in str(line[0])]
    assert told == (
        "The sheet All statuses shows 300 of 2,577 rows. Left out: 129 not required, 1,705 received, "
        "31 received late, 95 no event recorded, 115 without a due date, 202 not yet due. "
        "All rows are in published/monitor.duckdb and published/parquet/."
    )


@pytest.mark.slow
def test_it_is_written_only_when_something_in_it_has_changed(monitor: Monitor, small: Path) -> None:
    file = small / "published" / "report.xlsx"
    before, missed = file.stat().st_mtime_ns, len(rows_of(openpyxl.load_workbook(file)["Missed returns"]))
    assert monitor("run", "-w", small, "--as-of", AS_OF).code == 0
    assert file.stat().st_mtime_ns == before
    (small / "inbox" / "more.csv").write_text(
        "organisation_code,return_code,period_start,submitted_at,outcome\n"
        "Z98001,workforce,2025-09-01,2025-09-30T10:00:00,accepted\n"
    )
    assert monitor("run", "-w", small, "--as-of", AS_OF).code == 0
    assert len(rows_of(openpyxl.load_workbook(file)["Missed returns"])) == missed - 1
    assert list(file.parent.glob(".*building*")) == []


@pytest.mark.slow
def test_a_workbook_that_somebody_has_open_is_left_to_the_next_run(
    monitor: Monitor, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = small / "published" / "report.xlsx"
    file.write_bytes(b"an older one")
    replace = Path.replace

    def as_on_windows(self: Path, target: Path) -> Path:
        if Path(target) == file:
            raise PermissionError(13, "Permission denied", str(target))
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", as_on_windows)
        answer = monitor("run", "-w", small, "--as-of", AS_OF)
    assert answer.code == 4
    assert f"{file} was not replaced, because someone has it open" in answer.out
    assert file.read_bytes() == b"an older one"
    assert monitor("run", "-w", small, "--as-of", AS_OF).code == 0
    assert openpyxl.load_workbook(file).sheetnames == SHEETS


class OnAFullDisk:
    """A published copy, of which the last rows that go into the workbook find no room."""

    def __init__(self, copy: duckdb.DuckDBPyConnection) -> None:
        self._copy = copy

    def execute(self, sql: str, *values: object) -> duckdb.DuckDBPyConnection:
        if sql == SQL["freshness"]:
            raise OSError(28, "No space left on device")
        return self._copy.execute(sql, *values)


@pytest.mark.slow
def test_a_full_disk_is_reported_as_such_and_leaves_the_old_workbook(small: Path) -> None:
    file = small / "published" / "report.xlsx"
    file.write_bytes(b"an older one")
    with open_reader(small / "published" / "monitor.duckdb", "1GB") as copy, pytest.raises(EnvironmentFault) as fault:
        write_workbook(cast(duckdb.DuckDBPyConnection, OnAFullDisk(copy)), file)
    assert "the workbook cannot be written" in fault.value.message
    assert file.read_bytes() == b"an older one"
    assert list(file.parent.glob(".*building*")) == []


def test_days_before_excel_s_calendar_and_very_large_numbers_are_text() -> None:
    out = io.BytesIO()
    with Writer(out, {"in_memory": True}) as book:
        rows = [(date(1899, 5, 1), 12345678901234567, 3.5, None, "a\x01b\ufffe\u2028c")]
        write_sheet(book.add_worksheet("odd"), Looks.of(book), ("a", "b", "c", "d", "e"), rows)
    sheet = openpyxl.load_workbook(out)["odd"]
    assert [cell.value for cell in sheet[2]] == ["1899-05-01", "12345678901234567", 3.5, None, "a\ufffdb\ufffd c"]
