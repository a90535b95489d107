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
    examples,
    in_workspace,
    print_rows,
)  # fmt: skip
from monitor.core.text import on_one_line
from monitor.store.clock_set_back import set_aside
from monitor.store.sessions import refuse_no_store


@click.command(epilog=examples("doctor", "doctor --quiet --mail"))
@click.option("--quiet", is_flag=True, help="For a watchdog: print only problems; too long without a good run is one.")
@click.option("--mail", is_flag=True, help="With --quiet: also send the problems by mail.")
@as_rows
@in_workspace
@click.pass_obj
def doctor(here: Here, quiet: bool, mail: bool, how: str) -> int:
    """Check settings, workspace, mail server, clock and last runs. Say what to do about each problem."""
    from monitor.operations.examined import PROBLEM
    from monitor.operations.health import examine

    if quiet:
        return _watchdog(here, mail)
    examined = list(examine(here.context()))
    rows = [(one.state, one.subject, one.found, one.advice) for one in examined]
    print_rows(here, ["state", "subject", "found", "advice"], rows, how)
    return IN_PART if any(one.state == PROBLEM for one in examined) else DONE


@click.command(epilog=examples("verify", "verify --head NUMBER/HASH"))
@click.option(
    "--head", metavar="NUMBER/HASH", help="A head that you wrote down: check that nothing up to it was altered."
)
@as_rows
@in_workspace
@click.pass_obj
def verify(here: Here, head: str | None, how: str) -> int:
    """Verify that nothing loaded or answered was altered. Compare the ledger, the kept files and the last answer."""
    from monitor.operations.examined import PROBLEM
    from monitor.operations.verify import verify as examined_by

    examined = list(examined_by(here.context(), head))
    here.talk.quiet()
    rows = [(one.state, one.subject, one.found, one.advice) for one in examined]
    print_rows(here, ["state", "subject", "found", "advice"], rows, how)
    return IN_PART if any(one.state == PROBLEM for one in examined) else DONE


@click.command(epilog=examples("rebuild", "rebuild --replace"))
@click.option(
    "--replace", "in_place", is_flag=True, help="Put the new store in place of the old one, and keep the old one."
)
@in_workspace
@click.pass_obj
def rebuild(here: Here, in_place: bool) -> int:
    """Rebuild the store from the kept files, beside the old one. Say whether every status is the same."""
    from monitor.operations.rebuild import rebuild as build_anew

    rebuilt = build_anew(here.context(), in_place)
    here.talk.quiet()
    click.echo("\n".join(rebuilt.lines))
    return DONE if rebuilt.is_same else IN_PART


@click.group()
@in_workspace
def repair() -> None:
    """Correct what a run cannot correct by itself. The decision is kept, with its reason."""


@repair.command("clock", epilog=examples('repair clock --reason "the server was a month ahead"'))
@click.option("--reason", type=Words(), required=True, metavar="TEXT", help="What was wrong with the clock.")
@click.option("--by", "author", type=Words(), metavar="NAME", help="Who made this decision (default: the login name).")
@in_workspace
@click.pass_obj
def repair_clock(here: Here, reason: str, author: str | None) -> int:
    """Set aside what was recorded while the machine's clock was ahead. Correct the clock first."""
    context = here.context()
    refuse_no_store(context)
    who = author or here.environ.get("USER") or here.environ.get("USERNAME") or "not stated"
    with pipeline.deciding(context, "monitor repair clock", here.stages) as connection:
        what = set_aside(connection, who, reason, here.clock())
    here.talk.quiet()
    click.echo(f"Set aside: {what}. It is left out of comparisons; the next run records today.")
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
