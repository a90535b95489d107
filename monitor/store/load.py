"""Loading one recognised file: text is typed on purpose, every row read is accounted for, all of it or nothing.

rows in file = loaded + duplicate + rejected. A rejected row is kept with its number, reason and text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from monitor.errors import FileRefused
from monitor.sources import CsvTable, ParquetTable, Recognised, RowTable, read_csv_carefully
from monitor.sources.careful_csv import needs_care
from monitor.sources.editions import regions_of, version_of
from monitor.sources.shape import as_duckdb_reads_it
from monitor.store.database import SqlTemplate, bound_in, quoted, scalar, sql_file, transaction
from monitor.store.mapped_rows import mapped_rows

Table = CsvTable | ParquetTable | RowTable

ROWS_AT_A_TIME = 50_000
MOST_COLUMNS_LOOKED_AT = 60
FEWEST_NHS_NUMBERS = 3
SHARE_OF_NHS_NUMBERS = 0.5

# What a file that could not be read to the end of a row is rejected for: values are missing where they belong.
REASON_OF_BROKEN_ROW = "missing_value"

# How many of the columns are hashed to find rows that could be duplicates.
COLUMNS_OF_A_HASH = 4

# What a later row replaces an earlier one by, in the files that people keep themselves.
KEY_OF_WHAT_IS_REPLACED = {
    "organisation": "organisation_code, valid_from",
    "request": "request_id, organisation_code, return_code",
    "notice": "notice_id",
    "participation": "organisation_code, return_code, from_on",
}

# Columns of long logs in which a row that is not rejected cannot hold a number of ten digits: a code, a date, a word.
KEPT_FROM_NUMBERS = {"submission": ("organisation_code", "return_code", "period_start", "submitted_at", "outcome")}

OWN_FORMATS = {"submission", *KEY_OF_WHAT_IS_REPLACED}

# Rows that DuckDB reads carry no number; their order is the file's.
WITHOUT_PLACE = "CAST(NULL AS BIGINT) AS row_number, CAST(NULL AS VARCHAR) AS read_fault"


@dataclass(frozen=True)
class RowCounts:
    """rows_in_file = loaded + duplicate + rejected. Rows left out by a column map are in none of them."""

    in_file: int = 0
    loaded: int = 0
    duplicate: int = 0
    rejected: int = 0
    left_out: int = 0

    def __add__(self, other: RowCounts) -> RowCounts:
        return RowCounts(
            self.in_file + other.in_file,
            self.loaded + other.loaded,
            self.duplicate + other.duplicate,
            self.rejected + other.rejected,
            self.left_out + other.left_out,
        )


@dataclass(frozen=True)
class FileIdentity:
    """A file's name as people know it, its bytes' SHA-256, and where it lies."""

    name: str
    sha256: str
    path: Path


@dataclass(frozen=True)
class LoadedFile:
    """What became of one file."""

    identity: FileIdentity
    format_name: str | None
    state: str  # loaded | refused
    counts: RowCounts
    detail: str | None = None


def is_loaded(connection: duckdb.DuckDBPyConnection, sha256: str) -> bool:
    """Whether a file of the same bytes has been loaded before."""
    sql = "SELECT count(*) FROM data.loaded_file WHERE sha256 = $sha256 AND state = 'loaded'"
    return bool(scalar(connection, sql, {"sha256": sha256}))


def load_file(
    connection: duckdb.DuckDBPyConnection,
    identity: FileIdentity,
    recognised: Recognised,
    periods_of_returns: Mapping[str, str],
    loaded_at: datetime,
) -> LoadedFile:
    """Load one file in one transaction. Raises FileRefused where it holds patient-level data; then nothing is kept.

    periods_of_returns: return code -> month | quarter | contract_year | any, which tells where a period may begin.
    """
    values = {
        "return_codes": list(periods_of_returns),
        "periods": list(periods_of_returns.values()),
        "loaded_at": loaded_at,
    }
    for table in recognised.tables:
        _type_rows(connection, table, identity.name, values)
        _refuse_patient_data(connection, table, identity.name)
    with transaction(connection):
        file_id = scalar(connection, "SELECT nextval('data.next_file')")
        counts = sum((_insert_rows(connection, table, file_id) for table in recognised.tables), RowCounts())
        editions = [recognised.edition_on, *(_edition(connection, table) for table in recognised.tables)]
        loaded = LoadedFile(identity, recognised.format_name, "loaded", counts, _detail(recognised, counts))
        _record_file(connection, file_id, loaded, loaded_at, next((day for day in editions if day), None))
    for table in recognised.tables:
        connection.execute(f"DROP TABLE {_typed_name(table)}")
    return loaded


def record_archive(
    connection: duckdb.DuckDBPyConnection, identity: FileIdentity, members: int, loaded_at: datetime
) -> None:
    """Note that an archive was read, so that it is not unpacked again; its members are recorded each by itself."""
    archive = LoadedFile(identity, "zip archive", "loaded", RowCounts(), f"holds {members:,} files")
    with transaction(connection):
        _record_file(connection, scalar(connection, "SELECT nextval('data.next_file')"), archive, loaded_at, None)


def record_refusal(
    connection: duckdb.DuckDBPyConnection, identity: FileIdentity, refusal: FileRefused, loaded_at: datetime
) -> LoadedFile:
    """Note that a file was refused and why: once for the same bytes, however often it is met."""
    refused = LoadedFile(identity, None, "refused", RowCounts(), refusal.message)
    known = "SELECT count(*) FROM data.loaded_file WHERE sha256 = $sha256 AND file_name = $name AND state = 'refused'"
    if not scalar(connection, known, {"sha256": identity.sha256, "name": identity.name}):
        with transaction(connection):
            _record_file(connection, scalar(connection, "SELECT nextval('data.next_file')"), refused, loaded_at, None)
    return refused


def _typed_name(table: Table) -> str:
    """The temporary table that holds a file's rows, typed, until they are inserted."""
    return f"typed_{table.format.table}"


