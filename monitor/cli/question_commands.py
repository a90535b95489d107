"""What an analyst asks: `monitor status`, `explain`, `history` and `sql`."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from monitor.cli.options import (
    DONE,
    Code,
    Day,
    Here,
    ReturnCode,
    as_of_option,
    as_rows,
    examples,
    in_workspace,
    known_at_option,
    print_rows,
)  # fmt: skip
from monitor.core.errors import UsageError
from monitor.core.text import number, on_one_line
from monitor.core.vocabulary import Status
from monitor.queries import listings
from monitor.queries.as_of import answering, deriving
from monitor.queries.asked import known_return
from monitor.queries.own_sql import query_of_a_person, run_query
from monitor.store.connection import open_for_questions


@click.command(
    epilog=examples("status --status not_received", "status --return workforce --as-of 2025-10-10 --format csv")
)
@as_of_option
@known_at_option
@click.option("--return", "return_code", type=ReturnCode(), metavar="CODE", help="Show only this return.")
@click.option("--organisation", "organisation_code", type=Code(), metavar="CODE", help="Show only this organisation.")
@click.option(
    "--status", "status_word", type=click.Choice([status.value for status in Status]), help="Show only this status."
)
@click.option(
    "--icb",
    "icb_code",
    type=Code(),
    metavar="CODE",
    help="Show only organisations of this ICB, now or on the period's last day.",
)
@as_rows
@in_workspace
@click.pass_obj
def status(  # noqa: PLR0913  an argument an option
    here: Here, as_of: date | None, known_at: date | None, return_code: str | None, organisation_code: str | None,
    status_word: str | None, icb_code: str | None, how: str,
) -> int:  # fmt: skip
    """List the expected returns and their status."""
    context = here.context()
    known_return(context, return_code)
    with answering(context, as_of, known_at) as (connection, day, table):
        columns, rows = listings.fetched(
            listings.select_status(connection, table, return_code, organisation_code, status_word, icb_code)
        )
        here.talk.quiet()
        if organisation_code and not listings.is_known(connection, organisation_code):
            here.talk.say(f"monitor: no organisation {organisation_code} is in the register")
        if icb_code and not listings.is_icb_known(connection, icb_code):
            here.talk.say(f"monitor: no organisation in the register belongs or belonged to the ICB {icb_code}")
    if how == "table":
        columns, rows = listings.without_empty_columns(columns, rows, listings.COLUMNS_OF_A_TABLE)
    print_rows(here, columns, rows, how)
    known = f", from what had been loaded by {known_at}" if known_at else ""
    here.talk.say(f"{number(len(rows), 'expected return')}, as of {day}{known}")
    return DONE


@click.command(epilog=examples("explain Z98001 workforce 2025-09"))
@click.argument("organisation", type=Code(), metavar="ORGANISATION")
@click.argument("return_code", type=ReturnCode(), metavar="RETURN")
@click.argument("period_start", type=Day())
@as_of_option
@known_at_option
@in_workspace
@click.pass_obj
def explain(
    here: Here, organisation: str, return_code: str, period_start: date, as_of: date | None, known_at: date | None
) -> int:
    """Explain step by step why an expected return has its status. Each step has rule, dates, evidence, citation."""
    from monitor.queries.explain import Asked, explanation

    context = here.context()
    known_return(context, return_code)
    with deriving(context, as_of, known_at=known_at, return_codes=[return_code]) as (connection, day):
        asked = Asked(organisation, return_code, period_start, day)
        lines = list(explanation(connection, asked, context.catalogue[return_code]))
    here.talk.quiet()
    click.echo("\n".join(map(on_one_line, lines)))
    return DONE


@click.command(epilog=examples("history Z98001 workforce 2025-09"))
@click.argument("organisation", type=Code(), metavar="ORGANISATION")
@click.argument("return_code", type=ReturnCode(), metavar="RETURN")
@click.argument("period_start", type=Day())
@as_rows
@in_workspace
@click.pass_obj
def history(here: Here, organisation: str, return_code: str, period_start: date, how: str) -> int:
    """Show how the status of an expected return changed. Each change names the load or the day that caused it."""
    from monitor.queries.history import COLUMNS
    from monitor.queries.history import history as changes_of

    context = here.context()
    known_return(context, return_code)
    rows = list(changes_of(context, organisation, return_code, period_start))
    here.talk.quiet()
    print_rows(here, COLUMNS, rows, how)
    return DONE


@click.command(
    epilog=examples(
        'sql "SELECT status, count(*) FROM return_status GROUP BY status"', "sql -f question.sql --format csv"
    )
)
@click.argument("query", required=False)
@click.option(
    "-f", "--file", "file", type=click.File("r", encoding="utf-8"), help="Read the query from a file (- for stdin)."
)
@as_rows
@in_workspace
@click.pass_obj
def sql(here: Here, query: str | None, file: Any, how: str) -> int:
    """Run read-only SQL on the published database. SQL cannot reach files or the network."""
    if (query is None) == (file is None):
        raise click.UsageError("give either a query or -f FILE")
    text = query if query is not None else _text_of(file)
    context = here.context()
    copy = open_for_questions(context.workspace.published, context.settings.memory_limit)
    with copy as connection, query_of_a_person():
        cursor = run_query(connection, text, {})
        columns = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall() if columns else []
    print_rows(here, columns, rows, how)
    return DONE


def _text_of(file: Any) -> str:
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise UsageError(f"the query file {file.name}", "is not UTF-8", "SQL in UTF-8", "save it as UTF-8") from error
