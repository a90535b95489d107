"""The analysts' read-only copy: built beside, then put in place in one step, so that no reader ever sees half of it."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from monitor.errors import EnvironmentFault
from monitor.store.database import WHAT_FILES_SAY, show_status_in
from monitor.store.sql_files import run_sql_file

# A storage version that DuckDB clients from 1.1 on can read; newer ones cannot be opened by them.
STORAGE_VERSION = "v1.0.0"

# Left out: what holds paths of this machine, what only the store itself needs, and the messages, which are large.
NOT_PUBLISHED = ("file_seen", "publication", "alert_message")


def publish(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Replace the published database by a copy of the store with the analysts' views.

    Raises EnvironmentFault where the file cannot be replaced (on Windows: while somebody has it open).
    """
    building = target.with_name(f".{target.name}.{os.getpid()}.building")
    for left_over in target.parent.glob(f".{target.name}.*.building*"):
        left_over.unlink()
    try:
        _copy_tables(connection, building)
        _make_views(building)
        building.replace(target)
    except PermissionError as error:
        raise EnvironmentFault(
            str(target),
            "cannot be replaced: permission denied", "a file that nobody has open, in a folder that can be written",
            "close the programs that have it open, then run again; the copy of the last run is still in place",
        ) from error  # fmt: skip
    finally:
        building.unlink(missing_ok=True)
        building.with_name(building.name + ".wal").unlink(missing_ok=True)


def is_readable(published: Path) -> bool:
    """Whether the published copy is there and whole enough to be opened."""
    try:
        with duckdb.connect(str(published), read_only=True) as copy:
            return bool(copy.execute("SELECT count(*) FROM data.loaded_file").fetchone())
    except duckdb.Error:
        return False


def _copy_tables(connection: duckdb.DuckDBPyConnection, building: Path) -> None:
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data' AND NOT temporary "
        "AND NOT list_contains($left_out, table_name) ORDER BY table_name",
        {"left_out": list(NOT_PUBLISHED)},
    ).fetchall()
    place = str(building).replace("'", "''")
    connection.execute(f"ATTACH '{place}' AS copy (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        connection.execute("CREATE SCHEMA copy.data")
        for (name,) in names:
            connection.execute(f"CREATE TABLE copy.data.{name} AS FROM data.{name}")
    finally:
        connection.execute("DETACH copy")


def _make_views(building: Path) -> None:
    with duckdb.connect(str(building)) as copy:
        for name in WHAT_FILES_SAY:
            run_sql_file(copy, name)
        show_status_in(copy, "data")
        run_sql_file(copy, "finding_view.sql")
        run_sql_file(copy, "alerts/delivery_view.sql")
        run_sql_file(copy, "views.sql")
