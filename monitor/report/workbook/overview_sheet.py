"""The first sheet of the workbook: what it is about, how much is in it, and what it had no room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xlsxwriter.worksheet import Worksheet

from monitor.core.vocabulary import LIKELY_CAUSE_MEANS, NOT_RECEIVED_MEANS, Status, cause_in_a_cell
from monitor.report.workbook.sheet import Looks, write_table
from monitor.returns.periods import day_label

Table = tuple[Sequence[str], Sequence[tuple[Any, ...]]]
WIDTH_OF_FIRST, WIDTH_OF_OTHERS = 46, 16


@dataclass(frozen=True)
class Overview:
    """What the overview says.

    sheets:   by name of sheet, how many rows it shows of how many
    left_out: by status, how many expected returns the sheet All statuses had no room for
    """

    as_of: date | None
    checked_at: datetime | None
    newest_file_at: datetime | None
    sheets: Mapping[str, tuple[int, int]]
    left_out: Mapping[str, int]
    by_status: Mapping[str, int]
    returns: Table
    gaps: Table
    sources: Table


def write_overview(sheet: Worksheet, looks: Looks, overview: Overview) -> None:
    """Sentences, then one table below the other."""
    sheet.set_column(0, 0, WIDTH_OF_FIRST)
    sheet.set_column(1, 12, WIDTH_OF_OTHERS)
    sheet.write_string(0, 0, "Mandatory data returns", looks.title)
    row = 1
    for row, sentence in enumerate(sentences(overview), start=1):
        sheet.write_string(row, 0, sentence, looks.text)
    for title, (columns, rows) in _tables(overview):
        sheet.write_string(row + 2, 0, title, looks.title)
        _, count = write_table(sheet, looks, row + 3, columns, rows)
        row += 3 + count
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def sentences(overview: Overview) -> Iterator[str]:
    """What a reader must know before the figures."""
    if overview.as_of is None:
        yield "Nothing has been checked yet."
        return
    newest = _instant(overview.newest_file_at) if overview.newest_file_at else "none"
    yield (
        f"Position as at {day_label(overview.as_of)}, worked out {_instant(overview.checked_at)} from the files loaded "
        f"by then; newest file: {newest} (London time)."
    )
    yield f"{NOT_RECEIVED_MEANS} {LIKELY_CAUSE_MEANS}"
    yield "Dates and times are London's; text that looks like a formula is marked with an apostrophe."
    for name, (rows, of) in overview.sheets.items():
        if rows < of:
            yield _no_room(name, rows, of, overview.left_out)


def _no_room(name: str, rows: int, of: int, left_out: Mapping[str, int]) -> str:
    counted = ", ".join(f"{left_out[status]:,} {status.words}" for status in Status if left_out.get(status))
    what = f" Left out: {counted}." if name == "All statuses" else ""
    return (
        f"The sheet {name} shows {rows:,} of {of:,} rows.{what} "
        "All rows are in published/monitor.duckdb and published/parquet/."
    )


def _tables(overview: Overview) -> Iterator[tuple[str, Table]]:
    counted = [(s.words, overview.by_status[s]) for s in Status if s in overview.by_status]
    counted.append(("all expected returns", sum(overview.by_status.values())))
    yield "Expected returns by status", (("status", "expected_returns"), counted)
    yield "By return", overview.returns
    if overview.gaps[1]:
        columns, rows = overview.gaps
        cause = columns.index("cause")
        worded = [(*row[:cause], cause_in_a_cell(row[cause]) or None, *row[cause + 1 :]) for row in rows]
        yield "Supplier-wide and area-wide gaps: ask the supplier or the area first", (columns, worded)
    yield "Latest data by source", overview.sources


def _instant(at: datetime | None) -> str:
    return f"{day_label(at.date())} at {at:%H:%M}" if at else "never"
