"""Submissions via Online Consultation Systems in General Practice: the monthly workbook of NHS England.

Sheet "Table 2": one row a practice below some lines of title; notes and a copyright line below the data, most of them
in the column of the practice code. April and May 2024 have no Participation, and no row for a practice without data;
since June 2024 such a practice has a row with 0. Headings carry footnote marks that change from month to month.
A row is known by its practice code, never by its month: a copyright line has been published over a practice's month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from monitor.errors import FileRefused
from monitor.sources.headings import found_columns, name_columns, normalised, refuse_patient_columns
from monitor.sources.shape import Format, Recognised, RowTable
from monitor.sources.workbooks import Book, Sheet, Texts

ONLINE_CONSULTATION = Format(
    name="online consultation workbook",
    table="online_consultation",
    columns=(
        "period_start", "organisation_code", "organisation_name", "pcn_code", "pcn_name", "sub_icb_code",
        "sub_icb_name", "icb_code", "icb_name", "region_code", "supplier", "submissions", "list_size",
        "participation",
    ),
    required=("period_start", "organisation_code", "submissions"),
    edition_by="period_start",
)  # fmt: skip

_SHEET = "table 2"
_ROWS_SEARCHED = 40
_ALIASES = {
    "month": "period_start",
    "gp_code": "organisation_code",
    "gp_name": "organisation_name",
    "sub_icb_location_code": "sub_icb_code",
    "sub_icb_location_name": "sub_icb_name",
    "registered_patient_count": "list_size",
}
_NEEDED = {
    "period_start": "Month",
    "organisation_code": "GP Code",
    "organisation_name": "GP Name",
    "pcn_code": "PCN Code",
    "pcn_name": "PCN Name",
    "sub_icb_code": "Sub ICB Code",
    "sub_icb_name": "Sub ICB Name",
    "icb_code": "ICB Code",
    "icb_name": "ICB Name",
    "supplier": "Supplier",
    "submissions": "Submissions",
    "list_size": "Registered Patient Count",
}
_NO_PRACTICE = frozenset({"total", "national", "england", "unassigned", "unmapped"})
_FOOTNOTE = re.compile(r"(\s*\[[\d., ]+\])+\s*$")
_LIKE_A_CODE = re.compile(r"\s*[A-Za-z]+\d\w*\s*")
_MONTH_PATTERNS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d%b%Y", "%b-%y", "%b-%Y", "%b %Y", "%B %Y", "%Y-%m")
_SERIAL_DAYS = range(36526, 73051)  # Excel's count of days, 2000 to 2099: a date whose cell lost its date format
_SERIAL_ZERO = date(1899, 12, 30)


def recognise(book: Book) -> Recognised | None:
    """The practices of an online consultation workbook; None where there is no such table.

    Raises FileRefused naming the headings that cannot be matched, and those found.
    """
    sheet = next((sheet for sheet in book.sheets if normalised(sheet.name).replace("_", " ") == _SHEET), None)
    found = _heading_row(sheet) if sheet else None
    if sheet is None or found is None:
        return None
    heading_row, texts = found
    where = f"{book.path.name}, sheet {sheet.name}"
    refuse_patient_columns(texts, where)
    _refuse_missing(texts, where)
    columns, ignored = name_columns(_named(texts), ONLINE_CONSULTATION, _ALIASES, where)
    table = RowTable(ONLINE_CONSULTATION, columns, ignored, lambda: _practices(sheet, heading_row, columns))
    # The date on the title sheet is known to be wrong in some editions, so the workbook does not date itself.
    return Recognised(ONLINE_CONSULTATION.name, (table,), edition_on=None)


def month_of(text: str | None) -> date | None:
    """The first day of the month that a Month cell means, however it is written; None where it is not a month."""
    plain = _FOOTNOTE.sub("", text or "").strip()
    if plain.isdecimal() and int(plain) in _SERIAL_DAYS:
        return (_SERIAL_ZERO + timedelta(days=int(plain))).replace(day=1)
    for pattern in _MONTH_PATTERNS:
        try:
            return datetime.strptime(plain, pattern).date().replace(day=1)
        except ValueError:
            continue
    return None


def _heading_row(sheet: Sheet) -> tuple[int, Texts] | None:
    """The row with both GP Code and Submissions; failing that, one so alike that its lack is worth a message."""
    top = list(islice(sheet.rows(), _ROWS_SEARCHED))
    known = [(number, texts, _matched(texts)) for number, texts in top]
    for number, texts, columns in known:
        if {"organisation_code", "submissions"} <= columns:
            return number, texts
    alike = [(number, texts) for number, texts, columns in known if len(columns) * 2 >= len(_NEEDED)]
    return alike[0] if alike else None


def _refuse_missing(texts: Texts, where: str) -> None:
    missing = [heading for column, heading in _NEEDED.items() if column not in _matched(texts)]
    if missing:
        raise FileRefused(
            where,
            f"looks most like an {ONLINE_CONSULTATION.name}, but lacks the headings {', '.join(missing)}. "
            + found_columns([text for text in texts if text]),
            "the headings of the published workbook",
            "drop the workbook as published; if the publisher changed it, tell the maintainers",
        )


def _named(texts: Sequence[str | None]) -> list[str]:
    return [normalised(_FOOTNOTE.sub("", text or "")) for text in texts]


def _matched(texts: Sequence[str | None]) -> set[str]:
    return {_ALIASES.get(name, name) for name in _named(texts)} & _NEEDED.keys()


def _practices(sheet: Sheet, heading_row: int, columns: Sequence[str]) -> Iterator[tuple[int, Texts]]:
    """The rows of practices, each with its month in ISO form; a damaged month is that of the rest of the sheet."""
    month, code = columns.index("period_start"), columns.index("organisation_code")
    facts = [place for place, name in enumerate(columns) if name in _NEEDED and place not in (month, code)]
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
    """Not a note (nothing filled but month and code, and no code there) and not a total."""
    if (texts[code] or texts[month] or "").strip().lower() in _NO_PRACTICE:
        return False
    return any(texts[place] for place in facts) or bool(_LIKE_A_CODE.fullmatch(texts[code] or ""))
