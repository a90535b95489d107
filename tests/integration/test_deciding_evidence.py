"""Which submission or published figure a status names as its evidence."""

from __future__ import annotations

from pathlib import Path

import product
from asking import write_csv


def workbook(folder: Path, submissions: int) -> None:
    """An Online Consultation workbook of April 2024 with one practice."""
    row: dict[str, str | int] = dict.fromkeys(product.WORKBOOK_HEADINGS, "")
    row |= {"Month": "2024-04-01", "GP Code": "Z90001", "GP Name": "Hill Street", "Submissions": submissions}
    book = product.openpyxl.Workbook()
    book.active.title = "Table 2"
    book.active.append(list(row))
    book.active.append(list(row.values()))
    book.save(folder / "published.xlsx")


def test_published_data_decide_over_a_rejected_attempt(workspace: Path, tmp_path: Path) -> None:
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
    with product.empty_store(tmp_path) as store:
        store.statuses(workspace, "online_and_video_consultations", "2024-04-01", "2024-06-01")
        april = "SELECT status, record_count, evidence FROM return_status_row WHERE period_start = '2024-04-01'"
        assert store.connection.execute(april).fetchall() == [("received", 500, "published.xlsx row 2")]
