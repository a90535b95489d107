"""Every night: load what was dropped, work out the statuses, run the suites. Messages are planned, not yet sent."""

from __future__ import annotations

import duckdb

from monitor import pipeline
from monitor.checks.suites import could_not_check
from monitor.config.context import Context
from monitor.pipeline import Stages
from monitor.scheduling.job import JobOutcome


def load_and_check(context: Context, connection: duckdb.DuckDBPyConnection, stages: Stages) -> JobOutcome:
    """One cycle without sending. With nothing new, nothing is worked out again."""
    loaded, checked, _ = pipeline.load_and_check(context, connection, None, stages)
    in_part = pipeline.needs_a_person(loaded) or bool(could_not_check(checked.verdicts))
    return JobOutcome(pipeline.words_of(loaded, checked), in_part)
