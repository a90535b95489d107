"""Answering questions about a day: a connection on which its statuses are worked out, and nothing is recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import duckdb

from monitor.checks.check_runs import last_check, last_day
from monitor.config.context import Context
from monitor.core.clock import end_of_day, london_date
from monitor.core.errors import EnvironmentFault, UsageError
from monitor.status.derivation import derive_status
from monitor.status.organisations import organisations_are_current, rebuild_organisations
from monitor.status.question import ask, fingerprint, work_out
from monitor.store.known_at import open_known
from monitor.store.sessions import reading, refuse_no_store


@contextmanager
def answering(
    context: Context, as_of: date | None, known_at: date | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, date, str]]:
    """A connection on which `return_status_row` answers for the day, derived anew where the last check does not fit.

    Gives the connection, the day, and the name of the table. Reads the store; while a run has it, the published copy.
    known_at: as in `deriving`.
    """
    if known_at:
        with deriving(context, as_of, known_at=known_at) as (connection, day):
            yield connection, day, "return_status_row"
        return
    day = context.as_of(as_of)
    with reading(context) as connection:
        ask(connection, context, day)
        if last_check(connection, fingerprint(connection, context)):
            yield connection, day, "data.return_status_row"
            return
        _derive_for_reader(context, connection, day, day)
        yield connection, day, "return_status_row"


@contextmanager
def deriving(
    context: Context,
    as_of: date | None,
    days_ahead: int = 0,
    known_at: date | None = None,
    return_codes: Collection[str] = (),
) -> Iterator[tuple[duckdb.DuckDBPyConnection, date]]:
    """A connection with all the tables of the derivation for the day, whatever the last check was.

    days_ahead: with the periods that begin within so many days after it. known_at: the answer that would have been
    given at the end of that day in London, from what had been loaded by then; it is about that day, if as_of is None.
    return_codes: the returns that are asked about; none: all.
    """
    day = context.as_of(as_of or known_at)
    with reading(context) if known_at is None else knowing(context, end_of_day(known_at)) as connection:
        _derive_for_reader(context, connection, day, day + timedelta(days=days_ahead), return_codes)
        yield connection, day


@contextmanager
def as_known(context: Context, as_of: date, known_before: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """As deriving, from what had been loaded before an instant."""
    with knowing(context, known_before) as connection:
        _derive_for_reader(context, connection, as_of, as_of)
        yield connection


@contextmanager
def knowing_all(context: Context) -> Iterator[duckdb.DuckDBPyConnection]:
    """All that is loaded now, where what is derived from it can be kept for a while, and the store stays as it is."""
    with knowing(context, context.clock() + timedelta(days=1)) as connection:
        yield connection


@contextmanager
def against_last_check(context: Context) -> Iterator[tuple[duckdb.DuckDBPyConnection, date]]:
    """As deriving, for the day of the last check, whose answer is still in data.return_status_row."""
    with reading(context) as connection:
        day = last_day(connection)
        if day is None:
            raise UsageError("the check", "there is none yet to compare with", advice="`monitor run` first")
        _derive_for_reader(context, connection, day, day)
        yield connection, day


@contextmanager
def knowing(context: Context, known_before: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store as it was before an instant."""
    refuse_no_store(context)
    with open_known(context.workspace.store, context.settings.memory_limit, known_before) as connection:
        context.progress("working out what was known", str(london_date(known_before)))
        rebuild_organisations(connection)
        yield connection


def _derive_for_reader(
    context: Context,
    connection: duckdb.DuckDBPyConnection,
    day: date,
    begun_by: date,
    return_codes: Collection[str] = (),
) -> None:
    if not organisations_are_current(connection):
        raise EnvironmentFault(
            str(context.workspace.store), "a load did not finish", advice="run `monitor load`, then ask again"
        )
    context.progress("working out statuses", str(day))
    unchecked = {code for (code,) in connection.execute("SELECT return_code FROM data.unchecked_return").fetchall()}
    ask(connection, context, day, frozenset(unchecked), begun_by)
    work_out(connection, return_codes or context.catalogue)
    derive_status(connection)
