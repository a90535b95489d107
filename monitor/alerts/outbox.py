"""The outbox in the store: messages are planned in the transaction that records their findings, delivered afterwards,
and marked one by one when the other side has accepted them. So a crash loses none, and doubles at most the one that was
under way, which has the same Message-ID."""

from __future__ import annotations

import hashlib
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import duckdb

from monitor.alerts.attempt import BEGUN, MAY_HAVE_ARRIVED, Attempt
from monitor.alerts.full_list import FullList, list_of_query
from monitor.alerts.policy import ONE_DAY, Addressed, Area, Item, LastNotification, Reminders, Silence, State, Summary
from monitor.alerts.wording import Facts
from monitor.store.connection import Store
from monitor.store.named_sql import bound_in, queries_beside, rows_as_dicts, scalar, transaction

SQL = queries_beside(__file__)
ONE_WEEK = timedelta(weeks=1)

OF_AN_ITEM = ("item_id", "kind", "return_code", "severity", "cause", "organisation_code", "supplier_key", "periods")


@dataclass(frozen=True)
class Waiting:
    """A message that some recipients have not got yet. message: as it was written last, dated when it was planned."""

    alert_id: str
    message: bytes
    planned_at: datetime
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What a state is asked for: the day, how far ahead due dates are sent, and who is on any route now."""

    as_of: date
    before_due_days: int | None
    recipients: tuple[str, ...]


def state_of(connection: duckdb.DuckDBPyConnection, reminders: Reminders, wanted: Asked, with_areas: bool) -> State:
    """All that decides who is to be sent what. with_areas: where a route asks for them, for they take a while."""
    asked = {**vars(wanted), "recipients": list(wanted.recipients)}
    silences = [Silence(**row) for row in _dicts(connection, "silences", {})]
    areas: dict[str, set[Area]] = defaultdict(set)
    if with_areas or any(silence.area_code for silence in silences):
        for item_id, icb_of_period, icbs, sub_icb, pcn in _rows(connection, "areas", asked):
            areas[item_id].add((_icbs(icbs, icb_of_period), sub_icb, pcn))
    items = [
        Item(
            **{name: row[name] for name in OF_AN_ITEM},
            is_over=row["is_over"],
            areas=frozenset(areas.get(row["item_id"], ())),
        )
        for row in _dicts(connection, "items", asked)
    ]
    notified = {(row[0], row[1]): LastNotification(*row[2:]) for row in _rows(connection, "notified", {})}
    acknowledged = frozenset(row[0] for row in _rows(connection, "acknowledged", {}))
    return State(items, notified, silences, acknowledged, reminders)


def summaries(
    connection: duckdb.DuckDBPyConnection, recipients: Iterable[str], as_of: date, now: datetime, unchanged_weeks: int
) -> dict[str, Summary]:
    """The weekly summaries that are to be sent now, by recipient.

    Who was sent a message within a day has the totals already. One in which nothing changed is sent only after so many
    weeks without any message.
    """
    before = {
        recipient: (last_at, summary_on)
        for recipient, last_at, summary_on in _rows(connection, "letters_before", {"now": now})
    }
    changes = changes_before(connection, as_of, now)
    given = {}
    for recipient in recipients:
        last_at, summary_on = before.get(recipient, (None, None))
        is_due = last_at is None or now - last_at >= timedelta(weeks=unchanged_weeks)
        if is_due or (changes.get(recipient) and now - last_at >= ONE_DAY):
            given[recipient] = Summary(summary_on or as_of - ONE_WEEK, as_of, changes.get(recipient, ()))
    return given


def changes_before(
    connection: duckdb.DuckDBPyConnection, as_of: date, before: datetime
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Of how many things each recipient was notified since its last summary, by reason."""
    counted: dict[str, tuple[tuple[str, int], ...]] = {}
    for recipient, reason, items in _rows(connection, "changes", {"before": before, "first_since": as_of - ONE_WEEK}):
        counted[recipient] = (*counted.get(recipient, ()), (reason, items))
    return counted


def facts_of(
    connection: duckdb.DuckDBPyConnection, notified: Collection[tuple[str, str]], as_of: date
) -> dict[tuple[str, str], dict[str, Any]]:
    """What readers of messages need to know, in the order of reading: a row an item with its reason.

    Asked once for all the messages of a run: to plan the query takes longer than to read what one message is about.
    """
    _put_notified(connection, notified)
    return {(row["item_id"], row["reason"]): row for row in _dicts(connection, "notified_now", {"as_of": as_of})}


