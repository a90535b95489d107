"""What the old store tells: its answer, which files it had loaded, and what no file tells; as far as it can be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb

from monitor.checks.check_runs import last_check, last_recorded_day
from monitor.config.context import Context
from monitor.core.errors import EnvironmentFault
from monitor.returns.working_days import england
from monitor.status.derivation import derive_status
from monitor.status.organisations import organisations_are_current
from monitor.status.question import Question, question_of
from monitor.store.connection import is_in_use, open_reader
from monitor.store.named_sql import SqlTemplate, queries_beside, rows_as_dicts

SQL = queries_beside(__file__)

# What no file tells: the section "what was found, and what ran" of tables.sql.
HISTORY = (
    "job_run", "finding_subject", "finding_event", "check_run", "alert", "alert_recipient", "alert_item",
    "alert_message", "delivery_attempt", "silence", "silence_ended", "decision", "feed_decision", "job_watch",
    "monthly_rollup", "ledger",
)  # fmt: skip

FILES = """
SELECT file_id, file_name, sha256, format, loaded_at, state, rows_loaded, rows_duplicate, rows_rejected, detail
FROM data.loaded_file ORDER BY file_id
"""
ELSEWHERE = "SELECT DISTINCT path, sha256 FROM data.file_seen WHERE sha256 IN (SELECT sha256 FROM data.loaded_file)"

Answer = dict[str, tuple[int, str, str]]  # by return: expected returns, digest of what is said, digest of the evidence


@dataclass(frozen=True)
class Before:
    """What the old store tells. answer None: it cannot give one; trouble says why. history: the tables it can give."""

    as_of: date | None = None
    answer: Answer | None = None
    files: tuple[dict[str, Any], ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    unchecked: frozenset[str] = frozenset()
    history: tuple[str, ...] = ()
    feed_decisions: tuple[tuple[Any, ...], ...] = ()
    trouble: str = ""


def notified_before(context: Context) -> Before:
    """All that can be read of the store that is there, and what is in the way of the rest."""
    store = context.workspace.store
    if not store.is_file():
        return Before(trouble=f"there is no {store}")
    try:
        with open_reader(store, context.settings.memory_limit) as connection:
            return _findings_by(context, connection)
    except EnvironmentFault as fault:
        if not is_damage(fault.__cause__):
            raise
        return Before(trouble=f"{store} cannot be read: {first_line(fault.__cause__)}")
    except duckdb.Error as error:
        return Before(trouble=f"{store} cannot be read: {first_line(error)}")


def _findings_by(context: Context, connection: duckdb.DuckDBPyConnection) -> Before:
    """What can be read of a store. One damaged place may spoil all that is asked after it, so files come first."""
    files = tuple(rows_as_dicts(connection.execute(FILES)))
    as_of = last_recorded_day(connection)
    before = Before(as_of, files=files, elsewhere=tuple(connection.execute(ELSEWHERE).fetchall()))
    unchecked = frozenset(code for (code,) in connection.execute("FROM data.unchecked_return").fetchall())
    history = tuple(table for table in HISTORY if _can_be_read(connection, table))
    before = replace(before, unchecked=unchecked, history=history)
    if "feed_decision" in history:
        before = replace(before, feed_decisions=tuple(connection.execute("FROM data.feed_decision").fetchall()))
    if not organisations_are_current(connection):
        return replace(before, trouble="the old store gives no answer: a load did not run to its end")
    try:
        return replace(before, answer=_old_answer(context, connection, before))
    except duckdb.Error as error:
        return replace(before, trouble=f"the old store gives no answer: {first_line(error)}")


def _old_answer(context: Context, connection: duckdb.DuckDBPyConnection, before: Before) -> Answer:
    """The answer that the last check kept, if it is to the same question; else it is worked out from the old rows."""
    day = before.as_of or context.as_of(None)
    if last_check(connection, question_of(context, day).fingerprint(connection, context.build)):
        return answer_by_return(connection, "data.return_status_row")
    return derived(context, connection, day, before.unchecked)


def _can_be_read(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    try:
        connection.execute(f"SELECT sum(hash(t)) FROM data.{table} AS t").fetchone()  # noqa: S608  a table of ours
    except duckdb.Error:
        return False
    return True


def is_damage(error: BaseException | None) -> bool:
    """Whether a store could not be opened because of what is in it, and not because of who has it or may read it."""
    return isinstance(error, duckdb.Error) and not is_in_use(error) and "Permission denied" not in str(error)


def derived(context: Context, connection: duckdb.DuckDBPyConnection, as_of: date, unchecked: frozenset[str]) -> Answer:
    """The answer of a store, worked out from its rows."""
    context.progress("working out statuses", str(as_of))
    derive_status(connection, Question(as_of, context.settings, context.catalogue, england(), unchecked))
    return answer_by_return(connection, "return_status_row")


def answer_by_return(connection: duckdb.DuckDBPyConnection, table: str) -> Answer:
    """The answer that a table of statuses holds."""
    sql = SqlTemplate(SQL["answer_by_return"]).substitute(table=table)
    return {code: tuple(rest) for code, *rest in connection.execute(sql).fetchall()}


def first_line(error: BaseException | None) -> str:
    """What an error of DuckDB says, without where in the query."""
    return str(error).strip().splitlines()[0]
