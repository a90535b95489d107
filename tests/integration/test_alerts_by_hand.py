"""What people decide about alerts and findings: acknowledged, silenced, resolved by hand, and all of it kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from asking import NOW, Answer, Monitor, write_csv
from mail_read import body_of

SETTINGS = """
monitor_from = 2025-11-01
"""
DAY = timedelta(days=1)
UNTIL = ("--until", "2026-02-01", "--reason", "r", "--by", "a")


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """Three practices, one of which has sent no workforce data for November."""
    (workspace / "monitor.toml").write_text(SETTINGS, encoding="utf-8")
    write_csv(
        workspace / "inbox" / "organisations.csv",
        """organisation_code,organisation_name,contract_type,sub_icb_code
        Z98001,Hill Street Surgery,GMS,Z8A
        Z98002,Mill Lane Practice,GMS,Z8A
        Z98003,Old Town Medical Centre,PMS,Z8A""",
    )
    sent(workspace, "first", "Z98001,workforce,2025-11-01", "Z98002,workforce,2025-11-01")
    return workspace


def sent(workspace: Path, name: str, *which: str) -> None:
    """A log of accepted returns."""
    rows = [f"{one},{one.split(',')[2]}T10:00:00,accepted" for one in which]
    heading = "organisation_code,return_code,period_start,submitted_at,outcome"
    write_csv(workspace / "inbox" / f"{name}.csv", "\n".join([heading, *rows]))


def told(workspace: Path) -> list[str]:
    """The subjects of the messages so far, the oldest first."""
    read = [
        message_from_bytes(file.read_bytes(), policy=default) for file in sorted((workspace / "outbox").glob("*.eml"))
    ]
    return [message["Subject"] for message in read]


def finding_id(monitor: Monitor, workspace: Path, kind: str = "missing_return") -> str:
    rows = json.loads(monitor("alerts", "list", "--findings", "-w", workspace, "--format", "json").out)
    return next(row["finding_id"] for row in rows if row["kind"] == kind and row["return_code"] == "workforce")


def rows(monitor: Monitor, workspace: Path, query: str) -> list[dict]:
    return json.loads(monitor("sql", query, "-w", workspace, "--format", "json").out)


def run(monitor: Monitor, workspace: Path, at: datetime = NOW) -> Answer:
    answer = monitor("run", "-w", workspace, now=at)
    assert answer.code == 0, answer.err
    return answer


def test_what_is_silenced_is_told_in_the_minute_in_which_the_silence_ends(workspace: Path, monitor: Monitor) -> None:
    end = datetime(2026, 1, 16, 12, 0, tzinfo=UTC)
    monitor("check", "-w", workspace, "--as-of", "2025-11-01")  # makes the store
    asked = ("--until", "2026-01-16T12:00", "--reason", "known to the team", "--by", "analyst")
    answer = monitor("alerts", "silence", "--kind", "missing_return", *asked, "-w", workspace)
    assert "nobody is told of it before Friday 2026-01-16 12:00 in London" in answer.out
    run(monitor, workspace, end - timedelta(minutes=1))
    before = told(workspace)
    assert not any("not received" in subject or "Old Town" in subject for subject in before)
    run(monitor, workspace, end)
    (new,) = told(workspace)[len(before) :]
    assert new.startswith("Data returns: 1 new. First: Old Town Medical Centre (Z98003)")


def test_a_day_as_the_end_of_a_silence_means_its_last_minute(workspace: Path, monitor: Monitor) -> None:
    run(monitor, workspace)
    answer = monitor(
        "alerts", "silence", finding_id(monitor, workspace), "--until", "2026-06-30", "--reason", "x", "--by", "a",
        "-w", workspace,
    )  # fmt: skip
    assert "before Wednesday 2026-07-01 00:00 in London" in answer.out
    (silence,) = json.loads(monitor("alerts", "list", "--silences", "-w", workspace, "--format", "json").out)
    assert (silence["author"], silence["reason"], silence["ended_at"]) == ("a", "x", None)
    assert monitor("alerts", "silence", "--end", silence["silence_id"], "--by", "b", "-w", workspace).code == 0
    (silence,) = json.loads(monitor("alerts", "list", "--silences", "-w", workspace, "--format", "json").out)
    assert silence["ended_at"] is not None
    again = monitor("alerts", "silence", "--end", silence["silence_id"], "--by", "b", "-w", workspace)
    assert (again.code, "was ended before" in again.err) == (2, True)


def test_a_finding_resolved_by_hand_is_told_as_over_and_does_not_come_back(workspace: Path, monitor: Monitor) -> None:
    run(monitor, workspace)
    finding = finding_id(monitor, workspace)
    asked = ("--because", "agreed_extension", "--by", "analyst", "-w", workspace)
    assert monitor("alerts", "resolve", finding, *asked, now=NOW + DAY).code == 0
    run(monitor, workspace, NOW + DAY)
    run(monitor, workspace, NOW + 2 * DAY)
    assert [subject.split(".")[0] for subject in told(workspace)[1:]] == ["Data returns: 1 resolved"]
    last = sorted((workspace / "outbox").glob("*.eml"))[-1]
    text = body_of(message_from_bytes(last.read_bytes(), policy=default))
    assert "resolved by analyst: agreed extension" in text
    query = f"SELECT resolved_at IS NOT NULL AS is_over FROM finding WHERE finding_id = '{finding}'"
    assert rows(monitor, workspace, query) == [{"is_over": True}]
    missing = "SELECT count(*) AS n FROM missed_return WHERE return_code = 'workforce' AND organisation_code = 'Z98003'"
    assert rows(monitor, workspace, missing + " AND period_start = '2025-11-01'") == [{"n": 1}]
    kept = "SELECT about_id, decision, author, reason FROM decision"
    assert rows(monitor, workspace, kept) == [
        {"about_id": finding, "decision": "resolved", "author": "analyst", "reason": "agreed_extension"}
    ]


def test_decisions_are_in_the_published_copy_at_once_and_resolved_findings_are_not_listed_as_open(
    workspace: Path, monitor: Monitor
) -> None:
    assert "GP practice workforce (NWRS), unexplained: 1 from 1 organisation" in run(monitor, workspace).out
    asked = ("--because", "false_alarm", "--by", "a", "-w", workspace)
    monitor("alerts", "resolve", finding_id(monitor, workspace), *asked)
    assert rows(monitor, workspace, "SELECT count(*) AS n FROM decision") == [{"n": 1}]
    assert "GP practice workforce (NWRS), unexplained" not in run(monitor, workspace).out


def test_what_waits_is_held_back_while_a_silence_covers_all_of_it(workspace: Path, monitor: Monitor) -> None:
    monitor("load", "-w", workspace)
    monitor("schedule", "--once", "load_and_check", "-w", workspace)  # plans, and delivers nothing
    for kind in ("missing_return", "source_not_loaded"):
        asked = ("--until", "2026-01-20", "--reason", "r", "--by", "a", "-w", workspace)
        assert monitor("alerts", "silence", "--kind", kind, *asked).code == 0
    run(monitor, workspace)
    assert told(workspace) == []
    run(monitor, workspace, datetime(2026, 1, 21, 0, 0, tzinfo=UTC))
    assert len(told(workspace)) >= 1


def test_what_was_resolved_by_hand_and_then_sent_and_then_missing_again_is_a_new_finding(
    workspace: Path, monitor: Monitor
) -> None:
    run(monitor, workspace)
    finding = finding_id(monitor, workspace)
    monitor("alerts", "resolve", finding, "--because", "false_alarm", "--by", "a", "-w", workspace, now=NOW)
    notice = workspace / "inbox" / "notice.csv"
    heading = "notice_id,return_code,kind,scope,scope_value,period_start,reason,from_on,to_on"
    write_csv(notice, f"{heading}\nN1,workforce,exempt,organisation,Z98003,2025-11-01,trial,,")
    run(monitor, workspace, NOW + DAY)
    write_csv(notice, f"{heading}\nN1,workforce,exempt,organisation,Z98001,2025-11-01,trial,,")
    run(monitor, workspace, NOW + 2 * DAY)
    assert finding_id(monitor, workspace) != finding


def test_who_acknowledges_a_finding_is_named_and_spared_reminders(workspace: Path, monitor: Monitor) -> None:
    (workspace / "monitor.toml").write_text(SETTINGS + "[reminders]\ncritical_days = 2\n", encoding="utf-8")
    run(monitor, workspace)
    assert monitor("alerts", "ack", finding_id(monitor, workspace), "--by", "analyst", "-w", workspace).code == 0
    run(monitor, workspace, NOW + 2 * DAY)
    listed = json.loads(monitor("alerts", "list", "--findings", "-w", workspace, "--format", "json").out)
    acknowledged = {row["finding_id"]: row["acknowledged_by"] for row in listed}
    assert acknowledged[finding_id(monitor, workspace)] == "analyst"
    assert not any("Old Town" in subject for subject in told(workspace)[1:])


def test_a_reminder_comes_after_so_many_days(workspace: Path, monitor: Monitor) -> None:
    (workspace / "monitor.toml").write_text(SETTINGS + "[reminders]\ncritical_days = 7\n", encoding="utf-8")
    run(monitor, workspace)
    run(monitor, workspace, NOW + 6 * DAY)
    assert not [subject for subject in told(workspace)[1:] if "to remember" in subject]
    run(monitor, workspace, NOW + 7 * DAY)
    assert [subject for subject in told(workspace)[1:] if "to remember" in subject]


def test_due_dates_ahead_are_told_once_where_that_is_asked_for(workspace: Path, monitor: Monitor) -> None:
    (workspace / "monitor.toml").write_text(SETTINGS + "[reminders]\nbefore_due_days = 16\n", encoding="utf-8")
    run(monitor, workspace)
    (file,) = (workspace / "outbox").glob("*.eml")
    text = body_of(message_from_bytes(file.read_bytes(), policy=default))
    assert "FALLS DUE SOON (" in text
    assert "GP practice workforce (NWRS), January 2026" in text
    run(monitor, workspace, NOW + DAY)
    assert len(told(workspace)) == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("ack", "nothing", "--by", "a"), "nothing: is neither a finding nor an alert"),
        (
            ("resolve", "nothing", "--because", "other", "--by", "a", "--comment", "c"),
            "is neither a finding nor an alert",
        ),
        (("resolve", "nothing", "--because", "bored", "--by", "a"), "'bored' is not one of"),
        (("resend", "nothing"), "is neither a finding nor an alert"),
        (("silence", "--until", "2026-02-01", "--reason", "r", "--by", "a"), "the silence: is about everything"),
        (("silence", "--kind", "area_gap", "--reason", "r", "--by", "a"), "has no end or no reason"),
        (("silence", "--kind", "area_gap", "--until", "2026-02-01", "--by", "a"), "has no end or no reason"),
        (("silence", "--kind", "area_gap", "--until", "2026-02-01", "--reason", "r"), "Missing option '--by'"),
        (("silence", "--kind", "area_gap", "--until", "2025-02-01", "--reason", "r", "--by", "a"), "is over"),
        (("silence", "--kind", "area_gap", "--until", "soon", "--reason", "r", "--by", "a"), "'soon' is neither a day"),
        (("silence", "--return", "x", "--until", "2026-02-01", "--reason", "r", "--by", "a"), "there is no return 'x'"),
        (("silence", "--end", "x", "--by", "a"), "x: is no silence"),
        (("silence", "nothing", *UNTIL), "'nothing' is not known"),
        (("silence", "--supplier", "Nobody Ltd", *UNTIL), "'Nobody Ltd' is not known"),
        (("silence", "--organisation", "Z00000", *UNTIL), "'Z00000' is not known"),
        (("silence", "--area", "ZZZ", *UNTIL), "'ZZZ' is not known"),
        (("silence", "--kind", "area_gap", "--until", "2026-02-01", "--reason", " ", "--by", "a"), "is blank"),
        (("ack", "nothing", "--by", "  "), "is blank"),
        (("resolve", "nothing", "--because", "other", "--by", "a", "--comment", " "), "is blank"),
        (("test", "--to", "=?utf-8?q?a=20b?=@example.org"), "is not one address"),
        (("test", "--to", "two@example.org, three@example.org"), "is not one address"),
    ],
)
def test_a_mistake_is_told_in_one_message(workspace: Path, monitor: Monitor, asked: tuple, said: str) -> None:
    monitor("load", "-w", workspace)
    answer = monitor("alerts", *asked, "-w", workspace)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_test_message_without_a_mail_server_is_a_file(workspace: Path, monitor: Monitor) -> None:
    answer = monitor("alerts", "test", "--to", "team@example.org", "-w", workspace)
    assert answer.code == 0
    (file,) = (workspace / "outbox").glob("*.eml")
    assert answer.out.splitlines() == [
        "monitor.toml has no [mail], so the message goes to a file",
        f"outbox: written ({file.name})",
    ]
    assert message_from_bytes(file.read_bytes(), policy=default)["To"] == "team@example.org"


def test_alerts_are_listed_also_before_anything_ran(workspace: Path, monitor: Monitor) -> None:
    answer = monitor("alerts", "list", "-w", workspace)
    assert answer.code == 2
    assert "nothing has been loaded yet" in answer.err
