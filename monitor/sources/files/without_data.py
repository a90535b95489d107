"""What lies beside data, in folders and in archives alike: notes for people, and what programs leave behind."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_LEFT_BY_PROGRAMS = re.compile(r"(^|/)(__MACOSX/|\.[^./]|~\$|thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_LEFT_BY_SYSTEM = re.compile(
    r"(^|/)(__MACOSX/|\._|~\$|\.ds_store$|\.localized$|thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
_UNFINISHED = re.compile(
    r"(^|/)~\$[^/]*$|\.(part|partial|crdownload|filepart|tmp|temp|download|opdownload|!ut|aria2)$", re.IGNORECASE
)
# Ending, and how such a file begins: documents, slides and pictures.
_DOCUMENTS = {
    ".pdf": b"%PDF", ".docx": b"PK", ".pptx": b"PK", ".png": b"\x89PNG", ".gif": b"GIF8", ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
}  # fmt: skip
_TEXTS = (".md", ".txt", ".htm", ".html")

_START_BYTES = 65_536
_LINES = 20
_SEPARATORS = ",;\t|"
_SEPARATORS_IN_MARKDOWN = ",;\t"  # a table for people has bars


def is_left_by_programs(name: str) -> bool:
    """Whether a file was put there by an operating system or a spreadsheet program, by its path below the folder."""
    return bool(_LEFT_BY_PROGRAMS.search(name))


def is_left_by_system(name: str) -> bool:
    """Whether it is what an operating system keeps in every folder, and which needs no word."""
    return bool(_LEFT_BY_SYSTEM.search(name))


def is_unfinished(name: str) -> bool:
    """Whether a file has the name that programs give to what they are still downloading, copying or writing."""
    return bool(_UNFINISHED.search(name))


def is_note(path: Path) -> bool:
    """Whether a file is a note for people to read: no data, and no cause for alarm.

    A text is a note where it holds no table. What cannot be opened is none: that is said when it is read.
    """
    ending = path.suffix.lower()
    if ending not in _DOCUMENTS and ending not in _TEXTS:
        return False
    try:
        with path.open("rb") as stream:
            start = stream.read(_START_BYTES)
    except OSError:
        return False
    if ending in _DOCUMENTS:
        return start.startswith(_DOCUMENTS[ending]) and not _is_workbook(path)
    return not _may_hold_table(start, _SEPARATORS_IN_MARKDOWN if ending == ".md" else _SEPARATORS)


def _is_workbook(path: Path) -> bool:
    """Whether it is a workbook that was given another name."""
    if not _DOCUMENTS[path.suffix.lower()].startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


def _may_hold_table(start: bytes, separators: str) -> bool:
    """Whether a text may be meant as data. In doubt it is: a refusal is seen, and a file passed over is not."""
    if b"\0" in start:
        return True  # "Unicode text", as spreadsheet programs save tables, and which a refusal explains
    text = start.decode("utf-8", errors="replace").removeprefix("\ufeff")
    lines = list(islice((line for line in text.splitlines() if line.strip()), _LINES))
    return not lines or any(_is_table(list(_widths(lines, separator))) for separator in separators)


def _widths(lines: list[str], separator: str) -> Iterator[int]:
    for line in lines:
        try:
            yield len(next(csv.reader([line], delimiter=separator)))
        except csv.Error:
            yield 1


def _is_table(widths: list[int]) -> bool:
    """Headings alone; headings and a row; or rows below a title. Commas in sentences seldom come so evenly."""
    if len(widths) == 1:
        return widths[0] > 2
    if widths[0] == widths[1] > 1:
        return True
    return any(width > 2 and widths[place : place + 3] == [width] * 3 for place, width in enumerate(widths))