def _detail(recognised: Recognised, counts: RowCounts) -> str | None:
    """What a person should know of a file that was loaded."""
    if counts.left_out:
        return f"{counts.left_out:,} row{'' if counts.left_out == 1 else 's'} left out by the column map"
    return recognised.note or _columns_not_used(recognised)


def _columns_not_used(recognised: Recognised) -> str | None:
    """Columns of people's own files that mean nothing to us: a misspelt heading looks just so.

    Of an export that a column map describes they are no news: the map says what is used, and all of it is there.
    """
    own = [table for table in recognised.tables if table.format.table in OWN_FORMATS and not table.format.column_map]
    ignored = sorted({column for table in own for column in table.ignored})
    return f"columns not used: {', '.join(ignored)}" if ignored else None


def _type_rows(connection: duckdb.DuckDBPyConnection, table: Table, name: str, values: dict[str, Any]) -> None:
    """Type the file's rows: fast where the file is well-formed, exact where it is not.

    Outside the loading transaction, because DuckDB gives up a transaction at the first row that it cannot read.
    """
    if isinstance(table, RowTable):
        _type_from_python(connection, table, ((*row, None) for row in table.rows()), values)
        return
    try:
        _create_typed(connection, table, _source_of(table), {**values, "path": as_duckdb_reads_it(table.path)})
        if not isinstance(table, CsvTable):
            return
        rows = scalar(connection, f"SELECT count(*) FROM {_typed_name(table)}")
        if needs_care(table.path, rows + table.header_rows):
            _type_from_python(connection, table, read_csv_carefully(table), values)
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as error:
        if isinstance(table, ParquetTable):  # what DuckDB says may repeat a value of the file
            raise FileRefused(
                name, "is damaged: it cannot be read to its end", "a whole Parquet file", "export or download it again"
            ) from error
        if not isinstance(error, (duckdb.InvalidInputException, duckdb.ConversionException)):
            raise
        _type_from_python(connection, table, read_csv_carefully(table), values)


