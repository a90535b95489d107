"""Which column map each export was read by, and which exports a changed map may read better."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

from monitor.sources.column_map import ColumnMap
from monitor.sources.formats import Recognised
from monitor.store.ledger import append_file
from monitor.store.named_sql import queries_beside, transaction

SQL = queries_beside(__file__)


def record_column_map(connection: duckdb.DuckDBPyConnection, file_id: int, recognised: Recognised) -> None:
    """Note the map that a file is read by, if any."""
    for table in recognised.tables:
        if table.format.column_map:
            written = {"file_id": file_id, "column_map": table.format.column_map.model_dump_json()}
            connection.execute("INSERT INTO data.mapped_file VALUES ($file_id, $column_map)", written)


def read_again_what_changed_maps_rejected(
    connection: duckdb.DuckDBPyConnection, column_maps: Sequence[ColumnMap], at: datetime
) -> None:
    """Let files be read again of which every row was rejected by a map that is no longer the same.

    What was loaded stays: a map that is changed afterwards loads nothing a second time.
    """
    with transaction(connection):
        now = [column_map.model_dump_json() for column_map in column_maps]
        connection.execute(SQL["to_read_again"], {"column_maps": now})
        again = connection.execute("FROM to_read_again").fetchall()
        connection.execute(SQL["read_again"])
        for (file_id,) in again:
            append_file(connection, file_id, at)
