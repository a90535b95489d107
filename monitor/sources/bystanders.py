"""Published files that come along with ours and hold nothing about single practices.

They are known, so that a zip dropped whole is no cause for alarm; no row of them is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.sources.headings import normalised
from monitor.sources.shape import Recognised
from monitor.sources.workbooks import Book

_ROWS_SEARCHED = 5


@dataclass(frozen=True)
class Bystander:
    """A kind of file, known by headings that it has and headings that it never has. why: what it holds instead."""

    name: str
    headings: frozenset[str]
    excluded: frozenset[str]
    why: str

    def fits(self, headings: Sequence[str]) -> bool:
        return self.headings <= set(headings) and not self.excluded.intersection(headings)


_PRACTICE = frozenset({"gp_code", "practice_code", "prac_code"})

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
)


def bystander_with(headings: Sequence[str]) -> Recognised | None:
    """What a file with these normalised headings is, where it is one that holds nothing to judge by."""
    known = next((bystander for bystander in BYSTANDERS if bystander.fits(headings)), None)
    return Recognised(known.name, note=known.why) if known else None


def bystander_book(book: Book) -> Recognised | None:
    """The same of a workbook: by the first rows of any of its sheets."""
    tops = (texts for sheet in book.sheets for _, texts in islice(sheet.rows(), _ROWS_SEARCHED))
    found = (bystander_with([normalised(text) for text in texts]) for texts in tops)
    return next((recognised for recognised in found if recognised), None)
