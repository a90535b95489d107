"""`monitor returns`: which returns there are, who owes them, when they are due, and whether they are watched here."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from monitor.cli.options import DONE, Here, as_rows, examples, in_workspace, print_rows
from monitor.config.context import Context
from monitor.core.text import number
from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.due_words import words_of

COLUMNS = ("return_code", "return_title", "owed_by", "period", "due_rule", "effective_from", "effective_to", "watched")
COLUMNS_OF_A_TABLE = ("return", "code", "owed by", "period", "due", "in force", "watched")


@click.command(epilog=examples("returns", "returns --format csv"))
@as_rows
@in_workspace
@click.pass_obj
def returns(here: Here, how: str) -> int:
    """List the returns: who owes them, when due, watched or not.

    Watched returns come first; `returns` in monitor.toml chooses them.
    """
    context = here.context()
    every = sorted(context.every_return.values(), key=lambda one: one.code not in context.catalogue)
    rows = [_row(context, definition) for definition in every]
    columns: tuple[str, ...] = COLUMNS
    if how == "table":
        columns, rows = COLUMNS_OF_A_TABLE, [_printed(*row) for row in rows]
    print_rows(here, columns, rows, how)
    asked = ", ".join(context.settings.returns)
    here.talk.say(f"{len(context.catalogue):,} of {number(len(every), 'return')} are watched here (returns: {asked})")
    return DONE


def _printed(  # noqa: PLR0913  an argument a column
    code: str, title: str, owed_by: str, period: str, due: str, begins: date | None, ends: date | None, is_watched: bool
) -> tuple[str, ...]:
    """A row as a page has it."""
    force = " ".join(f"{word} {day}" for word, day in (("from", begins), ("to", ends)) if day)
    owner = owed_by.upper() if owed_by == "pcn" else owed_by
    return title, code, f"each {owner}", period, due, force, "yes" if is_watched else "no"


def _row(context: Context, definition: MandatoryReturn) -> tuple[Any, ...]:
    calendar = definition.calendar
    due = "no due date: an event" if definition.kind == "event" else words_of(calendar.due_rule, calendar.period)
    if calendar.known_due:
        last = max(calendar.known_due, key=lambda known: known.due_on)
        opens = f", open from {last.opens_on}" if last.opens_on else ""
        rule = "none" if calendar.due.rule == "none" else due
        due = f"known dates (the last: {last.due_on}{opens}), else {rule}"
    return (
        definition.code, definition.title, definition.owed_by, calendar.period.replace("_", " "), due,
        calendar.effective_from, calendar.effective_to, definition.code in context.catalogue,
    )  # fmt: skip
