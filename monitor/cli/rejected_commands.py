"""`monitor rejected`: what could not be read, what it holds in doubt, and what people decide about it."""

from __future__ import annotations

import click

from monitor import pipeline
from monitor.cli.options import DONE, Here, Words, as_rows, in_workspace, print_rows
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
@click.option("--by", "author", type=Words(), metavar="NAME", help="Who decides this (else who is logged in).")
@in_workspace
@click.pass_obj
def dismiss(here: Here, file_name: str, row_number: int | None, reason: str, author: str | None) -> int:
    """Say that a row of FILE, or all that could not be read of it, holds nothing in doubt; it is kept as a decision."""
    context = here.context()
    refuse_no_store(context)
    name = file_name.removeprefix("inbox/")
    who = author or here.environ.get("USER") or here.environ.get("USERNAME") or "not stated"
    with pipeline.deciding(context, "monitor rejected dismiss", here.stages) as connection:
        dismissals.dismiss(connection, name, row_number, who, reason, here.clock())
    where = name if row_number is None else f"{name}, row {row_number}"
    click.echo(f"{where}: dismissed, it holds nothing in doubt. The next run works it out.")
    return DONE
