"""Once a month: how complete each return of the month that is over was, by ICB, as it was known then."""

from __future__ import annotations

from datetime import timedelta

from monitor.config.context import Context
from monitor.pipeline import Stages
from monitor.scheduling.job import JobOutcome
from monitor.status.monthly_rollup import roll_up, rows_of
from monitor.store.connection import Store


def roll_up_month(context: Context, connection: Store, _stages: Stages) -> JobOutcome:
    """Count the returns that fell due in the last month, by status. A month that was counted is not counted again."""
    today = context.as_of(None)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    is_new = roll_up(connection, month, context.clock())
    rows = rows_of(connection, month)
    return JobOutcome(f"{month:%B %Y}: {rows} rows" + ("" if is_new else ", counted before"))
