"""Once a month: how complete each return of the month that is over was, by ICB, as it was known then."""

from __future__ import annotations

from datetime import timedelta

import duckdb

from jobs.job import Outcome
from monitor.setting import Setting
from monitor.store.sql_files import scalar, sql_file, transaction


def monthly_rollup(setting: Setting, connection: duckdb.DuckDBPyConnection) -> Outcome:
    """Count the returns that fell due in the last month, by status. A month that was counted is not counted again."""
    today = setting.as_of(None)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    asked = {"month": month, "made_at": setting.clock()}
    with transaction(connection):
        before = scalar(connection, "SELECT count(*) FROM data.monthly_rollup WHERE month = $month", {"month": month})
        if not before:
            connection.execute(sql_file("monthly_rollup.sql"), asked)
    rows = scalar(connection, "SELECT count(*) FROM data.monthly_rollup WHERE month = $month", {"month": month})
    return Outcome(f"{month:%B %Y}: {rows} rows" + (", counted before" if before else ""))
