"""The rows of one file, typed on purpose: text becomes values, and the first thing wrong with each row is named.

They stand in a temporary table until they are inserted. NHS numbers are looked for here, before anything is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

import duckdb

from monitor.core.errors import FileRefused
from monitor.ingest.mapped_rows import mapped_rows
from monitor.ingest.patient_data import is_in_use, patient_data, refuse_numbers_in_names, texts_of_row
from monitor.sources.files.tolerant_csv import needs_care, read_csv_carefully
from monitor.sources.formats import CsvTable, ParquetTable, RowTable, Unloaded, as_duckdb_reads_it
from monitor.sources.mapped_formats import column_as_written
from monitor.store.connection import Store
from monitor.store.named_sql import SqlTemplate, bound_in, queries_beside, quoted, scalar

SQL = queries_beside(__file__)

Cells = tuple[str | None, ...]
Table = CsvTable | ParquetTable | RowTable

ROWS_AT_A_TIME = 50_000
MOST_COLUMNS_LOOKED_AT = 60
MOST_COLUMNS_SIDE_BY_SIDE = 40
FEWEST_NHS_NUMBERS = 3
SHARE_OF_NHS_NUMBERS = 0.5
LEAST_TEXT_OF_A_NUMBER = 10

# What a file that could not be read to the end of a row is rejected for: values are missing where they belong.
REASON_OF_BROKEN_ROW = "missing_value"

# What a row is left out for that holds nothing.
BLANK_ROW = "left_out:"

# How many of the columns are hashed to find rows that could be duplicates.
COLUMNS_OF_A_HASH = 4

# Columns of long logs in which a row that is not rejected cannot hold a number of ten digits: a code, a date, a word.
# Nor where the number is a telephone's.
KEPT_FROM_NUMBERS = {
    "submission": ("organisation_code", "return_code", "period_start", "submitted_at", "outcome"),
    "contact": ("phone",),
}

# The files that people prepare: in these a number may be spread over several columns.
PREPARED_BY_PEOPLE = ("submission", "organisation", "request", "notice", "participation", "contact")

# Optional values of people's own files that are left out where they cannot be read: column -> SQL, over a typed row, of
# whether it has no such value. What a row says without them is still what was meant.
OPTIONAL_VALUES = {
    "organisation": {
        "organisation_kind": "NOT kind_is_read",
        **{
            column: f"{column} IS NULL"
            for column in ("contract_type", "list_size", "opened_on", "closed_on", "valid_from", "valid_to")
        },
    },
    "submission": {"record_count": "record_count IS NULL"},
    "request": {"due_on": "due_on IS NULL"},
    "notice": {"new_due_on": "new_due_on IS NULL"},
}

# Rows that DuckDB reads carry no number; their order is the file's. The narrowest type: it takes room in every row.
WITHOUT_PLACE = "CAST(NULL AS TINYINT) AS row_number, CAST(NULL AS VARCHAR) AS read_fault"


def type_rows(connection: Store, table: Table, name: str, values: dict[str, Any]) -> None:
    """Type the file's rows: fast where the file is well-formed, exact where it is not.

    Outside the loading transaction, because DuckDB gives up a transaction at the first row that it cannot read.
    """
    if isinstance(table, RowTable):
        _type_from_python(connection, table, ((*row, None) for row in table.rows()), values)
        return
    if isinstance(table, CsvTable) and table.header_rows > 1:  # DuckDB numbers no rows below lines of title
        _type_from_python(connection, table, read_csv_carefully(table), values)
        return
    try:
        _create_typed(connection, table, _source_of(table), {**values, "path": as_duckdb_reads_it(table.path)})
        if not isinstance(table, CsvTable):
            return
        rows = scalar(connection, f"SELECT count(*) FROM {typed_name(table)}")  # noqa: S608  a name of ours
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


def type_together(
    connection: Store,
    table: Table,
    rows: Iterator[tuple[int, Cells, str | None]],
    values: dict[str, Any],
) -> None:
    """Type the rows of several files of the same columns. Of each the number says the file and the row."""
    _type_from_python(connection, table, rows, values)


def _type_from_python(
    connection: Store,
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
    source = f"SELECT row_number, read_fault, {_canonical(table)} FROM staged_rows"  # noqa: S608  columns are quoted
    _create_typed(connection, table, source, values)
    connection.execute("DROP TABLE staged_rows")


def _source_of(table: CsvTable | ParquetTable) -> str:
    """A SELECT over the file itself, every column as text."""
    if isinstance(table, ParquetTable):
        names = ", ".join(quoted(name) for name in table.columns)
        reader = "read_parquet($path, hive_partitioning = false)"
        everything = f"(SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {reader}) AS file_rows({names})"  # noqa: S608  names are quoted
        return f"SELECT {WITHOUT_PLACE}, {_canonical(table)} FROM {everything}"  # noqa: S608  columns are quoted
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in table.columns)
    reader = (
        f"read_csv($path, columns = {{{types}}}, auto_detect = false, header = {str(table.header_rows == 1).lower()}, "
        "hive_partitioning = false, delim = ',', quote = '\"', escape = '\"', strict_mode = true)"
    )
    return f"SELECT {WITHOUT_PLACE}, {_canonical(table)} FROM {reader}"  # noqa: S608  columns are quoted, the path is bound


def _canonical(table: Table) -> str:
    """The file's columns, and one for each canonical column that it does not have: what its name says, or empty."""
    absent = [column for column in table.format.columns if column not in table.columns]
    texts = {column: f"'{table.given[column]}'" if column in table.given else "NULL" for column in absent}
    return ", ".join(
        [quoted(column) for column in table.columns] + [f"CAST({texts[c]} AS VARCHAR) AS {quoted(c)}" for c in absent]
    )


