"""Files of the appointments publication, in their true layout: crosstab, mapping, coverage, and the daily file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

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
