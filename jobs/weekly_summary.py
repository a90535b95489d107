"""Once a week: each recipient is sent what changed since the last summary, and totals of what is still open."""

from __future__ import annotations

from monitor import pipeline
from monitor.config.context import Context
from monitor.core.text import number
from monitor.operations.in_part import why_of_delivery
from monitor.pipeline import Stages
from monitor.scheduling.job import JobOutcome
from monitor.store.connection import Store


def weekly_summary(context: Context, connection: Store, _stages: Stages) -> JobOutcome:
    """Plan and deliver the summaries. Who had a message within a day, with its totals, gets none."""
    pipeline.plan(context, connection, with_summaries=True)
    delivery = pipeline.deliver(context, connection)
    detail = f"{number(len(delivery.delivered), 'message')} delivered, {len(delivery.undelivered)} not"
    return JobOutcome(*pipeline.detailed(detail, why_of_delivery(delivery.undelivered)))
