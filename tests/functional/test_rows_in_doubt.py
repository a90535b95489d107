"""What could not be read accuses nobody, and is said until it is read, replaced or dismissed: the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from asking import NOW, Monitor, write_csv, write_two_practices

LOG = "organisation_code,return_code,period_start,submitted_at,outcome"
BAD = "Z98001,workforce,2025-11-01,as soon as possible,accepted"
GOOD = "Z98002,workforce,2025-11-01,2025-11-24T10:00:00,accepted"


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


def test_a_row_that_could_not_be_read_is_said_until_it_is_dismissed(monitor: Monitor, workspace: Path) -> None:
    assert monitor("run", "-w", workspace).code == 4
    again = monitor("run", "-w", workspace, now=NOW + timedelta(hours=1))
    assert "log.csv, row 2: bad date (submitted_at); 1 return not known because of it" in again.out
    assert again.code == 4
    assert "a person is needed: 1 row of log.csv still could not be read" in again.err
    assert status(monitor, workspace) == ("not_known", "row_rejected")
    (doubt,) = rows(monitor, workspace, "sql", "FROM doubt")
    assert (doubt["file_name"], doubt["row_number"], doubt["period_start"]) == ("log.csv", 2, "2025-11-01")
    (found,) = rows(monitor, workspace, "rejected", "list")
    assert (found["what"], found["text"], found["in_doubt"]) == ("row", BAD, 1)
    (letter,) = (message_from_bytes(file.read_bytes(), policy=default) for file in (workspace / "outbox").glob("*.eml"))
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Correct log.csv and drop it again")
    assert "First: log.csv, row 2" in letter["Subject"]
    why = monitor("explain", "-w", workspace, "Z98001", "workforce", "2025-11-01").out
    assert f"a row could not be read, bad date (submitted_at): {BAD} [log.csv row 2]" in why
    watchdog = monitor("doctor", "-w", workspace, "--quiet")
    assert watchdog.code == 4
    assert "log.csv, row 2: bad date (submitted_at)" in watchdog.out

    later = NOW + timedelta(hours=2)
    dismissed = monitor(
        "rejected", "dismiss", "-w", workspace, "log.csv", "2", "--reason", "typed twice", "--by", "Ann"
    )
    assert dismissed.code == 0
    assert monitor("run", "-w", workspace, now=later).code == 0
    assert status(monitor, workspace) == ("not_received", "unexplained")
    assert rows(monitor, workspace, "rejected", "list") == []
    assert monitor("verify", "-w", workspace, now=later).code == 0
    assert "row" not in monitor("doctor", "-w", workspace, "--quiet", now=later).out


@pytest.mark.slow
def test_a_register_and_notices_that_could_not_be_read_are_said_too(monitor: Monitor, workspace: Path) -> None:
    settings = 'monitor_from = 2025-11-01\nreturns = ["workforce", "appointments"]\n'
    (workspace / "monitor.toml").write_text(settings, encoding="utf-8")
    register = "organisation_code,organisation_name,closed_on\nZ98001,Mill Lane Practice,soon\nZ98002,The Other,"
    write_csv(workspace / "inbox" / "organisations.csv", register)
    write_csv(workspace / "inbox" / "log.csv", f"{LOG}\n{GOOD}")
    notice = "N1,GPAD,exempt,organisation,Z98002,soon,a test"
    write_csv(
        workspace / "inbox" / "notices.csv", f"notice_id,return_code,kind,scope,scope_value,to_on,reason\n{notice}"
    )
    assert monitor("run", "-w", workspace).code == 4
    assert status(monitor, workspace) == ("not_known", "row_rejected")
    why = monitor("explain", "-w", workspace, "Z98001", "workforce", "2025-11-01").out
    assert "its closed_on could not be read, bad date: soon [organisations.csv row 2]" in why
    found = {one["file_name"]: one for one in rows(monitor, workspace, "rejected", "list")}
    assert (found["organisations.csv"]["what"], found["organisations.csv"]["organisation_code"]) == ("value", "Z98001")
    assert (found["notices.csv"]["return_code"], found["notices.csv"]["organisation_code"]) == (
        "appointments",
        "Z98002",
    )
    (letter,) = (message_from_bytes(file.read_bytes(), policy=default) for file in (workspace / "outbox").glob("*.eml"))
    body = letter.get_body(("plain",))
    assert body is not None
    assert "organisations.csv, row 2" in body.get_content()
    assert "what it may owe" in body.get_content()
    assert "GP appointments data (GPAD)" in body.get_content()


@pytest.mark.slow
def test_a_dismissal_that_cannot_be_is_refused(monitor: Monitor, workspace: Path) -> None:
    assert monitor("load", "-w", workspace).code == 4

    def refused(*asked: object) -> str:
        answer = monitor("rejected", "dismiss", "-w", workspace, *asked, "--reason", "a test", "--by", "Ann")
        assert answer.code == 2
        return answer.err

    assert "no file of this name was loaded. Expected: a file that was loaded: log.csv" in refused("other.csv")
    assert "log.csv, row 3: none of its rows was rejected" in refused("log.csv", 3)
    assert "one of its rows that were: 2" in refused("log.csv", 3)
    assert monitor("rejected", "dismiss", "-w", workspace, "log.csv", "--reason", "a test", "--by", "Ann").code == 0
    assert "log.csv, row 2: is already dismissed" in refused("log.csv", 2)


@pytest.mark.slow
def test_a_row_of_one_version_is_not_dismissed_for_that_of_another(monitor: Monitor, workspace: Path) -> None:
    def dismissed(*asked: str) -> tuple[int, str]:
        words = ("rejected", "dismiss", "-w", workspace, "log.csv", "2", "--reason", "a test", *asked)
        answer = monitor(*words, now=NOW + timedelta(days=2))
        return answer.code, answer.err

    def standing() -> list[tuple[str, str]]:
        return [(one["loaded_on"], one["text"]) for one in rows(monitor, workspace, "rejected", "list")]

    other = BAD.replace("2025-11", "2025-10")
    monitor("load", "-w", workspace)
    write_csv(workspace / "inbox" / "log.csv", f"{LOG}\n{other}")
    monitor("load", "-w", workspace, now=NOW + timedelta(days=1))
    first, second = str(NOW.date()), str((NOW + timedelta(days=1)).date())
    assert standing() == [(first, BAD), (second, other)]
    code, said = dismissed()
    assert code == 2
    assert f"2 versions of the file fit, loaded on {first} and {second}" in said
    assert "--loaded DATE for one of them, or --all" in said
    assert dismissed("--loaded", "2020-01-01")[0] == 2
    assert standing() == [(first, BAD), (second, other)]
    assert dismissed("--loaded", second)[0] == 0
    assert standing() == [(first, BAD)]
    assert dismissed("--all")[0] == 0
    assert standing() == []
    assert monitor("verify", "-w", workspace, now=NOW + timedelta(days=2)).code == 0


@pytest.mark.slow
def test_a_dry_run_says_what_would_be_rejected_and_keeps_nothing(monitor: Monitor, workspace: Path) -> None:
    (workspace / "inbox" / "people.csv").write_text(
        "organisation_code,patient\n" + "".join(f"Z98001,{number}\n" for number in ("9434765919", "9434765870")),
        encoding="utf-8",
    )
    write_csv(workspace / "inbox" / "other.csv", "a,b\n1,2")
    store = workspace / "var" / "monitor.duckdb"
    before = store.read_bytes()
    foreseen = monitor("load", "-w", workspace, "--dry-run")
    assert foreseen.code == 4
    lines = foreseen.out.splitlines()
    assert "log.csv: submission log, 2 rows, 1 would be rejected" in lines
    assert (
        "  row 2, submitted_at: bad date, found 'as soon as possible'. "
        "Expected: a day like 2025-09-30 or 30/09/2025, with or without a time"
    ) in lines
    assert "organisations.csv: organisations, 2 rows" in lines
    assert any(line.startswith("other.csv: would be refused: other.csv: ") for line in lines)
    assert "94347" not in foreseen.out + foreseen.err
    assert store.read_bytes() == before
    assert monitor("load", "-w", workspace).code == 4
    assert [line.split(":")[0] for line in monitor("load", "-w", workspace, "--dry-run").out.splitlines()] == [
        "other.csv", "people.csv", "Nothing was kept",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_job_that_is_done_in_part_says_why_and_logs_it(monitor: Monitor, workspace: Path) -> None:
    write_csv(workspace / "inbox" / "other.csv", "a,b\n1,2")
    once = monitor("schedule", "-w", workspace, "--once", "load_and_check")
    assert once.code == 4
    why = "a person is needed: 1 file refused: other.csv; 1 row rejected in log.csv"
    assert why in once.out
    assert why in (workspace / "var" / "log" / "monitor.jsonl").read_text(encoding="utf-8")
    assert monitor("schedule", "-w", workspace, "--once", "load_and_check").code == 4  # other.csv is refused again
    (workspace / "inbox" / "other.csv").unlink()
    assert monitor("schedule", "-w", workspace, "--once", "load_and_check").code == 0
    morning = monitor("schedule", "-w", workspace, "--once", "self_check")
    assert morning.code == 4
    assert "log.csv, row 2: bad date (submitted_at)" in morning.out
