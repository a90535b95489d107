"""Working out the status of every expected return, as of one day: the SQL files in their order.

Everything is made as temporary tables, so the same code answers on the store and on its published copy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb

from monitor.status.question import work_out
from monitor.store.named_sql import queries_beside, scalar, transaction
from monitor.store.schema import show_status_in

SQL = queries_beside(__file__)

BEFORE_CAUSES = ("expected_return", "receipt", "status", "short_feed_suspects")
CAUSES = ("cause", "return_status")
SUSPECTS = "SELECT count(*) FROM (SELECT period_id FROM suspect UNION ALL SELECT period_id FROM fewer_rows)"
ALL = "SELECT count(*) = (SELECT count(*) FROM mandatory_return) FROM worked_out"


def derive_status(connection: duckdb.DuckDBPyConnection) -> None:
    """Answer the question stated on this connection: make return_status_row, gap_membership and all they rest on."""
    for name in BEFORE_CAUSES:
        connection.execute(SQL[name])
    for name in ("short_feed" if scalar(connection, SUSPECTS) else "short_feed_none", *CAUSES):
        connection.execute(SQL[name])
    show_status_in(connection, "temp")


def derive_and_keep(
    connection: duckdb.DuckDBPyConnection, return_codes: Collection[str], rests_on: Mapping[str, str] | None = None
) -> None:
    """Derive these returns and commit: Great Expectations reads through a cursor of its own, which sees only that.

    What is kept of the others stays. rests_on: by return, a hash of what the answer rests on; without one, it is worked
    out anew the next time.
    """
    if return_codes:
        work_out(connection, return_codes)
        derive_status(connection)
    with transaction(connection):
        if return_codes:
            connection.execute(SQL["keep_all" if scalar(connection, ALL) else "keep_some"])
            connection.execute(SQL["keep_derived"])
            codes = sorted(return_codes)
            said = [(rests_on or {}).get(code, "") for code in codes]
            connection.execute(SQL["kept_said"])
            connection.execute(SQL["keep_returns"], {"codes": codes, "rests_on": said})
        connection.execute(SQL["keep_question"])
