"""Once a week: each recipient is told again of everything that is open, in one message."""

from __future__ import annotations

import duckdb

from monitor import pipeline
from monitor.config.context import Context
from monitor.operations.in_part import why_of_delivery
from monitor.pipeline import Stages
from monitor.scheduling.job import JobOutcome


def weekly_summary(context: Context, connection: duckdb.DuckDBPyConnection, _stages: Stages) -> JobOutcome:
    """Plan and deliver the summary. What a recipient was told on the same day is not told again."""
    pipeline.plan(context, connection, everything_open=True)
    told = pipeline.deliver(context, connection)
    detail = f"{len(told.delivered)} summaries delivered, {len(told.undelivered)} not"
    return JobOutcome(*pipeline.detailed(detail, why_of_delivery(told.undelivered)))