def _put_notified(connection: duckdb.DuckDBPyConnection, notified: Collection[tuple[str, str]]) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE notified_now (item_id VARCHAR, reason VARCHAR)")
    # One array a column: a row at a time takes seconds where there are tens of thousands.
    ids, reasons = ([pair[place] for pair in notified] for place in (0, 1))
    connection.execute(
        "INSERT INTO notified_now SELECT unnest($ids), unnest($reasons)", {"ids": ids, "reasons": reasons}
    )


def with_contacts(connection: duckdb.DuckDBPyConnection, facts: Iterable[Facts]) -> list[Facts]:
    """The facts, each with whom to ask at its organisation, of a gap at its supplier; None where no file says so."""
    of_organisation, of_supplier = (
        dict(_rows(connection, name, {})) for name in ("contacts_of_organisations", "contacts_of_suppliers")
    )
    return [
        {**one, "contact": of_organisation.get(one["organisation_code"]) or of_supplier.get(one["supplier"])}
        for one in facts
    ]


def still_open_of(connection: duckdb.DuckDBPyConnection, items: Sequence[str]) -> list[dict[str, Any]]:
    """What is still open of these items, counted by return and kind: a row each."""
    if not items:
        return []
    connection.execute("CREATE OR REPLACE TEMP TABLE open_now (item_id VARCHAR)")
    connection.execute("INSERT INTO open_now SELECT unnest($items)", {"items": list(items)})
    return _dicts(connection, "still_open", {})


def organisations_of(
    connection: duckdb.DuckDBPyConnection, notified: Collection[tuple[str, str]]
) -> dict[str, list[tuple[str | None, Area]]]:
    """By item: the organisations for which it stands, each with where it is. Of items about one, nothing."""
    _put_notified(connection, notified)
    placed: dict[str, list[tuple[str | None, Area]]] = defaultdict(list)
    for item_id, code, icb_of_period, icbs, sub_icb, pcn in _rows(connection, "organisations_of", {}):
        placed[item_id].append((code, (_icbs(icbs, icb_of_period), sub_icb, pcn)))
    return placed


def _icbs(standing_for: Sequence[str] | None, of_period: str | None) -> frozenset[str] | None:
    """All ICBs that stand for an organisation."""
    return frozenset([*(standing_for or ()), *([of_period] if of_period else [])]) or None


def list_behind(connection: duckdb.DuckDBPyConnection, notified: Collection[tuple[str, str]], as_of: date) -> FullList:
    """The full list behind a message about these items."""
    _put_notified(connection, notified)
    return list_of_query(connection, SQL["notified_rows"], {"as_of": as_of})


def name_of(addressed: Addressed, planned_at: datetime) -> str:
    """The identifier of a message: of what it says to whom, and when that was decided."""
    notified = [f"{item_id} {reason}" for item_id, reason in addressed.pairs]
    text = "\n".join([planned_at.isoformat(), *addressed.recipients, *notified])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keep(
    connection: Store,
    addressed: Addressed,
    alert_id: str,
    message: EmailMessage,
    as_of: date,
    planned_at: datetime,
) -> None:
    """Put a message into the outbox. Call within the transaction that records what it says."""
    number = scalar(connection, "SELECT nextval('data.next_alert')")
    connection.execute(
        "INSERT INTO data.alert VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            alert_id,
            number,
            message["Message-ID"],
            addressed.reason,
            message["Subject"],
            as_of,
            planned_at,
            addressed.summary.since_on if addressed.summary else None,
        ],
    )
    for recipient in addressed.recipients:
        connection.execute("INSERT INTO data.alert_recipient VALUES (?, ?)", [alert_id, recipient])
    said = [(one.item, one.reason) for one in addressed.said]
    columns = {
        "item": [item.item_id for item, _ in said],
        "reason": [reason for _, reason in said],
        "severity": [item.severity for item, _ in said],
        "cause": [item.cause for item, _ in said],
        "periods": [item.periods for item, _ in said],
    }
    connection.execute(
        "INSERT INTO data.alert_item "
        "SELECT $alert_id, unnest($item), unnest($reason), unnest($severity), unnest($cause), unnest($periods)",
        {"alert_id": alert_id, **columns},
    )
    connection.execute("INSERT INTO data.alert_message VALUES (?, ?)", [alert_id, zlib.compress(message.as_bytes())])


@dataclass(frozen=True)
class Left:
    """What is left of a message that waits, after a part of it was withdrawn. notified: items, each with the reason."""

    alert_id: str
    message_id: str
    planned_at: datetime
    summary_since: date | None
    notified: tuple[tuple[str, str], ...]


