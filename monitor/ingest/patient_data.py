"""What is refused as patient-level data beside the rows: headings, and the names of files, folders and sheets.

Nothing of it is kept or shown: a name that holds an NHS number is withheld, also from the message about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import PurePosixPath
from urllib.parse import unquote

import duckdb

from monitor.core.errors import FileRefused
from monitor.store.connection import Store

# NHS numbers in use begin with these digits, those for tests with 9 (NHS Data Dictionary): a single number is one of a
# patient only then. Dates and telephone numbers begin with others.
FIRST_DIGITS_IN_USE = ("4", "6", "7", "9")
WITHHELD = "(name withheld)"
LONGEST_ENDING = 5
DIGITS_OF_A_NUMBER = 10

NUMBERS_IN = """SELECT place, nhs_numbers_in(text)
FROM (SELECT unnest(CAST($texts AS VARCHAR[])) AS text, generate_subscripts(CAST($texts AS VARCHAR[]), 1) AS place)
WHERE could_hold_nhs_number(text) ORDER BY place"""
_DIGITS_ALONE = re.compile(r"[0-9 -]{1,9}")


def patient_data(where: str, found: str) -> FileRefused:
    """The refusal of a file with patient-level data. found: where it stands, and never a value."""
    return FileRefused(
        where,
        f"holds patient-level data: {found}; nothing of it was kept",
        "files about organisations, never about patients",
        "remove the file from the inbox, and report it as your information governance rules ask",
    )


def is_in_use(number: str) -> bool:
    """Whether a valid NHS number begins as those that are given out, or are for tests."""
    return number.startswith(FIRST_DIGITS_IN_USE)


def places_with_numbers(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> list[int]:
    """Which of the names, counted from 0, hold an NHS number that is in use."""
    texts = {place: text for place, name in enumerate(names) if _has_ten_digits(text := unquote(name))}
    if not texts:  # of nearly all names; to plan the query takes longer than to load a small file should
        return []
    found = connection.execute(NUMBERS_IN, {"texts": list(texts.values())}).fetchall()
    return [list(texts)[place - 1] for place, numbers in found if any(map(is_in_use, numbers))]


def _has_ten_digits(text: str) -> bool:
    return len(text) >= DIGITS_OF_A_NUMBER and sum(map(str.isdigit, text)) >= DIGITS_OF_A_NUMBER


def refuse_numbers_in_names(connection: Store, headings: Iterable[str], where: str) -> None:
    """Raise FileRefused where a heading holds an NHS number."""
    for place in places_with_numbers(connection, headings):
        raise patient_data(where, f"the heading of column {place + 1} holds an NHS number")


def without_number(connection: Store, refusal: FileRefused, where: str) -> FileRefused:
    """The refusal as it may be kept and shown: one whose words hold an NHS number says only that. where: the file."""
    if not places_with_numbers(connection, [refusal.message]):
        return refusal
    return patient_data(where, "a name or a text in it holds an NHS number")


def refused_by_name(name: str) -> FileRefused:
    """The refusal of a file whose name holds an NHS number. name: as `withheld` gives it."""
    return FileRefused(
        name,
        "holds patient-level data: its name, or that of its folder, holds a number that is a "
        "valid NHS number by its check digit; nothing of it was kept, and it was not opened",
        "names without NHS numbers",
        "remove the file and report it as your information governance rules ask; if it is some other number, rename it",
    )


def withheld(connection: Store, name: str) -> str:
    """A name that holds an NHS number as it may be shown: without the parts that hold it, or all of them."""
    parts = name.split("/")
    places = set(places_with_numbers(connection, parts)) or set(range(len(parts)))
    return "/".join(_withheld_part(part) if place in places else part for place, part in enumerate(parts))


def _withheld_part(part: str) -> str:
    ending = PurePosixPath(part).suffix
    return WITHHELD + (ending if len(ending) <= LONGEST_ENDING and ending[1:].isalpha() else "")


def texts_of_row(row: Iterable[str | None]) -> Iterator[str]:
    """The texts of a row of a sheet: of each cell, and of cells side by side that hold a few digits each, joined."""
    for holds_digits, cells in groupby(row, key=lambda cell: bool(cell and _DIGITS_ALONE.fullmatch(cell))):
        texts = [cell for cell in cells if cell]
        yield from texts
        if holds_digits:
            yield from (" ".join(texts[start : start + width]) for width in (2, 3) for start in range(len(texts) - 1))
