"""A table as a sheet of a workbook.

Real dates and numbers; everything else is text that no spreadsheet program takes for a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any

import duckdb
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from monitor.core.text import no_formula

ROWS_AT_A_TIME = 10_000
ROWS_THAT_GIVE_THE_WIDTH = 500
NARROWEST, WIDEST, ROOM_FOR_THE_ARROW = 8, 60, 4
WIDTH_OF_DAY, WIDTH_OF_INSTANT = 13, 18
LONGEST_CELL = 32_767
LARGEST_EXACT_NUMBER = 10**15  # a spreadsheet keeps 15 digits
FIRST_YEAR_OF_DATES = 1901  # before, Excel has a day that never was
DAY_ZERO = date(1899, 12, 30)
CELLS_KEPT = 50_000
ABBREVIATIONS = {
    "icb": "ICB",
    "sub-icb": "sub-ICB",
    "pcn": "PCN",
    "gms": "GMS",
    "pms": "PMS",
    "id": "ID",
    "sha256": "SHA-256",
}


@dataclass(frozen=True)
class Looks:
    """How cells look."""

    title: Format
    heading: Format
    text: Format
    day: Format
    instant: Format
    number: Format

    @classmethod
    def of(cls, book: Workbook) -> Looks:
        top = {"valign": "top", "font_name": "Arial", "font_size": 10}
        return cls(
            title=book.add_format({**top, "bold": True, "font_size": 14}),
            heading=book.add_format(
                {**top, "bold": True, "font_color": "#FFFFFF", "bg_color": "#005EB8", "text_wrap": True}
            ),
            text=book.add_format(top),
            day=book.add_format({**top, "num_format": "yyyy-mm-dd", "align": "left"}),
            instant=book.add_format({**top, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
            number=book.add_format({**top, "num_format": "#,##0"}),
        )


def heading(column: str) -> str:
    """What a column is headed: its name in words; of an instant, in which time it is."""
    words = column.replace("sub_icb", "sub-icb").removesuffix("_at").split("_")
    named = " ".join(ABBREVIATIONS.get(word, word) for word in words)
    named = named[:1].upper() + named[1:]
    return f"{named} at (London time)" if column.endswith("_at") else named


def in_batches(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """The rows of an executed query, never all of them in memory."""
    while rows := cursor.fetchmany(ROWS_AT_A_TIME):
        yield from rows


def write_sheet(sheet: Worksheet, looks: Looks, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """A sheet that is one table: frozen heading, filters, widths that fit. Gives the number of rows of data."""
    widths, count = write_table(sheet, looks, 0, columns, rows)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, min(2, len(columns)))
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    return count


def write_table(
    sheet: Worksheet, looks: Looks, first: int, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> tuple[list[int], int]:
    """A table from this row of the sheet on. Gives the width that each column needs, and the number of rows of data."""
    cell = lru_cache(CELLS_KEPT, typed=True)(partial(_cell, looks))  # most cells of a table say one of a few things
    widths = []
    for place, column in enumerate(columns):
        sheet.write_string(first, place, heading(column), looks.heading)
        longest_word = max(map(len, heading(column).split()))
        widths.append(max(NARROWEST, longest_word + ROOM_FOR_THE_ARROW))
    count = 0
    for count, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if value is None:
                continue
            content, look, needed = cell(str(value) if isinstance(value, list) else value)
            if isinstance(content, str):
                sheet.write_string(first + count, place, content, look)
            else:
                sheet.write_number(first + count, place, content, look)
            if count <= ROWS_THAT_GIVE_THE_WIDTH and needed > widths[place]:
                widths[place] = min(needed, WIDEST)
    return widths, count


def _cell(looks: Looks, value: Any) -> tuple[str | float, Format, int]:
    """What stands in a cell: text or number, how it looks, and how wide it is in characters."""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, date) and value.year >= FIRST_YEAR_OF_DATES:
        is_instant = isinstance(value, datetime)
        look, width = (looks.instant, WIDTH_OF_INSTANT) if is_instant else (looks.day, WIDTH_OF_DAY)
        return _serial(value), look, width
    if isinstance(value, int | float) and abs(value) < LARGEST_EXACT_NUMBER:
        return value, looks.number, len(f"{value:,}") + 1
    text = no_formula(str(value))[:LONGEST_CELL]
    return text, looks.text, len(text) + 1


def _serial(day: date) -> float:
    """The number that Excel keeps for a day or an instant: days since the end of 1899, and the part of one."""
    if not isinstance(day, datetime):
        return (day - DAY_ZERO).days
    return (day - datetime.combine(DAY_ZERO, time.min)) / timedelta(days=1)
