"""What was known when: a connection that sees only the files that had been loaded before an instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from monitor.store.connection import KnownStore, as_environment_fault, prepare, refuse_foreign
from monitor.store.schema import make_macros, make_tables, make_views

OF_FILES = """
SELECT table_name FROM duckdb_tables() JOIN duckdb_columns() USING (database_name, schema_name, table_name)
WHERE database_name = 'store' AND schema_name = 'data' AND column_name = 'file_id'
ORDER BY table_name
"""


# What no file holds and an answer rests on or is proved by, and the column that says when it became known.
DATED = {
    "ledger": "entered_at", "feed_decision": "decided_at", "dismissal": "dismissed_at",
    "dismissal_version": "dismissed_at", "unread_inbox": "noted_at",
}  # fmt: skip


@contextmanager
def open_known(path: Path, memory_limit: str, known_before: datetime) -> Iterator[KnownStore]:
    """A database in memory in which `data` is the store at `path`, as it was before an instant.

    Its tables of files' rows are views on the store's, so the same SQL answers every question; the rest is empty.
    Organisations are not worked out yet: status/organisations does it. The store is not changed.
    """
    with as_environment_fault(path), duckdb.connect(config={"memory_limit": memory_limit}) as connection:
        place = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{place}' AS store (READ_ONLY)")
        connection.execute("USE store")
        prepare(connection)
        refuse_foreign(connection, path)
        connection.execute("USE memory")
        make_macros(connection)
        make_tables(connection)
        _show_what_was_known(connection, known_before)
        make_views(connection)
        yield KnownStore(connection)


def _show_what_was_known(connection: duckdb.DuckDBPyConnection, known_before: datetime) -> None:
    of_files = connection.execute(OF_FILES).fetchall()
    connection.execute("CREATE TABLE data.known_before AS SELECT $at::TIMESTAMPTZ AS instant", {"at": known_before})
    for (name,) in of_files:
        connection.execute(f"DROP TABLE data.{name}")
        connection.execute(
            f"CREATE VIEW data.{name} AS FROM store.data.{name} WHERE file_id IN "  # noqa: S608  a table of our schema
            "(SELECT file_id FROM store.data.loaded_file WHERE loaded_at < (SELECT instant FROM data.known_before))"
        )
    for name, instant in DATED.items():
        connection.execute(f"DROP TABLE data.{name}")
        connection.execute(
            f"CREATE VIEW data.{name} AS FROM store.data.{name} "  # noqa: S608  names of DATED, above
            f"WHERE {instant} < (SELECT instant FROM data.known_before)"
        )
