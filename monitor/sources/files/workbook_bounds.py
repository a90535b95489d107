"""How large the sheets of a workbook are, before a reader lays them out: nothing here needs more memory than a chunk.

Sizes that the archive states are not believed. What is larger than a workbook may be is refused, naming the cell.
"""

from __future__ import annotations

import html
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO

from monitor.core.errors import FileRefused
from monitor.sources.files.cell_map import Runs, column_name, joined, runs_of
from monitor.sources.files.file_kind import corrupt_workbook

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 30_000_000
MOST_SHEETS = 500
MOST_UNPACKED_BYTES = 2_000_000_000

# A sheet whose rectangle is larger than this, and this many times what is filled, has its gaps closed.
_LARGE = 20_000
_SPARSE = 4

_CHUNK_BYTES = 1 << 20
_LONGEST_TAG = 100_000
_MOST_SPANS = 100_000
_NO_SHEETS = (".jpg", ".jpeg", ".png", ".gif", ".emf", ".wmf")
_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_PLACE = re.compile(rb"""(?<=[\s])r\s*=\s*["']\s*([A-Za-z]*)(\d+)\s*["']""")
_ROW_OF_CELL = re.compile(rb'<c r="[A-Z]+(\d+)"')
_COLUMN_OF_CELL = re.compile(rb'<c r="([A-Z]+)')
_BEGINNINGS_OF_CELLS = (
    b"<c ",
    b"<c>",
    b"<c/",
    b"<c\n",
    b"<c\t",
    b"<c\r",
    b":c ",
    b":c>",
    b":c/",
    b":c\n",
    b":c\t",
    b":c\r",
)
_FILLED = re.compile(rb'<c r="([A-Z]+)(\d+)"(?=(?:[^<>]*[^<>/])?>)')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error,
)  # fmt: skip


@dataclass
class _Used:
    """What of a sheet is in use, as it is read: places count from 1."""

    columns: dict[int, int] = field(default_factory=dict)  # column -> the first row in which it is filled
    spans: list[list[int]] = field(default_factory=list)
    filled: int = 0
    last: tuple[int, int] = (0, 0)  # row and column of the last cell of the last row

    def add(self, row: int, column: int) -> None:
        self.filled += 1
        self.columns.setdefault(column, row)
        if row > self.last[0]:
            self.last = (row, column)
        span = self.spans[-1] if self.spans else None
        if span and span[0] <= row <= span[1] + 1:
            span[1] = max(span[1], row)
            return
        self.spans.append([row, row])
        if len(self.spans) > _MOST_SPANS:  # rows in no order
            self.spans = [list(joined_span) for joined_span in self.rows.spans]

    @property
    def rows(self) -> Runs:
        """The rows in use."""
        return joined((first, last) for first, last in self.spans)


@dataclass
class _Glance:
    """The farthest row and column of a part in which each cell says its place, and how many values it has at least.

    Most sheets need no closer look, which takes as long as reading them.
    """

    row: int = 0
    column: int = 0
    cells: int = 0
    placed: int = 0
    values: int = 0

    def add(self, text: bytes) -> None:
        rows = _ROW_OF_CELL.findall(text)
        self.placed += len(rows)
        self.cells += sum(map(text.count, _BEGINNINGS_OF_CELLS))
        self.values += text.count(b"<v>") + text.count(b"<is>")
        self.row = max(self.row, *map(int, set(rows)), 0)
        self.column = max(self.column, *map(_column, set(_COLUMN_OF_CELL.findall(text))), 0)

    @property
    def is_placed(self) -> bool:
        return self.placed == self.cells

    @property
    def is_dense(self) -> bool:
        rectangle = self.row * self.column
        return self.is_placed and rectangle <= max(_LARGE, _SPARSE * self.values)

    @property
    def bounds(self) -> SheetBounds:
        """Those of the whole rectangle."""
        rows, columns = Runs(((1, self.row),)), Runs(((1, self.column),))
        cell = f"{column_name(self.column)}{self.row}"
        return SheetBounds(rows, columns, self.row * self.column, cell, cell)


