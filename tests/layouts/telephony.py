"""Cloud Based Telephony files in their true layouts, with made-up practices and every oddity of a real edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl

DECEMBER = datetime(2025, 12, 1)
COPYRIGHT = "Copyright © 2026 NHS England "
_PLACE = [
    "Month [1]", "GP Practice \n(ODS_CODE)", "GP Name", "PCN Code", "PCN Name [2,3]", "Sub ICB Code [2]",
    "Sub ICB Name", "ICB Code  [2]", "ICB Name", "Region Code  [2]", "Region Name",
]  # fmt: skip
SUMMARY_HEADINGS = [
    *_PLACE, "Count of Inbound calls", None, "Answered", None, "Ended during the IVR Stage [4]", None,
    "Call back requested", None, None, "Missed [5]", None, None, "Call back made", None,
]  # fmt: skip
_SECOND_ROW = [
    *[None] * 11, "Total", None, "Total", "%", "Total", "%", "Total", "%", None, "Total", "%", None, "Total",
    "% of requested",
]  # fmt: skip
_OUTCOMES = [None, 649, 0.649, 222, 0.222, 51, 0.051, None, 78, 0.078, None, 51, 1]


def summary_row(code: str | None, calls: object = 1000, month: object = DECEMBER, **place: str) -> list[object]:
    """A row of Table 3. place: pcn, sub_icb, icb."""
    where = {"pcn": "U12345", "sub_icb": "09D", "icb": "QNX"} | place
    names = [where["pcn"], "SEASIDE PCN", where["sub_icb"], "A SUB-ICB - 09D", where["icb"], "AN INTEGRATED CARE BOARD"]
    return [month, code, "THE SURGERY", *names, "Y59", "SOUTH EAST", calls, *_OUTCOMES]


def make_telephony_summary(
    path: Path, rows: Iterable[Sequence[object]] | None = None, headings: Sequence[str | None] = SUMMARY_HEADINGS
) -> Path:
    """The summary workbook: stray numbers above, a heading of two rows, pseudo-rows between, notes below."""
    practices = [summary_row("G81001"), summary_row("G81002", 0)] if rows is None else list(rows)
    unmapped = [DECEMBER, "Unassigned", *["Unmapped"] * 9, 179938, *_OUTCOMES]
    blank: list[object] = []
    above = [
        [*[None] * 11, 25765191, None, 14323679], blank, blank, [*[None] * 11, "12", None, "13"],
        ["Return to Contents", *[None] * 9, "3"], blank,
        ["Table 3: Summary of Cloud based telephony call outcomes, by practice, England, December 2025"], blank,
        [*[None] * 13, "Count of Inbound Call Outcome"],
    ]  # fmt: skip
    below = [
        blank,
        ["Notes:", "  1   Data for months October 24 - September 2025 is available in the supplementary page"],
        [None, "  3   Not all practices are members of a PCN. These cases are denoted by U or 'Unallocated'."],
        blank,
        [COPYRIGHT],
    ]
    total = ["Total", *[None] * 10, 30063218, *_OUTCOMES]
    between = [*practices[:1], [DECEMBER, "Unassigned", "Unmapped", "U12345", "SEASIDE PCN", "09D"], *practices[1:]]
    table_3 = [*above, headings, _SECOND_ROW, blank, total, blank, *between, unmapped, *below]
    other = [[*_PLACE, "Total Inbound calls", "Answered"], ["Total", "National"], *[row[:12] for row in practices]]
    return _save(path, {"Title sheet": [["Cloud Based Telephony data"]], "Table 3": table_3, "Table 4": other})


PARTICIPATION_HEADINGS = [
    "Month", "GP Code", "GP Name", "PCN Code", "PCN Name", "Sub ICB Code", "Sub ICB Name", "ICB Code", "ICB Name",
    "Region Code", "Region Name", "Agreed to Participate in the Cloud Based Telephony collection",
    "Data received, Passed data quality checks and included in the publication",
    "Practice Code has been unable to be disaggregated from other practices on the account",
    "List of open and active practice codes on the account",
]  # fmt: skip


def participation_row(
    code: str, agreed: object, included: object, shared: object, month: object = DECEMBER
) -> list[object]:
    place = [code, "THE SURGERY", "U", "Unallocated", "09D", "A SUB-ICB", "QNX", "AN ICB", "Y59", "SOUTH EAST"]
    return [month, *place, agreed, included, shared, "G81001, G81002" if shared == "Yes" else None]


def make_telephony_participation(
    path: Path, rows: Iterable[Sequence[object]], headings: Sequence[str | None] = PARTICIPATION_HEADINGS
) -> Path:
    """The participation workbook: the row of headings is the fifteenth of sheet Table 1."""
    title = [["Cloud Based Telephony: participation and submission by GP practice"], *[[] for _ in range(13)]]
    return _save(path, {"Table 1": [*title, headings, *rows, [], ["Notes"], [COPYRIGHT]]})


_CALLS_HEADING = "Date,REGION_CODE,ICB_CODE,SUB_ICB_LOCATION_CODE,PCN_CODE,PRACTICE_CODE,Indicator"
CALLS_BANDS = {
    "by day": "Time_Category,Value",
    "durations": "Duration,Value",
    "answered": "Wait_Time,Core_Category,Value",
}


def calls_row(code: str, indicator: str, *figures: str, day: str = "2026-06-01", pcn: str = "U12345") -> str:
    return ",".join([day, "Y59", "S9B9J", "09D", pcn, code, indicator, *figures])


def make_telephony_calls(path: Path, rows: Iterable[str], layout: str = "by day") -> Path:
    """One of the three long files. layout: by day, durations, answered."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([f"{_CALLS_HEADING},{CALLS_BANDS[layout]}", *rows]) + "\n", encoding="utf-8")
    return path


def _save(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