def withdraw_what_is_over(connection: Store, as_of: date, at: datetime) -> list[Left]:
    """Withdraw from the messages that wait what is over by now; gives those that are to be written anew.

    A message of which nothing is left is not sent, and recorded as withdrawn.
    """
    connection.execute(
        SQL["over_while_waiting"], {"as_of": as_of, "at": at, "may_have_arrived": f"%{MAY_HAVE_ARRIVED}%"}
    )
    connection.execute(SQL["withdrawn_whole"], {"at": at})
    in_part = connection.execute(SQL["withdrawn_in_part"], {"at": at}).fetchall()
    return left_of(connection, [alert_id for (alert_id,) in in_part])


def left_of(connection: duckdb.DuckDBPyConnection, alert_ids: Sequence[str]) -> list[Left]:
    """What is left of these messages."""
    left: dict[tuple[Any, ...], list[tuple[str, str]]] = defaultdict(list)
    if alert_ids:
        for *of_alert, item_id, reason in _rows(connection, "left_of", {"alert_ids": list(alert_ids)}):
            left[tuple(of_alert)].append((item_id, reason))
    return [Left(of[0], of[1], of[2], of[3], tuple(notified)) for of, notified in left.items()]


def open_and_notified(connection: duckdb.DuckDBPyConnection, recipient: str, alert_id: str) -> list[str]:
    """The items of which a recipient was notified and that are still open, beside those of one alert."""
    return [row[0] for row in _rows(connection, "open_and_notified", {"recipient": recipient, "alert_id": alert_id})]


def recipients_of(connection: duckdb.DuckDBPyConnection, alert_id: str) -> list[str]:
    """Whom an alert is addressed to."""
    rows = connection.execute(
        "SELECT recipient FROM data.alert_recipient WHERE alert_id = $id ORDER BY recipient", {"id": alert_id}
    )
    return [recipient for (recipient,) in rows.fetchall()]


def keep_rewritten(connection: Store, alert_id: str, message: EmailMessage, at: datetime) -> None:
    """Have an alert that waits say this instead. Its Message-ID stays."""
    number = scalar(connection, "SELECT count(*) FROM data.alert_rewritten WHERE alert_id = $id", {"id": alert_id})
    connection.execute(
        "INSERT INTO data.alert_rewritten VALUES (?, ?, ?, ?)", [alert_id, number + 1, message["Subject"], at]
    )
    connection.execute(
        "INSERT INTO data.alert_message_anew VALUES (?, ?, ?)",
        [alert_id, number + 1, zlib.compress(message.as_bytes())],
    )


def waiting(connection: duckdb.DuckDBPyConnection) -> list[Waiting]:
    """The messages still to be delivered, the oldest first, each with those recipients that have not got it."""
    return [
        Waiting(alert_id, zlib.decompress(message), planned_at, tuple(recipients.split("\n")))
        for alert_id, message, planned_at, recipients in _rows(connection, "waiting", {})
    ]


def begin(connection: duckdb.DuckDBPyConnection, alert_id: str, recipients: Iterable[str], at: datetime) -> None:
    """Record that a message is on its way: if no answer is recorded after it, it may have arrived."""
    mark(connection, alert_id, [(recipient, Attempt(BEGUN)) for recipient in recipients], at)


def mark(
    connection: duckdb.DuckDBPyConnection, alert_id: str, attempts: Iterable[tuple[str, Attempt]], at: datetime
) -> None:
    """Record at once what came of an attempt, so that nobody is sent what was accepted."""
    with transaction(connection):
        for recipient, attempt in attempts:
            connection.execute(
                "INSERT INTO data.delivery_attempt SELECT nextval('data.next_attempt'), ?, ?, ?, ?, ?",
                [alert_id, recipient, at, attempt.outcome, attempt.detail],
            )


def without_it(connection: duckdb.DuckDBPyConnection, alert_id: str) -> list[tuple[str, str | None]]:
    """The recipients who have not got an alert, each with the last error; also where a person has acknowledged it."""
    return connection.execute(
        "SELECT recipient, last_error FROM data.delivery "
        "WHERE alert_id = $id AND state NOT IN ('sent', 'written', 'withdrawn') ORDER BY recipient",
        {"id": alert_id},
    ).fetchall()


def items_waiting(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """What is in each alert that some recipient has not got yet."""
    items: dict[str, set[str]] = defaultdict(set)
    for alert_id, item_id in _rows(connection, "items_waiting", {}):
        items[alert_id].add(item_id)
    return items


def undelivered(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The recipients who have not got a message that was tried or refused, but those that a person has acknowledged."""
    return _dicts(connection, "undelivered", {})


def _rows(connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    sql = SQL[name]
    return connection.execute(sql, bound_in(sql, values)).fetchall()


def _dicts(connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    sql = SQL[name]
    return rows_as_dicts(connection.execute(sql, bound_in(sql, values)))
