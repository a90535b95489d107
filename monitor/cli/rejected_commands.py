"""`monitor rejected`: what could not be read, what it holds in doubt, and what people decide about it."""

from __future__ import annotations

from datetime import date

import click

from monitor import pipeline
from monitor.cli.options import DONE, Day, Here, Words, as_rows, by_or_login_option, examples, in_workspace, print_rows
from monitor.core.errors import UsageError
from monitor.ingest import dismissals
from monitor.store.sessions import reading, refuse_no_store


@click.group(epilog=examples("rejected list", 'rejected dismiss workforce.csv 3 --reason "typed twice"'))
@in_workspace
def rejected() -> None:
    """List rows and values that could not be read; dismiss them. A dismissed row holds nothing in doubt."""


@rejected.command("list")
@as_rows
@in_workspace
@click.pass_obj
def list_(here: Here, how: str) -> int:
    """List what could not be read, and how many expected returns are not known because of it (at the last check)."""
    with reading(here.context()) as connection:
        rows = dismissals.rejected(connection)
    here.talk.quiet()
    print_rows(here, dismissals.COLUMNS, rows, how)
    return DONE


@rejected.command(
    epilog=examples(
        'rejected dismiss workforce.csv 3 --reason "typed twice"',
        'rejected dismiss workforce.csv --loaded 2025-10-03 --reason "replaced by a new export"',
    )
)
@click.argument("file_name", metavar="FILE")
@click.argument("row_number", metavar="[ROW]", type=int, required=False)
@click.option("--reason", type=Words(), required=True, metavar="TEXT", help="The reason.")
@click.option(
    "--loaded", "loaded_on", type=Day(is_of_a_period=False), metavar="DATE",
    help="The version of the file loaded on this day.",
)  # fmt: skip
@click.option("--all", "of_all", is_flag=True, help="Every version of the file.")
@by_or_login_option
@in_workspace
@click.pass_obj
def dismiss(
    here: Here, file_name: str, row_number: int | None, reason: str, loaded_on: date | None, of_all: bool,
    author: str | None,
) -> int:  # fmt: skip
    """Dismiss a row of FILE, or all its rejected rows: they hold nothing in doubt. Kept as a decision."""
    context = here.context()
    refuse_no_store(context)
    if of_all and loaded_on:
        raise UsageError("which version is meant", "is not clear", "--loaded DATE or --all")
    what = dismissals.Dismissed(file_name.removeprefix("inbox/"), row_number, loaded_on, of_all)
    with pipeline.deciding(context, "monitor rejected dismiss", here.stages) as connection:
        dismissals.dismiss(connection, what, here.who(author), reason, here.clock())
    click.echo(f"{what.words}: dismissed, it holds nothing in doubt. The next run applies it.")
    return DONE
