"""The scheduled jobs: one plain function a module, each for itself runnable and repeatable.

monitor.toml says when they run, and monitor.scheduling runs them. An installed program has this package as
monitor.shipped.jobs.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.scheduling.job import Job

from .deliver_alerts import deliver_alerts
from .load_and_check import load_and_check
from .roll_up_month import roll_up_month
from .self_check import self_check
from .snapshot_cleanup import snapshot_cleanup
from .weekly_summary import weekly_summary

JOBS: Mapping[str, Job] = {
    job.name: job
    for job in (
        Job("load_and_check", load_and_check),
        Job("alerts", deliver_alerts, working_days_only=True),
        Job("weekly_summary", weekly_summary),
        Job("monthly_rollup", roll_up_month),
        Job("snapshot_cleanup", snapshot_cleanup),
        Job("self_check", self_check),
    )
}
