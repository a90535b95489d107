"""CQRS exports in the layout that NHS Digital publishes, with two ways of writing days in one row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

PARTICIPATION = ["QUALITY_SERVICE", "SP_ORG_CODE", "SP_ORG_NAME", "CO_ORG_CODE", "PART_ST_DT", "PART_ED_DT"]
EXTRACT = [
    "QUALITY_SERVICE",
    "NAME",
    "ORG_CODE",
    "ACH_DATE",
    "IND_CODE",
    "FIELD_NAME",
    "VALUE",
    "DEFAULT_VALUES_USED",
    "SUBMIT_USER_ID",
    "SUBMIT_DATE",
    "SUBMIT_TIME",
    "LAST_SUBMISSION",
]


def participation(code: str = "A81001", service: str = "INLIQ2425", until: str = "20250331") -> list[str]:
    return [service, code, "A SURGERY, THE", "REGION A", "20240401", until]


def field(
    code: str = "A81001", indicator: str = "INLIQ01", day: str = "20250331", sent: str = "05/04/2025 19:36:07",
    last: str = "Y", name: str = "Number of patients, of any age, recorded",
) -> list[str]:  # fmt: skip
    sent_on, sent_at = sent.split(" ")
    service = ["INLIQ2425", "Indicators no longer in QOF 2024/25"]
    return [*service, code, day, indicator, name, "14", "None", "cro-processor", sent_on, sent_at, last]


def make_export(path: Path, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path
