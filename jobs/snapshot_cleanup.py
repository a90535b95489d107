"""Once a week: published snapshots that are older than they need to be are deleted."""

from __future__ import annotations

from monitor.config.context import Context
from monitor.core.clock import london_date
from monitor.pipeline import Stages
from monitor.publish.snapshots import clean_up
from monitor.scheduling.job import JobOutcome
from monitor.store.connection import Store


def snapshot_cleanup(context: Context, connection: Store, _stages: Stages) -> JobOutcome:
    """Delete old snapshots. One that somebody has open is left for the next time."""
    today = london_date(context.clock())
    left = clean_up(context.workspace.snapshots, today, context.settings.schedule.keep_snapshots_days)
    return JobOutcome(
        f"left because somebody has them open: {', '.join(left)}" if left else "old snapshots are deleted"
    )