def _type_from_python(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    rows: Iterator[tuple[int, tuple[str | None, ...], str | None]],
    values: dict[str, Any],
) -> None:
    """Rows that Python read go through frames of text into a table of text, then are typed like any other."""
    import pandas  # here, because most commands load no rows and start faster without it

    names = ["row_number", "read_fault", *table.columns]
    columns = ", ".join([f"{quoted(n)} {'BIGINT' if n == 'row_number' else 'VARCHAR'}" for n in names])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE staged_rows ({columns})")
    while batch := list(islice(rows, ROWS_AT_A_TIME)):
        records = [(number, fault and f"{REASON_OF_BROKEN_ROW}:{fault}", *cells) for number, cells, fault in batch]
        frame = pandas.DataFrame.from_records(records, columns=names).astype(dict.fromkeys(names[1:], object))
        connection.register("frame", frame)
        connection.execute("INSERT INTO staged_rows SELECT * FROM frame")
        connection.unregister("frame")
    source = f"SELECT row_number, read_fault, {_canonical(table)} FROM staged_rows"
    _create_typed(connection, table, source, values)
    connection.execute("DROP TABLE staged_rows")


def _source_of(table: CsvTable | ParquetTable) -> str:
    """A SELECT over the file itself, every column as text."""
    if isinstance(table, ParquetTable):
        names = ", ".join(quoted(name) for name in table.columns)
        reader = "read_parquet($path, hive_partitioning = false)"
        everything = f"(SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {reader}) AS file_rows({names})"
        return f"SELECT {WITHOUT_PLACE}, {_canonical(table)} FROM {everything}"
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in table.columns)
    reader = (
        f"read_csv($path, columns = {{{types}}}, auto_detect = false, header = {str(table.header_rows == 1).lower()}, "
        "hive_partitioning = false, delim = ',', quote = '\"', escape = '\"', strict_mode = true)"
    )
    return f"SELECT {WITHOUT_PLACE}, {_canonical(table)} FROM {reader}"


def _canonical(table: Table) -> str:
    """The file's columns, and one for each canonical column that it does not have: what its name says, or empty."""
    absent = [column for column in table.format.columns if column not in table.columns]
    texts = {column: f"'{table.given[column]}'" if column in table.given else "NULL" for column in absent}
    return ", ".join(
        [quoted(column) for column in table.columns] + [f"CAST({texts[c]} AS VARCHAR) AS {quoted(c)}" for c in absent]
    )


def _create_typed(connection: duckdb.DuckDBPyConnection, table: Table, source: str, values: dict[str, Any]) -> None:
    if table.format.column_map:
        source, values = mapped_rows(table.format.column_map, source, values)
    typing = sql_file(f"typed/{table.format.table}.sql")
    cells = [f"carried.{quoted(column)}" for column in table.columns]
    looked_at, kept_from = _looked_at(table), KEPT_FROM_NUMBERS.get(table.format.table, ())
    sql = SqlTemplate(sql_file("typed_table.sql")).substitute(
        typed=_typed_name(table),
        source=source,
        typing=typing,
        columns=", ".join(_typed_columns(connection, table, cells)),
        # As a list: one expression for all cells, where one for each of a wide file's takes seconds to plan.
        texts=f"list_transform([{', '.join(cells)}], lambda cell: as_written(cell))",
        looked_at=", ".join(looked_at.values()),
        with_number=_any_with_number(text for column, text in looked_at.items() if column not in kept_from),
        with_number_if_rejected=_any_with_number(looked_at[column] for column in kept_from if column in looked_at),
    )
    connection.execute("SET preserve_insertion_order = true")  # the place of a row is its number in the file
    connection.execute(sql, bound_in(sql, values))


