"""The store's tables in a published copy: a copy begins as the last one, and gets what has changed since.

Of each table the copy says how many rows it holds and a hash of them. Where the store's table begins with just those,
the rows that came since are added; where not, the table is copied anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from monitor.store.named_sql import SqlTemplate, queries_beside, scalar, transaction

SQL = queries_beside(__file__)

# A storage version that DuckDB clients from 1.1 on can read; newer ones cannot be opened by them.
STORAGE_VERSION = "v1.0.0"

# Left out: what holds paths of this machine, what only the store itself needs, and the messages, which are large.
NOT_PUBLISHED = (
    "status_recorded",
    "return_recorded",
    "file_seen",
    "alert_message",
    "alert_message_anew",
    "planned_for",
)


@dataclass(frozen=True)
class Table:
    """A table of the store. comment: what it holds, and whether it is only added to."""

    name: str
    comment: str

    def sql(self, name: str) -> str:
        """A query about it."""
        return SqlTemplate(SQL[name]).substitute(table=self.name, comment=self.comment)  # of tables.sql


def copy_tables(connection: duckdb.DuckDBPyConnection, building: Path, snapshot: tuple[object, ...]) -> None:
    """Bring a copy, which may be new, up to the store of a connection. snapshot: its row of `data.snapshot`."""
    place = str(building).replace("'", "''")
    connection.execute("SET preserve_insertion_order = true")  # loads do without; here the first rows must be the first
    connection.execute(f"ATTACH '{place}' AS copy (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        with transaction(connection):
            connection.execute(SQL["make_copied"])
            before = {name: (rows, said) for name, rows, said in connection.execute(SQL["copied"]).fetchall()}
            found = connection.execute(SQL["tables_to_copy"], {"left_out": list(NOT_PUBLISHED)}).fetchall()
            tables = [Table(*row) for row in found]
            counted = " UNION ALL ".join(table.sql("rows_of_table") for table in tables)
            counts = dict(connection.execute(counted).fetchall())
            held = [_copy(connection, one, counts[one.name], *before.get(one.name, (None, None))) for one in tables]
            connection.execute("DELETE FROM copy.data.copied")
            connection.executemany("INSERT INTO copy.data.copied VALUES (?, ?, ?)", held)
            connection.execute("INSERT INTO copy.data.snapshot VALUES (?, ?, ?, ?)", snapshot)
    finally:
        connection.execute("DETACH copy")


def _copy(
    connection: duckdb.DuckDBPyConnection, table: Table, count: int, rows: int | None, said: str | None
) -> tuple[str, int, str]:
    """Bring one table up to date. rows, said: of what the copy holds. Gives its name, and the same of it now."""
    begins_with = rows if rows is not None and rows <= count else 0
    of_first = _said(connection, table, 0, begins_with)
    of_all = str(of_first + _said(connection, table, begins_with, count))
    if begins_with != rows or str(of_first) != said:
        connection.execute(table.sql("table_anew"))
    elif rows < count:
        connection.execute(table.sql("rows_since"), {"rows": rows})
    return table.name, count, of_all


def _said(connection: duckdb.DuckDBPyConnection, table: Table, first: int, end: int) -> int:
    """A number of the rows of the store's table from one place to another; such numbers can be added up."""
    if first == end:
        return 0
    found: int = scalar(connection, table.sql("said_of_rows"), {"first": first, "rows": end - first})
    return found
