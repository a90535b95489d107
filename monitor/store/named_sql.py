"""SQL that lives in files, and how it is run: names substituted, values bound, all of a block or nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Any, Protocol

import duckdb


class Connected(Protocol):
    """What the SQL of the checks is put to: a connection of DuckDB, or what stands for one (on_spark/running.py)."""

    def execute(self, query: str, parameters: Any = None) -> Any: ...

    def executemany(self, query: str, parameters: Any = None) -> Any: ...


class SqlTemplate(Template):
    """SQL with @names for identifiers, which cannot be bound as parameters. Values are always bound."""

    delimiter = "@"


QUERY = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def queries_beside(module: str) -> Mapping[str, str]:
    """The queries in the folder sql/ beside a module (its `__file__`), by name.

    A file holds several, each below a line `-- name: open_gaps`; or one, which is called as the file is.
    Raises ValueError where a name is there twice.
    """
    queries: dict[str, str] = {}
    for file in sorted(Path(module).with_name("sql").glob("*.sql")):
        before, *named = QUERY.split(file.read_text(encoding="utf-8"))
        found = list(zip(named[::2], named[1::2], strict=True)) or [(file.stem, before)]
        for name, text in found:
            if name in queries:
                raise ValueError(f"{file}: there is already a query {name}")
            queries[name] = text
    return MappingProxyType(queries)


def quoted(identifier: str) -> str:
    """An identifier as it must stand in SQL, whatever characters a file's heading holds."""
    return '"' + identifier.replace('"', '""') + '"'


def bound_in(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the SQL names as $name: DuckDB takes no more than it needs."""
    named = set(re.findall(r"\$(\w+)", sql))
    return {name: value for name, value in values.items() if name in named}


def scalar(connection: Connected, sql: str, parameters: Any = None) -> Any:
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
