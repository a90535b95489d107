"""The beginning of a text file: is it UTF-8 and comma-separated, and what are its first records?

Only the first megabyte is looked at, so that a file of 2 GB costs no more than a small one; a fault further down
is found when the rows are read.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from monitor.core.errors import FileRefused

_HEAD_BYTES = 1_048_576
_RECORDS = 21
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = {";": "semicolon", "\t": "tab", "|": "pipe"}
_EXPECTED_UTF8 = "a CSV file in UTF-8"


@dataclass(frozen=True)
class TextHead:
    """The first records of a CSV file (at most 21, the heading among them), as lists of text."""

    path: Path
    records: tuple[tuple[str, ...], ...]

    @property
    def begins_blank(self) -> bool:
        return not any(value.strip() for value in self.first)

    @property
    def first(self) -> tuple[str, ...]:
        return self.records[0]


def read_head(path: Path) -> TextHead:
    """The first records of a text file. Raises FileRefused if it is not comma-separated UTF-8 text."""
    with path.open("rb") as stream:
        raw = stream.read(_HEAD_BYTES)
        whole = not stream.read(1)
    _refuse_utf16(path, raw)
    text = _decoded(path, raw, whole).removeprefix("\ufeff")
    _refuse_markup(path, text)
    records = _first_records(path, text)
    return TextHead(path, records)


def cells_by_any_separator(head: TextHead) -> list[str]:
    """Every cell of the first record, taken apart at any separator in use."""
    return [cell for value in head.first for cell in re.split(r"[;\t|]", value)]


def refuse_other_separator(head: TextHead) -> None:
    """Raise FileRefused if the file is separated by semicolons, tabs or pipes."""
    for separator, name in _SEPARATORS.items():
        others = sum(value.count(separator) for value in head.first)
        if others >= len(head.first):
            raise FileRefused(
                head.path.name,
                f"is {name}-separated",
                "values separated by commas",
                'save it as "CSV UTF-8 (comma delimited)", or as .xlsx',
            )


def refuse_blank_first_line(head: TextHead) -> None:
    """Raise FileRefused where the first line is blank, and no headings were found below it."""
    if head.begins_blank:
        raise FileRefused(
            head.path.name,
            "its first line is blank, and no headings of a known format stand below it",
            "the headings in the first line",
            "delete the blank lines at the top, and compare the headings with docs/formats.md",
        )


def _refuse_utf16(path: Path, raw: bytes) -> None:
    """A byte order mark, or NULs in number: Latin letters in UTF-16 are half NULs. A stray NUL spoils one row only."""
    if raw.startswith(_UTF16) or raw.count(0) * 10 > len(raw):
        raise FileRefused(path.name, "is in UTF-16 (or no text at all)", _EXPECTED_UTF8, 'save it as "CSV UTF-8"')


def _decoded(path: Path, raw: bytes, whole: bool) -> str:
    """The text of these bytes. Where they are not the whole file, the last character may be cut through."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(raw, final=whole)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            path.name,
            f"is not UTF-8 (byte {error.start + 1:,}, in line {line:,})",
            _EXPECTED_UTF8,
            'open it in Excel and save it as "CSV UTF-8 (comma delimited)"',
        ) from error


def _refuse_markup(path: Path, text: str) -> None:
    start = text[:2000].strip().lower()
    if not start:
        raise FileRefused(path.name, "is empty", _EXPECTED_UTF8, "check that it was saved or downloaded in full")
    if start.startswith("<"):
        raise FileRefused(
            path.name,
            "is a web page or XML, not data",
            _EXPECTED_UTF8,
            "download it again: a sign-in or an error page may have been saved in place of the file",
        )
    if start.startswith(("{", "[")):
        raise FileRefused(path.name, "is JSON", _EXPECTED_UTF8, "ask for the data as CSV or .xlsx")


def _first_records(path: Path, text: str) -> tuple[tuple[str, ...], ...]:
    records: list[tuple[str, ...]] = []
    # The heading must be readable. A fault in a row below it costs that row, later, and not the file.
    with suppress(csv.Error):
        for record in islice(csv.reader(io.StringIO(text, newline="")), _RECORDS):
            records.append(tuple(record))
    if not records:
        raise FileRefused(
            path.name,
            "its first line cannot be read as CSV (a quotation mark is not closed, or a value is over-long)",
            _EXPECTED_UTF8,
            "open it in Excel, check the first line and save it again",
        )
    return tuple(records)
