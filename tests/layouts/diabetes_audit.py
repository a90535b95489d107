"""The practice sheet of the National Diabetes Audit, as far as it is known: no real file of it was at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl

TITLE = "National Diabetes Audit quarterly report: registrations by GP practice, January 2024 to September 2024"
HEADINGS = ("Sub ICB code", "GP practice code", "GP practice name", "Registrations [1]", "All eight care processes (%)")
ROWS = (("09D", "G81001", "THE SURGERY", 245, 52.4), ("09D", "G81002", "THE OTHER SURGERY", "*", 40))


def make_diabetes_audit(
    path: Path, rows: Iterable[Sequence[object]] = ROWS, title: str | None = TITLE, sheet: str = "GP practice"
) -> Path:
    """A workbook with a title, headings in the fourth row, an England row, practices and notes."""
    book = openpyxl.Workbook()
    book.active.title = "Contents"
    book.active.append(["NDA quarterly report"])
    page = book.create_sheet(sheet)
    notes = [[], ["1. Figures from 1 to 7 are shown as 5."], ["Copyright © 2024 NHS England"]]
    england = [None, "England", None, 3600000, 50.1]
    for row in ([title], [], [], HEADINGS, england, *rows, *notes):
        page.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
