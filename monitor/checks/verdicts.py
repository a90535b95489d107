"""The statuses of a day, kept, and Great Expectations' verdicts on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from monitor.analysis.control_charts import derive_charts
from monitor.checks.suites import Verdict, could_not_check, run_suites
from monitor.config.context import Context
from monitor.returns.working_days import england
from monitor.status.derivation import Question, derive_status
from monitor.store.named_sql import queries_beside, transaction

if TYPE_CHECKING:
    from monitor.checks.great_expectations import Validator

SQL = queries_beside(__file__)


def judge(
    context: Context, connection: duckdb.DuckDBPyConnection, as_of: date, is_look_back: bool = False
) -> tuple[tuple[Verdict, ...], frozenset[str]]:
    """The verdicts on the statuses of a day, and the returns that could not be checked: of these nothing is known.

    What is kept of the day are its statuses and the control charts that go with them.
    """
    derive_and_keep(context, connection, as_of)
    verdicts = _judged_in_passing(context, connection) if is_look_back else judged_by_suites(context, connection)
    unchecked = could_not_check(verdicts)
    if unchecked:
        derive_and_keep(context, connection, as_of, unchecked)
    derive_charts(connection, context.settings, as_of)
    return verdicts, unchecked


def derive_and_keep(
    context: Context, connection: duckdb.DuckDBPyConnection, as_of: date, unchecked: frozenset[str] = frozenset()
) -> None:
    """Derive and commit: Great Expectations reads through a cursor of its own, which sees only what is committed."""
    context.progress("working out statuses", str(as_of))
    derive_status(connection, question(context, as_of, unchecked))
    with transaction(connection):
        connection.execute(SQL["keep_status"])


def judged_by_suites(context: Context, connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    """Great Expectations' verdicts, and its Data Docs for whoever wants them."""
    from monitor.report.data_docs import make_data_docs

    with _validator(context, connection) as validator:
        verdicts = _verdicts(context, connection, validator)
        make_data_docs(validator.write_data_docs, context.workspace.data_docs_made)
        return verdicts


def _judged_in_passing(context: Context, connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    """The verdicts on what is not the state that is kept: without Data Docs, which are of that."""
    with _validator(context, connection) as validator:
        return _verdicts(context, connection, validator)


@contextmanager
def _validator(context: Context, connection: duckdb.DuckDBPyConnection) -> Iterator[Validator]:
    context.progress("starting Great Expectations", "")
    from monitor.checks.great_expectations import (
        Validator,  # here, because it takes seconds and most commands need none of it
    )

    validator = Validator(connection, schema="data")
    try:
        yield validator
    finally:
        validator.close()


def _verdicts(context: Context, connection: duckdb.DuckDBPyConnection, validator: Validator) -> tuple[Verdict, ...]:
    on_suite = lambda code: context.progress("checking", code)  # noqa: E731
    return tuple(run_suites(connection, context.catalogue, validator, on_suite))


def last_verdicts(connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    rows = connection.execute("FROM data.verdict ORDER BY return_code, expectation_number").fetchall()
    return tuple(Verdict(*row) for row in rows)


def question(context: Context, as_of: date, unchecked: frozenset[str], begun_by: date | None = None) -> Question:
    return Question(as_of, context.settings, context.catalogue, england(), unchecked, begun_by)
