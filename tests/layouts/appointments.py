"""Files of the appointments publication, in their true layout: crosstab, mapping, coverage, and the daily file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import openpyxl

CROSSTAB_HEADINGS = (
    "APPOINTMENT_MONTH_START_DATE,GP_CODE,GP_NAME,SUPPLIER,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,"
    "SUB_ICB_LOCATION_NAME,HCP_TYPE,APPT_MODE,NATIONAL_CATEGORY,TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS,"
    "APPT_STATUS"
)
MAPPING_HEADINGS = (
    "GP_CODE,GP_NAME,SUPPLIER,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ICB_CODE,ICB_NAME,"
    "REGION_CODE,REGION_NAME"
)
COVERAGE_HEADINGS = (
    "SUB_ICB_LOCATION_CODE,ICB_ONS_CODE,REGION_CODE,Appointment_Month,Included Practices,Open Practices,"
    "Patients registered at included practices,Patients registered at open practices"
)
DAILY_HEADINGS = (
    "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_ONS_CODE,SUB_ICB_LOCATION_NAME,ICB_ONS_CODE,REGION_ONS_CODE,"
    "Appointment_Date,APPT_STATUS,HCP_TYPE,APPT_MODE,TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS"
)
# The names of the two halves of a month that was longer than a spreadsheet may be.
SOUTH_PART = "Practice_Level_Crosstab_London_East_South_Oct_25.csv"
NORTH_PART = "Practice_Level_Crosstab_Midlands_North_Oct_25.csv"


def crosstab_line(  # noqa: PLR0913  a line has that many cells
    code: str = "A81001",
    month: str = "01MAY2024",
    count: object = 12,
    supplier: str = "EMIS",
    pcn: str = "U00001",
    sub_icb: str = "16C",
    status: str = "Attended",
    waited: str = "8  to 14 Days",
) -> list[str]:
    """One line: a name with a comma in it, and two spaces before "to", as published."""
    network = "FICTION PCN" if pcn.startswith("U0") else "Unallocated"
    place = [pcn, network, sub_icb, f"NHS Fiction ICB - {sub_icb}"]
    kind = ["GP", "Face-to-Face", "General Consultation Acute", waited]
    return [month, code, "THE SURGERY, HIGH STREET", supplier, *place, *kind, str(count), status]


def make_crosstab(path: Path, lines: Iterable[Sequence[str]] | None = None) -> Path:
    """A crosstab; by default of two practices in May 2024, each with two lines."""
    if lines is None:
        codes = ("A81001", "A81002")
        lines = [crosstab_line(code, status=status) for code in codes for status in ("Attended", "DNA")]
    return _written(path, CROSSTAB_HEADINGS, lines)


def make_mapping(path: Path, lines: Iterable[Sequence[str]] | None = None) -> Path:
    """The mapping that lies in the zip beside the crosstab; without any date."""
    return _written(path, MAPPING_HEADINGS, [mapping_line()] if lines is None else lines)


def mapping_line(code: str = "A81001", supplier: str = "EMIS", pcn: str = "U00001", sub_icb: str = "16C") -> list[str]:
    place = [pcn, "FICTION PCN", sub_icb, f"NHS Fiction ICB - {sub_icb}", "QHM", "NHS Fiction ICB", "Y63", "North East"]
    return [code, "THE SURGERY, HIGH STREET", supplier, *place]


def make_coverage(path: Path, lines: Iterable[Sequence[str]] | None = None) -> Path:
    line = ["16C", "E54000050", "E40000012", "01FEB2023", "36", "37", "335363", "340000"]
    return _written(path, COVERAGE_HEADINGS, [line] if lines is None else lines)


def make_daily(path: Path) -> Path:
    """Appointments by sub-ICB and day: no practices in it."""
    line = "16C,E38000247,NHS Fiction ICB - 16C,E54000050,E40000012,01MAY2024,Attended,GP,Telephone,Same Day,15"
    return _written(path, DAILY_HEADINGS, [line.split(",")])


def _written(path: Path, headings: str, lines: Iterable[Sequence[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([headings.split(","), *lines])
    return path


ANNEX_NAME = "GPAD_Annex1_Practice_Level_Breakdown_Summary_February_2026.xlsx"
ANNEX_PLACE = (
    "Month", "GP_CODE", "GP_NAME", "SUPPLIER", "PCN_CODE", "PCN_NAME", "SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME",
)  # fmt: skip
_ANNEX_TABLES: dict[str, tuple[str, ...]] = {
    "Table 1": ("Total Appointments", "Registered Patients", "Appointments per 1,000 Registered Patients"),
    "Table 2a": ("Same_Day", "1_Day", "Unknown"),
    "Table 3a": ("General Consultation Acute", "Planned Clinics", "Unmapped", "Unknown"),
    "Table 4": ("Face-to-Face", "Telephone", "Unknown"),
}


def annex_place(code: str = "A81001", month: object = "February 2026", **place: str) -> list[object]:
    """The eight cells that all sheets of Annex 1 begin with. place: name, supplier, pcn, sub_icb."""
    at = {"name": "THE SURGERY, HIGH STREET", "supplier": "EMIS", "pcn": "U00001", "sub_icb": "16C"} | place
    return [month, code, at["name"], at["supplier"], at["pcn"], "FICTION PCN", at["sub_icb"], "NHS FICTION ICB - 16C"]


def make_annex(
    path: Path,
    practices: Iterable[tuple[list[object], object, tuple[object, object]]] | None = None,
    place: Sequence[str] = ANNEX_PLACE,
    tables: Mapping[str, Sequence[str]] = _ANNEX_TABLES,
) -> Path:
    """Annex 1, the workbook by practice: contents, then some lines of title above the headings of each table.

    practices: the first eight cells, appointments, and of those in categories the mapped and the unmapped.
    """
    rows = [(annex_place(), 120, (110, 10))] if practices is None else list(practices)
    unmapped = annex_place("UNMAPPED", name="UNMAPPED", supplier="UNMAPPED")
    figures = {
        "Table 1": lambda count, _: [count, 5000, 24],
        "Table 3a": lambda _, mapped: [mapped[0], None, mapped[1], "*"],
    }
    book = openpyxl.Workbook()
    month = rows[0][0][0] if isinstance(rows[0][0][0], str) else "February 2026"
    book.active.append([f"Annex 1: Practice Level Breakdown Summary, {month}"])
    for name, headings in tables.items():
        sheet = book.create_sheet(name)
        title = f"{name}: Count of appointments by GP practice, England, {month}"
        of_table = figures.get(name, lambda count, _: [count, 0, 0])
        for row in ([title], ["Official statistics"], [], [*place, *headings], ["Total", *[None] * 7, 300, 15000, 20]):
            sheet.append(row)
        for first, count, mapped in [*rows, (unmapped, 7, (0, 7))]:
            sheet.append([*first, *of_table(count, mapped)])
        for row in ([], ["Notes"], ["Copyright © 2026 NHS England"]):
            sheet.append(row)
    book.save(path)
    return path
