"""The ePCN workbook of the Organisation Data Service: primary care networks, and which practice is in which.

Two sheets, "PCNDetails" ("PCN Details" in 2019) and "PCN Core Partner Details"; headings with line breaks; until July
2022 sub-ICBs are called CCGs. Dates are passed on as they stand: integers in 2019 (20191001), text since 2022.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from monitor.core.errors import FileRefused
from monitor.sources.files.spreadsheet import Book, Sheet, Texts
from monitor.sources.formats import Format, Recognised, RowTable
from monitor.sources.heading_text import normalised
from monitor.sources.headings import found_columns, name_columns, refuse_patient_columns

NAME = "ePCN workbook"
PCN = Format(
    name=f"{NAME} (networks)",
    table="pcn",
    columns=("pcn_code", "pcn_name", "sub_icb_code", "opened_on", "closed_on"),
    required=("pcn_code", "pcn_name"),
    edition_by="greatest(opened_on, closed_on)",
    may_lie_ahead=True,
)
PCN_PARTNER = Format(
    name=f"{NAME} (partners)",
    table="pcn_partner",
    columns=(
        "organisation_code", "organisation_name", "practice_sub_icb_code", "pcn_code", "pcn_sub_icb_code", "from_on",
        "to_on",
    ),
    required=("organisation_code", "pcn_code", "from_on"),
    edition_by="greatest(from_on, to_on)",
    may_lie_ahead=True,
)  # fmt: skip

# Heading (CCG written as sub-ICB location) -> column. All of them must be there.
_PCN_HEADINGS = {
    "pcn_code": "pcn_code",
    "pcn_name": "pcn_name",
    "current_sub_icb_loc_code": "sub_icb_code",
    "open_date": "opened_on",
    "close_date": "closed_on",
}
_PARTNER_HEADINGS = {
    "partner_organisation_code": "organisation_code",
    "partner_name": "organisation_name",
    "practice_parent_sub_icb_loc_code": "practice_sub_icb_code",
    "pcn_code": "pcn_code",
    "pcn_parent_sub_icb_loc_code": "pcn_sub_icb_code",
    "practice_to_pcn_relationship_start_date": "from_on",
    "practice_to_pcn_relationship_end_date": "to_on",
}
_SHEETS = {"pcndetails": (PCN, _PCN_HEADINGS), "pcncorepartnerdetails": (PCN_PARTNER, _PARTNER_HEADINGS)}
_ROWS_SEARCHED = 20


def recognise(book: Book) -> Recognised | None:
    """Both sheets of an ePCN workbook, or None. Raises FileRefused if one of the two, or a heading, is missing."""
    sheets = {_sheet_key(sheet.name): sheet for sheet in book.sheets}
    if not sheets.keys() & _SHEETS.keys():
        return None
    tables = []
    for key, (format_, headings) in _SHEETS.items():
        if key not in sheets:
            raise FileRefused(
                book.path.name,
                f"is an {NAME} without the sheet for {format_.table}",
                'the sheets "PCNDetails" and "PCN Core Partner Details"',
                "download the workbook again and drop it unchanged",
            )
        tables.append(_table(sheets[key], format_, headings, f"{book.path.name}, sheet {sheets[key].name}"))
    return Recognised(NAME, tuple(tables))


def _table(sheet: Sheet, format_: Format, headings: Mapping[str, str], where: str) -> RowTable:
    heading_row, texts = _heading_row(sheet, headings, where)
    refuse_patient_columns(texts, where)
    names = _named(texts)
    columns, ignored = name_columns(names, format_, headings, where)
    return RowTable(format_, columns, ignored, lambda: sheet.rows_after(heading_row))


def _heading_row(sheet: Sheet, headings: Mapping[str, str], where: str) -> tuple[int, Texts]:
    top = list(islice(sheet.rows(), _ROWS_SEARCHED))
    for number, texts in top:
        if headings.keys() <= set(_named(texts)):
            return number, texts
    best = max((texts for _, texts in top), key=lambda texts: len(headings.keys() & set(_named(texts))), default=())
    missing = [heading for heading in headings if heading not in _named(best)]
    raise FileRefused(
        where,
        f"lacks the headings {', '.join(missing)}. {found_columns([text for text in best if text])}",
        f"the headings of the published {NAME}",
        "download the workbook again and drop it unchanged; if the publisher changed it, let the maintainers know",
    )


def _named(texts: Sequence[str | None]) -> list[str]:
    return [re.sub(r"clinical_commissioning_group|ccg", "sub_icb_loc", normalised(text)) for text in texts]


def _sheet_key(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())
