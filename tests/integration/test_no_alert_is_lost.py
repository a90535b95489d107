"""Killed at random moments of planning and sending: every alert arrives, and no kill doubles more than one."""

from __future__ import annotations

import os
import random
import re
import sys
from bisect import bisect_left
from collections import Counter
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from asking import Show
from killing import ALL, ALSO_ALL, OF_QAA, PARTS, PRACTICES, REQUESTS, Kills, World, killable, mail_server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes as Linux does")

KILLS = int(os.environ.get("MONITOR_KILLS", "0"))  # 0: FEW, or MANY where the slow tests are asked for
FEW, MANY = 1, 20
EVENTS = """
    SELECT finding_id, happened_at, event, (severity, cause) AS said, s.return_code, s.organisation_code
    FROM data.finding_event JOIN data.finding_subject AS s USING (finding_id)
    ORDER BY finding_id, happened_at
"""
PLANNED = "SELECT DISTINCT planned_at FROM data.alert ORDER BY planned_at"
TOLD = """
    SELECT r.recipient, m.item_id, a.planned_at, m.reason
    FROM data.alert AS a JOIN data.alert_item AS m USING (alert_id) JOIN data.alert_recipient AS r USING (alert_id)
"""
ADDRESSED = """
    SELECT message_id, recipient FROM data.alert JOIN data.delivery USING (alert_id) WHERE state <> 'withdrawn'
"""
# What was over before its message had left: nobody heard of it, so nobody hears of its end.
WITHDRAWN = """
    SELECT w.recipient, w.item_id, a.planned_at, m.reason
    FROM data.alert_item_withdrawn AS w JOIN data.alert AS a USING (alert_id)
    JOIN data.alert_item AS m ON m.alert_id = w.alert_id AND m.item_id = w.item_id
"""
DATE = re.compile(rb"^Date: [^\r\n]*", re.MULTILINE)


class Event(NamedTuple):
    """What happened to a finding. said: its severity and cause since then."""

    finding_id: str
    happened_at: datetime
    event: str
    said: dict[str, str]
    return_code: str
    organisation: str | None


def expected_notifications(store: duckdb.DuckDBPyConnection) -> Counter[tuple[Any, ...]]:
    """Who should have been told what, when, as what.

    What a run recorded that was killed before it planned is told by the next one, as it stands then.
    """
    planned = [at for (at,) in store.execute(PLANNED).fetchall()]
    events = map(Event._make, store.execute(EVENTS).fetchall())
    notifications: Counter[tuple[Any, ...]] = Counter()
    for finding_id, of_finding in groupby(events, key=lambda event: event.finding_id):
        said_before = None
        for at, together in groupby(of_finding, key=lambda event: planned[bisect_left(planned, event.happened_at)]):
            first, *others = together
            last = others[-1] if others else first
            if reason := reason_of(first.event, last.event, last.said != said_before):
                recipients = recipients_of(last.return_code, last.organisation)
                notifications.update((recipient, finding_id, at, reason) for recipient in recipients)
            said_before = last.said
    return notifications


def reason_of(first: str, last: str, says_otherwise: bool) -> str | None:
    """As what the events of one finding are told together; a change that a reader would not see is told to nobody."""
    if last == "resolved":
        return None if first == "opened" else "resolved"
    return "new" if first == "opened" else "changed" if says_otherwise else None


def recipients_of(return_code: str, organisation: str | None) -> list[str]:
    recipients = [ALL, ALSO_ALL]
    recipients += [REQUESTS] * (return_code == "information_request")
    recipients += [OF_QAA] * (organisation is None or PRACTICES[organisation] == "QAA")
    return recipients


def without_withdrawn(
    notifications: Counter[tuple[Any, ...]], withdrawn: set[tuple[Any, ...]]
) -> Counter[tuple[Any, ...]]:
    """The notifications that were to be sent after all."""
    sent = Counter({one: count for one, count in notifications.items() if one not in withdrawn})
    heard_of = {(recipient, item_id) for recipient, item_id, _, reason in sent if reason != "resolved"}
    not_heard_of = {(recipient, item_id) for recipient, item_id, *_ in withdrawn} - heard_of
    return Counter({one: count for one, count in sent.items() if one[:2] not in not_heard_of})


def kill_and_count(folder: Path, kills: int, show: Show) -> None:
    chance = random.Random(20240603)
    with mail_server() as (received, port), killable(folder / "errors.txt") as program:
        days = Kills(World(folder / "workspace", port, chance), program, received, chance)
        for _ in range(2 if kills > FEW else 1):  # the first makes the store, and takes longer
            days.undisturbed()
        while days.killed.total() < kills:
            days.killed_somewhere((*PARTS, "taken") if kills > FEW else ("taken",))
        days.undisturbed()
        days.undisturbed()
    with duckdb.connect(str(folder / "workspace" / "var" / "monitor.duckdb"), read_only=True) as store:
        addressed = set(store.execute(ADDRESSED).fetchall())
        told = Counter(store.execute(TOLD).fetchall())
        expected = without_withdrawn(expected_notifications(store), set(store.execute(WITHDRAWN).fetchall()))
        told -= Counter(store.execute(WITHDRAWN).fetchall())
        open_deliveries = store.execute(
            "SELECT count(*) FROM data.delivery WHERE state NOT IN ('sent', 'withdrawn')"
        ).fetchall()[0][0]
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
    # A second copy says the same; its date is that of its own sending.
    assert all(len({DATE.sub(b"", copy, count=1) for copy in copies}) == 1 for copies in received.copies.values())


@pytest.mark.proof
def test_killed_at_random_moments_no_alert_is_lost(tmp_path: Path, show: Show) -> None:
    kill_and_count(tmp_path, KILLS or FEW, show)


@pytest.mark.slow
def test_killed_at_many_random_moments_no_alert_is_lost(tmp_path: Path, show: Show) -> None:
    kill_and_count(tmp_path, KILLS or MANY, show)