def _looked_at(table: Table) -> dict[str, str]:
    """Where NHS numbers are looked for: column -> SQL of its text.

    Of a very wide or a very long file, the columns that are not used are one text: some 800 tests of a row take minutes
    to plan, and a test of each cell of a million rows takes as long as reading them.
    """
    cells = {column: f"carried.{quoted(column)}" for column in table.columns}
    is_wide = len(cells) > MOST_COLUMNS_LOOKED_AT
    if not table.ignored or not (is_wide or table.format.typed):
        return cells
    unused = ", ".join(cells.pop(column) for column in table.ignored)
    # Three characters between two cells: more than may stand inside a number.
    text = f"concat_ws(' | ', {unused})"
    # Among hundreds of fractions in a row (hours worked) some pass the check digit by chance: they are left out.
    return {**cells, "one of those that are not used": f"without_fractions({text})" if is_wide else text}


def _any_with_number(texts: Iterable[str]) -> str:
    """The SQL test whether one of the texts could hold an NHS number: quick, and sure to miss none."""
    return f"({' OR '.join(f'could_hold_nhs_number({text})' for text in texts) or 'FALSE'})"


def _refuse_patient_data(connection: duckdb.DuckDBPyConnection, table: Table, name: str) -> None:
    """Raise FileRefused where a column holds NHS numbers. The message names the column, never a value."""
    sql = SqlTemplate(sql_file("patient_numbers.sql")).substitute(typed=_typed_name(table))
    columns = list(_looked_at(table))
    for place, alike, valid, with_several in connection.execute(sql, {"several": FEWEST_NHS_NUMBERS}).fetchall():
        # One ten-digit number in eleven passes the check digit by chance.
        is_column_of_them = valid >= min(FEWEST_NHS_NUMBERS, max(alike, 2)) and valid >= SHARE_OF_NHS_NUMBERS * alike
        if is_column_of_them or with_several:
            column = columns[place - 1]
            raise FileRefused(
                name,
                f"holds patient-level data: {valid:,} valid NHS numbers in column {column!r}; nothing of it was kept",
                "files about organisations, never about patients",
                "remove the file from the inbox, and report it as your information governance rules ask",
            )


def _typed_columns(connection: duckdb.DuckDBPyConnection, table: Table, cells: list[str]) -> list[str]:
    """The values that each row is typed into, and a hash to find repeated ones: of gathered rows of the whole line."""
    if not table.format.typed:
        columns = _target_columns(connection, table)
        return [*columns, f"hash({', '.join(columns[:COLUMNS_OF_A_HASH])}) AS row_hash"]
    return [*table.format.typed, f"hash({', '.join(cells)}) AS line_hash"]


def _insert_rows(connection: duckdb.DuckDBPyConnection, table: Table, file_id: int) -> RowCounts:
    """Good rows go to their table, rejected ones to rejected_row."""
    names = _names_in_sql(connection, table)
    place = {"file_id": file_id, "heading_rows": getattr(table, "header_rows", 1)}
    connection.execute(SqlTemplate(_duplicates(table)).substitute(names))
    restated = scalar(connection, SqlTemplate(sql_file("restated.sql")).substitute(names)) if _is_edition(table) else 0
    # Each row carries its number in the file: where it comes to lie does not matter, and both cores may write.
    connection.execute("SET preserve_insertion_order = false")
    _execute(connection, "insert_gathered.sql" if table.format.typed else "insert_rows.sql", names, place)
    _execute(connection, "insert_rejected.sql", names, place)
    left_out = 0
    if table.format.column_map:
        left_out = scalar(connection, f"SELECT count(*) FROM {names['typed']} WHERE is_left_out(fault)")
    in_file = scalar(connection, f"SELECT count(*) FROM {names['typed']}") - left_out
    rejected = scalar(connection, f"SELECT count(*) FROM {names['typed']} WHERE fault IS NOT NULL") - left_out
    duplicate = scalar(connection, "SELECT count(*) FROM duplicate") + restated
    connection.execute("DROP TABLE duplicate")
    return RowCounts(in_file, in_file - duplicate - rejected, duplicate, rejected, left_out)


