"""The outbox in the store: messages are planned in the transaction that records their findings, delivered afterwards,
and marked one by one when the other side has accepted them. So a crash loses none, and doubles at most the one that was
under way, which has the same Message-ID."""

from __future__ import annotations

import hashlib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

import duckdb

from monitor.alerts.attempt import Attempt
from monitor.alerts.policy import Addressed, Area, Item, LastNotification, Reminders, Silence, State
from monitor.store.named_sql import bound_in, queries_beside, rows_as_dicts, scalar, transaction

SQL = queries_beside(__file__)

OF_A_MATTER = ("item_id", "kind", "return_code", "severity", "cause", "organisation_code", "supplier_key")


@dataclass(frozen=True)
class Waiting:
    """A message that some recipients have not got yet."""

    alert_id: str
    message: bytes
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What a state is asked for: the day, how far ahead due dates are sent, and who is told anything now."""

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
            codes = frozenset([*(icbs or ()), *([icb_of_period] if icb_of_period else [])])
            areas[item_id].add((codes, sub_icb, pcn))
    items = [
        Item(
            **{name: row[name] for name in OF_A_MATTER},
            is_over=row["is_over"],
            areas=frozenset(areas.get(row["item_id"], ())),
        )
        for row in _dicts(connection, "items", asked)
    ]
    notified = {(row[0], row[1]): LastNotification(*row[2:]) for row in _rows(connection, "notified", {})}
    acknowledged = frozenset(row[0] for row in _rows(connection, "acknowledged", {}))
    return State(items, notified, silences, acknowledged, reminders)


def facts_of(connection: duckdb.DuckDBPyConnection, addressed: Addressed, as_of: date) -> list[dict[str, Any]]:
    """What the reader of a message needs: a row an item."""
    connection.execute("CREATE OR REPLACE TEMP TABLE notified_now (item_id VARCHAR, reason VARCHAR)")
    notified = [(notification.item.item_id, notification.reason) for notification in addressed.notifications]
    # One array a column: a row at a time takes seconds where there are tens of thousands.
    ids, reasons = ([row[place] for row in notified] for place in (0, 1))
    connection.execute(
        "INSERT INTO notified_now SELECT unnest($ids), unnest($reasons)", {"ids": ids, "reasons": reasons}
    )
    return _dicts(connection, "notified_now", {"as_of": as_of})


def rows_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and rows of the full list behind the message that facts_of was last asked about."""
    cursor = connection.execute(SQL["notified_rows"], {"as_of": as_of})
    return [column[0] for column in cursor.description], cursor.fetchall()


def name_of(addressed: Addressed, planned_at: datetime) -> str:
    """The identifier of a message: of what it says to whom, and when that was decided."""
    notified = [f"{notification.item.item_id} {notification.reason}" for notification in addressed.notifications]
    text = "\n".join([planned_at.isoformat(), *addressed.recipients, *notified])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keep(
    connection: duckdb.DuckDBPyConnection,
    addressed: Addressed,
    alert_id: str,
    message: EmailMessage,
    as_of: date,
    planned_at: datetime,
) -> None:
    """Put a message into the outbox. Call within the transaction that records what it tells."""
    number = scalar(connection, "SELECT nextval('data.next_alert')")
    connection.execute(
        "INSERT INTO data.alert VALUES (?, ?, ?, ?, ?, ?, ?)",
        [alert_id, number, message["Message-ID"], addressed.reason, message["Subject"], as_of, planned_at],
    )
    for recipient in addressed.recipients:
        connection.execute("INSERT INTO data.alert_recipient VALUES (?, ?)", [alert_id, recipient])
    notified = [(one.item.item_id, one.reason, one.item.severity, one.item.cause) for one in addressed.notifications]
    columns = dict(zip(("item", "reason", "severity", "cause"), map(list, zip(*notified, strict=True)), strict=True))
    connection.execute(
        "INSERT INTO data.alert_item "
        "SELECT $alert_id, unnest($item), unnest($reason), unnest($severity), unnest($cause)",
        {"alert_id": alert_id, **columns},
    )
    connection.execute("INSERT INTO data.alert_message VALUES (?, ?)", [alert_id, zlib.compress(message.as_bytes())])


def waiting(connection: duckdb.DuckDBPyConnection) -> list[Waiting]:
    """The messages still to be delivered, the oldest first, each with those recipients that have not got it."""
    return [
        Waiting(alert_id, zlib.decompress(message), tuple(recipients.split("\n")))
        for alert_id, message, recipients in _rows(connection, "waiting", {})
    ]


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
        "WHERE alert_id = $id AND state NOT IN ('sent', 'written') ORDER BY recipient",
        {"id": alert_id},
    ).fetchall()


def matters_waiting(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """What each alert tells that some recipient has not got yet."""
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
