"""Which returns have to be worked out again: those of which something differs that their kept answer rests on.

Everything from expected returns to causes and absences is separate by return. So what is kept of the others stays, as
long as the check that it is of ran to its end, the day is not before its day, and its rows are as they were kept.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from monitor.config.context import Context
from monitor.core.hashes import hash_of
from monitor.status.question import day_asked, said_of_settings
from monitor.store.named_sql import queries_beside, scalar
from monitor.store.store_state import Holds, append_only_tables

SQL = queries_beside(__file__)

# Tables of what was received that are spoken for by content (said_of_all, said_of_returns), or that no status rests on.
NOT_COUNTED = frozenset({
    "loaded_file", "rejected_row", "rejected_value", "doubtful_row", "dismissal", "dismissal_version", "unread_inbox",
    "notice_row", "mapped_file", "contact_row",
})  # fmt: skip
RestsOn = Mapping[str, str]  # by return, a hash


def statuses_rest_on(connection: duckdb.DuckDBPyConnection, context: Context) -> RestsOn:
    """By return: a hash of all that its statuses rest on under the question stated on this connection, but the day."""
    counted_of_all, counted = _counts(connection)
    of_all = connection.execute(SQL["said_of_all"]).fetchall()
    of_each = dict(connection.execute(SQL["said_of_returns"]).fetchall())
    ground = hash_of(context.build, duckdb.__version__, said_of_settings(context), repr(of_all), repr(counted_of_all))
    return {
        code: hash_of(ground, definition.model_dump_json(), of_each.get(code, ""), repr(counted.get(code)))
        for code, definition in context.catalogue.items()
    }


def _counts(connection: duckdb.DuckDBPyConnection) -> tuple[list[tuple[str, int]], dict[str, list[tuple[str, int]]]]:
    """How many rows the tables of what was received have: of those that name no return, and of the others by return.

    A row that could name a return and does not counts for all.
    """
    tables = [name for name in append_only_tables(connection, {Holds.RECEIVED}) if name not in NOT_COUNTED]
    with_return = _with_return(connection)
    selects = [
        f"SELECT '{name}', {'return_code' if name in with_return else 'NULL'}, count(*) FROM data.{name} GROUP BY ALL"  # noqa: S608  names of ours
        for name in tables
    ]
    of_all: list[tuple[str, int]] = []
    by_return: dict[str, list[tuple[str, int]]] = {}
    for name, code, count in sorted(connection.execute(" UNION ALL ".join(selects)).fetchall(), key=repr):
        (of_all if code is None else by_return.setdefault(code, [])).append((name, count))
    return of_all, by_return


def _with_return(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute(
        "SELECT table_name FROM duckdb_columns() WHERE schema_name = 'data' AND column_name = 'return_code'"
    ).fetchall()
    return {name for (name,) in rows}


def touched(connection: duckdb.DuckDBPyConnection, context: Context, now: RestsOn) -> frozenset[str]:
    """The returns to work out again. now: what they rest on now."""
    day, kept_day = day_asked(connection), scalar(connection, "SELECT max(as_of) FROM data.status_day")
    is_complete = scalar(connection, "SELECT count(*) FROM data.status_kept_for")
    connection.execute(SQL["kept_said"])
    kept = {code: rest for code, *rest in connection.execute(SQL["kept"]).fetchall()}
    if not is_complete or kept_day is None or kept_day > day or kept.keys() != context.catalogue.keys():
        return frozenset(context.catalogue)
    return frozenset(
        code
        for code, (rested_on, changes_on, is_whole) in kept.items()
        if rested_on != now[code] or not is_whole or (changes_on is not None and changes_on <= day)
    )
