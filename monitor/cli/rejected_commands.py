"""`monitor rejected`: what could not be read, what it holds in doubt, and what people decide about it."""

from __future__ import annotations

from datetime import date

import click

from monitor import pipeline
from monitor.cli.options import DONE, Day, Here, Words, as_rows, by_or_login_option, in_workspace, print_rows
from monitor.core.errors import UsageError
from monitor.ingest import dismissals
from monitor.store.sessions import reading, refuse_no_store


@click.group()
@in_workspace
def rejected() -> None:
    """Rows and values that could not be read; what a row is about is not known until it is read or dismissed."""


@rejected.command("list")
@as_rows
@in_workspace
@click.pass_obj
def list_(here: Here, how: str) -> int:
    """What could not be read, and for how many expected returns that is why nothing is known (by the last check)."""
    with reading(here.context()) as connection:
        rows = dismissals.rejected(connection)
    here.talk.quiet()
    print_rows(here, dismissals.COLUMNS, rows, how)
    return DONE


@rejected.command()
@click.argument("file_name", metavar="FILE")
@click.argument("row_number", metavar="[ROW]", type=int, required=False)
@click.option("--reason", type=Words(), required=True, metavar="TEXT", help="Why.")
@click.option("--loaded", "loaded_on", type=Day(), metavar="DATE", help="Of the version that was loaded on this day.")
@click.option("--all", "of_all", is_flag=True, help="Of every version of the file.")
@by_or_login_option
@in_workspace
@click.pass_obj
def dismiss(
    here: Here, file_name: str, row_number: int | None, reason: str, loaded_on: date | None, of_all: bool,
    author: str | None,
) -> int:  # fmt: skip
    """Say that a row of FILE, or all that could not be read of it, holds nothing in doubt; it is kept as a decision."""
    context = here.context()
    refuse_no_store(context)
    if of_all and loaded_on:
        raise UsageError("which version is meant", "is not clear", "--loaded DATE or --all")
    what = dismissals.Dismissed(file_name.removeprefix("inbox/"), row_number, loaded_on, of_all)
    with pipeline.deciding(context, "monitor rejected dismiss", here.stages) as connection:
        dismissals.dismiss(connection, what, here.who(author), reason, here.clock())
    click.echo(f"{what.words}: dismissed, it holds nothing in doubt. The next run works it out.")
    return DONE
