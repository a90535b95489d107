"""What people decide about alerts and findings: acknowledged, silenced, resolved by hand, and all of it kept."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor, write_csv
from mail_read import body_of

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace, init_workspace
from monitor.store.sessions import writing

SETTINGS = """
monitor_from = 2025-11-01
"""
DAY = timedelta(days=1)
UNTIL = ("--until", "2026-02-01", "--reason", "r", "--by", "a")


def three_practices(folder: Path, settings: str = SETTINGS) -> Path:
    """Three practices, one of which has sent no workforce data for November."""
    init_workspace(folder)
    (folder / "monitor.toml").write_text(settings, encoding="utf-8")
    write_csv(
        folder / "inbox" / "organisations.csv",
        """organisation_code,organisation_name,contract_type,sub_icb_code
        Z98001,Hill Street Surgery,GMS,Z8A
        Z98002,Mill Lane Practice,GMS,Z8A
        Z98003,Old Town Medical Centre,PMS,Z8A""",
    )
    sent(folder, "first", "Z98001,workforce,2025-11-01", "Z98002,workforce,2025-11-01")
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return three_practices(tmp_path / "workspace")


@pytest.fixture(scope="module")
def ran_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = three_practices(tmp_path_factory.mktemp("ran") / "workspace")
    run(folder)
    return folder


@pytest.fixture
def ran(ran_once: Path, tmp_path: Path) -> Path:
    """The workspace after its first run."""
    return Path(shutil.copytree(ran_once, tmp_path / "ran"))


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


def in_store(workspace: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        return store.execute(query).fetchall()


def run(workspace: Path, at: datetime = NOW) -> None:
    """One cycle with the workforce return alone, and nothing published."""
    pipeline.run(of_workforce(workspace, at), None, COUNTED_UNPUBLISHED)


def of_workforce(workspace: Path, at: datetime = NOW) -> Context:
    context = read_context(Workspace(workspace), lambda: at, pause=lambda seconds: None)
    return replace(context, catalogue={"workforce": context.catalogue["workforce"]})


@pytest.mark.slow
def test_what_is_silenced_is_reported_in_the_minute_in_which_the_silence_ends(
    workspace: Path, monitor: Monitor
) -> None:
    end = datetime(2026, 1, 16, 12, 0, tzinfo=UTC)
    pipeline.load(of_workforce(workspace), [])  # makes the store
    asked = ("--until", "2026-01-16T12:00", "--reason", "known to the team", "--by", "analyst")
    answer = monitor("alerts", "silence", "--kind", "missing_return", *asked, "-w", workspace)
    assert "muted until Friday 2026-01-16 12:00, London time" in answer.out
    run(workspace, end - timedelta(minutes=1))
    before = told(workspace)
    assert not any("not received" in subject or "Old Town" in subject for subject in before)
    run(workspace, end)
    (new,) = told(workspace)[len(before) :]
    assert new.startswith("Data returns: 1 new. First: Old Town Medical Centre (Z98003)")


@pytest.mark.slow
def test_a_day_as_the_end_of_a_silence_means_its_last_minute(ran: Path, monitor: Monitor) -> None:
    answer = monitor(
        "alerts", "silence", finding_id(monitor, ran), "--until", "2026-06-30", "--reason", "x", "--by", "a",
        "-w", ran,
    )  # fmt: skip
    assert "muted until Wednesday 2026-07-01 00:00, London time" in answer.out
    (silence,) = json.loads(monitor("alerts", "list", "--silences", "-w", ran, "--format", "json").out)
    assert (silence["author"], silence["reason"], silence["ended_at"]) == ("a", "x", None)
    assert monitor("alerts", "silence", "--end", silence["silence_id"], "--by", "b", "-w", ran).code == 0
    (silence,) = json.loads(monitor("alerts", "list", "--silences", "-w", ran, "--format", "json").out)
    assert silence["ended_at"] is not None
    again = monitor("alerts", "silence", "--end", silence["silence_id"], "--by", "b", "-w", ran)
    assert (again.code, "has already been ended" in again.err) == (2, True)


def test_a_finding_resolved_by_hand_is_reported_as_over_and_does_not_come_back(ran: Path, monitor: Monitor) -> None:
    finding = finding_id(monitor, ran)
    asked = ("--because", "agreed_extension", "--by", "analyst", "-w", ran)
    assert monitor("alerts", "resolve", finding, *asked, now=NOW + DAY).code == 0
    run(ran, NOW + DAY)
    run(ran, NOW + 2 * DAY)
    assert [subject.split(".")[0] for subject in told(ran)[1:]] == ["Data returns: 1 resolved"]
    last = sorted((ran / "outbox").glob("*.eml"))[-1]
    text = body_of(message_from_bytes(last.read_bytes(), policy=default))
    assert "resolved by analyst: agreed extension" in text
    is_over = f"SELECT resolved_at IS NOT NULL FROM data.finding_current WHERE finding_id = '{finding}'"
    assert in_store(ran, is_over) == [(True,)]
    of_november = "FROM data.return_status_row WHERE organisation_code = 'Z98003' AND period_start = '2025-11-01'"
    assert in_store(ran, f"SELECT status {of_november}") == [("not_received",)]
    kept = "SELECT about_id, decision, author, reason FROM data.decision"
    assert in_store(ran, kept) == [(finding, "resolved", "analyst", "agreed_extension")]


@pytest.mark.slow
def test_decisions_are_in_the_published_copy_at_once_and_resolved_findings_are_not_listed_as_open(
    workspace: Path, monitor: Monitor
) -> None:
    first = monitor("run", "-w", workspace)
    assert (first.code, "GP practice workforce (NWRS): 1 from 1 organisation" in first.out) == (0, True)
    asked = ("--because", "false_alarm", "--by", "a", "-w", workspace)
    monitor("alerts", "resolve", finding_id(monitor, workspace), *asked)
    counted = monitor("sql", "SELECT count(*) AS n FROM decision", "-w", workspace, "--format", "json")
    assert json.loads(counted.out) == [{"n": 1}]
    assert "GP practice workforce (NWRS): 1 from" not in monitor("run", "-w", workspace).out


@pytest.mark.slow
def test_what_waits_is_held_back_while_a_silence_covers_all_of_it(workspace: Path, monitor: Monitor) -> None:
    context = of_workforce(workspace)
    with writing(context, "half a run") as connection:  # plans, and delivers nothing
        pipeline.load_and_check(context, connection, None, COUNTED_UNPUBLISHED)
    assert in_store(workspace, "SELECT DISTINCT state FROM data.delivery") == [("planned",)]
    for kind in ("missing_return", "source_not_loaded"):
        asked = ("--until", "2026-01-20", "--reason", "r", "--by", "a", "-w", workspace)
        assert monitor("alerts", "silence", "--kind", kind, *asked).code == 0
    run(workspace)
    assert told(workspace) == []
    run(workspace, datetime(2026, 1, 21, 0, 0, tzinfo=UTC))
    assert len(told(workspace)) >= 1


@pytest.mark.slow
def test_all_findings_that_fit_are_resolved_at_once_for_one_reason(workspace: Path, monitor: Monitor) -> None:
    sent(workspace, "second", "Z98001,workforce,2025-12-01")
    run(workspace)
    resolve = ("alerts", "resolve", "--because", "received_elsewhere", "--by", "a", "-w", workspace)
    none = monitor(*resolve, "--organisation", "z98003", "--until", "2025-10", "--return", "Workforce")
    assert (none.code, "no open finding matches" in none.err) == (2, True)
    open_now = "SELECT organisation_code, period_start FROM data.finding_current WHERE resolved_at IS NULL"
    rows = f"{open_now} AND organisation_code IS NOT NULL ORDER BY ALL"
    before = in_store(workspace, rows)
    lasts = monitor(
        *resolve, "--organisation", "z98003", "--until", "2025-11"
    )  # it has sent nothing for December either
    assert (lasts.code, "no open finding matches" in lasts.err) == (2, True)
    answer = monitor(*resolve, "--organisation", "z98003", "--until", "2025-12")
    assert answer.out.startswith("Resolved: 1 finding, received elsewhere.")
    assert set(before) - set(in_store(workspace, rows)) == {("Z98003", date(2025, 11, 1))}
    rest = monitor("alerts", "resolve", "--return", "WORKFORCE", "--reason", "sent on paper", "-w", workspace)
    assert rest.out.startswith(f"Resolved: {len(before) - 1} finding")
    kept = "SELECT DISTINCT reason, comment FROM data.decision ORDER BY ALL"
    assert in_store(workspace, kept) == [("other", "sent on paper"), ("received_elsewhere", None)]
    assert in_store(workspace, f"{open_now} AND return_code = 'workforce'") == []


LOG = "organisation_code,return_code,period_start,submitted_at,outcome"


def unread(workspace: Path) -> list[tuple[str, str]]:
    """Subject and text of the messages so far that speak first of rows that could not be read."""
    read = [
        message_from_bytes(file.read_bytes(), policy=default) for file in sorted((workspace / "outbox").glob("*.eml"))
    ]
    return [(one["Subject"], body_of(one)) for one in read if "could not be read" in body_of(one).splitlines()[0]]


@pytest.mark.slow
def test_other_rejected_rows_in_a_later_version_of_a_file_are_reported_once_as_new(workspace: Path) -> None:
    one, two = "Z98003,workforce,2025-11-01,soon,accepted", "Z98001,workforce,2025-12-01,later,accepted"
    write_csv(workspace / "inbox" / "log.csv", f"{LOG}\n{one}")
    run(workspace)
    write_csv(workspace / "inbox" / "log.csv", f"{LOG}\n{one}\n{two}")
    for day in (1, 2):
        run(workspace, NOW + day * DAY)
    before, then = unread(workspace)
    assert before[0].split("First: ")[1].startswith("log.csv, row 2, ")
    assert then[0].split("First: ")[1].startswith("log.csv, row 3, ")
    assert "new" in then[0]
    assert then[1].startswith("Still in doubt: 1 row of log.csv could not be read")


@pytest.mark.slow
def test_a_row_that_leaves_a_return_not_known_only_later_is_reported_as_changed(workspace: Path) -> None:
    sent(workspace, "second", "Z98001,workforce,2025-12-01", "Z98003,workforce,2025-12-01")
    write_csv(workspace / "inbox" / "log.csv", f"{LOG}\nZ98002,workforce,2025-12-01,soon,accepted")
    for at in (datetime(2025, 12, 20, 9, tzinfo=UTC), datetime(2026, 1, 10, 9, tzinfo=UTC), NOW, NOW + DAY):
        run(workspace, at)
    (new, _), (changed, text) = [(subject, text) for subject, text in unread(workspace) if "First: log.csv" in subject]
    assert "new" in new
    assert "changed. First: log.csv, row 2, GP practice workforce" in changed
    assert "1 organisation not known because of it" in text


@pytest.mark.slow
def test_routes_without_a_mail_server_are_used_with_the_outbox(tmp_path: Path, monitor: Monitor) -> None:
    routes = '[[mail.route]]\nto = ["a@icb.test"]\nreturns = ["workforce"]\n[[mail.route]]\nto = ["b@icb.test"]\n'
    workspace = three_practices(tmp_path / "workspace", f'{SETTINGS}{routes}returns = ["appointments"]\n')
    run(workspace)
    (letter,) = (message_from_bytes(file.read_bytes(), policy=default) for file in (workspace / "outbox").glob("*.eml"))
    assert (letter["To"], letter["From"]) == ("a@icb.test", "nobody@monitor.invalid")
    assert in_store(workspace, "SELECT recipient, state FROM data.delivery") == [("a@icb.test", "written")]
    assert (
        "written to outbox/" in monitor("alerts", "test", "-w", workspace).out + monitor("doctor", "-w", workspace).out
    )
    (workspace / "monitor.toml").write_text(f'{SETTINGS}[mail]\nhost = "localhost"\n', encoding="utf-8")
    assert "because there is a host" in monitor("doctor", "-w", workspace).err


@pytest.mark.slow
def test_what_was_resolved_by_hand_and_then_sent_and_then_missing_again_is_a_new_finding(
    ran: Path, monitor: Monitor
) -> None:
    finding = finding_id(monitor, ran)
    monitor("alerts", "resolve", finding, "--because", "false_alarm", "--by", "a", "-w", ran, now=NOW)
    notice = ran / "inbox" / "notice.csv"
    heading = "notice_id,return_code,kind,scope,scope_value,period_start,reason,from_on,to_on"
    write_csv(notice, f"{heading}\nN1,workforce,exempt,organisation,Z98003,2025-11-01,trial,,")
    run(ran, NOW + DAY)
    write_csv(notice, f"{heading}\nN1,workforce,exempt,organisation,Z98001,2025-11-01,trial,,")
    run(ran, NOW + 2 * DAY)
    assert finding_id(monitor, ran) != finding


@pytest.mark.slow
def test_who_acknowledges_a_finding_is_named_and_spared_reminders(ran: Path, monitor: Monitor) -> None:
    (ran / "monitor.toml").write_text(SETTINGS + "[reminders]\ncritical_days = 2\n", encoding="utf-8")
    assert monitor("alerts", "ack", finding_id(monitor, ran), "--by", "analyst", "-w", ran).code == 0
    run(ran, NOW + 2 * DAY)
    listed = json.loads(monitor("alerts", "list", "--findings", "-w", ran, "--format", "json").out)
    acknowledged = {row["finding_id"]: row["acknowledged_by"] for row in listed}
    assert acknowledged[finding_id(monitor, ran)] == "analyst"
    assert not any("Old Town" in subject for subject in told(ran)[1:])


@pytest.mark.slow
def test_a_reminder_comes_after_so_many_days(ran: Path, monitor: Monitor) -> None:
    (ran / "monitor.toml").write_text(SETTINGS + "[reminders]\ncritical_days = 7\n", encoding="utf-8")
    run(ran, NOW + 6 * DAY)
    assert not [subject for subject in told(ran)[1:] if "reminder" in subject]
    run(ran, NOW + 7 * DAY)
    assert [subject for subject in told(ran)[1:] if "reminder" in subject]


@pytest.mark.slow
def test_due_dates_ahead_are_reported_once_where_that_is_asked_for(workspace: Path, monitor: Monitor) -> None:
    (workspace / "monitor.toml").write_text(SETTINGS + "[reminders]\nbefore_due_days = 16\n", encoding="utf-8")
    run(workspace)
    (file,) = (workspace / "outbox").glob("*.eml")
    text = body_of(message_from_bytes(file.read_bytes(), policy=default))
    assert "DUE SOON (" in text
    assert "GP practice workforce (NWRS), January 2026" in text
    run(workspace, NOW + DAY)
    assert len(told(workspace)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ack", "nothing", "--by", "a"), "nothing: is neither a finding nor an alert"),
        (
            ("resolve", "nothing", "--because", "other", "--by", "a", "--comment", "c"),
            "is neither a finding nor an alert",
        ),
        (("resolve", "nothing", "--because", "bored", "--by", "a"), "'bored' is not one of"),
        (("resend", "nothing"), "is neither a finding nor an alert"),
        (("resend",), "is not clear"),
        (("resend", "nothing", "--undelivered"), "is not clear"),
        (("resolve", "--because", "false_alarm", "--by", "a"), "is not clear"),
        (("resolve", "nothing", "--until", "2025-11", "--because", "false_alarm", "--by", "a"), "is not clear"),
        (("resolve", "--return", "workforce"), "the reason: is missing. Expected: --reason TEXT"),
        (("resolve", "nothing", "--because", "other"), "the reason: is missing"),
        (("resolve", "--organisation", "Z9800"), "'Z9800' is not known"),
        (("resolve", "--organisation", "Z9800", "--reason", "r"), "the nearest are Z98001, Z98002, Z98003"),
        (("resolve", "--return", "workfroce", "--organisation", "Z98003"), "the nearest: workforce"),
        (("silence", "--until", "2026-02-01", "--reason", "r", "--by", "a"), "the silence: would mute everything"),
        (("silence", "--kind", "area_gap", "--reason", "r", "--by", "a"), "has no end or no reason"),
        (("silence", "--kind", "area_gap", "--until", "2026-02-01", "--by", "a"), "has no end or no reason"),
        (("silence", "--kind", "area_gap", "--until", "2026-02-01", "--reason", "r"), "Missing option '--by'"),
        (("silence", "--kind", "area_gap", "--until", "2025-02-01", "--reason", "r", "--by", "a"), "has passed"),
        (("silence", "--kind", "area_gap", "--until", "soon", "--reason", "r", "--by", "a"), "'soon' is neither a day"),
        (("silence", "--return", "x", "--until", "2026-02-01", "--reason", "r", "--by", "a"), "there is no return 'x'"),
        (("silence", "--end", "x", "--by", "a"), "x: is not a silence"),
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
def test_a_mistake_is_reported_in_one_message(
    ran_once: Path, monitor: Monitor, words: tuple[str, ...], said: str
) -> None:
    answer = monitor("alerts", *words, "-w", ran_once)
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


def planned_only(workspace: Path, at: datetime = NOW) -> None:
    """A night: messages are planned, and wait."""
    context = of_workforce(workspace, at)
    with writing(context, "half a run") as connection:
        pipeline.load_and_check(context, connection, None, COUNTED_UNPUBLISHED)


@pytest.mark.slow
def test_what_ended_while_its_message_waited_is_sent_to_nobody_and_neither_is_its_end(workspace: Path) -> None:
    sent(workspace, "december", "Z98001,workforce,2025-12-01", "Z98002,workforce,2025-12-01")
    planned_only(workspace)
    sent(workspace, "late", "Z98003,workforce,2025-12-01")
    run(workspace, NOW + DAY)
    run(workspace, NOW + 2 * DAY)
    assert not any("resolved" in subject for subject in told(workspace))
    assert ("withdrawn",) in in_store(workspace, "SELECT state FROM data.alert_current")
    assert in_store(workspace, "SELECT count(*) FROM data.delivery WHERE state = 'planned'") == [(0,)]


@pytest.mark.slow
def test_a_message_leaves_without_what_ended_while_it_waited_under_the_same_id_and_with_the_date_of_sending(
    workspace: Path,
) -> None:
    (workspace / "inbox" / "first.csv").unlink()
    sent(workspace, "first", "Z98001,workforce,2025-11-01")
    sent(workspace, "december", "Z98001,workforce,2025-12-01")
    planned_only(workspace)
    ((identifier, before),) = in_store(workspace, "SELECT message_id, subject FROM data.alert_current")
    assert "2 new" in str(before)
    sent(workspace, "late", "Z98003,workforce,2025-12-01")
    run(workspace, NOW + DAY)
    read = [
        message_from_bytes(file.read_bytes(), policy=default) for file in sorted((workspace / "outbox").glob("*.eml"))
    ]
    (message,) = (one for one in read if one["Message-ID"] == identifier)
    assert message["Subject"].startswith("Data returns: 1 new. First: Mill Lane Practice (Z98002)")
    assert "Old Town" not in body_of(message)
    assert message["Date"].datetime == NOW + DAY
