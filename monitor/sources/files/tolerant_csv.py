"""A slow and exact reader of CSV, for files over which DuckDB's strict reader stumbled.

It never gives up on a file: each fault costs one row, and the row is kept with the reason.
"""

from __future__ import annotations

import csv
import mmap
import re
from collections import deque
from collections.abc import Iterator, Sequence
from io import StringIO, TextIOBase
from pathlib import Path

from monitor.sources.formats import CsvTable

TOO_FEW = "too few values"
TOO_MANY = "too many values"
QUOTE_MISPLACED = "a quotation mark is out of place"
QUOTE_OPEN = "a quotation mark is not closed"
NOT_TEXT = "a byte is not UTF-8 text"
TOO_LONG = "a value is too long to read"

_LONGEST_LINE = 4_000_000
_CHUNK = 1 << 20
_MOST_LINES_IN_A_ROW = 200
# DuckDB takes a quotation mark after spaces for the beginning of a quoted value, and so do we.
_SPACE_BEFORE_QUOTE = re.compile('(?:^|,) +"')
_NOT_TEXT = re.compile("[\x00\udc80-\udcff]")

Row = tuple[int, tuple[str | None, ...], str | None]


def read_csv_carefully(table: CsvTable) -> Iterator[Row]:
    """Every row of a CSV file: (row number, one value or None for each of the table's columns, fault or None).

    The row number is what a spreadsheet shows: the heading is row 1, a blank line takes a number but is no row, a value
    over several lines is in one row. Values too many are kept in the last column, joined by commas.
    """
    with table.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        for number, values, fault in _records(_Lines(stream), len(table.columns)):
            if number > table.header_rows:
                yield number, *_fitted(values, fault, len(table.columns))


def needs_care(path: Path, records: int) -> bool:
    """Whether a file holds what DuckDB passes over in silence: NULs, and blank lines, which it does not number.

    Below a heading over several lines it may find no rows at all, and say nothing.
    records: how many it found, the heading included. As many lines as records leave no room for a blank line, which
    spares a long file the closer look.
    """
    if _has_long_heading(path):
        return True
    lines, last = 0, b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if b"\0" in chunk:
                return True
            lines += chunk.count(b"\n")
            last = chunk
    return lines + (not last.endswith(b"\n")) != records and _has_blank_lines(path)


def _has_long_heading(path: Path) -> bool:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        beginning = StringIO(stream.read(_CHUNK), newline="")
    try:
        return any("\n" in cell or "\r" in cell for cell in next(csv.reader(beginning), []))
    except csv.Error:
        return True


def _has_blank_lines(path: Path) -> bool:
    """Blank lines at the end do not count: no row stands behind them."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = len(content)
        while end and content[end - 1] in b"\r\n":
            end -= 1
        return any(content.find(sign, 0, end) >= 0 for sign in (b"\n\n", b"\n\r\n", b"\r\r"))


class _Lines:
    """Lines of a file, with a way to hand some back. An endless line is cut: the rest of it is passed over."""

    def __init__(self, stream: TextIOBase) -> None:
        self._stream = stream
        self._returned: deque[str] = deque()

    def take(self) -> str:
        """The next line with its line end; "" at the end of the file."""
        if self._returned:
            return self._returned.popleft()
        line = self._stream.readline(_LONGEST_LINE)
        rest = line
        while len(rest) == _LONGEST_LINE and not rest.endswith(("\n", "\r")):
            rest = self._stream.readline(_LONGEST_LINE)
        return line

    def give_back(self, lines: Sequence[str]) -> None:
        self._returned.extendleft(reversed(lines))


def _records(lines: _Lines, width: int) -> Iterator[tuple[int, Sequence[str], str | None]]:
    number = 0
    while line := lines.take():
        number += 1
        if line.strip():
            yield number, *_split(line, lines, width)


def _split(line: str, lines: _Lines, width: int) -> tuple[Sequence[str], str | None]:
    """The values that begin in this line. A quoted value may go on in the lines after it, if it ends well."""
    plain = line.rstrip("\r\n").split(",")
    if len(line) >= _LONGEST_LINE:
        return plain, TOO_LONG
    if '"' not in line:
        return plain, None
    values = _parsed([line], strict=True)
    if values is not None:
        return values, None
    if line.count('"') % 2:
        return _over_several_lines(line, lines, width) or (plain, QUOTE_OPEN)
    return _with_stray_quotes(line, plain, width)


def _over_several_lines(line: str, lines: _Lines, width: int) -> tuple[Sequence[str], None] | None:
    """The values of a row over several lines; None, and the lines handed back, where the quotation mark was a stray.

    A stray one pairs up with the next quotation mark, wherever that is. So the row must be well-formed and of the right
    width; else it would swallow good rows after it.
    """
    taken = [line]
    while len(taken) < _MOST_LINES_IN_A_ROW and (more := lines.take()):
        taken.append(more)
        if more.count('"') % 2:
            values = _parsed(taken, strict=True)
            if values is not None and _of_width(values, width):
                return values, None
            break
    lines.give_back(taken[1:])
    return None


def _with_stray_quotes(line: str, plain: Sequence[str], width: int) -> tuple[Sequence[str], str | None]:
    """Quotation marks inside a value: taken as text, if one way of reading gives the right number of values."""
    lenient = _parsed([line], strict=False)
    for values in (lenient, plain):
        if values is not None and _of_width(values, width):
            return values, None
    too_long = lenient is None and len(line) > csv.field_size_limit()
    return lenient or plain, TOO_LONG if too_long else QUOTE_MISPLACED


def _of_width(values: Sequence[str], width: int) -> bool:
    return len(values) >= width and not any(value.strip() for value in values[width:])


def _parsed(lines: Sequence[str], strict: bool) -> list[str] | None:
    """The values of these lines as one record; None if they are not one, or not well-formed."""
    try:
        records = list(csv.reader(lines, strict=strict, skipinitialspace=any(map(_SPACE_BEFORE_QUOTE.search, lines))))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _fitted(values: Sequence[str], fault: str | None, width: int) -> tuple[tuple[str | None, ...], str | None]:
    """Exactly `width` values, blank ones as None, with the gravest fault."""
    surplus = values[width:]
    if any(value.strip() for value in surplus):
        fault = fault or TOO_MANY
        kept = [*values[: width - 1], ",".join(values[width - 1 :])]
    else:
        kept = [*values[:width]]
    if len(kept) < width:
        fault = fault or TOO_FEW
        kept += [""] * (width - len(kept))
    if any(_NOT_TEXT.search(value) for value in kept):
        fault = NOT_TEXT
        kept = [_readable(value) for value in kept]
    return tuple(value if value.strip() else None for value in kept), fault


def _readable(value: str) -> str:
    """The value with a replacement character for each NUL and each byte that is not UTF-8."""
    return _NOT_TEXT.sub("\ufffd", value)
