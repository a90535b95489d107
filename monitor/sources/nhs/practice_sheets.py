"""Sheets of published workbooks with one row a practice: below some lines of title, above notes and a copyright line.

Headings carry footnote marks that change from month to month, and the row of headings moves. A row is known by its
practice code, never by its month: a copyright line has been published over the month of a real practice. Totals and
the rows of what belongs to no practice (Unassigned, Unmapped) are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from monitor.core.errors import FileRefused
from monitor.sources.files.csv_sheet import TextSheet
from monitor.sources.files.spreadsheet import Sheet, Texts
from monitor.sources.formats import Format, Recognised, RowTable
from monitor.sources.heading_text import normalised, without_footnotes
from monitor.sources.headings import found_columns, name_columns, refuse_patient_columns

ROWS_SEARCHED = 40
_NO_PRACTICE = frozenset({"total", "national", "england", "unassigned", "unmapped", "unallocated"})
_LIKE_A_CODE = re.compile(r"\s*[A-Za-z]+\d\w*\s*")
_DIGIT = re.compile(r"\d")
_MONTH_PATTERNS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d%b%Y", "%b-%y", "%b-%Y", "%b %Y", "%B %Y", "%Y-%m")
_SERIAL_DAYS = range(36526, 73051)  # Excel's count of days, 2000 to 2099: a date whose cell lost its date format
_SERIAL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True)
class SheetLayout:
    """How a format looks on a sheet.

    needed:  the columns that every edition has, with their headings as published (for messages)
    aliases: other headings for a canonical column
    key:     the columns that distinguish the row of headings from any other row
    word:    what one of the headings must hold for a sheet to count as a damaged one of this format; None: none is
    reword:  gives the name of each column from all normalised headings, where a list of aliases is not enough
    """

    format: Format
    needed: Mapping[str, str]
    aliases: Mapping[str, str]
    key: frozenset[str]
    word: str | None
    reword: Callable[[list[str]], list[str]] = list

    def named(self, texts: Sequence[str | None]) -> list[str]:
        """Headings as they are compared: without footnote marks."""
        return self.reword([normalised(text) for text in texts])

    def matched(self, texts: Sequence[str | None]) -> set[str]:
        return {self.aliases.get(name, name) for name in self.named(texts)} & self.needed.keys()


def recognise_practices(path: Path, sheets: Iterable[Sheet | TextSheet], layout: SheetLayout) -> Recognised | None:
    """The practices of the first of these sheets that is of this layout; None where there is no such sheet.

    Raises FileRefused naming the headings that cannot be matched, and those found.
    """
    found = _heading_row(tuple(sheets), layout)
    if found is None:
        return None
    sheet, heading_row, texts = found
    where = f"{path.name}, sheet {sheet.name}" if sheet.name else path.name
    refuse_patient_columns(texts, where)
    _refuse_missing(texts, layout, where)
    columns, ignored = name_columns(layout.named(texts), layout.format, layout.aliases, where)
    table = RowTable(layout.format, columns, ignored, lambda: _practices(sheet, heading_row, columns, layout))
    # The date on the title sheet is known to be wrong in some editions, so a workbook does not date itself.
    return Recognised(layout.format.name, (table,))


def month_of(text: str | None) -> date | None:
    """The first day of the month that a Month cell means, however it is written; None where it is not a month."""
    plain = without_footnotes(text).strip()
    if plain.isdecimal() and int(plain) in _SERIAL_DAYS:
        return (_SERIAL_ZERO + timedelta(days=int(plain))).replace(day=1)
    for pattern in _MONTH_PATTERNS:
        try:
            return datetime.strptime(plain, pattern).date().replace(day=1)
        except ValueError:
            continue
    return None


def names_no_practice(code: str | None) -> bool:
    """Whether a cell in the place of a practice code is that of a total, or of what belongs to no practice."""
    return (code or "").strip().lower() in _NO_PRACTICE


def is_like_a_code(text: str | None) -> bool:
    """Whether a cell could be meant for an organisation's code: letters, then a digit, and no spaces inside."""
    return bool(_LIKE_A_CODE.fullmatch(text or ""))


def _heading_row(
    sheets: Sequence[Sheet | TextSheet], layout: SheetLayout
) -> tuple[Sheet | TextSheet, int, Texts] | None:
    """The row with all columns of the key; failing that, one so alike that its lack is worth a message."""
    tops = [(sheet, *row) for sheet in sheets for row in islice(sheet.rows(), ROWS_SEARCHED)]
    known = [(*top, layout.matched(top[2])) for top in tops]
    for sheet, number, texts, columns in known:
        if layout.key <= columns:
            return sheet, number, texts
    if layout.word is None:
        return None
    for sheet, number, texts, columns in known:
        if len(columns) * 2 >= len(layout.needed) and any(layout.word in name for name in layout.named(texts)):
            return sheet, number, texts
    return None


def _refuse_missing(texts: Texts, layout: SheetLayout, where: str) -> None:
    missing = [heading for column, heading in layout.needed.items() if column not in layout.matched(texts)]
    if missing:
        raise FileRefused(
            where,
            f"looks most like the {layout.format.name}, but lacks the headings {', '.join(missing)}. "
            + found_columns([text for text in texts if text]),
            "the headings of the published workbook",
            "drop the workbook as published; if the publisher changed it, let the maintainers know",
        )


def _practices(
    sheet: Sheet | TextSheet, heading_row: int, columns: Sequence[str], layout: SheetLayout
) -> Iterator[tuple[int, Texts]]:
    """The rows of practices, each with its month in ISO form; a damaged month is that of the rest of the sheet."""
    month, code = columns.index("period_start"), columns.index("organisation_code")
    facts = [place for place, name in enumerate(columns) if name in layout.needed and place not in (month, code)]
    rows = [row for row in sheet.rows_after(heading_row) if _is_practice(row[1], month, code, facts)]
    # A cell of text is parsed once for every spelling of it, not once for every practice.
    months = {text: month_of(text) for text in {texts[month] for _, texts in rows}}
    known = {day for day in months.values() if day}
    fallback = known.pop() if len(known) == 1 else None
    for number, texts in rows:
        day = months[texts[month]] or fallback
        shown = day.isoformat() if day else texts[month]
        yield number, (*texts[:month], shown, *texts[month + 1 :])


def _is_practice(texts: Texts, month: int, code: int, facts: Sequence[int]) -> bool:
    """Not a note (nothing filled but month and code, and no code there), not a total, not a second row of headings."""
    if names_no_practice(texts[code] or texts[month]):
        return False
    filled = [text for place in facts if (text := texts[place])]
    if not texts[code] and not texts[month]:
        return any(map(_DIGIT.search, filled))
    return bool(filled) or is_like_a_code(texts[code])
