"""Files of the General Practice Workforce publication, in their true layout: detailed, high level, definitions."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import openpyxl

DETAILED_NAME = "1 General Practice - June 2024 Practice Level - Detailed.csv"
HIGH_LEVEL_NAME = "3 General Practice – June 2024 Practice Level - High level.csv"  # the first dash is an en dash
ZIP_NAME = "GPWPracticeCSV.062024.zip"

GIVEN = "Fully provided"
PARTLY = "Includes FTE Estimates"
INVALID = "Fully Estimated - No valid or current data"
NOT_GIVEN = "Fully estimated - no data provided"

_FIRST = (
    "PRAC_CODE", "PRAC_NAME", "PCN_CODE", "PCN_NAME", "SUB_ICB_CODE", "SUB_ICB_NAME", "ICB_CODE", "ICB_NAME",
    "REGION_CODE", "REGION_NAME", "TOTAL_PATIENTS", "TOTAL_MALE", "TOTAL_FEMALE", "TOTAL_UNKNOWN_GENDER",
    "MALE_PATIENTS_0TO4", "GP_SOURCE", "NURSE_SOURCE", "DPC_SOURCE", "ADMIN_SOURCE", "TOTAL_GP_HC",
    "TOTAL_GP_EXTG_HC", "TOTAL_NURSES_HC", "TOTAL_DPC_HC", "TOTAL_ADMIN_HC",
)  # fmt: skip
_TYPICAL = dict.fromkeys(_FIRST, "0") | {
    "PRAC_CODE": "A81001",
    "PRAC_NAME": "THE SURGERY, HIGH STREET",
    "PCN_CODE": "U00001",
    "PCN_NAME": "FICTION PCN",
    "SUB_ICB_CODE": "16C",
    "SUB_ICB_NAME": "NHS Fiction ICB - 16C",
    "ICB_CODE": "QHM",
    "ICB_NAME": "NHS Fiction Integrated Care Board",
    "REGION_CODE": "Y63",
    "REGION_NAME": "North East and Yorkshire",
    "TOTAL_PATIENTS": "3849",
    "GP_SOURCE": GIVEN,
    "NURSE_SOURCE": GIVEN,
    "DPC_SOURCE": GIVEN,
    "ADMIN_SOURCE": GIVEN,
    "TOTAL_GP_HC": "5",
    "TOTAL_NURSES_HC": "2",
    "TOTAL_DPC_HC": "1",
    "TOTAL_ADMIN_HC": "7",
}
_COLUMNS = 805


def practice(code: str = "A81001", **changed: str) -> dict[str, str]:
    """A practice's row of the detailed file, by heading; every staff group given unless changed."""
    return {"PRAC_CODE": code, **changed}


def sources(gp: str, nurse: str, dpc: str, admin: str) -> dict[str, str]:
    """What the four *_SOURCE columns say, with figures to match: NA where a group is not given."""
    said = {"GP": gp, "NURSE": nurse, "DPC": dpc, "ADMIN": admin}
    totals = {"NURSE": "TOTAL_NURSES_HC", "DPC": "TOTAL_DPC_HC", "ADMIN": "TOTAL_ADMIN_HC"}
    figures = {total: "NA" for group, total in totals.items() if said[group] not in (GIVEN, PARTLY)}
    return {f"{group}_SOURCE": text for group, text in said.items()} | figures


def make_detailed(
    path: Path,
    rows: Iterable[Mapping[str, str]] | None = None,
    *,
    year_and_month: tuple[str, str] | None = None,
    lower_case: bool = False,
    bom: bool = False,
    left_out: Sequence[str] = (),
    width: int = _COLUMNS,
) -> Path:
    """The wide file, 805 columns of it unless a test that writes it thousands of times needs fewer.

    year_and_month: adds the columns that some copies have at the end; left_out: headings to leave out
    """
    headings = [*_FIRST, *(f"FEMALE_ADMIN_FTE_BAND_{number}" for number in range(len(_FIRST), width))]
    headings = [heading for heading in headings if heading not in left_out]
    added = dict(zip(("YEAR", "MONTH"), year_and_month, strict=True)) if year_and_month else {}
    headings += added
    records = [_TYPICAL | added | dict(row) for row in ([practice()] if rows is None else rows)]
    lines = [[record.get(heading, "0") for heading in headings] for record in records]
    shown = [heading.lower() for heading in headings] if lower_case else headings
    return _written(path, [shown, *lines], bom)


def figures(code: str = "A81001", **groups: str | None) -> list[list[str]]:
    """A practice's lines of the high-level file: one value for each staff group; None leaves the group out."""
    values = {"gp": "4", "nurse": "2", "dpc": "0", "admin": "7.0"} | groups
    names = {"gp": "GP", "nurse": "Nurses", "dpc": "Direct Patient Care", "admin": "Admin/Non-Clinical"}
    return [
        [code, "THE SURGERY, HIGH STREET", names[group], role, measure, value]
        for group, value in values.items()
        if value is not None
        for role, measure in (("Total", "Headcount"), ("Total", "FTE"), ("Some Role", "FTE"))
    ]


def make_high_level(path: Path, lines: Iterable[Sequence[str]] | None = None) -> Path:
    headings = ["PRAC_CODE", "PRAC_NAME", "STAFF_GROUP", "DETAILED_STAFF_ROLE", "MEASURE", "VALUE"]
    return _written(path, [headings, *(figures() if lines is None else lines)])


def make_definitions(path: Path) -> Path:
    """The workbook that explains the columns: it names them all, and holds no data."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Practice-Level CSV Definitions"
    for row in (
        ["Columns", "Name of Field", "Description", "Comments"],
        ["A", "PRAC_CODE", "General Practice Code", None],
        ["AC", "GP_SOURCE", "Whether GP records for this practice were provided", None],
    ):
        sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def _written(path: Path, lines: Iterable[Sequence[str]], bom: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)
    return path
