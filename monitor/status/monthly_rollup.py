"""How complete the returns were that fell due in a month, by ICB, as it was known then. A month is counted once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb

from monitor.store.named_sql import queries_beside, scalar, transaction

SQL = queries_beside(__file__)
ROWS_OF_MONTH = "SELECT count(*) FROM data.monthly_rollup WHERE month = $month"


def roll_up(connection: duckdb.DuckDBPyConnection, month: date, at: datetime) -> bool:
    """Count the returns that fell due in the month, by status; False where that was done before."""
    with transaction(connection):
        if rows_of(connection, month):
            return False
        _count(connection, month, (month + timedelta(days=31)).replace(day=1), at)
        return True


def roll_up_months(connection: duckdb.DuckDBPyConnection, as_of: date, at: datetime) -> None:
    """Count every month that was over by a day and was not counted yet. Within a transaction."""
    _count(connection, date.min, as_of.replace(day=1), at)


def _count(connection: duckdb.DuckDBPyConnection, since: date, before: date, at: datetime) -> None:
    connection.execute(SQL["monthly_rollup"], {"since": since, "before": before, "made_at": at})


def rows_of(connection: duckdb.DuckDBPyConnection, month: date) -> int:
    """How many rows the roll-up of a month has."""
    return int(scalar(connection, ROWS_OF_MONTH, {"month": month}))
