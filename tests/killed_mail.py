"""Runs that plan and send mail, killed at random moments: what should have been told, and what the server took."""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from campaigns import DOUBLED, LOST, Fault
from killing import ALL, ALSO_ALL, OF_QAA, PARTS, PRACTICES, REQUESTS, Kills, Received, World, killable, mail_server

EVENTS = """
    SELECT finding_id, happened_at, event, (severity, cause) AS said, s.return_code, s.organisation_code,
           coalesce(periods, 1)
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
UNDELIVERED = "SELECT count(*) FROM data.delivery WHERE state NOT IN ('sent', 'withdrawn')"
# What was over before its message had left: nobody heard of it, so nobody hears of its end.
WITHDRAWN = """
    SELECT w.recipient, w.item_id, a.planned_at, m.reason
    FROM data.alert_item_withdrawn AS w JOIN data.alert AS a USING (alert_id)
    JOIN data.alert_item AS m ON m.alert_id = w.alert_id AND m.item_id = w.item_id
"""
LONGER_AT = (2, 3, 6, 12)  # as settings.Reminders has it where nothing else is asked for
DATE = re.compile(rb"^Date: [^\r\n]*", re.MULTILINE)


class Event(NamedTuple):
    """What happened to a finding. said: its severity and cause since then; periods: how many it lasts by then."""

    finding_id: str
    happened_at: datetime
    event: str
    said: dict[str, str]
    return_code: str
    organisation: str | None
    periods: int

    @property
    def steps(self) -> int:
        """How many of the lengths it has reached after which it is sent again."""
        return sum(self.periods >= at for at in LONGER_AT)


def expected_notifications(store: duckdb.DuckDBPyConnection) -> Counter[tuple[Any, ...]]:
    """Who should have been told what, when, as what.

    What a run recorded that was killed before it planned is told by the next one, as it stands then.
    """
    planned = [at for (at,) in store.execute(PLANNED).fetchall()]
    events = map(Event._make, store.execute(EVENTS).fetchall())
    notifications: Counter[tuple[Any, ...]] = Counter()
    for finding_id, of_finding in groupby(events, key=lambda event: event.finding_id):
        said_before, steps_before = None, 0
        for at, together in groupby(of_finding, key=lambda event: planned[bisect_left(planned, event.happened_at)]):
            first, *others = together
            last = others[-1] if others else first
            if reason := reason_of(first.event, last.event, last.steps > steps_before, last.said != said_before):
                recipients = recipients_of(last.return_code, last.organisation)
                notifications.update((recipient, finding_id, at, reason) for recipient in recipients)
            said_before, steps_before = last.said, max(steps_before, last.steps)
    return notifications


def reason_of(first: str, last: str, is_longer: bool, says_otherwise: bool) -> str | None:
    """As what the events of one finding are told together; a change that a reader would not see is told to nobody."""
    if last == "resolved":
        return None if first == "opened" else "resolved"
    if first == "opened":
        return "new"
    return "longer" if is_longer else "changed" if says_otherwise else None


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


Told = Counter[tuple[Any, ...]]


@dataclass(frozen=True)
class KilledMail:
    """What came of days of mail on which runs were killed.

    told, expected: who was told what, when, as what; and who should have been. addressed: each message and recipient.
    """

    days: Kills
    received: Received
    addressed: set[tuple[str, str]]
    told: Told
    expected: Told
    undelivered: int

    @property
    def lost(self) -> set[tuple[str, str]]:
        return self.addressed - self.received.reached.keys()

    def faults(self) -> Iterator[Fault]:
        """What was lost, and what was doubled. A kill may double the one message that was under way, as it was."""
        copies = self.received.copies
        yield from ((LOST, one) for one in self.lost)
        yield from ((LOST, f"{self.undelivered} not delivered") for _ in range(self.undelivered))
        yield from ((LOST, one) for one in self.expected - self.told)
        yield from ((DOUBLED, one) for one in self.told - self.expected)
        yield from ((DOUBLED, message) for message in copies.keys() - {message for message, _ in self.addressed})
        for message, of_message in copies.items():
            # A second copy says the same; its date is that of its own sending.
            differ = len({DATE.sub(b"", copy, count=1) for copy in of_message}) > 1
            if differ or len(of_message) - 1 > self.days.under_way[message]:
                yield DOUBLED, message


def kill_mail(folder: Path, kills: int, chance: int = 20240603) -> KilledMail:
    """Kill runs in all parts of them, this often, a simulated day each; then leave two days alone."""
    with mail_server() as (received, port), killable(folder / "errors.txt") as program:
        world = World(folder / "workspace", port, random.Random(chance))
        days = Kills(world, program, received, world.chance)
        days.undisturbed()  # makes the store, and takes longer
        days.undisturbed()
        while days.killed.total() < kills:
            days.killed_somewhere((*PARTS, "taken"))
        days.undisturbed()
        days.undisturbed()
    with duckdb.connect(str(folder / "workspace" / "var" / "monitor.duckdb"), read_only=True) as store:
        return _counted(store, days, received)


def _counted(store: duckdb.DuckDBPyConnection, days: Kills, received: Received) -> KilledMail:
    withdrawn = store.execute(WITHDRAWN).fetchall()
    ((undelivered,),) = store.execute(UNDELIVERED).fetchall()
    return KilledMail(
        days,
        received,
        addressed=set(store.execute(ADDRESSED).fetchall()),
        told=Counter(store.execute(TOLD).fetchall()) - Counter(withdrawn),
        expected=without_withdrawn(expected_notifications(store), set(withdrawn)),
        undelivered=undelivered,
    )
