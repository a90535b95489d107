"""The month of a published file whose content does not say it: by its name, or that of the zip that it came in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from monitor.core.errors import FileRefused

_MONTHS = {
    month[:3]: number
    for number, month in enumerate(
        (
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december",
        ),
        start=1,
    )
}  # fmt: skip
_WORD = (
    r"(?<![a-z])(?P<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[\s_.-]*(?P<year>20\d\d|\d\d)(?!\d)"
)
_YEAR_FIRST = r"(?<!\d)(?P<iso_year>20\d\d)[_-](?P<iso_month>0[1-9]|1[0-2])(?!\d)"
_MONTH_FIRST = r"(?<!\d)(?P<number>0[1-9]|1[0-2])(?P<number_year>20\d\d)(?!\d)"
_A_MONTH = re.compile(f"{_WORD}|{_YEAR_FIRST}|{_MONTH_FIRST}")


def month_named(path: Path) -> date | None:
    """The first day of the one month that a file's name says; failing that, the name of the zip it came in.

    "Mapping_Feb_26.csv", "1 General Practice - June 2026 ...", "GPWPracticeCSV.062026.zip", "... 2026-06.csv". A name
    with two months ("aug2020-jan2023") says none.
    """
    for name in (path.name, *_zip_name(path)):
        if months := {_first_day(found) for found in _A_MONTH.finditer(name.lower())}:
            return months.pop() if len(months) == 1 else None
    return None


def without_month(path: Path, format_name: str, columns: Iterable[str] = ()) -> FileRefused:
    """The refusal of a file of which neither the content nor the name says the month."""
    instead = f", or the columns {' and '.join(columns)}" if columns else ""
    return FileRefused(
        path.name,
        f"is {format_name}, but neither its content nor its name says of which month",
        f'the month in the name of the file or of its zip, as in "... June 2026 ..."{instead}',
        "drop it under the name it was published with, in its zip, or put the month into the name",
    )


def _first_day(found: re.Match[str]) -> date:
    if found["word"]:
        year = int(found["year"])
        return date(year if year > 99 else 2000 + year, _MONTHS[found["word"][:3]], 1)
    if found["iso_year"]:
        return date(int(found["iso_year"]), int(found["iso_month"]), 1)
    return date(int(found["number_year"]), int(found["number"]), 1)


def _zip_name(path: Path) -> tuple[str, ...]:
    """The name of the zip: a member is read from a folder of that name. Any other folder may be named for anything."""
    folder = path.parent.name
    return (folder,) if folder.lower().endswith(".zip") else ()
