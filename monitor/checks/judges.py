"""Who judges the suites: Great Expectations; or our own SQL, for questions of what would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from monitor.checks.suites import Judged, unexpected_values, unexpected_where
from monitor.returns.catalogue import Expectation
from monitor.store.named_sql import scalar

if TYPE_CHECKING:
    from monitor.checks.great_expectations import Validator


@contextmanager
def by_great_expectations(connection: duckdb.DuckDBPyConnection) -> Iterator[Validator]:
    """Great Expectations over the schema `data` of a store, which must have committed what is to be judged."""
    from monitor.checks.great_expectations import (
        Validator,  # takes seconds to import, and most commands need none of it
    )

    validator = Validator(connection, schema="data")
    try:
        yield validator
    finally:
        validator.close()


@contextmanager
def by_counting(connection: duckdb.DuckDBPyConnection) -> Iterator[CountingJudge]:
    """Our own SQL, in the place of Great Expectations."""
    yield CountingJudge(connection)


class CountingJudge:
    """Gives the verdict that Great Expectations would give, without its seconds."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]:
        """As monitor.checks.suites.Judge says."""
        return [self._judged(table, expectation) for expectation in wanted]

    def _judged(self, table: str, expectation: Expectation) -> Judged:
        rows = self._count(f"SELECT count(*) FROM data.{table}")  # noqa: S608  a table of ours
        unexpected = self._count(
            # Table and column are ours (the catalogue is checked against COLUMNS_OF_RETURN_STATUS); values are bound.
            f"SELECT count(*) FROM data.{table} WHERE {unexpected_where(expectation)}",  # noqa: S608  as said
            unexpected_values(expectation),
        )
        return Judged(unexpected <= (1 - expectation.mostly) * rows, rows, unexpected, None)

    def _count(self, sql: str, values: Any = None) -> int:
        return int(scalar(self._connection, sql, values))
