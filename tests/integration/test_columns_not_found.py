"""A renamed heading that a published file need not have is said, for what it held is then not known of anyone."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from asking import Monitor
from inbox import stored
from layouts.online_consultation_long import HEADINGS, make_metrics
from product import WORKBOOK_HEADINGS

DETAIL = "SELECT state, detail FROM data.loaded_file"


@pytest.mark.parametrize(
    ("old", "new", "said"), [("", "", ""), ("REGION_CODE", "NHSE_REGION", "not found: region_code")]
)
def test_a_renamed_heading_of_a_csv_is_said(monitor: Monitor, workspace: Path, old: str, new: str, said: str) -> None:
    path = make_metrics(workspace / "inbox" / "long.csv")
    assert old in HEADINGS
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    answer = monitor("load", "-w", workspace)
    assert stored(workspace, DETAIL) == [("loaded", said or None)]
    assert (f"long.csv: {said}\n" in answer.out) == bool(said)


@pytest.mark.parametrize("heading", ["Participation [11]", "Takes part"])
def test_a_workbook_without_participation_says_so(monitor: Monitor, workspace: Path, heading: str) -> None:
    headings = [heading if text.startswith("Participation") else text for text in WORKBOOK_HEADINGS]
    row = dict.fromkeys(headings, None) | {"Month": "2024-06-01", "GP Code": "A81001", "Submissions": 3}
    book = openpyxl.Workbook()
    book.active.title = "Table 2"
    for cells in (headings, list(row.values())):
        book.active.append(cells)
    book.save(workspace / "inbox" / "oc.xlsx")
    assert monitor("load", "-w", workspace).code == 0
    ((_, detail),) = stored(workspace, DETAIL)
    assert ("participation" in (detail or "")) == (heading == "Takes part")
