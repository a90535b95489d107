"""Every night: load what was dropped, work out the statuses, run the suites. Messages are planned, not yet sent."""

from __future__ import annotations

from monitor import pipeline
from monitor.config.context import Context
from monitor.operations.in_part import why_of_files
from monitor.pipeline import Stages
from monitor.scheduling.job import JobOutcome
from monitor.store.connection import Store


def load_and_check(context: Context, connection: Store, stages: Stages) -> JobOutcome:
    """One cycle without sending. With nothing new, nothing is worked out again."""
    loaded, checked, _ = pipeline.load_and_check(context, connection, None, stages)
    why = [*why_of_files(loaded), *checked.why_in_part]
    return JobOutcome(*pipeline.detailed(pipeline.words_of(loaded, checked), why))