def _create_typed(connection: Store, table: Table, source: str, values: dict[str, Any]) -> None:
    if table.format.column_map:
        source, values = mapped_rows(table.format.column_map, source, values)
    typing = SQL[f"typed_{table.format.table}"]
    cells = [f"carried.{quoted(column)}" for column in table.columns]
    looked_at, kept_from = _looked_at(table, cells), KEPT_FROM_NUMBERS.get(table.format.table, ())
    first_looked_at = {column: text for column, text in looked_at.items() if column not in kept_from}
    left_out = _left_out(table)
    sql = SqlTemplate(SQL["typed_table"]).substitute(
        typed=typed_name(table),
        source=source,
        typing=typing,
        columns=", ".join(_typed_columns(connection, table, cells)),
        fault=_fault(table, cells),
        cells=", ".join([*cells, *left_out.values()]),
        with_left_out=" OR ".join(f"{text} IS NOT NULL" for text in left_out.values()) or "FALSE",
        with_number=_any_with_number(table, first_looked_at),
    )
    connection.execute("SET preserve_insertion_order = true")  # the place of a row is its number in the file
    connection.execute(sql, bound_in(sql, values))


def _fault(table: Table, cells: list[str]) -> str:
    """SQL of the first thing wrong with a row: it could not be read, not be understood, or is about days to come.

    A row of blank cells alone (`,,,,`, or the mark of an old text's end) is no row: it is left out.
    """
    fault = "coalesce(carried.read_fault, fault)"
    day = table.format.edition_by
    if day is not None and not table.format.may_lie_ahead:
        ahead = f"CASE WHEN {day} > CAST($loaded_at AS DATE) THEN 'submitted_in_future:{day}' END"
        fault = f"coalesce(carried.read_fault, fault, {ahead})"
    is_blank = f"trimmed_text_of(concat_ws('', {', '.join(cells)})) IS NULL"
    return f"CASE WHEN {fault} IS NULL THEN NULL WHEN {is_blank} THEN '{BLANK_ROW}' ELSE {fault} END"


def left_out_columns(table: Table) -> dict[str, str]:
    """The optional columns of this file that are left out where they cannot be read: ours -> as the file has it."""
    optional = OPTIONAL_VALUES.get(table.format.table, {})
    named = {column: column_as_written(column) if table.format.column_map else column for column in optional}
    return {column: name for column, name in named.items() if name in table.columns}


