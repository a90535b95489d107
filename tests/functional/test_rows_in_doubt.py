"""What could not be read accuses nobody, and is said until it is read, replaced or dismissed: the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asking import NOW, Monitor, write_csv, write_two_practices

LOG = "organisation_code,return_code,period_start,submitted_at,outcome"
BAD = "Z98001,workforce,2025-11-01,as soon as possible,accepted"
GOOD = "Z98002,workforce,2025-11-01,2025-11-24T10:00:00,accepted"
SAID = "log.csv, row 2: submitted_at 'as soon as possible'"


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """Two practices; of one the row of November cannot be read. November's workforce was due on the 30th."""
    write_two_practices(workspace)
    write_csv(workspace / "inbox" / "log.csv", f"{LOG}\n{BAD}\n{GOOD}")
    return workspace


def rows(monitor: Monitor, workspace: Path, *asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(monitor(*asked, "-w", workspace, "--format", "json").out)
    return found


def status(monitor: Monitor, workspace: Path) -> tuple[str, str | None]:
    (row,) = (
        one
        for one in rows(monitor, workspace, "status", "--return", "workforce", "--organisation", "Z98001")
        if one["period_start"] == "2025-11-01"
    )
    return row["status"], row["cause"]


def sql(monitor: Monitor, workspace: Path, query: str) -> list[dict[str, Any]]:
    return rows(monitor, workspace, "sql", query)


def test_a_row_that_could_not_be_read_is_said_until_it_is_dismissed(monitor: Monitor, workspace: Path) -> None:
    assert monitor("run", "-w", workspace).code == 4
    again = monitor("run", "-w", workspace, now=NOW + timedelta(hours=1))
    print(again.out)
    assert "1 row that could not be read" in again.out
    assert status(monitor, workspace) == ("not_known", "row_rejected")
    (doubt,) = sql(monitor, workspace, "FROM doubt")
    assert (doubt["file_name"], doubt["row_number"], doubt["period_start"]) == ("log.csv", 2, "2025-11-01")
    (found,) = rows(monitor, workspace, "rejected", "list")
    assert (found["what"], found["text"], found["in_doubt"]) == ("row", BAD, 1)
    letters = [file.read_text(encoding="utf-8") for file in (workspace / "outbox").glob("*.eml")]
    print(letters)
    print(monitor("explain", "-w", workspace, "Z98001", "workforce", "2025-11-01").out)
    print(monitor("doctor", "-w", workspace, "--quiet").out)
    dismissed = monitor("rejected", "dismiss", "-w", workspace, "log.csv", "2", "--reason", "typed twice", "--by", "Ann")
    assert dismissed.code == 0
    assert monitor("run", "-w", workspace, now=NOW + timedelta(hours=2)).code == 0
    assert status(monitor, workspace) == ("not_received", "unexplained")
    assert rows(monitor, workspace, "rejected", "list") == []
    assert monitor("verify", "-w", workspace, now=NOW + timedelta(hours=2)).code == 0
    assert "row" not in monitor("doctor", "-w", workspace, "--quiet", now=NOW + timedelta(hours=2)).out
