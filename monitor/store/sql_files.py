"""SQL that lives in files, and how it is run: names substituted, values bound, all of a block or nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import duckdb

SQL_FOLDER = Path(__file__).with_name("sql")


class SqlTemplate(Template):
    """SQL with @names for identifiers, which cannot be bound as parameters. Values are always bound."""

    delimiter = "@"


@cache
def sql_file(name: str) -> str:
    """The text of one file under store/sql."""
    return (SQL_FOLDER / name).read_text(encoding="utf-8")


def quoted(identifier: str) -> str:
    """An identifier as it must stand in SQL, whatever characters a file's heading holds."""
    return '"' + identifier.replace('"', '""') + '"'


def bound_in(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the SQL names as $name: DuckDB takes no more than it needs."""
    named = set(re.findall(r"\$(\w+)", sql))
    return {name: value for name, value in values.items() if name in named}


def run_sql_file(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run every statement of a file."""
    connection.execute(sql_file(name))


def scalar(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> Any:
    """The first column of the first row; None where there is no row."""
    row = connection.execute(sql, parameters).fetchone()
    return row[0] if row else None


def rows_as_dicts(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """All rows of an executed query, each by column name."""
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block or nothing of it."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
