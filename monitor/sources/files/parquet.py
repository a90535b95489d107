"""Parquet files: only their column names are read here."""

from __future__ import annotations

from pathlib import Path

import duckdb

from monitor.core.errors import FileRefused
from monitor.sources.formats import as_duckdb_reads_it


def column_names(path: Path) -> tuple[str, ...]:
    """The names of a Parquet file's columns, in order. Raises FileRefused if it is damaged or incomplete."""
    try:
        with duckdb.connect() as connection:
            sql = "DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning = false)"
            columns = connection.execute(sql, [as_duckdb_reads_it(path)]).fetchall()
    except duckdb.Error as error:
        raise FileRefused(
            path.name, "is a damaged or incomplete Parquet file", "a whole Parquet file", "write or download it again"
        ) from error
    return tuple(str(column[0]) for column in columns)
