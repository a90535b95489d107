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
    examples,
    in_workspace,
    print_rows,
)
from monitor.queries.asked import known_return
from monitor.status import short_feeds as short
from monitor.store.sessions import reading, refuse_no_store


@click.group(
    epilog=examples(
        "feeds list", 'feeds release appointments 2025-09 --reason "all practices are in it" --by "A. Example"'
    )
)
@in_workspace
def feeds() -> None:
    """List files that look incomplete; release or hold them.

    Far less is loaded than usual, so an organisation that is not in the file is not known.
    """


@feeds.command("list")
@as_rows
@in_workspace
@click.pass_obj
def list_(here: Here, how: str) -> int:
    """List what looked incomplete at the last check, and the latest decision about it."""
    with reading(here.context()) as connection:
        rows = short.short_feeds(connection)
    here.talk.quiet()
    print_rows(here, short.COLUMNS, rows, how)
    return DONE


def _decides(name: str, decision: str, said: str, help_: str) -> None:
    @feeds.command(name, help=help_)
    @click.argument("return_code", type=ReturnCode(), metavar="RETURN")
    @click.argument("period_start", type=Day())
    @click.option("--reason", type=Words(), required=True, metavar="TEXT", help="The reason.")
    @by_option
    @in_workspace
    @click.pass_obj
    def decide(here: Here, return_code: str, period_start: date, reason: str, author: str) -> int:
        context = here.context()
        known_return(context, return_code)
        refuse_no_store(context)
        with pipeline.deciding(context, f"monitor feeds {name}", here.stages) as connection:
            short.decide(connection, return_code, period_start, decision, author, reason, here.clock())
        click.echo(f"{return_code} {period_start}: {said} The next run applies it.")
        return DONE


_decides(
    "release",
    short.RELEASED,
    "released; statuses follow from what is loaded.",
    "Release a file that is complete. Statuses then follow from what is loaded.",
)
_decides(
    "hold",
    short.HELD,
    "held; what is not in the file is not known.",
    "Hold a file again. What is not in it is not known.",
)
