"""A judge that counts by SQL, for where it is not Great Expectations that is measured or tested."""

from __future__ import annotations

import duckdb

from monitor.checks import Verdict, run_suites
from monitor.counting import CountingJudge
from monitor.setting import Setting


def judged_by_counting(setting: Setting, connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    """Takes the place of judging.judged_by_suites."""
    return tuple(run_suites(connection, setting.catalogue, CountingJudge(connection), lambda code: None))
