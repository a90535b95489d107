"""The questions that people ask on the command line, answered from the store: rows, never sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from monitor.core.vocabulary import Status
from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.due_words import window_words
from monitor.store.named_sql import SqlTemplate, queries_beside, rows_as_dicts, scalar
from monitor.store.schema import show_absences_in

SQL = queries_beside(__file__)

Rows = tuple[list[str], list[tuple[Any, ...]]]

LONGEST_LOOK_AHEAD = 3660  # days

# What a table on a screen has room for; CSV and JSON have every column of return_status.
COLUMNS_OF_A_TABLE = (
    "organisation_code", "organisation_name", "return_code", "period_label", "due_on", "status", "cause",
    "days_late", "days_overdue", "supplier", "request_id",
)  # fmt: skip


def select_status(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    return_code: str | None,
    organisation_code: str | None,
    status: str | None,
    icb_code: str | None,
) -> duckdb.DuckDBPyConnection:
    """The expected returns and their status, each filter optional; every column of return_status.

    Nothing is fetched yet: of a country there are millions.
    """
    return _executed(
        connection, "status", table,
        {"return_code": return_code, "organisation_code": organisation_code, "status": status, "icb_code": icb_code},
    )  # fmt: skip


def select_absences(connection: duckdb.DuckDBPyConnection, table: str) -> duckdb.DuckDBPyConnection:
    """The absences that go with the statuses in a table of `answering`: the columns of the view absence."""
    if table == "return_status_row":
        connection.execute(SQL["absences_derived"])
        show_absences_in(connection, "temp")
    return _executed(connection, "absences", table.replace("return_status_row", "absence_row"), {})


def select_findings(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The findings of the last recorded check, open or over: the columns of the view finding."""
    return _executed(connection, "findings", None, {})


def due_rows(
    connection: duckdb.DuckDBPyConnection, table: str, as_of: date, days: int, returns: Mapping[str, MandatoryReturn]
) -> Rows:
    """What falls due from the day on within so many days, one row a return, period and due date.

    The last column says of a return that can be sent in a window of days only whether it is open yet.
    """
    columns, rows = _rows(connection, "due", table, {"as_of": as_of, "days": days})
    at = {column: place for place, column in enumerate(columns)}
    with_window = []
    for row in rows:
        opens_on = returns[row[at["return_code"]]].calendar.opens_on(row[at["period_start"]])
        window = window_words(opens_on, as_of, row[at["received"]], row[at["organisations"]]) if opens_on else None
        with_window.append((*row[:-1], window))
    return [*columns[:-1], "window"], with_window


def changes(connection: duckdb.DuckDBPyConnection) -> Rows:
    """By return and status: what the answer of the last check would be now, where it differs."""
    return _rows(connection, "changes", None, {})


def status_counts(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, int]:
    """How many expected returns have each status, in the order in which the rules are tried."""
    counts: dict[str, int] = dict(_rows(connection, "status_counts", table, {})[1])
    return {status: counts[status] for status in Status if status in counts}


def open_gaps(connection: duckdb.DuckDBPyConnection, kind: str) -> list[dict[str, Any]]:
    """Open findings that stand for several organisations: supplier_gap, area_gap or source_not_loaded."""
    return _dicts(connection, "open_gaps", {"kind": kind})


def open_single(connection: duckdb.DuckDBPyConnection, kind: str) -> list[dict[str, Any]]:
    """Open findings about one organisation each (missing_return, late_return), counted by return and cause."""
    return _dicts(connection, "open_single", {"kind": kind})


def coverage_differs(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Months in which our count of practices with appointments is not the published one."""
    return _dicts(connection, "coverage_differs", {})


def unmatched(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What was loaded about organisations that are not in the register."""
    return _dicts(connection, "unmatched", {})


def not_watched(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """How many submissions were loaded of each return that is not watched here."""
    return _dicts(connection, "not_watched", {})


def without_icb(connection: duckdb.DuckDBPyConnection) -> int:
    """How many organisations, open now as far as is known, belong to no known ICB."""
    return int(_dicts(connection, "without_icb", {})[0]["organisations"])


def alerts(connection: duckdb.DuckDBPyConnection, state: str | None) -> Rows:
    """The alerts with what came of them, the newest first; state: only those."""
    return _rows(connection, "alerts", None, {"state": state})


def of_alerts(connection: duckdb.DuckDBPyConnection, alert_ids: Sequence[str]) -> list[dict[str, Any]]:
    """These alerts with what came of them, the oldest first."""
    columns, rows = alerts(connection, None)
    return [
        row
        for row in (dict(zip(columns, values, strict=True)) for values in reversed(rows))
        if row["alert_id"] in alert_ids
    ]


def findings_to_tell(connection: duckdb.DuckDBPyConnection) -> Rows:
    """The open findings, with what was notified of them and what people decided."""
    return _rows(connection, "findings_to_tell", None, {})


def silences(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Every silence that was asked for."""
    return _rows(connection, "silences", None, {})


def is_known(connection: duckdb.DuckDBPyConnection, organisation_code: str) -> bool:
    """Whether an organisation is in the register."""
    return bool(_dicts(connection, "organisation_known", {"organisation_code": organisation_code}))


def is_icb_known(connection: duckdb.DuckDBPyConnection, icb_code: str) -> bool:
    """Whether an organisation in the register belongs or belonged to an ICB."""
    return bool(_dicts(connection, "icb_known", {"icb_code": icb_code}))


def without_empty_columns(columns: list[str], rows: list[tuple[Any, ...]], wanted: tuple[str, ...]) -> Rows:
    """The wanted columns, without those in which no row has a value."""
    places = [columns.index(name) for name in wanted]
    filled = [place for place in places if not rows or any(row[place] is not None for row in rows)]
    return [columns[place] for place in filled], [tuple(row[place] for place in filled) for row in rows]


def _rows(connection: duckdb.DuckDBPyConnection, name: str, table: str | None, values: dict[str, Any]) -> Rows:
    return fetched(_executed(connection, name, table, values))


def _executed(
    connection: duckdb.DuckDBPyConnection, name: str, table: str | None, values: dict[str, Any]
) -> duckdb.DuckDBPyConnection:
    return connection.execute(SqlTemplate(SQL[name]).substitute(table=table), values)


def fetched(cursor: duckdb.DuckDBPyConnection) -> Rows:
    """The columns and all rows of an executed query."""
    return [column[0] for column in cursor.description], cursor.fetchall()


def _dicts(connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    return rows_as_dicts(connection.execute(SQL[name], values))


ANYTHING_REJECTED = "SELECT EXISTS (FROM data.rejected_row) OR EXISTS (FROM data.rejected_value)"


def rejected_files(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The files of which rows could not be read, and for how many expected returns that is why nothing is known."""
    if not scalar(connection, ANYTHING_REJECTED):  # the question takes longer to plan than all else of a quiet run
        return []
    return rows_as_dicts(connection.execute(SQL["rejected_files"]))
