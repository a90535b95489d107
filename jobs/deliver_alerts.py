"""On working days: deliver what the night has planned, and later whatever a server did not take at first."""

from __future__ import annotations

from monitor import pipeline
from monitor.config.context import Context
from monitor.core.text import number
from monitor.operations.in_part import why_of_delivery
from monitor.pipeline import Stages
from monitor.scheduling.job import JobOutcome
from monitor.store.connection import Store


def deliver_alerts(context: Context, connection: Store, _stages: Stages) -> JobOutcome:
    """Deliver the outbox. What is delivered already is not sent again."""
    pipeline.plan(context, connection)  # a silence may have ended since the night
    delivery = pipeline.deliver(context, connection)
    detail = f"{number(len(delivery.delivered), 'message')} delivered, {len(delivery.undelivered)} not"
    return JobOutcome(*pipeline.detailed(detail, why_of_delivery(delivery.undelivered)))
