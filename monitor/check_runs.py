"""Which checks ran, of which day, and whether the answer of the last one is still kept: rows of data.check_run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from monitor.store.sql_files import scalar


@dataclass(frozen=True)
class CheckRun:
    """A check whose answer is kept. recorded: as in monitor.pipeline.Checked."""

    recorded: bool


def record_check(
    connection: duckdb.DuckDBPyConnection, as_of: date, fingerprint: str, at: datetime, recorded: bool
) -> None:
    """Add the check whose answer data.return_status_row holds now."""
    connection.execute(
        "INSERT INTO data.check_run VALUES ($as_of, $fingerprint, $at, $recorded)",
        {"as_of": as_of, "fingerprint": fingerprint, "at": at, "recorded": recorded},
    )
    connection.execute("INSERT INTO data.status_kept_for VALUES ($fingerprint)", {"fingerprint": fingerprint})


def last_check(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> CheckRun | None:
    """The last check, where it asked the same and its answer is still kept; a later one may have been cut short."""
    last = connection.execute(
        "SELECT fingerprint, recorded FROM data.check_run ORDER BY checked_at DESC LIMIT 1"
    ).fetchone()
    if not last or last[0] != fingerprint:
        return None
    kept = "SELECT count(*) FROM data.status_kept_for WHERE fingerprint = $fingerprint"
    return CheckRun(last[1]) if scalar(connection, kept, {"fingerprint": fingerprint}) else None


def last_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day that the last check was about, whether it was recorded or not."""
    return scalar(connection, "SELECT as_of FROM data.check_run ORDER BY checked_at DESC LIMIT 1")


def last_recorded_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day that the recorded findings are about."""
    return scalar(connection, "SELECT max(as_of) FROM data.check_run WHERE recorded")
