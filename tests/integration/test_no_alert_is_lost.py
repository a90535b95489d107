"""Killed at random moments of planning and sending: every alert arrives, and no kill doubles more than one."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from asking import Show
from killing import ALL, ALSO_ALL, OF_QAA, PARTS, PRACTICES, REQUESTS, Kills, World, killable, mail_server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes as Linux does")

KILLS = int(os.environ.get("MONITOR_KILLS", "0"))  # 0: FEW, or MANY where the slow tests are asked for
FEW, MANY = 6, 200
# What each of the findings' events is to be told as; a change that a reader would not see is told to nobody.
TELLABLE = """
    SELECT finding_id, happened_at,
           CASE event WHEN 'opened' THEN 'new' ELSE event END AS reason, s.return_code, s.organisation_code
    FROM (
        SELECT *, lag(severity) OVER one AS severity_before, lag(cause) OVER one AS cause_before
        FROM data.finding_event WINDOW one AS (PARTITION BY finding_id ORDER BY happened_at)
    ) AS e
    JOIN data.finding_subject AS s USING (finding_id)
    WHERE event <> 'changed' OR severity IS DISTINCT FROM severity_before OR cause IS DISTINCT FROM cause_before
"""
TOLD = """
    SELECT r.recipient, m.item_id, a.planned_at, m.reason
    FROM data.alert AS a JOIN data.alert_item AS m USING (alert_id) JOIN data.alert_recipient AS r USING (alert_id)
"""
ADDRESSED = "SELECT message_id, recipient FROM data.alert JOIN data.alert_recipient USING (alert_id)"


def expected_notifications(store: duckdb.DuckDBPyConnection) -> Counter[tuple]:
    """Who should have been told what, when, as what."""
    notifications: Counter[tuple] = Counter()
    for finding_id, happened_at, reason, return_code, organisation in store.execute(TELLABLE).fetchall():
        recipients = [ALL, ALSO_ALL]
        recipients += [REQUESTS] * (return_code == "information_request")
        recipients += [OF_QAA] * (organisation is None or PRACTICES[organisation] == "QAA")
        notifications.update((recipient, finding_id, happened_at, reason) for recipient in recipients)
    return notifications


def kill_and_count(folder: Path, kills: int, show: Show) -> None:
    chance = random.Random(20240603)
    with mail_server() as (received, port), killable(folder / "errors.txt") as program:
        days = Kills(World(folder / "workspace", port, chance), program, received, chance)
        for _ in range(2):  # the first makes the store, and takes longer
            days.undisturbed()
        while days.killed.total() < kills:
            days.killed_somewhere((*PARTS, "taken"))
        days.undisturbed()
        days.undisturbed()
    with duckdb.connect(str(folder / "workspace" / "var" / "monitor.duckdb"), read_only=True) as store:
        addressed = set(store.execute(ADDRESSED).fetchall())
        told = Counter(store.execute(TOLD).fetchall())
        expected = expected_notifications(store)
        open_deliveries = store.execute("SELECT count(*) FROM data.delivery WHERE state <> 'sent'").fetchall()[0][0]
    lost = addressed - received.reached.keys()
    show(
        f"Killed {kills} times on {days.world.day} days: is any alert lost?",
        ("killed where", "times"),
        [*sorted(days.killed.items()), ("messages that the server took", len(received.copies)),
         ("things told in them", told.total()), ("lost", len(lost)), ("doubled", received.doubled)],
    )  # fmt: skip
    assert not lost
    assert open_deliveries == 0
    assert {message_id for message_id, _ in addressed} == received.copies.keys()
    assert told == expected
    assert {reason for *_, reason in told} == {"new", "changed", "resolved"}
    assert all(len(copies) - 1 <= days.under_way[message_id] for message_id, copies in received.copies.items())
    assert all(len(set(copies)) == 1 for copies in received.copies.values())


@pytest.mark.proof
def test_killed_at_random_moments_no_alert_is_lost(tmp_path: Path, show: Show) -> None:
    kill_and_count(tmp_path, KILLS or FEW, show)


@pytest.mark.slow
def test_killed_at_many_random_moments_no_alert_is_lost(tmp_path: Path, show: Show) -> None:
    kill_and_count(tmp_path, KILLS or MANY, show)
