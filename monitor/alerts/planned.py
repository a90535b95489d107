"""Whether there can be anything new to say since everything was said: a run with nothing new need not look."""

from __future__ import annotations

from datetime import date, datetime

import duckdb

from monitor.config.settings import Settings
from monitor.core.clock import london_date
from monitor.core.hashes import hash_of
from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside, scalar
from monitor.store.store_state import Holds, store_state

SQL = queries_beside(__file__)


def ground_of(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, now: datetime) -> str:
    """A hash of all that planning rests on: findings, what was said and delivered, decisions, routes, and the time.

    Of the time: the day, which silences have ended, and what was delivered a day ago, so that it may be sent again.
    """
    passed = connection.execute(SQL["passed"], {"now": now}).fetchall()
    said = store_state(connection, {Holds.ANSWERED, Holds.SENT})
    return hash_of(str(as_of), str(london_date(now)), settings.model_dump_json(), said, repr(passed))


def is_planned(connection: duckdb.DuckDBPyConnection, ground: str) -> bool:
    """Whether nothing differs since everything was planned and delivered."""
    kept = "SELECT count(*) FROM data.planned_for WHERE ground = $ground"
    return bool(scalar(connection, kept, {"ground": ground}))


def keep_planned(connection: Store, ground: str) -> None:
    """Keep that everything is planned on this ground."""
    connection.execute("DELETE FROM data.planned_for")
    connection.execute("INSERT INTO data.planned_for VALUES ($ground)", {"ground": ground})


def nothing_waits(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether every message has reached all its recipients, or was withdrawn."""
    return not scalar(connection, SQL["not_arrived"])
