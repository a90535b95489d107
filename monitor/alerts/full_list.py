"""The list behind a letter: all of it as CSV, which DuckDB writes, and its first rows, for a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from monitor.core.tables import CONTROLS
from monitor.core.text import FORMULA_STARTS, UNREADABLE
from monitor.store.named_sql import SqlTemplate, queries_beside, quoted, scalar

SQL = queries_beside(__file__)

# More is nobody's reading, and takes seconds and hundreds of megabytes to make.
MOST_ROWS_OF_A_WORKBOOK = 5_000
UTF_8_FOR_EXCEL = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class FullList:
    """A list. rows: the first ones, as many as a workbook gets; count: of all; csv: all of them, where it is wanted."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    count: int
    csv: bytes | None = None


def list_of_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> FullList:
    """Rows that are at hand, without a CSV file."""
    return FullList(columns, rows[:MOST_ROWS_OF_A_WORKBOOK], len(rows))


def list_of_query(connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any]) -> FullList:
    """What a query gives, in its order; no cell of the CSV file is read as a formula."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE full_list AS {query}", values)
    cursor = connection.execute(SQL["first_of_list"], {"most": MOST_ROWS_OF_A_WORKBOOK})
    columns = [(name, str(kind)) for name, kind, *_ in cursor.description]
    rows, count = cursor.fetchall(), scalar(connection, "SELECT count(*) FROM full_list")
    texts = [quoted(name) for name, kind in columns if kind == "VARCHAR"]
    return FullList([name for name, _ in columns], rows, count, UTF_8_FOR_EXCEL + _as_csv(connection, texts))


def _as_csv(connection: duckdb.DuckDBPyConnection, texts: Sequence[str]) -> bytes:
    starts = ", ".join(f"'{start}'" for start in FORMULA_STARTS)
    made_harmless = {"starts": starts, "controls": CONTROLS, "unreadable": UNREADABLE}
    connection.execute(SqlTemplate(SQL["harmless"]).substitute(made_harmless))
    replaced = f"REPLACE ({', '.join(f'harmless({text}) AS {text}' for text in texts)})" if texts else ""
    # Where DuckDB puts what does not fit into memory: on the store's own disk, and emptied after each run.
    file = Path(scalar(connection, "SELECT current_setting('temp_directory')")) / "list_of_a_letter.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    place = str(file).replace("'", "''")
    try:
        connection.execute(SqlTemplate(SQL["list_to_csv"]).substitute(replaced=replaced, place=place))
        return file.read_bytes()
    finally:
        file.unlink(missing_ok=True)
