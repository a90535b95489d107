"""Who judges the suites: Great Expectations; or our own SQL, for questions of what would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from monitor.checks.suites import MOST_ROWS_NAMED, Judged, count_rows
from monitor.returns.catalogue import Expectation
from monitor.store.named_sql import Connected, quoted

if TYPE_CHECKING:
    from monitor.checks.great_expectations import Validator


MATCHED_BY = 2  # kwargs: the column and the pattern


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
def by_counting(connection: Connected) -> Iterator[CountingJudge]:
    """Our own SQL, in the place of Great Expectations."""
    yield CountingJudge(connection)


class CountingJudge:
    """Gives the verdict that Great Expectations would give, without its seconds, on the types of the shipped suites."""

    def __init__(self, connection: Connected) -> None:
        self._connection = connection

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]:
        """As monitor.checks.suites.Judge says."""
        rows, unexpected = count_rows(self._connection, table, wanted)
        return [self._judged(table, *of_one, rows) for of_one in zip(wanted, unexpected, strict=True)]

    def _judged(self, table: str, expectation: Expectation, unexpected: int | None, rows: int) -> Judged:
        if unexpected is None:
            return self._matched(table, expectation, rows)
        return Judged(unexpected <= (1 - expectation.mostly) * rows, rows, unexpected, None)

    def _matched(self, table: str, expectation: Expectation, rows: int) -> Judged:
        """Of the types that Great Expectations lists only that of patterns, which the shipped suites have."""
        if expectation.expectation != "expect_column_values_to_match_regex" or len(expectation.kwargs) > MATCHED_BY:
            return Judged(True, None, None, None, is_judged=False)
        column = quoted(expectation.kwargs["column"])
        unmatched = self._connection.execute(
            # Table and column are ours (the catalogue is checked against COLUMNS_OF_RETURN_STATUS); values are bound.
            f"SELECT expected_id FROM data.{table} WHERE NOT regexp_matches(CAST({column} AS VARCHAR), $regex)",  # noqa: S608  as said
            {"regex": expectation.kwargs["regex"]},
        ).fetchall()
        named = tuple(expected_id for (expected_id,) in unmatched[:MOST_ROWS_NAMED])
        return Judged(len(unmatched) <= (1 - expectation.mostly) * rows, rows, len(unmatched), None, named)
