"""The published copy, read in bulk: each query of store/sql/report as rows by column name, sorted, streamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from monitor.store.named_sql import SqlTemplate, bound_in, queries_beside, rows_as_dicts

SQL = queries_beside(__file__)

Row = dict[str, Any]
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Edition:
    """What a site is made from. rests_on: differs whenever a page could. as_of: None where nothing was checked yet."""

    as_of: date
    checked_at: datetime
    rests_on: str


def edition(copy: duckdb.DuckDBPyConnection) -> Edition | None:
    """The edition that a published copy holds; None where nothing was checked yet."""
    rows = read(copy, "edition")
    return Edition(**rows[0]) if rows else None


def prepare(copy: duckdb.DuckDBPyConnection) -> None:
    """Make, for this connection, what tells which pages differ."""
    copy.execute(SQL["row_said"])
    copy.execute(SQL["slot_of_period"])


def put_rows(copy: duckdb.DuckDBPyConnection, wanted: Mapping[str, Sequence[str]], absences: int) -> None:
    """Make the rows that pages count from, for this connection. wanted: by kind, the codes that pages are made of.

    absences: how many of all there are needed, besides those of what is wanted.
    """
    kinds = {"organisations": "organisation", "icbs": "icb", "sub_icbs": "sub-icb", "pcns": "pcn", "returns": "return"}
    codes = {name: list(wanted[kind]) for name, kind in kinds.items()}
    copy.execute(SQL["wanted_row"], codes)
    sql = SQL["absence_shown"]
    copy.execute(sql, bound_in(sql, {**codes, "most": absences}))
    copy.execute(SQL["report_row"])


def put_reach(copy: duckdb.DuckDBPyConnection) -> None:
    """Make, for this connection, what says which parts of each publication are loaded."""
    copy.execute(SQL["published_reach"])


def put_rates(copy: duckdb.DuckDBPyConnection) -> None:
    """Make, for this connection, the rows that the pages of the reporting rate are read from."""
    copy.execute(SQL["rate_row"])


def read(copy: duckdb.DuckDBPyConnection, name: str, **values: Any) -> list[Row]:
    """All rows of one query. values: its parameters."""
    sql = SQL[name]
    return rows_as_dicts(copy.execute(sql, bound_in(sql, values)))


def stream(copy: duckdb.DuckDBPyConnection, name: str, **values: Any) -> Iterator[Row]:
    """The rows of one query, a batch at a time. No other query may be asked of this connection meanwhile.

    values: its parameters; `area` is the name of a column.
    """
    sql = SqlTemplate(SQL[name]).safe_substitute(area=values.pop("area", ""))
    cursor = copy.execute(sql, bound_in(sql, values))
    names = [column[0] for column in cursor.description]
    while batch := cursor.fetchmany(ROWS_AT_ONCE):
        for row in batch:
            yield dict(zip(names, row, strict=True))
