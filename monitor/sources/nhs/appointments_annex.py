"""Annex 1 of Appointments in General Practice: the monthly workbook of NHS England with a row a practice.

"GPAD_Annex1_Practice_Level_Breakdown_Summary_<Month>_<Year>.xlsx". The first eight columns are alike on every sheet:
month, practice, supplier, PCN, sub-ICB. Table 1 has how many appointments there were; Table 3a cuts them by national
category, of which some are not mapped or not known. Only Table 1 need be there. A practice without data has no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.core.errors import FileRefused
from monitor.sources.files.spreadsheet import Book, Sheet, Texts
from monitor.sources.formats import Format, Recognised, RowTable, Unloaded
from monitor.sources.heading_text import normalised
from monitor.sources.headings import found_columns, refuse_patient_columns
from monitor.sources.nhs.practice_sheets import ROWS_SEARCHED, is_like_a_code, month_of, names_no_practice

APPOINTMENTS_ANNEX = Format(
    name="appointments Annex 1 workbook",
    table="appointments_annex",
    columns=(
        "period_start", "organisation_code", "supplier", "pcn_code", "sub_icb_code", "appointments", "list_size",
        "categorised", "uncategorised",
    ),
    required=("period_start", "organisation_code", "appointments"),
    expected=("supplier", "pcn_code", "sub_icb_code", "categorised"),
    edition_by="period_start",
)  # fmt: skip

_TITLE = re.compile(r"\bannex 1\b.*practice level breakdown|\btable \d+[a-z]?\b.*\bappointments\b", re.IGNORECASE)
_MONTH_IN_TITLE = re.compile(
    r"\b((?:january|february|march|april|may|june|july|august|september|october|november|december) \d{4})\b",
    re.IGNORECASE,
)
_SHARED = {
    "month": "period_start",
    "appointment_month": "period_start",
    "appointment_month_start_date": "period_start",
    "gp_code": "organisation_code",
    "practice_code": "organisation_code",
    "gp_name": "organisation_name",
    "supplier": "supplier",
    "pcn_code": "pcn_code",
    "pcn_name": "pcn_name",
    "sub_icb_location_code": "sub_icb_code",
    "sub_icb_code": "sub_icb_code",
    "sub_icb_location_name": "sub_icb_name",
    "sub_icb_name": "sub_icb_name",
}
_KEY = frozenset({"organisation_code", "supplier", "pcn_code", "sub_icb_code"})
_RATE = re.compile(r"per_1,?000|rate|%|percent|proportion")
_LIST = re.compile(r"list_size|registered|patients")
_COUNT = re.compile(r"^(total|count|number|appointments)\b|appointments|^count_|^total")
_UNKNOWN = re.compile(r"unmapped|unknown|not_mapped|unable_to_be_mapped|inconsistent_mapping")
_FIRST_OF_ALL = "table 1"
_CATEGORIES = "table 3a"


@dataclass(frozen=True)
class _Table:
    """A sheet with the shared headings: in which row, the canonical name of each column, and the texts above."""

    sheet: Sheet
    number: int
    headings: tuple[str, ...]
    title_month: str | None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(_SHARED.get(heading, heading) for heading in self.headings)

    @property
    def figures(self) -> list[int]:
        """The places of the columns that are not alike on every sheet."""
        return [place for place, heading in enumerate(self.headings) if heading and heading not in _SHARED]

    def rows(self) -> Iterator[tuple[int, Texts]]:
        """The rows of practices: no totals, no notes. What is mapped to no practice is passed over with them."""
        code = self.names.index("organisation_code")
        for number, texts in self.sheet.rows_after(self.number):
            first = next((text for text in texts if text), None)
            if any(map(names_no_practice, (first, texts[code], *texts[code + 1 : code + 2]))):
                continue
            if is_like_a_code(texts[code]) or any(texts[place] for place in self.figures):
                yield number, texts


def recognise(book: Book) -> Recognised | None:
    """The practices of Table 1, with what Table 3a says of their categories; None where this is no such workbook.

    Raises FileRefused where Table 1 is there and has no month or no count of appointments.
    """
    tables = {name: found for sheet in book.sheets if (found := _table(sheet)) for name in [normalised(sheet.name)]}
    if not tables or not _is_annex(book, tables):
        return None
    first = tables.get(_FIRST_OF_ALL.replace(" ", "_")) or next(iter(tables.values()))
    where = f"{book.path.name}, sheet {first.sheet.name}"
    refuse_patient_columns(list(first.headings), where)
    if "period_start" not in first.names and month_of(first.title_month) is None:
        raise _refused(first, where, "names no month")
    count = _count_column(first)
    if count is None:
        raise _refused(first, where, "has no count of appointments")
    categories = tables.get(_CATEGORIES.replace(" ", "_"))
    read = (first.sheet, categories.sheet if categories else None)
    others = tuple(_unloaded(book, sheet) for sheet in book.sheets if sheet not in read)
    table = RowTable(APPOINTMENTS_ANNEX, APPOINTMENTS_ANNEX.columns, (), lambda: _practices(first, count, categories))
    return Recognised(APPOINTMENTS_ANNEX.name, (table,), unloaded=others)


def _refused(table: _Table, where: str, lack: str) -> FileRefused:
    return FileRefused(
        where,
        f"looks most like the {APPOINTMENTS_ANNEX.name}, but {lack}. "
        + found_columns([heading for heading in table.headings if heading]),
        "Table 1 with the month and the number of appointments of each practice",
        "drop the workbook as published; if the publisher changed it, let the maintainers know",
    )


def _is_annex(book: Book, tables: dict[str, _Table]) -> bool:
    """A title of it, or two sheets with the headings: the crosstab saved as a workbook has one, and other columns."""
    texts = (text or "" for sheet in book.sheets for _, row in islice(sheet.rows(), ROWS_SEARCHED) for text in row[:1])
    plain = any({"hcp_type", "appt_status"} & set(table.headings) for table in tables.values())
    return not plain and (len(tables) > 1 or any(_TITLE.search(text) for text in texts))


def _table(sheet: Sheet) -> _Table | None:
    title_month = None
    for number, texts in islice(sheet.rows(), ROWS_SEARCHED):
        headings = tuple(normalised(text) for text in texts)
        if {_SHARED.get(heading, heading) for heading in headings} >= _KEY:
            return _Table(sheet, number, headings, title_month)
        found = next((match[1] for text in texts if text and (match := _MONTH_IN_TITLE.search(text))), None)
        title_month = title_month or found
    return None


def _count_column(table: _Table) -> int | None:
    """The place of the number of appointments: it comes first, before the list size and the rate."""
    counts = [
        place
        for place in table.figures
        if not _RATE.search(table.headings[place]) and not _LIST.search(table.headings[place])
    ]
    named = [place for place in counts if _COUNT.search(table.headings[place])]
    return next(iter(named), None)


def _list_column(table: _Table) -> int | None:
    found = [p for p in table.figures if _LIST.search(table.headings[p]) and not _RATE.search(table.headings[p])]
    return found[0] if found else None


def _practices(first: _Table, count: int, categories: _Table | None) -> Iterator[tuple[int, Texts]]:
    """A row a practice of Table 1, its month in ISO form; where the cell is damaged, the month of the title."""
    names, in_category = first.names, _categorised(categories)
    places = [names.index(name) if name in names else None for name in APPOINTMENTS_ANNEX.columns[:5]]
    list_size = _list_column(first)
    for number, texts in first.rows():
        month, code, *facts = (texts[place] if place is not None else None for place in places)
        day = month_of(month) or month_of(first.title_month)
        shown = day.isoformat() if day else month
        size = texts[list_size] if list_size is not None else None
        mapped = in_category.get((code or "").strip().upper(), (None, None))
        yield number, (shown, code, *facts, texts[count], size, *mapped)


def _categorised(table: _Table | None) -> dict[str, tuple[str | None, str | None]]:
    """Of each practice how many appointments have a national category, known or not, and how many of them none."""
    if table is None:
        return {}
    code = table.names.index("organisation_code")
    places = [place for place in table.figures if not _RATE.search(table.headings[place])]
    places = [
        place for place in places if not _LIST.search(table.headings[place]) and "total" not in table.headings[place]
    ]
    unknown = [place for place in places if _UNKNOWN.search(table.headings[place])]
    if not unknown:
        return {}
    return {
        (texts[code] or "").strip().upper(): (_sum(texts, places), _sum(texts, unknown)) for _, texts in table.rows()
    }


def _sum(texts: Texts, places: Sequence[int]) -> str | None:
    """The sum of whole numbers in these cells; blanks and marks are no figures; None where there is none."""
    figures = [text.replace(",", "").removesuffix(".0") for place in places if (text := texts[place])]
    numbers = [int(figure) for figure in figures if figure.isdecimal()]
    return str(sum(numbers)) if numbers else None


def _unloaded(book: Book, sheet: Sheet) -> Unloaded:
    return Unloaded(f"{book.path.name}, sheet {sheet.name}", lambda: (texts for _, texts in sheet.rows()))
