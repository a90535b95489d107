"""Published files that come along with ours and hold nothing that shows what a practice submitted.

They are known, so that a zip dropped whole is no cause for alarm; no row of them is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.sources.files.spreadsheet import Book
from monitor.sources.formats import Recognised
from monitor.sources.heading_text import normalised

_ROWS_SEARCHED = 5


@dataclass(frozen=True)
class Bystander:
    """A kind of file, known by headings that it has and headings that it never has. why: what it holds instead.

    each: what every one of its headings looks like, where that distinguishes it from files with data
    """

    name: str
    headings: frozenset[str]
    excluded: frozenset[str]
    why: str
    each: re.Pattern[str] = re.compile(".*")

    def fits(self, headings: Sequence[str]) -> bool:
        return (
            self.headings <= set(headings)
            and not self.excluded.intersection(headings)
            and all(map(self.each.fullmatch, headings))
        )


_PRACTICE = frozenset({"gp_code", "practice_code", "prac_code"})
_NONE: frozenset[str] = frozenset()
_DEMENTIA = "primary care dementia data without dates of submission"
_QOF = "quality and outcomes framework: {}"
_MAPPING = "practices and the areas that they belong to"
_FIGURES = "holds figures and no word of what was submitted; none of its rows are read"
_AREAS = "holds areas of practices, which other files give with their day; none of its rows are read"
_OF_A_MAPPING = re.compile(r".*_(code|name|postcode)|extract_date|publication")

BYSTANDERS = (
    Bystander(
        "appointments by day and sub-ICB",
        frozenset({"appointment_date", "appt_status", "count_of_appointments"}),
        _PRACTICE,
        "holds nothing about single practices; none of its rows are read",
    ),
    Bystander(
        "definitions of the workforce file",
        frozenset({"name_of_field", "description"}),
        _PRACTICE,
        "holds definitions of columns and no data; none of its rows are read",
    ),
    # Antipsychotics and care plans by practice or sub-ICB; rates; from June 2026 all in one layout.
    Bystander(_DEMENTIA, frozenset({"sub_icb_ods_code", "ach_date", "measure", "value"}), _NONE, _FIGURES),
    Bystander(_DEMENTIA, frozenset({"org_type", "ach_date", "measure", "value"}), _NONE, _FIGURES),
    Bystander(
        _QOF.format("achievement"),
        frozenset({"practice_code", "indicator_code", "measure", "value"}),
        frozenset({"quality_service", "ach_date"}),
        _FIGURES,
    ),
    Bystander(
        _QOF.format("prevalence"),
        frozenset({"practice_code", "group_code", "register", "practice_list_size"}),
        _NONE,
        _FIGURES,
    ),
    # Of this one and the areas of the QOF the headings are taken from descriptions, not from a file.
    Bystander(
        _QOF.format("practices left out of the publication"),
        frozenset({"practice_code", "rule", "description"}),
        _NONE,
        "holds why practices were left out of the publication; none of its rows are read",
    ),
    *(
        Bystander(_MAPPING, frozenset({"practice_code", *areas}), _NONE, _AREAS, _OF_A_MAPPING)
        for areas in (
            ("sub_icb_location_code", "icb_code"),
            ("sub_icb_loc_ods_code",),
            ("ccg_ods_code",),
        )
    ),
)
_NAMES = frozenset(bystander.name for bystander in BYSTANDERS)


def is_bystander(format_name: str | None) -> bool:
    """Whether a file of this format has no rows to load."""
    return format_name in _NAMES


def bystander_with(headings: Sequence[str]) -> Recognised | None:
    """What a file with these normalised headings is, where it is one that holds nothing to judge by."""
    known = next((bystander for bystander in BYSTANDERS if bystander.fits(headings)), None)
    return Recognised(known.name, note=known.why) if known else None


def bystander_book(book: Book) -> Recognised | None:
    """The same of a workbook: by the first rows of any of its sheets."""
    tops = (texts for sheet in book.sheets for _, texts in islice(sheet.rows(), _ROWS_SEARCHED))
    found = (bystander_with([normalised(text) for text in texts]) for texts in tops)
    return next((recognised for recognised in found if recognised), None)
