"""`monitor feeds`: what looks cut short, and what people decide about it."""

from __future__ import annotations

from datetime import date

import click

from monitor import pipeline
from monitor.cli.options import (
    DONE,
    Day,
    Here,
    ReturnCode,
    Words,
    as_rows,
    by_option,
    in_workspace,
    print_rows,
)
from monitor.queries.asked import known_return
from monitor.status import short_feeds as short
from monitor.store.sessions import reading, refuse_no_store


@click.group()
@in_workspace
def feeds() -> None:
    """Feeds that look short: far less is loaded than usual, so whoever is not in it is not known."""


@feeds.command("list")
@as_rows
@in_workspace
@click.pass_obj
def list_(here: Here, how: str) -> int:
    """What looked short at the last check, and what was decided about it last: the next run goes by that."""
    with reading(here.context()) as connection:
        rows = short.short_feeds(connection)
    here.talk.quiet()
    print_rows(here, short.COLUMNS, rows, how)
    return DONE


def _decides(name: str, decision: str, told: str, help_: str) -> None:
    @feeds.command(name, help=help_)
    @click.argument("return_code", type=ReturnCode(), metavar="RETURN")
    @click.argument("period_start", type=Day())
    @click.option("--reason", type=Words(), required=True, metavar="TEXT", help="Why.")
    @by_option
    @in_workspace
    @click.pass_obj
    def decide(here: Here, return_code: str, period_start: date, reason: str, author: str) -> int:
        context = here.context()
        known_return(context, return_code)
        refuse_no_store(context)
        with pipeline.deciding(context, f"monitor feeds {name}", here.stages) as connection:
            short.decide(connection, return_code, period_start, decision, author, reason, here.clock())
        click.echo(f"{return_code} {period_start}: {told} The next run works it out.")
        return DONE


_decides("release", short.RELEASED, "judged by what is loaded.", "Say that a feed is whole: judge by what is loaded.")
_decides("hold", short.HELD, "not known, as far as it looks short.", "Take a release back: it is not known again.")