def _left_out(table: Table) -> dict[str, str]:
    """Column -> SQL of its text where it is left out, else NULL. By CASE: few texts are looked at."""
    optional = OPTIONAL_VALUES.get(table.format.table, {})
    return {
        column: f"CASE WHEN {optional[column]} THEN "
        f"CASE WHEN word_of(carried.{quoted(column)}) IS NOT NULL THEN carried.{quoted(name)} END END"
        for column, name in left_out_columns(table).items()
    }


def _looked_at(table: Table, texts: list[str]) -> dict[str, str]:
    """Where NHS numbers are looked for: column -> SQL of its text. texts: SQL of each of the file's columns.

    Of a very wide or a very long file, the columns that are not used are one text: some 800 tests of a row take minutes
    to plan, and a test of each cell of a million rows takes as long as reading them.
    """
    cells = dict(zip(table.columns, texts, strict=True))
    is_wide = len(cells) > MOST_COLUMNS_LOOKED_AT
    if not table.ignored or not (is_wide or table.format.typed):
        return cells
    unused = ", ".join(cells.pop(column) for column in table.ignored)
    # Three characters between two cells: more than may stand inside a number.
    text = f"concat_ws(' | ', {unused})"
    # Among hundreds of fractions in a row (hours worked) some pass the check digit by chance: they are left out.
    return {**cells, "one of those that are not used": f"without_fractions({text})" if is_wide else text}


def _any_with_number(table: Table, looked_at: Mapping[str, str]) -> str:
    """The SQL test whether a row could hold an NHS number, in a cell or over several: quick, and sure to miss none."""
    tests = [f"could_hold_nhs_number({text})" for text in looked_at.values()]
    if table.format.column_map:  # its own columns of instants, of which there are as many as rows
        moments = [f"NOT is_moment_alone({text})" for text in looked_at.values()]
        tests = [f"CASE WHEN {test} THEN {is_none} END" for test, is_none in zip(tests, moments, strict=True)]
    cells = _side_by_side(table, looked_at)
    two = [f"could_be_in_two({a}, {b})" for a, b in pairwise(cells)]
    three = [f"could_be_in_three({a}, {b}, {c})" for a, b, c in zip(cells, cells[1:], cells[2:], strict=False)]
    if two:
        are_valid = f"list_count(numbers_over_cells([{', '.join(cells)}])) > 0"
        tests.append(f"CASE WHEN {' OR '.join([*two, *three])} THEN {are_valid} END")
    return f"({' OR '.join(tests) or 'FALSE'})"


def _side_by_side(table: Table, looked_at: Mapping[str, str]) -> list[str]:
    """SQL of the cells over which a number may be spread: in files that people prepare."""
    is_narrow = len(looked_at) <= MOST_COLUMNS_SIDE_BY_SIDE
    return list(looked_at.values()) if table.format.table in PREPARED_BY_PEOPLE and is_narrow else []


def refuse_patient_data(connection: Store, table: Table, name: str) -> None:
    """Raise FileRefused where a heading or a column holds NHS numbers. The message names the column, never a value."""
    refuse_numbers_in_names(connection, table.columns, name)
    looked_at = _looked_at(table, [f"cells[{place}]" for place in range(1, len(table.columns) + 1)])
    found = columns_of_patients(connection, typed_name(table), looked_at, _side_by_side(table, looked_at))
    for column, valid in found.items():
        raise patient_data(name, f"{valid:,} valid NHS numbers in column {column!r}")


def refuse_any_number(connection: Store, table: Table, name: str) -> None:
    """Raise FileRefused where files typed together hold one valid NHS number: each is then judged by itself."""
    refuse_numbers_in_names(connection, table.columns, name)
    looked_at = _looked_at(table, [f"cells[{place}]" for place in range(1, len(table.columns) + 1)])
    if _judged_numbers(connection, typed_name(table), looked_at, _side_by_side(table, looked_at)):
        raise patient_data(name, "a valid NHS number")


