"""Which submission or published figure a status names as its evidence."""

from __future__ import annotations

import json
from pathlib import Path

import product
from asking import Monitor, write_csv


def workbook(folder: Path, submissions: int) -> None:
    """An Online Consultation workbook of April 2024 with one practice."""
    row: dict[str, str | int] = dict.fromkeys(product.WORKBOOK_HEADINGS, "")
    row |= {"Month": "2024-04-01", "GP Code": "Z90001", "GP Name": "Hill Street", "Submissions": submissions}
    book = product.openpyxl.Workbook()
    book.active.title = "Table 2"
    book.active.append(list(row))
    book.active.append(list(row.values()))
    book.save(folder / "published.xlsx")


def test_published_data_decide_over_a_rejected_attempt(monitor: Monitor, workspace: Path) -> None:
    write_csv(
        workspace / "inbox" / "practices.csv",
        """
        organisation_code,organisation_name
        Z90001,Hill Street
        """,
    )
    write_csv(
        workspace / "inbox" / "log.csv",
        """
        organisation_code,return_code,period_start,submitted_at,outcome,record_count
        Z90001,online_and_video_consultations,2024-04-01,2024-05-02T09:00:00,rejected,7
        """,
    )
    workbook(workspace / "inbox", 500)
    assert monitor("load", "-w", workspace).code == 0
    asked = ("--return", "online_and_video_consultations", "--as-of", "2024-06-01", "--format", "json")
    rows = json.loads(monitor("status", "-w", workspace, *asked).out)
    assert [
        (row["status"], row["record_count"], row["evidence"]) for row in rows if row["period_start"] == "2024-04-01"
    ] == [("received", 500, "published.xlsx row 2")]
