"""Reading what a pack is made from: rows of the derivation for one organisation, with the files that they are from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from monitor.core.errors import UsageError
from monitor.core.vocabulary import MISSED
from monitor.queries.explain import rows_about
from monitor.store import ledger
from monitor.store.named_sql import bound_in, queries_beside, rows_as_dicts, scalar

SQL = queries_beside(__file__)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Detail:
    """What stands behind the status of one missed return; the rows are those that `monitor explain` shows."""

    submissions: tuple[Row, ...]
    notices: tuple[Row, ...]
    gaps: tuple[Row, ...]


@dataclass(frozen=True)
class Gathered:
    """All that a pack is made from.

    stated:        which file and row states where it belongs and who supplies it
    named_in:      which file and row names it
    details:       of each missed return, by expected_id
    requests:      by request_id
    files:         by file_id: the files that any of these rows are from
    newest_loaded: up to when files had been loaded, London time
    ledger_head:   number and hash of the ledger's last entry
    """

    as_of: date
    organisation: Row
    stated: tuple[Row, ...]
    named_in: tuple[Row, ...]
    returns: tuple[Row, ...]
    details: Mapping[int, Detail]
    participation: tuple[Row, ...]
    requests: Mapping[str, Row]
    files: Mapping[int, Row]
    newest_loaded: datetime | None
    ledger_head: str | None


def gather(connection: duckdb.DuckDBPyConnection, organisation_code: str, as_of: date) -> Gathered:
    """Needs the tables of derive_status. Raises UsageError where there is no such organisation, or none reported on."""
    key = {"organisation_code": organisation_code, "as_of": as_of, "period_end": as_of}
    known = _fetch(connection, "organisation", key)
    if not known:
        raise _unknown(connection, organisation_code)
    returns = _fetch(connection, "returns", key)
    if not returns:
        raise _nothing_reported(connection, known[0])
    details = {
        row["expected_id"]: _detail(connection, {**key, **row, "request_id": row["request_id"] or ""})
        for row in returns
        if row["status"] in MISSED
    }
    stated, named_in = tuple(rows_about(connection, "explain_facts", key)), _fetch(connection, "named_in", key)
    participation = _fetch(connection, "participation", key)
    requests = {row["request_id"]: row for row in _fetch(connection, "requests", key)}
    rows = (stated, named_in, participation, requests.values(), *_of_details(details.values()))
    file_ids = {row["file_id"] for some in rows for row in some}
    file_ids |= {row["evidence_file_id"] for row in returns} - {None}
    last = ledger.head(connection)
    files = _fetch(connection, "files", {"file_ids": sorted(file_ids)})
    return Gathered(
        as_of, known[0], stated, named_in, returns, details, participation, requests,
        {row["file_id"]: row for row in files}, scalar(connection, SQL["newest_file"]),
        last.sealed_as if last else None,
    )  # fmt: skip


def _detail(connection: duckdb.DuckDBPyConnection, values: dict[str, Any]) -> Detail:
    return Detail(
        tuple(rows_about(connection, "explain_submissions", values)),
        tuple(rows_about(connection, "explain_notices", values)),
        tuple(rows_about(connection, "explain_gaps", values)),
    )


def _of_details(details: Iterable[Detail]) -> Iterator[tuple[Row, ...]]:
    for one in details:
        yield from (one.submissions, one.notices)


def _unknown(connection: duckdb.DuckDBPyConnection, organisation_code: str) -> UsageError:
    nearest = _fetch(connection, "nearest", {"organisation_code": organisation_code})
    names = ", ".join(f"{row['organisation_code']} ({row['organisation_name']})" for row in nearest)
    return UsageError(
        organisation_code, "no organisation of this code is in the register",
        f"a code in the register, the nearest are {names}" if names else "a code in the register; there are none yet",
        "check the code, or load an organisations file or epraccur that lists it",
    )  # fmt: skip


def _nothing_reported(connection: duckdb.DuckDBPyConnection, organisation: Row) -> UsageError:
    icbs = ", ".join(code for (code,) in connection.execute("FROM reported_icb ORDER BY 1").fetchall())
    limited = f"; monitor.toml reports on ICB {icbs} only, and it belongs to {organisation['icb_code'] or 'none known'}"
    return UsageError(
        organisation["organisation_code"],
        f"nothing was expected from this {organisation['organisation_kind']} up to this day{limited if icbs else ''}",
        advice="`monitor status` lists what is expected, and from whom",
    )  # fmt: skip


def _fetch(connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> tuple[Row, ...]:
    sql = SQL[name]
    return tuple(rows_as_dicts(connection.execute(sql, bound_in(sql, values))))