def columns_of_patients(
    connection: duckdb.DuckDBPyConnection, typed: str, looked_at: Mapping[str, str], side_by_side: Sequence[str] = ()
) -> dict[str, int]:
    """The columns of NHS numbers -> how many rows have a valid one. A number over several columns is in the first.

    looked_at: column -> SQL over `cells` of its text. side_by_side: of the cells over which a number may be spread.
    """
    columns = [*looked_at, *looked_at]
    judged = _judged_numbers(connection, typed, looked_at, side_by_side)
    rows = scalar(connection, f"SELECT count(*) FROM {typed}") if judged else 0  # noqa: S608  a name of ours
    # Of numbers over several cells only the valid ones are known: they are compared with all rows.
    return {
        columns[place - 1]: valid
        for place, alike, valid, *others in judged
        if _are_of_patients(alike if place <= len(looked_at) else rows, valid, *others)
    }


def _judged_numbers(
    connection: duckdb.DuckDBPyConnection, typed: str, looked_at: Mapping[str, str], side_by_side: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Where valid NHS numbers are: the place among the columns, and what patient_numbers counts there."""
    with_cells = f"SELECT count(*) FROM {typed} WHERE cells IS NOT NULL"  # noqa: S608  a name of ours
    if not scalar(connection, with_cells):  # of nearly all small files, which take longest to plan for
        return []
    names = {"typed": typed, "looked_at": ", ".join(looked_at.values()), "side_by_side": ", ".join(side_by_side)}
    sql = SqlTemplate(SQL["patient_numbers"]).substitute(names)
    return connection.execute(sql, {"several": FEWEST_NHS_NUMBERS}).fetchall()


def _are_of_patients(alike: int, valid: int, with_several: int, least: str, most: str) -> bool:
    """Whether a column of so many numbers of ten digits, so many of them valid, is one of NHS numbers.

    One number of ten digits in eleven passes the check digit by chance; the same one in each row does in all or none.
    """
    is_column_of_them = valid >= min(FEWEST_NHS_NUMBERS, max(alike, 2)) and valid >= SHARE_OF_NHS_NUMBERS * alike
    return (is_column_of_them or with_several > 0) and (least != most or is_in_use(least))


def refuse_unloaded_patient_data(connection: Store, beside: Unloaded) -> None:
    """Raise FileRefused where a sheet that is not loaded holds several NHS numbers, among few other such numbers."""
    texts = [text for row in beside.rows() for text in texts_of_row(row) if len(text) >= LEAST_TEXT_OF_A_NUMBER]
    alike, valid = connection.execute(SQL["numbers_among_texts"], {"texts": texts}).fetchall()[0]
    if len(valid) >= FEWEST_NHS_NUMBERS and len(valid) >= SHARE_OF_NHS_NUMBERS * alike:
        raise patient_data(beside.where, f"{len(valid):,} valid NHS numbers")


def _typed_columns(connection: Store, table: Table, cells: list[str]) -> list[str]:
    """The values that each row is typed into, and a hash to find repeated ones: of gathered rows of the whole line."""
    if not table.format.typed:
        columns = target_columns(connection, table)
        hashed = f"hash({', '.join(columns[:COLUMNS_OF_A_HASH])})"
        return [*columns, f"CAST({hashed} % 4294967296 AS UINTEGER) AS row_hash"]  # half: it only finds candidates
    return [*table.format.typed, f"hash({', '.join(cells)}) AS line_hash"]


def typed_name(table: Table) -> str:
    """The temporary table that holds a file's rows, typed, until they are inserted."""
    return f"typed_{table.format.table}"


def target_columns(connection: Store, table: Table) -> list[str]:
    """The columns of the table that the rows go to, without their place in the file."""
    rows = connection.execute(f"SELECT name FROM pragma_table_info('data.{table.format.table}_row')").fetchall()  # noqa: S608
    return [name for (name,) in rows if name not in ("file_id", "row_number")]
