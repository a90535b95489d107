"""What was said of one expected return as time went on, and which load, or which day, changed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from monitor.config.context import Context
from monitor.core.clock import end_of_day, london_date
from monitor.core.errors import UsageError
from monitor.queries.as_of import as_known, deriving
from monitor.store.named_sql import queries_beside, rows_as_dicts

SQL = queries_beside(__file__)

MOST_FILES = 3
COLUMNS = ("on", "request_id", "status", "cause", "due_on", "received_on", "because", "evidence")
ONE_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Moment:
    """When the answer may change: by the files loaded then, or, where there are none, because a day has come.

    known_before: what was loaded before this instant is known. as_of: the day asked about then.
    """

    known_before: datetime
    as_of: date
    files: tuple[str, ...] = ()


def history(
    context: Context, organisation_code: str, return_code: str, period_start: date
) -> Iterator[tuple[Any, ...]]:
    """Each change of what was said, oldest first: rows of COLUMNS. Raises UsageError where none was ever expected."""
    about = {"organisation_code": organisation_code, "return_code": return_code, "period_start": period_start}
    # No other return has a part in it.
    context = replace(context, catalogue={return_code: context.catalogue[return_code]})
    before: dict[str | None, dict[str, Any]] = {}
    for moment in _moments(context, about):
        context.progress("working out what was known", str(moment.as_of))
        with as_known(context, moment.as_of, moment.known_before) as connection:
            now = _sender(connection, about)
        yield from _changes(moment, before, now)
        before = now


def _moments(context: Context, about: Mapping[str, Any]) -> list[Moment]:
    """Every load, and every day on which a date passes, up to today."""
    today = london_date(context.clock())
    with deriving(context, today) as (connection, _):
        if not _sender(connection, about):
            raise UsageError(
                "the question", "this return was never expected from this organisation for this period",
                "an organisation, a return and a period that `monitor status` lists",
            )  # fmt: skip
        loads = connection.execute(SQL["loads_about"], {"return_code": about["return_code"]}).fetchall()
        dues = connection.execute(SQL["due_days"], dict(about)).fetchall()
    moments = [Moment(at.astimezone(UTC) + ONE_MICROSECOND, london_date(at), tuple(files)) for at, files in loads]
    grace = timedelta(days=context.catalogue[about["return_code"]].calendar.grace_days + 1)
    days = {about["period_start"], *(due + after for (due,) in dues for after in (timedelta(days=1), grace))}
    moments += [Moment(end_of_day(day), day) for day in days if day <= today]
    return sorted(moments, key=lambda moment: moment.known_before)


def _sender(connection: duckdb.DuckDBPyConnection, about: Mapping[str, Any]) -> dict[str | None, dict[str, Any]]:
    rows = rows_as_dicts(connection.execute(SQL["history_row"], dict(about)))
    return {row["request_id"]: row for row in rows}


def _changes(
    moment: Moment, before: Mapping[str | None, dict[str, Any]], now: Mapping[str | None, dict[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    for request, row in now.items():
        if _told(before.get(request)) != _told(row):
            received = row["received_at"] and london_date(row["received_at"])
            because = _because(moment, row)
            yield moment.as_of, request, row["status"], row["cause"], row["due_on"], received, because, row["evidence"]
    for request in before.keys() - now.keys():
        yield moment.as_of, request, "not_expected", None, None, None, _because(moment, {}), None


def _told(row: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    return None if row is None else (row["status"], row["cause"], row["due_on"], row["received_at"])


def _because(moment: Moment, row: Mapping[str, Any]) -> str:
    if moment.files:
        more = f" and {len(moment.files) - MOST_FILES:,} more" if len(moment.files) > MOST_FILES else ""
        return f"loaded: {', '.join(moment.files[:MOST_FILES])}{more}"
    due_on = row.get("due_on")
    return f"{due_on} has passed" if due_on and due_on < moment.as_of else "the period has begun"
