"""Feeds that look short: which they are, and what people decide about them. All is kept, and sealed in the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb

from monitor.core.errors import UsageError
from monitor.store.connection import Store
from monitor.store.ledger import DECISION, append
from monitor.store.named_sql import queries_beside, rows_as_dicts, transaction

SQL = queries_beside(__file__)

RELEASED, HELD = "released", "held"
COLUMNS = (
    "return_code", "period_start", "measure", "found", "usual", "periods_compared", "not_known",
    "decision", "decided_at", "author", "reason",
)  # fmt: skip


def short_feeds(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """What looked short at the last check: rows of COLUMNS. not_known: held back by it; decision: the last one."""
    return connection.execute(SQL["short_feeds"]).fetchall()


def decide(
    connection: Store,
    return_code: str,
    period_start: date,
    decision: str,
    author: str,
    reason: str,
    at: datetime,
) -> None:
    """Release a feed that looks short, or hold it back again. The next check judges by it.

    Raises UsageError where the last check found nothing short there, or it is decided so already.
    """
    where, look = f"{return_code} {period_start}", "`monitor feeds list` shows what looks short"
    short = connection.execute(
        "SELECT count(*) FROM data.short_feed WHERE return_code = $code AND period_start = $start",
        {"code": return_code, "start": period_start},
    ).fetchone()
    in_force = [said["decision"] for said in decisions(connection) if _about(said) == (return_code, str(period_start))]
    if not (short and short[0]) and not in_force:
        raise UsageError(where, "did not look short at the last check", "a return and a period that did", look)
    if decision == (in_force[-1] if in_force else HELD):
        raise UsageError(where, f"is {decision} already", advice=look)
    said = {
        "decision_number": len(decisions(connection)) + 1,
        "return_code": return_code,
        "period_start": str(period_start),
        "decision": decision,
        "author": author,
        "reason": reason,
    }
    with transaction(connection):
        connection.execute("INSERT INTO data.feed_decision VALUES (?, ?, ?, ?, ?, ?, ?)", [*said.values(), at])
        append(connection, DECISION, at, said)


def decisions(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every decision, as it is entered in the ledger, the oldest first."""
    return rows_as_dicts(connection.execute(SQL["feed_decisions"]))


def _about(said: dict[str, Any]) -> tuple[str, str]:
    return said["return_code"], said["period_start"]
