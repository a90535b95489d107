"""A letter as text, as HTML, and its list as a workbook. Everything that came from a file is escaped."""

from __future__ import annotations

import io
from datetime import date

import xlsxwriter
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from monitor.alerts.full_list import MOST_ROWS_OF_A_WORKBOOK, FullList
from monitor.alerts.letter import Letter
from monitor.alerts.manager_letter import ManagerLetter
from monitor.core.vocabulary import LIKELY_CAUSE_MEANS, NOT_RECEIVED_MEANS

LONGEST_CELL = 32_767
WIDTH_OF_COLUMN = 18

_templates = Environment(
    loader=PackageLoader("monitor.alerts"),
    autoescape=select_autoescape(["html.j2"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.globals.update(not_received_means=NOT_RECEIVED_MEANS, likely_cause_means=LIKELY_CAUSE_MEANS)


def as_text(letter: Letter | ManagerLetter, rows: int = 0) -> str:
    """The plain text of a letter. rows: of the attached list."""
    return _rendered(letter, "txt", rows)


def as_html(letter: Letter | ManagerLetter, rows: int = 0) -> str:
    """The same as a page of HTML that needs nothing from elsewhere."""
    return _rendered(letter, "html", rows)


def _rendered(letter: Letter | ManagerLetter, suffix: str, rows: int) -> str:
    name = "manager_letter" if isinstance(letter, ManagerLetter) else "letter"
    return _templates.get_template(f"{name}.{suffix}.j2").render(letter=letter, rows_cut_at=_cut_at(rows))


def _cut_at(rows: int) -> int | None:
    """How many rows the workbook has, where that is fewer than there are."""
    return MOST_ROWS_OF_A_WORKBOOK if rows > MOST_ROWS_OF_A_WORKBOOK else None


def as_workbook(listed: FullList) -> bytes:
    """The first rows of a list as a workbook: real dates, a frozen heading, filters; no formulas, no links."""
    columns, rows = listed.columns, listed.rows
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("findings")
        heading, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, heading)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif isinstance(value, int | float):
                    sheet.write_number(number, place, value)
                elif value is not None:
                    sheet.write_string(number, place, str(value)[:LONGEST_CELL])
        sheet.set_column(0, len(columns) - 1, WIDTH_OF_COLUMN)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    return out.getvalue()
