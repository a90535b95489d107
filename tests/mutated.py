"""Files with cells, rows and columns changed at random, and what is wrong with what the program makes of one.

A clear refusal or the right answer: every row is accounted for, and what a file says of the practices that were not
touched stays what it was.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
from campaigns import ACCUSED, CRASHED, DOUBLED, LOST, Fault
from hypothesis import strategies as st

from monitor.ingest.inbox import Intake, load_files
from monitor.ingest.loading import LoadedFile
from monitor.returns.catalogue import load_catalogue

REASONS = {
    "missing_value", "bad_code", "bad_date", "bad_outcome", "bad_number", "unknown_return", "period_not_of_return",
    "submitted_in_future", "before_period",
}  # fmt: skip
JUNK = [
    None, "", " ", "NA", "*", "ND", "n/a", "No Data", "0", "-1", "6.0", "1.5", "1e9", "1,000", "٣", "=1+1", "@SUM(A1)",
    "Total", "Unassigned", "Unmapped", "Copyright © 2026 NHS England ", "31/02/2025", "2025-13-01", "01MAY2024",
    "45000",
    "Nov-25 [5]", "a\nb", 'he said "no"', "x" * 300, "\u202eTXET", "é\u00a0", "'; DROP TABLE x; --", "a81001x", "Z9",
    "\u200b", "TRUE", "Yes", "1 2 3",
]  # fmt: skip
WITHOUT_HEADINGS = ("epcn.csv", "partners.csv", "ebranchs.csv", "succ.csv")
A_PRACTICE = re.compile(r"[A-Z]\d{5}")

LATER = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)  # after the months of the samples

Grid = list[list[Any]]


@dataclass
class Sheets:
    """A file taken apart: one grid, or one a sheet."""

    grids: dict[str, Grid]
    touched: set[str] = field(default_factory=set)  # practices of rows that were changed
    is_heading_touched: bool = False
    is_known_by_position: bool = False  # it has no headings


def read(path: Path) -> Sheets:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return Sheets({sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book})
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return Sheets({"": [list(row) for row in csv.reader(stream)]})


def write(sheets: Sheets, path: Path) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, grid in sheets.grids.items():
            sheet = book.create_sheet(title)
            for row in grid:
                sheet.append(["'" + cell if isinstance(cell, str) and cell[:1] == "=" else cell for cell in row])
        book.save(path)
        return
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["" if cell is None else cell for cell in row] for row in sheets.grids[""]])


def practices_in(row: list[Any]) -> set[str]:
    return {cell for cell in row if isinstance(cell, str) and A_PRACTICE.fullmatch(cell)}


def first_row_of_data(grid: Grid) -> int:
    return next((place for place, row in enumerate(grid) if practices_in(row)), len(grid))


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[str, float, float, Any]]:
    """What is done to a file: kind of change, how far down, how far across, and a value."""
    kinds = ["cell"] * 6 + ["heading"] * 2 + ["drop column", "swap columns", "copy column", "drop row", "copy row"]
    kinds += ["junk row", "blank row", "cut row", "longer row"]
    share = st.floats(0, 1, exclude_max=True)
    change = st.tuples(st.sampled_from(kinds), share, share, st.sampled_from(JUNK))
    return draw(st.lists(change, min_size=1, max_size=3))


def change(sheets: Sheets, title: str, kind: str, down: float, across: float, value: Any) -> None:
    grid = sheets.grids[title]
    begin = first_row_of_data(grid)
    if not grid or begin == len(grid):
        return
    if kind in ("heading", "drop column", "swap columns", "copy column"):
        sheets.is_heading_touched = True
        change_columns(grid, begin, kind, down, across, value)
        return
    place = begin + int(down * (len(grid) - begin))
    row = grid[place]
    column = int(across * max(len(row), 1))
    if kind in ("junk row", "blank row"):
        grid.insert(place + 1, [] if kind == "blank row" else [value] * (1 + int(across * len(row))))
        return
    sheets.touched |= practices_in(row)
    if kind == "cell" and row:
        row[column] = value
    elif kind == "drop row":
        del grid[place]
    elif kind == "copy row":
        grid.insert(place, list(row))
    elif kind == "cut row":
        del row[column:]
    elif kind == "longer row":
        row.append(value)


def change_columns(grid: Grid, begin: int, kind: str, down: float, across: float, value: Any) -> None:
    width = max(map(len, grid))
    column, other = int(across * width), int(down * width)
    if kind == "heading":
        above = grid[int(down * begin)] if begin else []
        if column < len(above):
            above[column] = value
        return
    for row in grid:
        row.extend([None] * (width - len(row)))
        if kind == "drop column":
            del row[column]
        elif kind == "copy column":
            row.append(row[column])
        else:
            row[column], row[other] = row[other], row[column]


@dataclass
class Loader:
    """A store in memory, and what a file made of it says."""

    connection: Any
    folder: Path
    loaded: int = 0

    def load(self, sheets: Sheets, like: Path) -> LoadedFile:
        for table in ("loaded_file", "submission_row"):  # the same bytes, or the same rows, may come again
            self.connection.execute(f"DELETE FROM data.{table}")
        self.loaded += 1
        path = self.folder / str(self.loaded) / like.name
        path.parent.mkdir()
        write(sheets, path)
        intake = Intake(self.connection, RETURNS, LATER, self.folder)
        (file,) = load_files(intake, [(like.name, path)])
        path.unlink()
        return file

    def evidence(self, sha256: str) -> Counter[tuple[Any, ...]]:
        """Organisation, return, period and outcome of all that one file says, and how often it says so."""
        sql = """
            SELECT organisation_code, return_code, period_start, outcome
            FROM data.{said} JOIN data.loaded_file USING (file_id) WHERE sha256 = $sha256
        """
        return Counter(
            row
            for said in ("published_evidence", "submission_row")
            for row in self.connection.execute(sql.format(said=said), {"sha256": sha256}).fetchall()
        )

    def rejected(self, sha256: str) -> list[tuple[Any, ...]]:
        of_file = "JOIN data.loaded_file USING (file_id) WHERE sha256 = $sha256"
        sql = f"SELECT reason, row_text FROM data.rejected_row {of_file}"
        return self.connection.execute(sql, {"sha256": sha256}).fetchall()


RETURNS = {code: definition.calendar.period for code, definition in load_catalogue().items()}


@dataclass
class Original:
    """A file that is as it should be, and what it says. like: its name and ending."""

    base: Sheets
    like: Path
    wanted: Counter[tuple[Any, ...]]
    format_name: str | None

    def changed(self, done: Sequence[tuple[str, float, float, Any]]) -> Sheets:
        """A copy of it after these changes."""
        sheets = Sheets({title: [list(row) for row in grid] for title, grid in self.base.grids.items()})
        sheets.is_known_by_position = self.like.name in WITHOUT_HEADINGS
        title = max(sheets.grids, key=lambda name: len(practices_in([c for row in sheets.grids[name] for c in row])))
        for one in done:
            change(sheets, title, *one)
        return sheets


def original(loader: Loader, like: Path) -> Original:
    """The file as the loader reads it, of which nothing is rejected."""
    base = read(like)
    first = loader.load(base, like)
    assert (first.state, first.counts.rejected) == ("loaded", 0), first
    return Original(base, like, loader.evidence(first.identity.sha256), first.format_name)


def faults(loader: Loader, of: Original, done: Sequence[tuple[str, float, float, Any]]) -> list[Fault]:
    """What is wrong with what is made of the file after these changes. An error of the program is raised."""
    sheets = of.changed(done)
    file = loader.load(sheets, of.like)
    if file.state == "refused":
        said = str(file.detail)
        is_clear = of.like.name in said and ("What to do" in said or "Expected" in said)
        return [] if is_clear else [(CRASHED, f"a refusal that does not help: {said}")]
    return [*_rows_not_accounted_for(loader, sheets, of.like, file), *_said_otherwise(loader, sheets, of, file)]


def _rows_not_accounted_for(loader: Loader, sheets: Sheets, like: Path, file: LoadedFile) -> Iterator[Fault]:
    counts = file.counts
    if counts.in_file != counts.loaded + counts.duplicate + counts.rejected:
        yield LOST, counts
    if like.suffix == ".csv":
        # A row of which no cell holds more than spaces is no row, however many commas it has.
        records = [row for row in sheets.grids[""] if any(str(cell or "").strip() for cell in row)]
        # A broken row with a line break inside may count as two; one row may be the heading.
        if counts.in_file < len(records) - 1:
            yield LOST, f"{len(records)} records, {counts}"
    rejected = loader.rejected(file.identity.sha256)
    if len(rejected) != counts.rejected or not all(text for _, text in rejected):
        yield LOST, f"{len(rejected)} rejected rows kept, {counts}"
    if not {reason for reason, _ in rejected} <= REASONS:
        yield LOST, f"of no known reason: {rejected}"


def _said_otherwise(loader: Loader, sheets: Sheets, of: Original, file: LoadedFile) -> Iterator[Fault]:
    """Of practices that were not touched: what was said before and now is not, and the other way round."""
    evidence = loader.evidence(file.identity.sha256)
    # What lost the column that tells its kind may be a file of another kind, which says nothing of any return.
    if file.format_name != of.format_name and not evidence:
        return
    untouched = Counter({row: often for row, often in of.wanted.items() if row[0] not in sheets.touched})
    found = Counter({row: often for row, often in evidence.items() if row[0] not in sheets.touched})
    # A column out of its place may have every row rejected.
    if untouched - found and not (sheets.is_known_by_position and sheets.is_heading_touched):
        yield ACCUSED, untouched - found
    if found - untouched:
        yield DOUBLED, found - untouched
