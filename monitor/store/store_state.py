"""Which state the store is in: one answer for everything that is kept of it and could be stale.

Tables that are only added to have changed where they hold more rows. Which tables these are, and what rests on them,
their comments say (tables.sql): "append-only: received" and so on.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from hashlib import sha256

import duckdb


class Holds(StrEnum):
    """What a table that is only added to holds."""

    RECEIVED = "received"  # files, their rows, decisions about feeds: what answers rest on
    ANSWERED = "answered"  # checks, findings, the ledger, roll-ups
    SENT = "sent"  # messages, deliveries, decisions about messages
    RAN = "ran"  # job runs


# What the pages and the workbook show, and what analysts get in the published copy.
SHOWN = frozenset({Holds.RECEIVED, Holds.ANSWERED})
PUBLISHED = SHOWN | {Holds.SENT}


def store_state(connection: duckdb.DuckDBPyConnection, holding: Collection[Holds]) -> str:
    """A hash that differs whenever anything was added to a table that holds one of these."""
    tables = append_only_tables(connection, holding)
    counted = [f"SELECT '{table}', count(*) FROM data.{table}" for table in tables]  # noqa: S608  names of ours
    rows = sorted(connection.execute(" UNION ALL ".join(counted)).fetchall()) if counted else []
    return sha256(repr(rows).encode()).hexdigest()


def append_only_tables(connection: duckdb.DuckDBPyConnection, holding: Collection[Holds] = tuple(Holds)) -> list[str]:
    """The tables that are only added to and hold one of these, by name."""
    comments = [f"append-only: {kind}" for kind in holding]
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data' AND list_contains($comments, comment) "
        "ORDER BY table_name",
        {"comments": comments},
    ).fetchall()
    return [name for (name,) in rows]
