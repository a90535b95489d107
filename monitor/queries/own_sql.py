"""Queries that people write themselves, on the command line and from Python alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb

from monitor.core.errors import UsageError


@contextmanager
def query_of_a_person() -> Iterator[None]:
    """What DuckDB says of a query that people type, as their mistake and not as ours."""
    try:
        yield
    except duckdb.Error as error:
        raise UsageError("the query", str(error), advice='`monitor sql "SHOW TABLES"` lists the views') from error


def run_query(
    connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object]
) -> duckdb.DuckDBPyConnection:
    """Run a query that people typed. values: what stands for $name in it. Within `query_of_a_person`."""
    cursor = connection.execute(query, dict(values) or None)
    if cursor is None:
        raise UsageError("the query", "is empty", "one SQL statement")
    return cursor
