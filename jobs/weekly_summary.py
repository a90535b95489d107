"""Once a week: each recipient is told again of everything that is open, in one message."""

from __future__ import annotations

import duckdb

from jobs.job import Outcome
from monitor import pipeline
from monitor.setting import Setting


def weekly_summary(setting: Setting, connection: duckdb.DuckDBPyConnection) -> Outcome:
    """Plan and deliver the summary. What a recipient was told on the same day is not told again."""
    pipeline.plan(setting, connection, everything_open=True)
    told = pipeline.deliver(setting, connection)
    return Outcome(f"{len(told.delivered)} summaries delivered, {len(told.undelivered)} not", bool(told.undelivered))