@dataclass(frozen=True)
class SheetBounds:
    """Which rows and columns of a sheet are in use, how many cells are filled, and the cells that lie farthest off.

    can_be_closed: whether its gaps can be: not those of an .xlsb, and of a part that no sheet names
    is_placed: whether each cell says its place
    """

    rows: Runs
    columns: Runs
    filled: int
    lowest: str
    rightmost: str
    can_be_closed: bool = True
    is_placed: bool = True

    @property
    def rectangle(self) -> int:
        """How many cells a reader lays out."""
        return self.rows.spans[-1][1] * self.columns.spans[-1][1] if self.rows.spans else 0

    @property
    def is_sparse(self) -> bool:
        """Whether it is to be read without its gaps."""
        has_gaps = len(self.rows.spans) > 1 or len(self.columns.spans) > 1
        return has_gaps and self.can_be_closed and self.rectangle > max(_LARGE, _SPARSE * self.filled)

    @property
    def laid_out(self) -> int:
        """How many cells are laid out, without the gaps of a sparse sheet."""
        return self.rows.length * self.columns.length if self.is_sparse else self.rectangle

    def closed(self, row: int, column: int) -> bytes:
        """What a cell is called once the gaps are closed."""
        return f"{column_name(self.columns.closed(column))}{self.rows.closed(row)}".encode()

    @property
    def stray(self) -> str:
        """The cell that lies farthest from the rest."""
        return self.rightmost if len(self.columns.spans) > 1 else self.lowest


def bounds_of(path: Path) -> Mapping[str, SheetBounds]:
    """By the name of each part of a workbook that holds cells: its bounds.

    Raises FileRefused for a damaged workbook, and for one that is larger than docs/formats.md says.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            named = set(_parts_in(archive).values())
            found = _bounds_in(archive, path, named)
    except _DAMAGE as error:
        raise corrupt_workbook(path) from error
    if len(found) > MOST_SHEETS:
        raise _too_large(path, f"has {len(found):,} sheets", f"at most {MOST_SHEETS:,} sheets")
    cells = 0
    for bounds in found.values():
        cells += bounds.laid_out
        if cells > MOST_CELLS:
            found_here = f"its rows and columns in use span more than {MOST_CELLS:,} cells, up to {bounds.stray}"
            raise _too_large(path, found_here, f"at most {MOST_CELLS:,} cells, the empty ones between them included")
    return found


def parts_of(path: Path) -> Mapping[str, str]:
    """By the name of each sheet of an .xlsx workbook: the part of the archive that holds its cells."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _parts_in(archive)
    except _DAMAGE as error:
        raise corrupt_workbook(path) from error


def _parts_in(archive: zipfile.ZipFile) -> dict[str, str]:
    """Empty for an .xlsb, and for a workbook that does not say."""
    try:
        sheets = [_attributes(tag) for tag in _SHEET.findall(archive.read("xl/workbook.xml"))]
        related = map(_attributes, _RELATIONSHIP.findall(archive.read("xl/_rels/workbook.xml.rels")))
    except KeyError:
        return {}
    targets = {one.get("Id"): one.get("Target", "") for one in related}
    return {one.get("name", ""): _part(targets.get(one.get("id"), "")) for one in sheets}


def _attributes(text: bytes) -> dict[str, str]:
    """The attributes of a tag by name, without the prefix of a namespace."""
    return {
        name.decode().split(":")[-1]: html.unescape((double or single).decode("utf-8", errors="replace"))
        for name, double, single in _ATTRIBUTE.findall(text)
    }


def _part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def without_gaps(path: Path, sparse: Mapping[str, SheetBounds]) -> BytesIO:
    """The workbook, its sparse sheets without their gaps."""
    content = BytesIO()
    with (
        zipfile.ZipFile(path) as archive,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as closed,
    ):
        for member in archive.infolist():
            if member.is_dir() or member.filename.lower().endswith(_NO_SHEETS):
                continue
            with archive.open(member) as read, closed.open(member.filename, "w", force_zip64=True) as write:
                bounds = sparse.get(member.filename)
                for chunk in _closed(read, bounds) if bounds else iter(lambda: read.read(_CHUNK_BYTES), b""):
                    write.write(chunk)
    content.seek(0)
    return content


def _bounds_in(archive: zipfile.ZipFile, path: Path, named: Collection[str]) -> dict[str, SheetBounds]:
    found, unpacked = {}, 0
    for member in archive.infolist():
        if member.is_dir() or member.filename.lower().endswith(_NO_SHEETS):
            continue
        seen = _Glance()
        with archive.open(member) as stream:
            for size, text in _chunks(stream):
                unpacked += size
                if unpacked > MOST_UNPACKED_BYTES:
                    raise _too_large(path, "unpacks to more than 2 GB", "at most 2 GB unpacked")
                seen.add(text)
        if not seen.is_dense or member.filename.lower().endswith(".bin"):
            bounds = _looked_at(archive, member, path, member.filename in named, seen.is_placed)
        else:
            _refuse_beyond(path, seen.row, seen.column)
            bounds = seen.bounds
        if bounds.filled:
            found[member.filename] = bounds
    return found


