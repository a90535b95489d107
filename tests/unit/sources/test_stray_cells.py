"""A workbook costs what it holds: stray cells far from the table, and workbooks larger than one may be."""

from __future__ import annotations

import io
import resource
import zipfile
from pathlib import Path

import openpyxl
import pytest
from inbox import log_sheet, workbook

from monitor.core.errors import FileRefused
from monitor.sources.files.cell_map import runs_of
from monitor.sources.files.spreadsheet import open_book
from monitor.sources.recognise import recognise


def log_with(folder: Path, cells: tuple[str, ...], rows: int = 3, text: str = "x") -> Path:
    """A submission log as a workbook, with a text in some cells more."""
    content = workbook(log_sheet(*({"submission_id": f"S{number}"} for number in range(rows))))
    book, path = openpyxl.load_workbook(io.BytesIO(content)), folder / "log.xlsx"
    for cell in cells:
        book.active[cell] = text
    book.save(path)
    return path


def rewritten(path: Path, part: str, change: dict[bytes, bytes]) -> Path:
    """The workbook with bytes of one part replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {member.filename: archive.read(member) for member in archive.infolist()}
    for old, new in change.items():
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("cell", "rows", "numbers"),
    [
        ("XFD1048576", 3, [2, 3, 4]),
        ("XFD3", 3, [2, 3, 4]),
        ("XFD1", 3, [2, 3, 4]),
        ("XFD2000", 2000, list(range(2, 2002))),
        ("AZZ40", 3, [2, 3, 4]),
        ("A1048576", 3, [2, 3, 4, 1048576]),
        ("C900000", 3, [2, 3, 4, 900000]),
    ],
)
def test_a_stray_cell_costs_nothing_and_is_named(tmp_path: Path, cell: str, rows: int, numbers: list[int]) -> None:
    recognised = recognise(log_with(tmp_path, (cell,), rows))
    (table,) = recognised.tables
    assert [number for number, _ in table.rows()] == numbers  # type: ignore[union-attr]
    assert recognised.note == f"values lie far from the table, up to cell {cell} of sheet Sheet"
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert used < 3_000_000  # kilobytes: the rectangle of one of these has 17 billion cells


def test_cells_that_do_not_say_their_place_are_read_where_they_are(tmp_path: Path) -> None:
    path = log_with(tmp_path, ("XFD3",))
    plain = [texts[:9] for _, texts in recognise(path).tables[0].rows()]  # type: ignore[union-attr]
    without = {b'<c r="A%d"' % row: b"<c" for row in range(1, 5)} | {
        b'<row r="%d"' % row: b"<row" for row in range(1, 5)
    }
    recognised = recognise(rewritten(path, "xl/worksheets/sheet1.xml", without))
    assert [texts[:9] for _, texts in recognised.tables[0].rows()] == plain  # type: ignore[union-attr]


@pytest.mark.parametrize("cell", [b"XFE3", b"A1048577", b"ZZZZZZZ3", b"A4294967296", b"XFD99999999999999999999"])
def test_a_cell_that_no_spreadsheet_has_is_refused(tmp_path: Path, cell: bytes) -> None:
    path = rewritten(log_with(tmp_path, ("Z4",)), "xl/worksheets/sheet1.xml", {b'r="Z4"': b'r="' + cell + b'"'})
    with pytest.raises(FileRefused, match="which no spreadsheet has"):
        recognise(path)


def test_cells_scattered_over_a_sheet_are_refused_before_it_is_laid_out(tmp_path: Path) -> None:
    book, path = openpyxl.Workbook(write_only=False), tmp_path / "scattered.xlsx"
    for place in range(1, 16_000, 51):
        book.active.cell(place * 60, place, "x")
        book.active.cell(place * 60 + 50, min(place + 50, 16_000), "x")
    book.save(path)
    with pytest.raises(FileRefused, match="span more than 30,000,000 cells, up to"):
        recognise(path)


def test_a_sheet_of_empty_formatted_cells_costs_nothing(tmp_path: Path) -> None:
    path = log_with(tmp_path, ())
    empty = b"".join(b'<row r="%d"><c r="XFD%d" s="1"/></row>' % (row, row) for row in range(5, 2000))
    recognised = recognise(rewritten(path, "xl/worksheets/sheet1.xml", {b"</sheetData>": empty + b"</sheetData>"}))
    assert [number for number, _ in recognised.tables[0].rows()] == [2, 3, 4]  # type: ignore[union-attr]
    assert recognised.note is None


def test_merged_cells_of_a_sheet_with_a_stray_cell_keep_their_rows(tmp_path: Path) -> None:
    path = log_with(tmp_path, ("XFD1000000",))
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A2:A4")
    book.save(path)
    rows = list(recognise(path).tables[0].rows())  # type: ignore[union-attr]
    assert [(number, texts[0]) for number, texts in rows] == [(2, "A81001"), (3, "A81001"), (4, "A81001")]


def test_too_many_sheets_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sheets.xlsx"
    path.write_bytes(workbook(*([["x"]] for _ in range(501))))
    with pytest.raises(FileRefused, match="has 501 sheets"):
        open_book(path)


def test_gaps_are_closed_and_opened_again() -> None:
    runs = runs_of([3, 4, 5, 1000, 1001, 16384])
    assert [runs.closed(place) for place in (3, 4, 5, 1000, 1001, 16384)] == [3, 4, 5, 7, 8, 10]
    assert [runs.opened(place) for place in (3, 4, 5, 7, 8, 10)] == [3, 4, 5, 1000, 1001, 16384]
    assert runs.length == 10
