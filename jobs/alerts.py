"""On working days: deliver what the night has planned, and later whatever a server did not take at first."""

from __future__ import annotations

import duckdb

from jobs.job import Outcome
from monitor import pipeline
from monitor.config.context import Context


def alerts(context: Context, connection: duckdb.DuckDBPyConnection) -> Outcome:
    """Deliver the outbox. What is delivered already is not sent again."""
    pipeline.plan(context, connection)  # a silence may have ended since the night
    told = pipeline.deliver(context, connection)
    detail = f"{len(told.delivered)} messages delivered, {len(told.undelivered)} not"
    return Outcome(detail, bool(told.undelivered))
