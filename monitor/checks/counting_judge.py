"""A judge that counts by our own SQL, for questions of what would be; what is, Great Expectations judges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from monitor.checks.suites import Judged, unexpected_values, unexpected_where
from monitor.returns.catalogue import Expectation
from monitor.store.named_sql import scalar


class CountingJudge:
    """Gives the verdict that Great Expectations would give, without its seconds."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]:
        """As monitor.checks.suites.Judge says."""
        return [self._judged(table, expectation) for expectation in wanted]

    def _judged(self, table: str, expectation: Expectation) -> Judged:
        rows = self._count(f"SELECT count(*) FROM data.{table}")
        unexpected = self._count(
            f"SELECT count(*) FROM data.{table} WHERE {unexpected_where(expectation)}", unexpected_values(expectation)
        )
        return Judged(unexpected <= (1 - expectation.mostly) * rows, rows, unexpected, None)

    def _count(self, sql: str, values: Any = None) -> int:
        return int(scalar(self._connection, sql, values))
