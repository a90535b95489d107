"""The workbook for those who live in Excel: published/report.xlsx, made from the published database.

It is written anew only when something in it has changed, beside, and put in place in one step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from monitor.core.atomic_files import built_beside, give_name
from monitor.core.errors import EnvironmentFault
from monitor.core.vocabulary import Cause, Status, cause_in_a_cell
from monitor.publish.dictionary import rank
from monitor.report.workbook.overview_sheet import Overview, Table, write_overview
from monitor.report.workbook.sheet import Looks, in_batches, write_sheet
from monitor.report.workbook.written import edition_of, edition_written
from monitor.store.named_sql import SqlTemplate, queries_beside, rows_as_dicts

SQL = queries_beside(__file__)

# A sheet could take 1,048,576 rows. Nobody reads through so many, and to write 100,000 takes half a minute. Of what is
# too long to be read it holds the first rows, which are the most urgent, and says where the file with all of them is.
MOST_ROWS = 20_000
ROWS_OF_WHAT_IS_LONGER = 1_000
# By query: the file beside the workbook that holds all the rows.
FILES_OF_ALL_ROWS = {
    "missed": "missed_return", "statuses": "return_status", "organisations": "organisation", "sources": "loaded_file",
}  # fmt: skip
OPTIONS = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip

STATUS_COLUMNS = (
    "organisation_code", "organisation_name", "organisation_kind", "contract_type", "icb_code", "sub_icb_code",
    "pcn_code", "return_title", "period_label", "period_start", "period_end", "request_id", "due_on",
    "original_due_on", "due_basis", "status", "cause", "days_overdue", "days_late", "received_at", "attempts",
    "record_count", "supplier", "evidence", "in_action_period", "gms_reference", "pms_reference",
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """How many rows a sheet shows, of how many; of_status: of a sheet of statuses, how many of each it shows."""

    rows: int
    of: int
    of_status: Counter[str]


def write_workbook(copy: duckdb.DuckDBPyConnection, file: Path, most_rows: int = MOST_ROWS) -> bool:
    """Write the workbook of an opened published database, unless it is there already.

    most_rows: of a sheet. False: the file could not be replaced, because someone has it open; the next call does it.
    Raises EnvironmentFault where it cannot be written.
    """
    edition = edition_of(copy)
    if edition_written(file) == edition:
        return True
    try:
        with built_beside(file) as building, TemporaryDirectory() as rows_so_far:
            _write(copy, building, edition, most_rows, rows_so_far)
            return give_name(building, file)
    except (OSError, XlsxWriterException) as error:
        raise EnvironmentFault(
            str(file),
            f"the workbook cannot be written: {error}",
            advice="check disk space and the folder, then run again",
        ) from error


def _write(copy: duckdb.DuckDBPyConnection, file: Path, edition: str, most_rows: int, rows_so_far: str) -> None:
    with Workbook(str(file), {**OPTIONS, "tmpdir": rows_so_far}) as book:
        check = rows_as_dicts(copy.execute(SQL["check"]))[0]
        book.set_properties({"title": "Mandatory data returns", "created": check["checked_at"]})
        book.set_custom_property("edition", edition, "text")
        looks = Looks.of(book)
        names = ("Overview", "Missed returns", "All statuses", "Organisations", "Sources", "Dictionary")
        sheets = {name: book.add_worksheet(name) for name in names}
        # The overview is written last, because it says what the others had no room for.
        shown = {}
        totals = rows_as_dicts(copy.execute(SQL["rows"]))[0]
        for name, sql, columns in (
            ("Missed returns", "missed", STATUS_COLUMNS),
            ("All statuses", "statuses", STATUS_COLUMNS),
            ("Organisations", "organisations", None),
            ("Sources", "sources", None),
        ):
            room = totals[sql] if totals[sql] <= most_rows else min(most_rows, ROWS_OF_WHAT_IS_LONGER)
            rows = _Rows(copy, sql, room, columns)
            count = write_sheet(sheets[name], looks, rows.columns, rows)
            shown[name] = Shown(count, totals[sql], rows.of_status)
            if count < totals[sql]:
                _say_where_all_are(sheets[name], looks, count, totals[sql], FILES_OF_ALL_ROWS[sql])
        write_sheet(sheets["Dictionary"], looks, ("view_or_word", "column", "what_it_holds"), _dictionary(copy))
        write_overview(sheets["Overview"], looks, _overview(copy, check, shown))


def _say_where_all_are(sheet: Worksheet, looks: Looks, rows: int, of: int, file: str) -> None:
    """Below the rows, with one row between, so that filters leave it alone."""
    said = f"These are {rows:,} of {of:,} rows. All rows are in published/parquet/{file}.parquet."
    sheet.write_string(rows + 2, 0, said, looks.text)


class _Rows:
    """The rows of a query in words, counted by status while they pass."""

    def __init__(
        self, copy: duckdb.DuckDBPyConnection, name: str, most_rows: int, columns: Sequence[str] | None
    ) -> None:
        listed = ", ".join(_in_london(column) for column in columns or ())
        self._cursor = copy.execute(SqlTemplate(SQL[name]).substitute(columns=listed), {"most": most_rows})
        self.columns = [column[0] for column in self._cursor.description]
        self.of_status: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Sequence[Any]]:
        if "status" not in self.columns:
            yield from in_batches(self._cursor)
            return
        status, cause = self.columns.index("status"), self.columns.index("cause")
        for row in in_batches(self._cursor):
            self.of_status[row[status]] += 1
            words = list(row)
            words[status] = Status(row[status]).words
            words[cause] = cause_in_a_cell(row[cause]) or None
            yield words


def _in_london(column: str) -> str:
    """An instant as London's clocks showed it: a spreadsheet knows no time zones."""
    return f"{column} AT TIME ZONE 'Europe/London' AS {column}" if column.endswith("_at") else column


def _dictionary(copy: duckdb.DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    """The words of the columns Status and Cause, then every view and column of the published database."""
    for status in Status:
        yield f"status: {status.words}", None, f"{status.why}. In the database: {status}"
    for cause in Cause:
        yield f"cause: {cause_in_a_cell(cause)}", None, f"{cause.why}. In the database: {cause}"
    yield from sorted(copy.execute(SQL["dictionary"]).fetchall(), key=lambda row: rank(row[0]))


def _overview(copy: duckdb.DuckDBPyConnection, check: dict[str, Any], shown: dict[str, Shown]) -> Overview:
    by_status: dict[str, int] = dict(_table(copy, "status_counts")[1])
    return Overview(
        as_of=check["as_of"], checked_at=check["checked_at"], newest_file_at=check["newest_file_at"],
        sheets={name: (one.rows, one.of) for name, one in shown.items()},
        left_out={status: count - shown["All statuses"].of_status[status] for status, count in by_status.items()},
        by_status=by_status,
        returns=_table(copy, "returns"), gaps=_table(copy, "gaps"), sources=_table(copy, "freshness"),
    )  # fmt: skip


def _table(copy: duckdb.DuckDBPyConnection, name: str) -> Table:
    cursor = copy.execute(SQL[name])
    return [column[0] for column in cursor.description], cursor.fetchall()