def _looked_at(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, can_be_closed: bool, is_placed: bool
) -> SheetBounds:
    """The bounds of a part, cell by cell."""
    used = _Used()
    cells = _placed_cells_of if is_placed else _cells_of
    if member.filename.lower().endswith(".bin"):
        cells = _cells_of_binary
    with archive.open(member) as stream:
        for row, column in cells(stream):
            _refuse_beyond(path, row, column)
            used.add(row, column)
    return _bounds(used, can_be_closed, is_placed)


def _bounds(used: _Used, can_be_closed: bool, is_placed: bool) -> SheetBounds:
    (row, beside), column = used.last, max(used.columns, default=0)
    lowest, rightmost = f"{column_name(beside)}{row}", f"{column_name(column)}{used.columns.get(column, 0)}"
    return SheetBounds(used.rows, runs_of(used.columns), used.filled, lowest, rightmost, can_be_closed, is_placed)


def _chunks(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """(bytes read, text that does not end within a tag)."""
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        text = rest + chunk
        cut = text.rfind(b"<")
        if cut <= 0 or len(text) - cut > _LONGEST_TAG:
            cut = len(text)
        rest = text[cut:]
        yield len(chunk), text[:cut]
    yield 0, rest


def _placed_cells_of(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Row and column of each filled cell, where each says its place."""
    for _, text in _chunks(stream):
        for column, row in _FILLED.findall(text):
            yield int(row), _column(column)


def _cells_of(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Row and column of each filled cell, as a reader counts them where they do not say."""
    row = column = 0
    for _, text in _chunks(stream):
        for tag in _TAG.finditer(text):
            kind, attributes = tag.groups()
            place = _PLACE.search(attributes)
            if kind == b"row":
                row, column = int(place[2]) if place else row + 1, 0
                continue
            column = _column(place[1]) if place and place[1] else column + 1
            if not attributes.endswith(b"/"):
                yield int(place[2]) if place else row, column


def _closed(stream: IO[bytes], bounds: SheetBounds) -> Iterator[bytes]:
    """The text of a sheet, each filled cell where it comes to lie; what is empty is left out."""
    row = column = 0

    def moved(tag: re.Match[bytes]) -> bytes:
        nonlocal row, column
        kind, attributes = tag.groups()
        place = _PLACE.search(attributes)
        if kind == b"row":
            row, column = int(place[2]) if place else row + 1, 0
            return _PLACE.sub(b"", tag[0]) if place else tag[0]
        column = _column(place[1]) if place and place[1] else column + 1
        if attributes.endswith(b"/"):
            return b""
        at = bounds.closed(int(place[2]) if place else row, column)
        return b'<c r="%s"%s>' % (at, _PLACE.sub(b"", attributes))

    def placed(tag: re.Match[bytes]) -> bytes:
        return b'<c r="%s"' % bounds.closed(int(tag[2]), _column(tag[1]))

    for _, text in _chunks(stream):
        yield _FILLED.sub(placed, text) if bounds.is_placed else _TAG.sub(moved, text)


def _cells_of_binary(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The same of a sheet of .xlsb: records of a kind, a length and so many bytes."""
    row = 0
    while True:
        kind, size = _packed_number(stream, 2), _packed_number(stream, 4)
        if kind is None or size is None:
            return
        content = stream.read(min(size, 8))
        left = size - len(content)
        while left > 0 and (skipped := len(stream.read(min(left, _CHUNK_BYTES)))):
            left -= skipped
        if kind == 0 and len(content) >= 4:
            row = int.from_bytes(content[:4], "little") + 1
        if 2 <= kind <= 11 and len(content) >= 4 and row > 0:
            yield row, int.from_bytes(content[:4], "little") + 1


def _packed_number(stream: IO[bytes], most_bytes: int) -> int | None:
    """A number in 7 bits a byte, the lowest first; None at the end."""
    number = 0
    for place in range(most_bytes):
        byte = stream.read(1)
        if not byte:
            return None
        number |= (byte[0] & 0x7F) << (7 * place)
        if byte[0] < 0x80:
            break
    return number


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - 64
    return place


def _refuse_beyond(path: Path, row: int, column: int) -> None:
    if row > MOST_ROWS or column > MOST_COLUMNS:
        cell = f"{column_name(column)}{row}" if column <= 10 * MOST_COLUMNS else f"column {column:,}"
        raise _too_large(path, f"has a value in cell {cell}, which no spreadsheet has", "cells up to XFD1048576")


def _too_large(path: Path, found: str, expected: str) -> FileRefused:
    return FileRefused(
        path.name, found, expected, "delete what lies far from the table, or save its sheet as a CSV file"
    )
