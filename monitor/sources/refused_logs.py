"""Whether a file that was refused is a log of submissions all the same: then who is in it is not known."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from monitor.core.errors import FileRefused
from monitor.sources import own_formats
from monitor.sources.column_map import ColumnMap
from monitor.sources.files.file_kind import container_of
from monitor.sources.files.parquet import column_names
from monitor.sources.files.spreadsheet import open_book
from monitor.sources.heading_text import normalised
from monitor.sources.headings import first_fit
from monitor.sources.mapped_formats import with_column_maps

_HEAD_BYTES = 65_536
_RECORDS = 21
_SEPARATORS = (",", ";", "\t", "|")


def is_log(path: Path, column_maps: Sequence[ColumnMap] = ()) -> bool:
    """Whether some row near the top has the headings of a submission log, however the text is encoded and separated.

    Raises OSError.
    """
    known = with_column_maps(own_formats.HEADED, column_maps)
    for cells in _rows_near_the_top(path):
        headed = first_fit([normalised(cell) for cell in cells], known)
        if headed is not None and headed.format.table == own_formats.SUBMISSION_LOG.table:
            return True
    return False


def _rows_near_the_top(path: Path) -> Iterator[Sequence[str | None]]:
    try:
        match container_of(path):
            case "workbook":
                yield from (cells for sheet in open_book(path).sheets for _, cells in sheet.top_rows())
            case "parquet":
                yield column_names(path)
            case "text":
                yield from _rows_of_text(path)
    except FileRefused:  # nothing in it can be read
        return


def _rows_of_text(path: Path) -> Iterator[Sequence[str]]:
    with path.open("rb") as stream:
        text = _text_of(stream.read(_HEAD_BYTES)).replace("\0", "")
    for separator in _SEPARATORS:
        try:
            yield from islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), _RECORDS)
        except csv.Error:  # it is not separated so
            continue


def _text_of(raw: bytes) -> str:
    """The text, whatever its encoding: headings are letters that nearly all encodings write alike."""
    if raw.startswith(codecs.BOM_UTF16_BE) or raw[:1] == b"\0":
        return raw.decode("utf-16-be", errors="replace").removeprefix("\ufeff")
    if raw.startswith(codecs.BOM_UTF16_LE) or raw[1:2] == b"\0":
        return raw.decode("utf-16-le", errors="replace").removeprefix("\ufeff")
    return raw.decode("utf-8-sig", errors="replace")
