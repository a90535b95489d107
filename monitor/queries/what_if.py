"""What a changed return would have found: the findings that it would have opened over a year, beside those of now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from monitor.checks.findings import derive_findings
from monitor.checks.judges import CountingJudge
from monitor.checks.suites import run_suites
from monitor.config.context import Context
from monitor.queries.as_of import knowing_all
from monitor.returns.catalogue import MandatoryReturn, read_return, read_shared_suite
from monitor.status.derivation import derive_and_keep
from monitor.status.question import ask
from monitor.store.named_sql import queries_beside

SQL = queries_beside(__file__)

DAYS_LOOKED_BACK = 365
COLUMNS = ("kind", "as_it_is", "as_proposed", "only_as_it_is", "only_as_proposed", "first_only_as_proposed")


@dataclass(frozen=True)
class WhatIf:
    """The findings that were opened from `since` to `until`, by kind: rows of COLUMNS."""

    return_code: str
    since: date
    until: date
    rows: tuple[tuple[object, ...], ...]


def what_if(context: Context, suite_file: Path, until: date) -> WhatIf:
    """Compare a return as it is with the one in a file of the same name, over the year up to a day.

    Each day is looked at on which a due date, with its days of grace, has just passed by either of the two, and the
    last day: between these no return becomes late. Nothing is recorded. Raises ConfigurationError for a faulty file.
    """
    proposed = read_return(suite_file, read_shared_suite(context.workspace.expectations))
    now = context.catalogue.get(proposed.code)
    since = until - timedelta(days=DAYS_LOOKED_BACK)
    with knowing_all(context) as connection:
        days = sorted({since, until, *_days(context, connection, proposed, since, until)})
        if now is not None:
            days = sorted({*days, *_days(context, connection, now, since, until)})
        before = _opened(context, connection, now, days) if now else {}
        after = _opened(context, connection, proposed, days)
    return WhatIf(proposed.code, since, until, tuple(_rows(before, after)))


def _days(
    context: Context, connection: duckdb.DuckDBPyConnection, definition: MandatoryReturn, since: date, until: date
) -> Iterator[date]:
    """The days on which a due date, with its days of grace, has just passed."""
    ask(connection, _only(context, definition), until)
    derive_and_keep(connection, [definition.code])
    passed = timedelta(days=definition.calendar.grace_days + 1)
    for (due_on,) in connection.execute(SQL["all_due_days"]).fetchall():
        if since <= due_on + passed <= until:
            yield due_on + passed


def _opened(
    context: Context, connection: duckdb.DuckDBPyConnection, definition: MandatoryReturn, days: list[date]
) -> dict[str, tuple[str, date]]:
    """By key, the kind and the day of each finding that was not there on the first day and is on a later one."""
    only = _only(context, definition)
    found: dict[str, tuple[str, date]] = {}
    for day in days:
        context.progress("looking back", f"{definition.code} as of {day}")
        ask(connection, only, day)
        derive_and_keep(connection, only.catalogue)
        verdicts = run_suites(connection, only.catalogue, CountingJudge(connection), lambda code: None)
        derive_findings(connection, only.catalogue, verdicts, only.catalogue)
        for key, kind in connection.execute("SELECT finding_key, kind FROM data.finding_now").fetchall():
            found.setdefault(key, (kind, day))
    return {key: (kind, day) for key, (kind, day) in found.items() if day > days[0]}


def _only(context: Context, definition: MandatoryReturn) -> Context:
    return replace(context, catalogue={definition.code: definition})


def _rows(before: dict[str, tuple[str, date]], after: dict[str, tuple[str, date]]) -> Iterator[tuple[object, ...]]:
    for kind in sorted({kind for kind, _ in [*before.values(), *after.values()]}):
        was = {key for key, (one, _) in before.items() if one == kind}
        would_be = {key for key, (one, _) in after.items() if one == kind}
        first = min((after[key][1] for key in would_be - was), default=None)
        yield kind, len(was), len(would_be), len(was - would_be), len(would_be - was), first