def _execute(
    connection: duckdb.DuckDBPyConnection, name: str, names: Mapping[str, str], values: Mapping[str, Any]
) -> None:
    sql = SqlTemplate(sql_file(name)).substitute(names)
    connection.execute(sql, bound_in(sql, values))


def _names_in_sql(connection: duckdb.DuckDBPyConnection, table: Table) -> dict[str, str]:
    """What the @names of the SQL files that insert rows stand for."""
    name, typed, target = table.format.table, _typed_name(table), f"data.{table.format.table}_row"
    columns = _target_columns(connection, table)
    names = {
        "typed": typed,
        "table": target,
        "columns": ", ".join(columns),
        "same_values": " AND ".join(f"new.{column} IS NOT DISTINCT FROM old.{column}" for column in columns),
    }
    if key := KEY_OF_WHAT_IS_REPLACED.get(name):
        in_force = SqlTemplate(sql_file("row_in_force.sql")).substitute(table=target, key=key)
        return {**names, "key": key, "in_force": in_force}
    if table.format.typed:
        good = SqlTemplate(sql_file("good_rows.sql")).substitute(names)
        gathered = SqlTemplate(sql_file(f"gathered/{name}.sql")).substitute(rows=f"({good})")
        return {**names, "columns": ", ".join(["row_number", *columns]), "gathered": gathered}
    return names


def _duplicates(table: Table) -> str:
    """The SQL that finds the rows of the file that are not kept, because they bring no news."""
    if table.format.table in KEY_OF_WHAT_IS_REPLACED:
        return sql_file("duplicate_of_replaced.sql")
    if table.format.typed:
        return sql_file("duplicate_line.sql")
    return sql_file("duplicate_in_edition.sql" if _is_edition(table) else "duplicate.sql")


def _is_edition(table: Table) -> bool:
    """A published file, kept row for row: each edition of it is kept whole."""
    return table.format.table not in OWN_FORMATS and not table.format.typed


def _target_columns(connection: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """The columns of the table that the rows go to, without their place in the file."""
    rows = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'data' AND table_name = $table "
        "ORDER BY column_index",
        {"table": f"{table.format.table}_row"},
    ).fetchall()
    return [name for (name,) in rows if name not in ("file_id", "row_number")]


def _edition(connection: duckdb.DuckDBPyConnection, table: Table) -> date | None:
    """As at which day the file itself is: the latest of the days that its rows are about."""
    day = table.format.edition_by
    return scalar(connection, f"SELECT max({day}) FROM {_typed_name(table)} WHERE fault IS NULL") if day else None


def _record_file(
    connection: duckdb.DuckDBPyConnection,
    file_id: int,
    loaded: LoadedFile,
    loaded_at: datetime,
    edition_on: date | None,
) -> None:
    regions = regions_of(loaded.identity.name)
    connection.execute(
        "INSERT INTO data.loaded_file VALUES ($file_id, $file_name, $sha256, $format, $loaded_at, "
        "$in_file, $loaded, $duplicate, $rejected, $state, $detail, $edition_on, $edition_version, $regions)",
        {
            "file_id": file_id,
            "file_name": loaded.identity.name,
            "sha256": loaded.identity.sha256,
            "format": loaded.format_name,
            "loaded_at": loaded_at,
            "in_file": loaded.counts.in_file,
            "loaded": loaded.counts.loaded,
            "duplicate": loaded.counts.duplicate,
            "rejected": loaded.counts.rejected,
            "state": loaded.state,
            "detail": loaded.detail,
            "edition_on": edition_on,
            "edition_version": version_of(loaded.identity.name),
            "regions": None if regions is None else ";".join(sorted(regions)),
        },
    )
