"""How complete the returns were that fell due in a month, by ICB, as it was known then. A month is counted once."""

from __future__ import annotations

from datetime import date, datetime

import duckdb

from monitor.store.named_sql import queries_beside, scalar, transaction

SQL = queries_beside(__file__)
ROWS_OF_MONTH = "SELECT count(*) FROM data.monthly_rollup WHERE month = $month"


def roll_up(connection: duckdb.DuckDBPyConnection, month: date, at: datetime) -> bool:
    """Count the returns that fell due in the month, by status; False where that was done before."""
    with transaction(connection):
        if scalar(connection, ROWS_OF_MONTH, {"month": month}):
            return False
        connection.execute(SQL["monthly_rollup"], {"month": month, "made_at": at})
        return True


def rows_of(connection: duckdb.DuckDBPyConnection, month: date) -> int:
    """How many rows the roll-up of a month has."""
    return int(scalar(connection, ROWS_OF_MONTH, {"month": month}))
