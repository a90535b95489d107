"""Rows and values that could not be read, and what people decide about them. All is kept, and sealed in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb

from monitor.core.errors import UsageError
from monitor.core.text import listed
from monitor.store.ledger import DISMISSAL, append
from monitor.store.named_sql import queries_beside, rows_as_dicts, scalar, transaction

SQL = queries_beside(__file__)

COLUMNS = (
    "file_name", "row_number", "what", "reason", "column", "text", "organisation_code", "return_code", "period_start",
    "in_doubt",
)  # fmt: skip


def rejected(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """What could not be read and stands so: rows of COLUMNS, those that hold most in doubt first.

    what: row (rejected) or value (left out of a row that is loaded). in_doubt: how many expected returns are not known
    for it, by the last check.
    """
    return connection.execute(SQL["rejected"]).fetchall()


def dismiss(
    connection: duckdb.DuckDBPyConnection,
    file_name: str,
    row_number: int | None,
    author: str,
    reason: str,
    at: datetime,
) -> None:
    """Say that what could not be read of a file, or of one row, holds nothing in doubt. The next check judges by it.

    Raises UsageError where there is no such file, nothing of it was rejected, or it is dismissed already.
    """
    _refuse_nothing_to_dismiss(connection, file_name, row_number)
    said = {
        "dismissal_number": len(dismissals(connection)) + 1,
        "file_name": file_name,
        "row_number": row_number,
        "author": author,
        "reason": reason,
    }
    with transaction(connection):
        connection.execute("INSERT INTO data.dismissal VALUES (?, ?, ?, ?, ?, ?)", [*said.values(), at])
        append(connection, DISMISSAL, at, said)


def dismissals(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every dismissal, as it is entered in the ledger, the oldest first."""
    return rows_as_dicts(connection.execute(SQL["dismissals"]))


def _refuse_nothing_to_dismiss(connection: duckdb.DuckDBPyConnection, file_name: str, row_number: int | None) -> None:
    standing = [(name, row) for name, row, *_ in rejected(connection)]
    if any(name == file_name and row_number in (None, row) for name, row in standing):
        return
    where = file_name if row_number is None else f"{file_name}, row {row_number}"
    look = "`monitor rejected list` shows what could not be read"
    named = "SELECT count(*) FROM data.loaded_file WHERE file_name = $name AND state = 'loaded'"
    if not scalar(connection, named, {"name": file_name}):
        names = list(dict.fromkeys(name for name, _ in standing))
        expected = f"a file that was loaded: {listed(names)}" if names else "a file that was loaded"
        raise UsageError(where, "no file of this name was loaded", expected, look)
    if any(one["file_name"] == file_name and one["row_number"] in (None, row_number) for one in dismissals(connection)):
        raise UsageError(where, "is dismissed already", advice=look)
    rows = [row for name, row in standing if name == file_name]
    expected = f"one of its rows that were: {listed([str(row) for row in rows])}" if rows else ""
    raise UsageError(where, "nothing of it was rejected, or it has been read since", expected, look)
