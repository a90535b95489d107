"""Submissions via Online Consultation Systems in General Practice: the monthly workbook of NHS England.

Sheet "Table 2": one row a practice below some lines of title; notes and a copyright line below the data, most of them
in the column of the practice code. April and May 2024 have no Participation, and no row for a practice without data;
since June 2024 such a practice has a row with 0. Copies of the table alone, on a sheet of any name or as CSV, are known
by all of its headings.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.sources.files.csv_head import TextHead
from monitor.sources.files.csv_sheet import TextSheet
from monitor.sources.files.spreadsheet import Book
from monitor.sources.formats import Format, Recognised
from monitor.sources.heading_text import normalised
from monitor.sources.nhs.practice_sheets import SheetLayout, recognise_practices

ONLINE_CONSULTATION = Format(
    name="online consultation workbook",
    table="online_consultation",
    columns=(
        "period_start", "organisation_code", "organisation_name", "pcn_code", "pcn_name", "sub_icb_code",
        "sub_icb_name", "icb_code", "icb_name", "region_code", "supplier", "submissions", "list_size",
        "participation",
    ),
    required=("period_start", "organisation_code", "submissions"),
    expected=("region_code", "participation"),
    edition_by="period_start",
)  # fmt: skip

_SHEET = "table 2"
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
_LAYOUT = SheetLayout(
    ONLINE_CONSULTATION, _NEEDED, _ALIASES, key=frozenset({"organisation_code", "submissions"}), word=""
)
_COPY = replace(_LAYOUT, key=frozenset(_NEEDED), word=None)


def recognise(book: Book) -> Recognised | None:
    """The practices of an online consultation workbook; None where there is no such table.

    Raises FileRefused naming the headings that cannot be matched, and those found.
    """
    sheets = [sheet for sheet in book.sheets if normalised(sheet.name).replace("_", " ") == _SHEET]
    return recognise_practices(book.path, sheets[:1], _LAYOUT) or recognise_practices(book.path, book.sheets, _COPY)


def recognise_csv(head: TextHead) -> Recognised | None:
    """The same of the table saved as CSV, with or without the lines of title above it."""
    if not any(_COPY.key <= _COPY.matched(record) for record in head.records):
        return None
    return recognise_practices(head.path, [TextSheet(head, ONLINE_CONSULTATION)], _COPY)
