"""Who exists, and what was true of them when: worked out from all rows loaded, kept in data.organisation_dated."""

from __future__ import annotations

from datetime import date

import duckdb

from monitor.returns.icb_successions import icb_successions
from monitor.store.named_sql import queries_beside, scalar, transaction

SQL = queries_beside(__file__)

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)  # how the tables of dated facts write "no limit"


def rebuild_organisations(connection: duckdb.DuckDBPyConnection) -> None:
    """Work out anew who exists and what was true of them when, from all rows loaded."""
    with transaction(connection):
        state_lifetimes_of_icbs(connection)
        connection.execute(SQL["organisation_dated"])


def state_lifetimes_of_icbs(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table icb_in_force: first and last day of the boards that were created or closed."""
    connection.execute("CREATE OR REPLACE TEMP TABLE icb_in_force (icb_code VARCHAR, from_on DATE, to_on DATE)")
    rows = [[one.icb_code, one.from_on or FIRST_DAY, one.to_on or LAST_DAY] for one in icb_successions().lifetimes()]
    connection.executemany("INSERT INTO icb_in_force VALUES (?, ?, ?)", rows)


def organisations_are_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """False where something was loaded and the organisations have not been worked out since."""
    return bool(
        scalar(
            connection,
            "SELECT coalesce((SELECT max(file_id) FROM data.loaded_file WHERE state = 'loaded'), 0) "
            "= coalesce((SELECT max(last_file_id) FROM data.organisations_built), 0)",
        )
    )
