"""The demo against the answer that was planned when the sample data were made, not worked out by the program."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from asking import Monitor

from monitor.core.resources import SAMPLE_DATA

SUBJECT = (
    "kind", "return_code", "period_start", "organisation_code", "request_id", "supplier", "area_code", "cause",
    "organisations",
)  # fmt: skip


def planned(name: str) -> list[dict[str, str]]:
    with (SAMPLE_DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def ask(monitor: Monitor, workspace: Path, query: str) -> list[dict[str, object]]:
    answer = monitor("sql", "-w", workspace, "--format", "json", query)
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def test_the_open_findings_are_exactly_the_planned_ones(monitor: Monitor, demo_made_once: Path) -> None:
    found = ask(monitor, demo_made_once, f"SELECT {', '.join(SUBJECT)} FROM finding WHERE resolved_at IS NULL")
    as_text = [tuple(str("" if row[column] is None else row[column]) for column in SUBJECT) for row in found]
    assert sorted(as_text) == sorted(tuple(row[c] for c in SUBJECT) for row in planned("expected_findings.csv"))


def test_every_planted_peculiarity_has_its_planned_status_and_cause(monitor: Monitor, demo_made_once: Path) -> None:
    query = "SELECT organisation_code, return_code, period_start, request_id, status, cause FROM return_status"
    key = ("organisation_code", "return_code", "period_start", "request_id")
    statuses = {tuple(row[k] or "" for k in key): row for row in ask(monitor, demo_made_once, query)}
    wrong = []
    for row in planned("expected_status.csv"):
        got = statuses.get(tuple(row[k] for k in key))
        if got is None or (got["status"], got["cause"] or "") != (row["status"], row["cause"]):
            wrong.append((row, got))
    assert wrong == []


def test_one_row_is_rejected_for_each_reason(monitor: Monitor, demo_made_once: Path) -> None:
    reasons = [row["reason"] for row in ask(monitor, demo_made_once, "SELECT reason FROM rejected_row ORDER BY reason")]
    assert reasons == [
        "bad_code", "bad_date", "bad_outcome", "before_period", "missing_value", "period_not_of_return",
        "submitted_in_future", "unknown_return",
    ]  # fmt: skip
    left_out = ask(monitor, demo_made_once, 'SELECT row_number, "column", "text" FROM rejected_value')
    assert left_out == [{"row_number": 8, "column": "record_count", "text": "twelve"}]


def test_every_row_of_every_file_is_accounted_for(monitor: Monitor, demo_made_once: Path) -> None:
    query = """SELECT file_name FROM loaded_file
               WHERE rows_in_file <> rows_loaded + rows_duplicate + rows_rejected OR state <> 'loaded'"""
    assert ask(monitor, demo_made_once, query) == []
    assert ask(monitor, demo_made_once, "SELECT count(*) AS files FROM loaded_file") == [{"files": 18}]


def test_running_it_again_changes_nothing(monitor: Monitor, demo: Path) -> None:
    published = demo / "published" / "monitor.duckdb"
    before = published.read_bytes()
    again = monitor("run", "-w", demo)
    assert again.code == 0
    assert "Nothing new to load." in again.out
    assert "nothing new since the last check" in again.out
    assert published.read_bytes() == before


def test_loading_all_of_it_again_under_other_names_loads_nothing(monitor: Monitor, demo: Path) -> None:
    for file in list((demo / "inbox").iterdir()):
        (demo / "inbox" / "again").mkdir(exist_ok=True)
        (demo / "inbox" / "again" / f"copy of {file.name}").write_bytes(file.read_bytes())
    assert monitor("load", "-w", demo).out == "Nothing new to load.\n"


def test_the_demo_will_not_fill_a_folder_that_holds_something(monitor: Monitor, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    answer = monitor("demo", "--dir", tmp_path)
    assert answer.code == 2
    assert "is not empty" in answer.err
