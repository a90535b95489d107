"""A judge that counts by SQL, for where it is not Great Expectations that is measured or tested."""

from __future__ import annotations

import duckdb

from monitor.checks.counting_judge import CountingJudge
from monitor.checks.suites import Verdict, run_suites
from monitor.config.context import Context


def judged_by_counting(context: Context, connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    """Takes the place of judging.judged_by_suites."""
    return tuple(run_suites(connection, context.catalogue, CountingJudge(connection), lambda code: None))
