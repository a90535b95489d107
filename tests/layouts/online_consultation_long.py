"""The long CSV of online consultations, in its true layout: a line a practice, month, supplier and metric."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

HEADINGS = (
    "MONTH,GP_CODE,GP_NAME,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ICB_CODE,ICB_NAME,"
    "REGION_CODE,REGION_NAME,SUPPLIER,METRIC,VALUE"
)
NORTH_PART = "Submissions via OC Systems in General Practice - May 2025_north_regions.csv"
SOUTH_PART = "Submissions via OC Systems in General Practice - May 2025_south_regions.csv"


def metrics(
    code: str = "A81001",
    month: str = "01/05/2025",
    supplier: str = "ACCURX LIMITED",
    submissions: object = 120,
    participation: object = 1,
    patients: object = 3849,
    pcn: str = "U00001",
) -> list[list[str]]:
    """All the metrics of one practice, month and supplier. A submissions of None leaves its lines out."""
    values = {
        "OC_PARTICIPATION": participation,
        "OC_CAPABILITY": "1",
        "OC_SYSTEM_USAGE": "Y",
        "OC_TOTAL_SUBMISSIONS": submissions,
        "OC_SUBMISSION_TYPE_CLINICAL": submissions,
        "OC_RATE_PER_1000_REGISTERED_PATIENTS": "31.2",
        "PATIENTS_REGISTERED": patients,
    }
    practice = [month, code, "THE SURGERY, HIGH STREET", pcn, "FICTION PCN", "16C", "NHS Fiction ICB - 16C"]
    area = ["QHM", "NHS Fiction Integrated Care Board", "Y63", "North East and Yorkshire"]
    return [[*practice, *area, supplier, metric, str(value)] for metric, value in values.items() if value is not None]


def make_metrics(path: Path, lines: Iterable[Sequence[str]] | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS.split(","), *(metrics() if lines is None else lines)])
    return path
