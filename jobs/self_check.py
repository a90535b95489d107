"""Every morning: look at everything that `monitor doctor` looks at, and tell if a person is needed."""

from __future__ import annotations

import duckdb

from jobs.job import Outcome
from monitor.doctor import PROBLEM, examine_machine, examine_store
from monitor.setting import Setting


def self_check(setting: Setting, connection: duckdb.DuckDBPyConnection) -> Outcome:
    """Look, and say what is wrong; the job's state tells a watchdog."""
    examined = [*examine_machine(setting, setting.environ), *examine_store(setting, connection)]
    problems = [f"{one.subject}: {one.found}" for one in examined if one.state == PROBLEM]
    return Outcome("; ".join(problems) or "nothing is wrong", bool(problems))
