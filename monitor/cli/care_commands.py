"""What keeps the store in health: `monitor doctor`, `verify` and `rebuild`."""

from __future__ import annotations

import click

from monitor import pipeline
from monitor.cli.options import (
    DONE,
    IN_PART,
    Here,
    Words,
    as_rows,
    in_workspace,
    print_rows,
)  # fmt: skip
from monitor.core.text import on_one_line
from monitor.store.clock_set_back import set_aside
from monitor.store.sessions import refuse_no_store


@click.command()
@click.option("--quiet", is_flag=True, help="For a watchdog: say only what is wrong; a long silence is wrong too.")
@click.option("--mail", is_flag=True, help="With --quiet: send what is wrong by mail as well.")
@as_rows
@in_workspace
@click.pass_obj
def doctor(here: Here, quiet: bool, mail: bool, how: str) -> int:
    """Check configuration, workspace, mail server, clock and last runs; say what to do."""
    from monitor.operations.health import PROBLEM, examine

    if quiet:
        return _watchdog(here, mail)
    examined = list(examine(here.context()))
    rows = [(one.state, one.subject, one.found, one.advice) for one in examined]
    print_rows(here, ["state", "subject", "found", "advice"], rows, how)
    return IN_PART if any(one.state == PROBLEM for one in examined) else DONE


@click.command()
@click.option("--head", metavar="NUMBER/HASH", help="A head that was written down: what is up to it must be unaltered.")
@as_rows
@in_workspace
@click.pass_obj
def verify(here: Here, head: str | None, how: str) -> int:
    """Prove that nothing was altered: the ledger, the files that are kept, the last answer."""
    from monitor.operations.health import PROBLEM
    from monitor.operations.verify import verify as examined_by

    examined = list(examined_by(here.context(), head))
    here.talk.quiet()
    rows = [(one.state, one.subject, one.found, one.advice) for one in examined]
    print_rows(here, ["state", "subject", "found", "advice"], rows, how)
    return IN_PART if any(one.state == PROBLEM for one in examined) else DONE


@click.command()
@click.option("--replace", "in_place", is_flag=True, help="Put the new store in the old one's place, which is kept.")
@in_workspace
@click.pass_obj
def rebuild(here: Here, in_place: bool) -> int:
    """Build the store anew from the kept input files, beside it; say whether it gives the same answer."""
    from monitor.operations.rebuild import rebuild as build_anew

    rebuilt = build_anew(here.context(), in_place)
    here.talk.quiet()
    click.echo("\n".join(rebuilt.lines))
    return DONE if rebuilt.is_same else IN_PART


@click.group()
@in_workspace
def repair() -> None:
    """Put right by a decision what no run can: it is kept, with its reason."""


@repair.command("clock")
@click.option("--reason", type=Words(), required=True, metavar="TEXT", help="Why: what was wrong with the clock.")
@click.option("--by", "author", type=Words(), metavar="NAME", help="Who decides this (else who is logged in).")
@in_workspace
@click.pass_obj
def repair_clock(here: Here, reason: str, author: str | None) -> int:
    """Set aside what was recorded while the machine's clock was ahead; first have the clock put right."""
    context = here.context()
    refuse_no_store(context)
    who = author or here.environ.get("USER") or here.environ.get("USERNAME") or "not stated"
    with pipeline.deciding(context, "monitor repair clock", here.stages) as connection:
        what = set_aside(connection, who, reason, here.clock())
    here.talk.quiet()
    click.echo(f"Set aside: {what}. It is compared with nothing; the next run records today.")
    return DONE


def _watchdog(here: Here, by_mail: bool) -> int:
    from monitor.operations.health import what_is_wrong
    from monitor.operations.warning import send_warning

    context = here.context()
    wrong = what_is_wrong(context)
    here.talk.quiet()
    for sentence in wrong:
        click.echo(on_one_line(sentence))
    if wrong and by_mail:
        send_warning(context, wrong, here.talk.say)
    return IN_PART if wrong else DONE
