"""Workbooks: sheets as rows of text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from monitor.core.errors import FileRefused
from monitor.core.text import listed
from monitor.sources.files.file_kind import corrupt_workbook
from monitor.sources.files.workbook_bounds import SheetBounds, bounds_of, parts_of, without_gaps

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Texts = tuple[str | None, ...]

_TOP_ROWS = 21


@dataclass(frozen=True)
class Sheet:
    """One worksheet. Row numbers are those a spreadsheet shows.

    bounds: of one that is read without its gaps: a row with nothing but what lies far to the right of it is none
    """

    name: str
    content: CalamineSheet
    bounds: SheetBounds | None = None

    def rows(self) -> Iterator[tuple[int, Texts]]:
        """Every row that is not wholly blank: (row number, a text or None for each cell)."""
        for number, cells in enumerate(self.content.iter_rows(), start=1):
            texts = tuple(map(text_of, cells))
            if any(texts[: self._width]):
                yield self.bounds.rows.opened(number) if self.bounds else number, texts

    @property
    def _width(self) -> int | None:
        """How many columns are the table's own, where others lie far off."""
        columns = self.bounds.columns if self.bounds else None
        return columns.closed(columns.spans[-2][1]) if columns and len(columns.spans) > 1 else None

    def first_row(self) -> tuple[int, Texts] | None:
        return next(self.rows(), None)

    def top_rows(self) -> Iterator[tuple[int, Texts]]:
        """The first rows that are not blank: lines of title, if any, and the headings."""
        return islice(self.rows(), _TOP_ROWS)

    def rows_after(self, heading_row: int) -> Iterator[tuple[int, Texts]]:
        return ((number, texts) for number, texts in self.rows() if number > heading_row)

    def filled_rows_after(self, heading_row: int, places: Collection[int]) -> Iterator[tuple[int, Texts]]:
        """The same, with the text of a merged cell in each of its rows, in the columns at these places."""
        merged = self._merged_below(heading_row, places)
        above: dict[tuple[int, int], str | None] = {}
        for number, texts in self.rows_after(heading_row):
            cells = list(texts)
            for first, last, place in merged:
                if number == first:
                    above[first, place] = cells[place]
                elif first < number <= last and cells[place] is None:
                    cells[place] = above.get((first, place))
            yield number, tuple(cells)

    def _merged_below(self, heading_row: int, places: Collection[int]) -> list[tuple[int, int, int]]:
        """Merged cells over several rows: (first row, last row, place of the column). Only .xlsx has them."""
        ranges = self.content.merged_cell_ranges or []
        over_rows = [(top + 1, bottom + 1, left) for (top, left), (bottom, _) in ranges if bottom > top]
        return [span for span in over_rows if span[0] > heading_row and span[2] in places]


@dataclass(frozen=True)
class Book:
    """A workbook. note: what to say of cells that lie far from its tables."""

    path: Path
    sheets: tuple[Sheet, ...]
    note: str | None = None


def open_book(path: Path) -> Book:
    """All worksheets of a workbook, hidden ones too, read by the rows and columns in use.

    Raises FileRefused if it is damaged, has a password, or is larger than a workbook may be.
    """
    bounds = bounds_of(path)  # before the reader sees it: laying out a sheet that is too large ends the process
    parts = parts_of(path) if any(one.is_sparse for one in bounds.values()) else {}
    sparse = {name: bounds[part] for name, part in parts.items() if part in bounds and bounds[part].is_sparse}
    source = without_gaps(path, {parts[name]: one for name, one in sparse.items()}) if sparse else None
    try:
        with CalamineWorkbook.from_filelike(source) if source else CalamineWorkbook.from_path(str(path)) as workbook:
            names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            sheets = tuple(Sheet(name, workbook.get_sheet_by_name(name), sparse.get(name)) for name in names)
            return Book(path, sheets, _far_off(sparse))
    except (CalamineError, OSError) as error:
        raise corrupt_workbook(path) from error
    except BaseException as error:
        # A panic of the Rust reader is no Exception and cannot be imported; anything else is raised as it is.
        if type(error).__name__ == "PanicException":
            raise corrupt_workbook(path) from error
        raise


def _far_off(sparse: Mapping[str, SheetBounds]) -> str | None:
    """What to say of cells that lie far from the table of their sheet."""
    cells = [f"{one.stray} of sheet {name}" for name, one in sparse.items()]
    return f"values lie far from the table, up to cell {listed(cells)}" if cells else None


def text_of(cell: Cell) -> str | None:
    """A cell as text: ISO dates (a midnight is a date), whole numbers without ".0", TRUE and FALSE, None for blank."""
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return None if cell is None else str(cell)


def nothing_in(path: Path) -> FileRefused:
    return FileRefused(path.name, "is a workbook without a filled sheet", "a sheet with headings", "check the file")
