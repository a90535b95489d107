"""Once a week: each recipient is told again of everything that is open, in one message."""

from __future__ import annotations

import duckdb

from jobs.job import Outcome
from monitor import pipeline
from monitor.config.context import Context


def weekly_summary(context: Context, connection: duckdb.DuckDBPyConnection) -> Outcome:
    """Plan and deliver the summary. What a recipient was told on the same day is not told again."""
    pipeline.plan(context, connection, everything_open=True)
    told = pipeline.deliver(context, connection)
    return Outcome(f"{len(told.delivered)} summaries delivered, {len(told.undelivered)} not", bool(told.undelivered))
