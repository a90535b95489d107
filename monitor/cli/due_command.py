"""`monitor due`: what falls due next, which publications are due and not loaded, and both as a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import duckdb

from monitor.cli.options import DONE, Here, as_of_option, as_rows, examples, in_workspace, print_rows
from monitor.config.context import Context
from monitor.core.atomic_files import write_file
from monitor.core.calendar_text import DayEvent, calendar_text
from monitor.core.errors import EnvironmentFault, UsageError
from monitor.core.text import number
from monitor.queries.as_of import deriving
from monitor.queries.listings import LONGEST_LOOK_AHEAD, Rows, due_rows, without_empty_columns
from monitor.queries.publications import COLUMNS, due_publications
from monitor.report.due_calendar import events_of_publications, events_of_returns

DAYS_OF_A_LIST, DAYS_OF_A_CALENDAR = 30, 366
LEFT_OUT_OF_A_TABLE = ("period_start", "newest_period_start", "basis")  # the last takes a line of its own
TABLE = "return_status_row"


@click.command(epilog=examples("due --days 60", "due --publications", "due --ics published/due.ics"))
@click.option(
    "--days",
    type=click.IntRange(0, LONGEST_LOOK_AHEAD),
    help=f"How far to look ahead  [default: {DAYS_OF_A_LIST}; a calendar: 366]",
)
@click.option("--publications", is_flag=True, help="List publications that are due and not yet loaded.")
@click.option(
    "--ics", "calendar", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write the due dates to a calendar file to subscribe to; with --publications also those of publications.",
)  # fmt: skip
@as_of_option
@as_rows
@in_workspace
@click.pass_obj
def due(here: Here, days: int | None, publications: bool, calendar: Path | None, as_of: date | None, how: str) -> int:
    """List what falls due next: returns or published files. With --ics, write a calendar."""
    context = here.context()
    ahead = days if days is not None else DAYS_OF_A_CALENDAR if calendar else DAYS_OF_A_LIST
    asked = _Asked(ahead, publications, calendar is not None)
    with deriving(context, as_of, days_ahead=ahead) as (connection, day):
        events = _events(context, connection, day, asked) if calendar else []
        columns, rows = _rows(context, connection, day, asked)
    if calendar:
        _write_calendar(here, calendar, events)
        written = f"{calendar}: {number(len(events), 'due date')}"
        here.talk.say(written) if columns else click.echo(written)
    if columns:
        _print(here, columns, rows, how)
        here.talk.say(_said_of(rows, day, asked))
    return DONE


@dataclass(frozen=True)
class _Asked:
    days: int
    publications: bool
    is_calendar: bool


def _rows(context: Context, connection: duckdb.DuckDBPyConnection, day: date, asked: _Asked) -> Rows:
    """What is printed; nothing where only a calendar was asked for."""
    if asked.publications:
        monitor_from = context.settings.monitor_from
        return list(COLUMNS), due_publications(connection, TABLE, context.catalogue, monitor_from, day)
    return ([], []) if asked.is_calendar else due_rows(connection, TABLE, day, asked.days, context.catalogue)


def _events(context: Context, connection: duckdb.DuckDBPyConnection, day: date, asked: _Asked) -> list[DayEvent]:
    events = events_of_returns(connection, TABLE, day, asked.days, context.catalogue)
    if asked.publications:
        until = day + timedelta(days=asked.days)
        events += events_of_publications(connection, TABLE, day, until, context.catalogue)
    return sorted(events, key=lambda event: (event.day, event.key))


def _print(here: Here, columns: list[str], rows: list[tuple[Any, ...]], how: str) -> None:
    if how == "table":
        left_out = LEFT_OUT_OF_A_TABLE if "basis" in columns else ()
        wanted = tuple(name for name in columns if name not in left_out)
        columns, rows = without_empty_columns(columns, rows, wanted)
    here.talk.quiet()
    print_rows(here, columns, rows, how)


def _said_of(rows: list[tuple[Any, ...]], day: date, asked: _Asked) -> str:
    if not asked.publications:
        return f"Due within {number(asked.days, 'day')} from {day}"
    due_by_now = sum(due_on is not None for due_on, *_ in rows)
    return (
        f"{number(due_by_now, 'edition')} due by {day} and not loaded. Due days are a convention, based on earlier "
        "publication days; --format csv gives the basis of each"
    )


def _write_calendar(here: Here, file: Path, events: list[DayEvent]) -> None:
    if not file.parent.is_dir():
        raise UsageError("--ics", f"there is no folder {file.parent}", "a file in a folder that exists")
    try:
        write_file(file, calendar_text("Data returns: due dates", events, here.clock()))
    except OSError as error:
        raise EnvironmentFault(
            str(file), f"cannot be written: {error.strerror}", "a file that can be written"
        ) from error
    here.talk.quiet()
