"""A judge that counts by SQL, for where it is not Great Expectations that is measured or tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from monitor.checks import Judged, Verdict, run_suites, unexpected_values, unexpected_where
from monitor.pipeline import Setting
from monitor.returns.catalogue import Expectation


class CountingJudge:
    """Gives the verdict that Great Expectations would give."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]:
        return [self._judged(table, expectation) for expectation in wanted]

    def _judged(self, table: str, expectation: Expectation) -> Judged:
        rows = self._count(f"SELECT count(*) FROM data.{table}")
        unexpected = self._count(
            f"SELECT count(*) FROM data.{table} WHERE {unexpected_where(expectation)}", unexpected_values(expectation)
        )
        return Judged(unexpected <= (1 - expectation.mostly) * rows, rows, unexpected, None)

    def _count(self, sql: str, values: Any = None) -> int:
        return self.connection.execute(sql, values).fetchall()[0][0]


def judged_by_counting(setting: Setting, connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    """Takes the place of pipeline._judged."""
    return tuple(run_suites(connection, setting.catalogue, CountingJudge(connection), lambda code: None))
