"""Once a week: published snapshots that are older than they need to be are deleted."""

from __future__ import annotations

import duckdb

from jobs.job import Outcome
from monitor.clock import london_date
from monitor.setting import Setting
from monitor.store.snapshots import clean_up


def snapshot_cleanup(setting: Setting, connection: duckdb.DuckDBPyConnection) -> Outcome:
    """Delete old snapshots. One that somebody has open is left for the next time."""
    today = london_date(setting.clock())
    left = clean_up(setting.workspace.snapshots, today, setting.settings.schedule.keep_snapshots_days)
    return Outcome(f"left because somebody has them open: {', '.join(left)}" if left else "old snapshots are deleted")
