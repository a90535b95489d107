"""`monitor check`: the verdicts, for the record; or a look at another day, other settings or a changed return."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from monitor import pipeline
from monitor.cli.options import (
    DONE,
    NOT_AS_EXPECTED,
    Here,
    ReturnCode,
    as_of_option,
    as_rows,
    examples,
    in_workspace,
    known_at_option,
    print_rows,
)  # fmt: skip
from monitor.config.context import Context
from monitor.core.errors import UsageError
from monitor.core.text import number
from monitor.core.vocabulary import VerdictState
from monitor.operations.in_part import why_of_checks
from monitor.queries import listings
from monitor.queries.as_of import against_last_check
from monitor.queries.asked import known_return


@click.command(
    epilog=examples("check", "check --return workforce --as-of 2025-10-10", "check --dry-run --suite workforce.toml")
)
@as_of_option
@known_at_option
@click.option(
    "--return", "return_code", type=ReturnCode(), metavar="CODE", help="Show the verdict on this return only."
)
@click.option("--dry-run", is_flag=True, help="Show what changed settings or returns would change; record nothing.")
@click.option(
    "--suite",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --dry-run: a changed return file; count the findings it would have opened over the last year.",
)
@as_rows
@in_workspace
@click.pass_obj
def check(
    here: Here, as_of: date | None, known_at: date | None, return_code: str | None, dry_run: bool, suite: Path | None,
    how: str,
) -> int:  # fmt: skip
    """Work out statuses, run the suites, record findings. Exit code 3: an expectation is not met."""
    context = here.context()
    if suite:
        if not dry_run:
            raise UsageError("--suite", "needs --dry-run", advice="`monitor check --dry-run --suite FILE`")
        return _what_if(here, context, suite, as_of, how)
    if dry_run:
        return _dry_run(here, context, as_of, how)
    known_return(context, return_code)
    checked = (
        pipeline.look_back(context, as_of, known_at, here.stages)
        if known_at
        else pipeline.check(context, as_of, here.stages)
    )
    here.talk.quiet()
    shown = [v for v in checked.verdicts if return_code in (None, v.return_code)]
    columns = [
        "return_code",
        "expectation",
        "finding",
        "severity",
        "state",
        "rows_checked",
        "rows_unexpected",
        "detail",
    ]
    print_rows(here, columns, [tuple(getattr(verdict, column) for column in columns) for verdict in shown], how)
    findings = checked.findings
    here.talk.say(
        f"As of {checked.as_of}: {number(findings.open, 'finding')} open, {findings.opened:,} new, "
        f"{findings.resolved:,} resolved" + _why_not_recorded(checked, known_at)
    )
    states = {verdict.state for verdict in shown}
    if VerdictState.COULD_NOT_CHECK in states:
        return here.ended(why_of_checks(shown))
    return NOT_AS_EXPECTED if VerdictState.NOT_MET in states else DONE


def _why_not_recorded(checked: pipeline.Checked, known_at: date | None) -> str:
    if checked.recorded:
        return ""
    if known_at:
        return f"; not recorded, because it is what had been loaded by {known_at}"
    return "; not recorded, because it looks back before the last recorded check, or ahead"


def _dry_run(here: Here, context: Context, as_of: date | None, how: str) -> int:
    if as_of is not None:
        raise UsageError("--dry-run", "takes no --as-of", advice="it compares with the last check, for the same day")
    with against_last_check(context) as (connection, day):
        columns, rows = listings.changes(connection)
    here.talk.quiet()
    print_rows(here, columns, rows, how)
    changed = sum(row[columns.index("expected_returns")] for row in rows)
    here.talk.say(
        f"Against the check as of {day}: {number(changed, 'expected return')} would change. Nothing was recorded."
    )
    return DONE


def _what_if(here: Here, context: Context, suite: Path, as_of: date | None, how: str) -> int:
    from monitor.queries.what_if import COLUMNS, what_if

    compared = what_if(context, suite, context.as_of(as_of))
    here.talk.quiet()
    print_rows(here, COLUMNS, compared.rows, how)
    here.talk.say(
        f"Findings of {compared.return_code} opened from {compared.since} to {compared.until}, "
        f"now and with {suite.name}. Nothing was recorded."
    )
    return DONE
