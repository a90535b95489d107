"""Each command as a user types it, on the demo workspace."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas
import pytest
from asking import NOW, Monitor, write_csv

from monitor.config.context import read_context
from monitor.config.workspace import Workspace
from monitor.queries.as_of import deriving
from monitor.queries.explain import Asked, explanation


def test_status_as_csv_has_the_columns_of_return_status(monitor: Monitor, demo_made_once: Path) -> None:
    view = monitor("sql", "-w", demo_made_once, "--format", "csv", "SELECT * FROM return_status LIMIT 0").out
    answer = monitor("status", "-w", demo_made_once, "--format", "csv")
    assert answer.out.splitlines()[0] == view.splitlines()[0]
    assert len(answer.out.splitlines()) == 1 + 2577
    assert answer.code == 0


@pytest.mark.slow
def test_status_of_an_icb_that_was_merged_has_its_practices_before_and_after(monitor: Monitor, workspace: Path) -> None:
    (workspace / "monitor.toml").write_text("monitor_from = 2026-02-01\n", encoding="utf-8")
    write_csv(
        workspace / "inbox" / "organisations.csv",
        """organisation_code,organisation_name,icb_code,valid_from,valid_to
        Z98001,Moved,QZ9,,2026-03-31
        Z98001,Moved,QY8,2026-04-01,
        Z98002,Was there before,QY8,,""",
    )
    monitor("load", "-w", workspace)
    for icb, codes in (("qz9", {"Z98001"}), ("QY8", {"Z98001", "Z98002"}), ("QX1", set())):
        asked = ("--return", "workforce", "--icb", icb, "--as-of", "2026-06-30", "--format", "json")
        rows = json.loads(monitor("status", "-w", workspace, *asked).out)
        assert {row["organisation_code"] for row in rows} == codes
        assert len(rows) == 5 * len(codes)


def test_status_filters_by_return_organisation_status_and_icb(monitor: Monitor, demo_made_once: Path) -> None:
    filters = ("--return", "workforce", "--organisation", "z99017", "--status", "not_received", "--icb", "QZ9")
    rows = json.loads(monitor("status", "-w", demo_made_once, "--format", "json", *filters).out)
    assert [(row["period_start"], row["cause"]) for row in rows] == [
        ("2024-09-01", "stopped"),
        ("2024-10-01", "stopped"),
        ("2024-11-01", "stopped"),
        ("2024-12-01", "stopped"),
    ]


@pytest.mark.slow
def test_status_can_be_asked_about_an_earlier_day(monitor: Monitor, demo_made_once: Path) -> None:
    asked = ("--return", "workforce", "--organisation", "Z99017", "--format", "json")
    on_the_due_day = json.loads(monitor("status", "-w", demo_made_once, "--as-of", "2024-09-30", *asked).out)
    a_day_later = json.loads(monitor("status", "-w", demo_made_once, "--as-of", "2024-10-01", *asked).out)
    assert [row["status"] for row in on_the_due_day if row["period_start"] == "2024-09-01"] == ["not_due"]
    assert [row["status"] for row in a_day_later if row["period_start"] == "2024-09-01"] == ["not_received"]


def test_returns_are_listed_with_who_owes_them_and_when(monitor: Monitor, workspace: Path) -> None:
    rows = {row["return_code"]: row for row in json.loads(monitor("returns", "-w", workspace, "--format", "json").out)}
    assert rows["workforce"] == {
        "return_code": "workforce", "return_title": "GP practice workforce (NWRS)", "owed_by": "practice",
        "period": "month",
        "due_rule": "last day of the period", "effective_from": None, "effective_to": None, "watched": True,
    }  # fmt: skip
    assert rows["overseas_visitors"]["due_rule"] == "no due date: an event"
    shown = monitor("returns", "-w", workspace).out
    assert "5th of the next month" in shown
    assert len(shown.splitlines()) == 2 + len(rows)


@pytest.mark.slow
def test_days_and_codes_are_understood_as_people_type_them(monitor: Monitor, demo_made_once: Path) -> None:
    asked = ("explain", "-w", demo_made_once)
    answers = {
        monitor(*asked, organisation, return_code, day).out
        for organisation, return_code, day in (
            ("Z99017", "workforce", "2024-09-01"),
            ("z99017", "Workforce", "2024-09"),
            ("Z99017", "WORKFORCE", "01/09/2024"),
        )
    }  # fmt: skip
    assert len(answers) == 1
    assert "Z99017" in answers.pop()


def test_an_organisation_that_is_not_there_is_said_to_be_unknown(monitor: Monitor, demo_made_once: Path) -> None:
    answer = monitor("status", "-w", demo_made_once, "--organisation", "Z00000", "--format", "csv")
    assert answer.code == 0
    assert "no organisation Z00000 is in the register" in answer.err


def test_due_lists_what_falls_due_and_how_much_is_outstanding(monitor: Monitor, demo_made_once: Path) -> None:
    rows = json.loads(monitor("due", "-w", demo_made_once, "--days", "5", "--format", "json").out)
    workforce = [row for row in rows if row["return_code"] == "workforce"]
    assert [(row["due_on"], row["period_label"]) for row in workforce] == [("2025-01-31", "January 2025")]
    assert all(row["organisations"] == row["received"] + row["outstanding"] for row in rows)
    assert [row["due_on"] for row in rows] == sorted(row["due_on"] for row in rows)


def test_explain_gives_rule_dates_evidence_and_citation(monitor: Monitor, demo_made_once: Path) -> None:
    answer = monitor("explain", "-w", demo_made_once, "Z99017", "workforce", "2024-09-01")
    assert answer.code == 0
    for part in (
        "not received, cause stopped",
        "Monday 30 September 2024, basis: convention",
        "rule 8",
        "regulation 74E",
        "regulation 67E",
        "its 3 returns before the absence: August 2024 received; July 2024 received; June 2024 received",
    ):
        assert part in answer.out


def test_explain_names_file_and_row_of_the_deciding_submission(monitor: Monitor, demo_made_once: Path) -> None:
    answer = monitor("explain", "-w", demo_made_once, "Z99001", "workforce", "2024-04-01")
    assert "decided by submission_log_workforce_apr_to_aug.csv row " in answer.out


@pytest.mark.parametrize(
    ("organisation", "day", "said"),
    [
        ("Z00000", "2024-09-01", "no organisation Z00000 is in the register"),
        ("Z99017", "2024-09-02", "nothing was expected from this practice for a period that starts on this day"),
        ("U99001", "2024-09-01", "is owed by each practice"),
    ],
)
def test_explain_says_why_nothing_was_expected(
    monitor: Monitor, demo_made_once: Path, organisation: str, day: str, said: str
) -> None:
    answer = monitor("explain", "-w", demo_made_once, organisation, "workforce", day)
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.slow
def test_every_expected_return_of_the_sample_can_be_explained(demo_made_once: Path) -> None:
    query = """SELECT any_value(organisation_code), return_code, any_value(period_start)
               FROM (FROM return_status_row ORDER BY ALL) GROUP BY return_code, status, cause"""
    context = read_context(Workspace(demo_made_once), lambda: NOW)
    with deriving(context, None) as (connection, day):
        rows = connection.execute(query).fetchall()
        assert len(rows) > 40
        for organisation, code, start in rows[::8]:
            assert list(explanation(connection, Asked(organisation, code, start, day), context.catalogue[code]))


def test_check_exits_with_three_where_an_expectation_is_not_met(monitor: Monitor, demo: Path) -> None:
    assert monitor("check", "-w", demo).code == 3
    assert monitor("check", "-w", demo, "--return", "workforce").code == 3
    assert monitor("check", "-w", demo, "--return", "overseas_visitors").code == 0


@pytest.mark.slow
def test_a_look_back_is_shown_and_not_recorded(monitor: Monitor, demo: Path) -> None:
    before = monitor("sql", "-w", demo, "--format", "csv", "FROM finding ORDER BY ALL").out
    answer = monitor("check", "-w", demo, "--as-of", "2024-09-30")
    assert answer.code == 3
    assert "not recorded" in answer.err
    assert monitor("run", "-w", demo).code == 0
    assert monitor("sql", "-w", demo, "--format", "csv", "FROM finding ORDER BY ALL").out == before


def test_sql_reads_a_query_from_a_file(monitor: Monitor, demo_made_once: Path, tmp_path: Path) -> None:
    query = tmp_path / "query.sql"
    query.write_text("SELECT count(*) AS returns FROM mandatory_return", encoding="utf-8")
    assert monitor("sql", "-w", demo_made_once, "-f", query, "--format", "csv").out == "\ufeffreturns\n22\n"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "CREATE TABLE mine (x INTEGER)",
        "DELETE FROM data.submission_row",
        "SELECT nonsense FROM nowhere",
    ],
)
def test_sql_can_read_the_views_and_nothing_else(monitor: Monitor, demo_made_once: Path, query: str) -> None:
    answer = monitor("sql", "-w", demo_made_once, query)
    assert (answer.code, answer.out) == (2, "")


def test_doctor_finds_the_demo_in_order_but_for_rows_and_says_that_its_day_is_frozen(
    monitor: Monitor, demo_made_once: Path
) -> None:
    answer = monitor("doctor", "-w", demo_made_once, "--format", "json")
    rows = json.loads(answer.out)
    assert answer.code == 4  # the sample has rows that cannot be read
    assert {row["subject"] for row in rows if row["state"] == "problem"} == {"rows"}
    assert any("as_of" in row["advice"] for row in rows if row["state"] == "look")


def test_the_workspace_can_come_from_the_environment_or_stand_before_the_command(
    monitor: Monitor, demo_made_once: Path
) -> None:
    query = ("sql", "--format", "csv", "SELECT 1 AS one")
    assert monitor(*query, environ={"MONITOR_WORKSPACE": str(demo_made_once)}).out == "\ufeffone\n1\n"
    assert monitor("-w", demo_made_once, *query).out == "\ufeffone\n1\n"


def test_findings_open_go_on_and_are_resolved(monitor: Monitor, demo: Path) -> None:
    write_csv(
        demo / "inbox" / "late.csv",
        """
        organisation_code,return_code,period_start,submitted_at,outcome
        Z99017,workforce,2024-09-01,2025-01-30T09:00:00,accepted
        """,
    )
    answer = monitor("run", "-w", demo)
    assert " (2 new, 0 changed, 1 resolved)" in answer.out
    query = """SELECT kind, resolved_at IS NULL AS is_open FROM finding
               WHERE organisation_code = 'Z99017' AND period_start = '2024-09-01'"""
    kinds = json.loads(monitor("sql", "-w", demo, "--format", "json", query + " ORDER BY kind").out)
    assert kinds == [{"kind": "late_return", "is_open": True}, {"kind": "missing_return", "is_open": False}]


@pytest.mark.slow
def test_formulas_from_files_are_harmless_in_csv(monitor: Monitor, workspace: Path) -> None:
    write_csv(
        workspace / "inbox" / "organisations.csv",
        """
        organisation_code,organisation_name
        Z90001,=cmd|' /C calc'!A0
        """,
    )
    assert monitor("run", "-w", workspace, "--as-of", "2024-06-01").code == 0
    answer = monitor("status", "-w", workspace, "--as-of", "2024-06-01", "--format", "csv")
    rows = csv.DictReader(io.StringIO(answer.out.removeprefix("\ufeff")))
    assert {row["organisation_name"] for row in rows} == {"'=cmd|' /C calc'!A0"}


WELSH = "organisation_code,organisation_name\nZ98001,Meddygfa Tŷ Gŵyr\nZ98002,St John’s Practice\n"


@pytest.mark.one_in(3)
@pytest.mark.parametrize("coding", ["utf-8", "cp1252", "ascii"])
def test_rows_for_other_programs_are_whole_and_open_in_a_spreadsheet_whatever_the_code_page(
    monitor: Monitor, workspace: Path, tmp_path: Path, coding: str
) -> None:
    """Through the process itself: it is where the code page is."""
    (workspace / "inbox" / "organisations.csv").write_text(WELSH, encoding="utf-8")
    monitor("load", "-w", workspace)
    environ = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": coding}
    written = {}
    for how in ("csv", "table"):
        asked = ["status", "-w", str(workspace), "--return", "workforce", "--as-of", "2025-10-10", "--format", how]
        ran = subprocess.run([sys.executable, "-m", "monitor", *asked], capture_output=True, check=False, env=environ)
        assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False)
        written[how] = ran.stdout
    file = tmp_path / "rows.csv"
    file.write_bytes(written["csv"])
    assert written["csv"].startswith("\ufefforganisation_code".encode())
    assert set(pandas.read_csv(file)["organisation_name"]) == {"Meddygfa Tŷ Gŵyr", "St John’s Practice"}
    read = duckdb.execute("SELECT DISTINCT organisation_code FROM read_csv($file) ORDER BY 1", {"file": str(file)})
    assert read.fetchall() == [("Z98001",), ("Z98002",)]
    assert ("Tŷ Gŵyr" if coding == "utf-8" else "T? G?yr").encode() in written["table"]


def test_nothing_expected_is_said_and_is_not_taken_for_all_received(monitor: Monitor, workspace: Path) -> None:
    answer = monitor("run", "-w", workspace)
    assert answer.code == 0
    assert "no organisation in the register owes a return yet" in answer.out
    assert "Nothing that is past due is missing" not in answer.out


@pytest.mark.slow
def test_no_finding_is_said_with_the_count_that_it_rests_on(monitor: Monitor, workspace: Path) -> None:
    write_csv(
        workspace / "inbox" / "practices.csv",
        """
        organisation_code,organisation_name
        Z90001,Hill Street Surgery
        """,
    )
    write_csv(
        workspace / "inbox" / "log.csv",
        """
        organisation_code,return_code,period_start,submitted_at,outcome
        Z90001,workforce,2024-04-01,2024-04-29T09:00:00,accepted
        """,
    )
    answer = monitor("run", "-w", workspace, "--as-of", "2024-05-01")
    assert "Nothing past due is outstanding; 1 received." in answer.out


def test_due_looks_past_the_periods_that_have_begun(monitor: Monitor, demo_made_once: Path) -> None:
    rows = json.loads(monitor("due", "-w", demo_made_once, "--days", "60", "--format", "json").out)
    assert ("workforce", "February 2025", "2025-02-28") in {
        (row["return_code"], row["period_label"], row["due_on"]) for row in rows
    }


def test_due_dates_as_a_calendar_are_those_of_the_list(monitor: Monitor, demo_made_once: Path, tmp_path: Path) -> None:
    file = tmp_path / "due.ics"
    answer = monitor("due", "-w", demo_made_once, "--days", "60", "--ics", file)
    rows = json.loads(monitor("due", "-w", demo_made_once, "--days", "60", "--format", "json").out)
    events = file.read_bytes().decode().replace("\r\n ", "").split("\r\n")
    days = [line.partition(":")[2] for line in events if line.startswith("DTSTART")]
    assert days == [row["due_on"].replace("-", "") for row in rows]
    assert answer.out == f"{file}: {len(rows)} due dates\n"
    assert len({line for line in events if line.startswith("UID")}) == len(rows)
    nowhere = monitor("due", "-w", demo_made_once, "--ics", tmp_path / "nowhere" / "due.ics")
    assert (nowhere.code, nowhere.out) == (2, "")


def test_publications_due_are_listed_and_can_stand_in_the_calendar(
    monitor: Monitor, demo_made_once: Path, tmp_path: Path
) -> None:
    file = tmp_path / "due.ics"
    answer = monitor("due", "-w", demo_made_once, "--publications", "--ics", file, "--format", "json")
    rows = json.loads(answer.out)
    assert ("workforce", "November 2024", "not loaded") in {
        (row["return_code"], row["period_label"], row["state"]) for row in rows
    }
    assert {row["state"] for row in rows if row["due_on"] is None} == {"day not known"}
    assert "SUMMARY:To load: General Practice Workforce" in file.read_bytes().decode()


@pytest.mark.slow
def test_explain_as_of_an_earlier_day_shows_what_had_arrived_by_then(monitor: Monitor, workspace: Path) -> None:
    write_csv(
        workspace / "inbox" / "practices.csv",
        """
        organisation_code,organisation_name
        Z90001,Hill Street Surgery
        """,
    )
    write_csv(
        workspace / "inbox" / "log.csv",
        """
        organisation_code,return_code,period_start,submitted_at,outcome
        Z90001,workforce,2024-04-01,2024-05-02T09:00:00,accepted
        """,
    )
    assert monitor("load", "-w", workspace).code == 0
    asked = ("explain", "-w", workspace, "Z90001", "workforce", "2024-04-01", "--as-of")
    assert "nothing is loaded from this organisation" in monitor(*asked, "2024-05-01").out
    assert "log.csv row 2" in monitor(*asked, "2024-05-02").out


def test_a_heading_that_means_nothing_is_reported(monitor: Monitor, workspace: Path) -> None:
    write_csv(
        workspace / "inbox" / "practices.csv",
        """
        organisation_code,organisation_name,parking
        Z90001,Hill Street Surgery,2024-03-31
        """,
    )
    assert "practices.csv: columns not used: parking" in monitor("load", "-w", workspace).out


def test_the_published_copy_tells_how_its_own_run_ended(monitor: Monitor, demo_made_once: Path) -> None:
    query = "SELECT state, ended_at IS NOT NULL AS has_ended FROM job_run"
    rows = json.loads(monitor("sql", "-w", demo_made_once, "--format", "json", query).out)
    assert rows == [{"state": "done_in_part", "has_ended": True}]
