"""The store's schema has a number. A store of an earlier one is brought forward when a run opens it.

tables.sql makes whatever is not there; a step under sql/migrations/ changes what is there and would not fit. What can
be rebuilt from the files (tables.sql says which) may be dropped by a step; what is only ever added to never is.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from monitor.errors import EnvironmentFault
from monitor.store.sql_files import run_sql_file, scalar, transaction

FIRST_SCHEMA = 1  # stores from before schemas had numbers
SCHEMA = 3


def bring_forward(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Bring an opened store to this program's schema, whole or not at all; a new store gets it.

    Raises EnvironmentFault where the store is of a later schema.
    """
    found = schema_of(connection)
    if found is not None and found > SCHEMA:
        raise _of_a_later_program(path, found)
    with transaction(connection):
        for step in range((found or SCHEMA) + 1, SCHEMA + 1):
            run_sql_file(connection, f"migrations/{step}.sql")
        run_sql_file(connection, "tables.sql")
        if found != SCHEMA:
            connection.execute("DELETE FROM data.schema_version")
            connection.execute("INSERT INTO data.schema_version VALUES ($version)", {"version": SCHEMA})


def refuse_other_schema(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise EnvironmentFault where a database opened for reading is of another schema: it cannot be changed now."""
    found = schema_of(connection)
    if found is not None and found > SCHEMA:
        raise _of_a_later_program(path, found)
    if found is not None and found < SCHEMA:
        raise EnvironmentFault(
            str(path), f"was made by an earlier version of the program (schema {found}, now {SCHEMA})",
            advice="`monitor run` brings it forward; nothing is lost",
        )  # fmt: skip


def schema_of(connection: duckdb.DuckDBPyConnection) -> int | None:
    """The number of a database's schema; None where it holds nothing of ours."""
    if not _has_table(connection, "check_run"):
        return None
    if not _has_table(connection, "schema_version"):
        return FIRST_SCHEMA
    return int(scalar(connection, "SELECT max(version) FROM data.schema_version"))


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    sql = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'data' AND table_name = $name"
    return bool(scalar(connection, sql, {"name": name}))


def _of_a_later_program(path: Path, found: int) -> EnvironmentFault:
    return EnvironmentFault(
        str(path), f"was made by a later version of the program (schema {found}; this one knows {SCHEMA})",
        advice="run the later version, or put back a copy of the store from before",
    )  # fmt: skip
