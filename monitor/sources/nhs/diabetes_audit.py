"""National Diabetes Audit, quarterly report: a sheet (or CSV) with a row for each practice that takes part.

No real file of it was at hand, and its exact headings are published nowhere. So it is known by little: a column of
practice codes, and words that name the audit above it, in a heading, or on another sheet. The quarter is in a title or
in the file's name; without it the file is refused. Zeros are shown and small numbers rounded, so a row always proves
that data came; a practice that did not take part has no row (from memory).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from monitor.core.errors import FileRefused
from monitor.sources.files.csv_head import TextHead
from monitor.sources.files.spreadsheet import Book, Texts
from monitor.sources.files.tolerant_csv import read_csv_carefully
from monitor.sources.formats import CsvTable, Format, Recognised, RowTable, Unloaded
from monitor.sources.heading_text import normalised
from monitor.sources.headings import name_columns, refuse_patient_columns
from monitor.sources.nhs.practice_sheets import ROWS_SEARCHED, is_like_a_code, names_no_practice
from monitor.sources.nhs.quarters import quarters_in

DIABETES_AUDIT = Format(
    name="national diabetes audit by practice",
    table="diabetes_audit",
    columns=("quarter_start", "organisation_code", "organisation_name", "registrations"),
    required=("organisation_code",),
    expected=("registrations",),
    edition_by="period_start",
)

_ALIASES = {
    "practice_code": "organisation_code",
    "gp_practice_code": "organisation_code",
    "gp_code": "organisation_code",
    "gp_ods_code": "organisation_code",
    "practice_ods_code": "organisation_code",
    "prac_code": "organisation_code",
    "practice_name": "organisation_name",
    "gp_practice_name": "organisation_name",
    "gp_name": "organisation_name",
    "total_registrations": "registrations",
    "number_of_registrations": "registrations",
    "registrations_(number)": "registrations",
    "all_registrations": "registrations",
}
_CODES = frozenset({"organisation_code"} | {name for name, column in _ALIASES.items() if column == "organisation_code"})
_NAMES_THE_AUDIT = re.compile(r"(?i:national diabetes audit)|(?<![A-Za-z])NDA(?![A-Za-z])")

Numbered = tuple[int, Texts]


@dataclass(frozen=True)
class _Page:
    """A sheet, or the whole of a CSV file. heading: its row with a practice code, if any; title: the texts above it."""

    name: str
    rows: Iterable[Numbered]
    title: str
    heading: Numbered | None


def recognise(book: Book) -> Recognised | None:
    """The practices of a workbook of the audit; None where it is none.

    Raises FileRefused where the quarter is not known.
    """
    return _recognised(
        book.path, [_page(f"{book.path.name}, sheet {s.name}", s.name, list(s.rows())) for s in book.sheets]
    )


def recognise_csv(head: TextHead) -> Recognised | None:
    """The same of a CSV file, which may begin with lines of title."""
    if not _NAMES_THE_AUDIT.search(" ".join(cell for record in head.records for cell in record).replace("_", " ")):
        return None
    width = max(map(len, head.records))
    everything = CsvTable(DIABETES_AUDIT, head.path, 0, tuple(f"column_{place}" for place in range(width)), ())
    rows = [(number, values) for number, values, _ in read_csv_carefully(everything)]
    return _recognised(head.path, [_page(head.path.name, "", rows)])


def _recognised(path: Path, pages: Sequence[_Page]) -> Recognised | None:
    headed = [(page, *page.heading) for page in pages if page.heading]
    words = " ".join([*(page.title for page in pages), *(text or "" for _, _, texts in headed for text in texts)])
    if not headed or not _NAMES_THE_AUDIT.search(words.replace("_", " ")):
        return None
    page, number, texts = next((one for one in headed if "registrations" in _named(one[2])), headed[0])
    refuse_patient_columns(texts, page.name)
    columns, ignored = name_columns(_headings(texts), DIABETES_AUDIT, _ALIASES, page.name)
    quarter = _quarter(path, page, pages)
    table = RowTable(
        DIABETES_AUDIT, (*columns, "quarter_start"), ignored, lambda: _practices(page.rows, number, columns, quarter)
    )
    others = tuple(_unloaded(other) for other in pages if other is not page)
    return Recognised(DIABETES_AUDIT.name, (table,), unloaded=others)


def _unloaded(page: _Page) -> Unloaded:
    return Unloaded(page.name, lambda: (cells for _, cells in page.rows))


def _page(name: str, sheet: str, rows: list[Numbered]) -> _Page:
    top = list(islice(rows, ROWS_SEARCHED))
    heading = next(((number, texts) for number, texts in top if _CODES.intersection(_headings(texts))), None)
    above = [texts for number, texts in top if heading is None or number < heading[0]]
    return _Page(name, rows, " \n".join([sheet, *(text for texts in above for text in texts if text)]), heading)


def _headings(texts: Texts) -> list[str]:
    return [normalised(text) for text in texts]


def _named(texts: Texts) -> set[str]:
    return {_ALIASES.get(heading, heading) for heading in _headings(texts)}


def _quarter(path: Path, page: _Page, pages: Sequence[_Page]) -> date:
    """The quarter of the page's title, else of the other sheets, else of the file's name.

    Raises FileRefused where none is named, or several.
    """
    others = " \n".join(other.title for other in pages)
    found = next(filter(None, map(quarters_in, (page.title, others, path.name))), set())
    if len(found) == 1:
        return found.pop()
    named = ", ".join(day.isoformat() for day in sorted(found))
    raise FileRefused(
        page.name,
        f"looks like the {DIABETES_AUDIT.name}, but names "
        + (f"several quarters (that begin on {named})" if found else "no quarter"),
        'one quarter in a title line or in the file\'s name, such as "April to June 2024" or "Q1 2024-25"',
        "put the quarter into the file's name, and drop it again" if not found else "leave one quarter in the title",
    )


def _practices(rows: Iterable[Numbered], heading_row: int, columns: Sequence[str], quarter: date) -> Iterator[Numbered]:
    """The rows of practices: not totals, and not the notes below, which have nothing that is like a code."""
    code = columns.index("organisation_code")
    facts = [place for place, name in enumerate(columns) if place != code and name != "organisation_name"]
    for number, texts in rows:
        if number <= heading_row or names_no_practice(texts[code]):
            continue
        if is_like_a_code(texts[code]) or (texts[code] and any(texts[place] for place in facts)):
            yield number, (*texts, quarter.isoformat())
