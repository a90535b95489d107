"""Every morning: look at everything that `monitor doctor` looks at, and tell if a person is needed."""

from __future__ import annotations

from monitor.config.context import Context
from monitor.operations.examined import problems
from monitor.operations.machine_health import examine_machine
from monitor.operations.store_health import examine_store
from monitor.pipeline import Stages
from monitor.scheduling.job import JobOutcome
from monitor.store.connection import Store


def self_check(context: Context, connection: Store, _stages: Stages) -> JobOutcome:
    """Look, and say what is wrong; the job's state is what a watchdog reads."""
    wrong = problems([*examine_machine(context), *examine_store(context, connection)])
    return JobOutcome("; ".join(wrong) or "nothing is wrong", bool(wrong))
