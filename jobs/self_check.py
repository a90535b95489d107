"""Every morning: look at everything that `monitor doctor` looks at, and tell if a person is needed."""

from __future__ import annotations

import duckdb

from monitor.config.context import Context
from monitor.operations.health import PROBLEM, examine_machine, examine_store
from monitor.pipeline import Stages
from monitor.scheduling.job import JobOutcome


def self_check(context: Context, connection: duckdb.DuckDBPyConnection, _stages: Stages) -> JobOutcome:
    """Look, and say what is wrong; the job's state tells a watchdog."""
    examined = [*examine_machine(context, context.environ), *examine_store(context, connection)]
    problems = [f"{one.subject}: {one.found}" for one in examined if one.state == PROBLEM]
    return JobOutcome("; ".join(problems) or "nothing is wrong", bool(problems))
