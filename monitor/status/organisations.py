"""Who exists, and what was true of them when: worked out from all rows loaded, kept in data.organisation_dated."""

from __future__ import annotations

import duckdb

from monitor.store.named_sql import queries_beside, scalar, transaction

SQL = queries_beside(__file__)


def rebuild_organisations(connection: duckdb.DuckDBPyConnection) -> None:
    """Work out anew who exists and what was true of them when, from all rows loaded."""
    with transaction(connection):
        connection.execute(SQL["organisation_dated"])


def organisations_are_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """False where something was loaded and the organisations have not been worked out since."""
    return bool(
        scalar(
            connection,
            "SELECT coalesce((SELECT max(file_id) FROM data.loaded_file WHERE state = 'loaded'), 0) "
            "= coalesce((SELECT max(last_file_id) FROM data.organisations_built), 0)",
        )
    )
