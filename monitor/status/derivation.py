"""Working out the status of every expected return, as of one day: the SQL files in their order.

Everything is made as temporary tables, so the same code answers on the store and on its published copy.
"""

from __future__ import annotations

import duckdb

from monitor.store.named_sql import queries_beside, scalar, transaction
from monitor.store.schema import show_status_in

SQL = queries_beside(__file__)

BEFORE_CAUSES = ("expected_return", "receipt", "status", "short_feed_suspects")
CAUSES = ("cause", "return_status")
SUSPECTS = "SELECT count(*) FROM (SELECT period_id FROM suspect UNION ALL SELECT period_id FROM fewer_rows)"


def derive_status(connection: duckdb.DuckDBPyConnection) -> None:
    """Answer the question stated on this connection: make return_status_row, gap_membership and all they rest on."""
    for name in BEFORE_CAUSES:
        connection.execute(SQL[name])
    for name in ("short_feed" if scalar(connection, SUSPECTS) else "short_feed_none", *CAUSES):
        connection.execute(SQL[name])
    show_status_in(connection, "temp")


def derive_and_keep(connection: duckdb.DuckDBPyConnection) -> None:
    """Derive and commit: Great Expectations reads through a cursor of its own, which sees only what is committed."""
    derive_status(connection)
    with transaction(connection):
        connection.execute(SQL["keep_status"])
