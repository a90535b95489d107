"""What the rows of a file were judged by: column map, program, returns. Where it changes, they are read again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.core.errors import FileRefused
from monitor.core.hashes import hash_of
from monitor.ingest.staging import Table
from monitor.sources.column_map import ColumnMap
from monitor.sources.files.csv_head import read_head
from monitor.sources.formats import CsvTable, Recognised
from monitor.sources.heading_text import normalised
from monitor.sources.mapped_formats import column_as_written
from monitor.store.connection import Store
from monitor.store.named_sql import SqlTemplate, queries_beside, scalar

SQL = queries_beside(__file__)


@dataclass(frozen=True)
class Judgement:
    """One reading of a file. judged_under: a hash of what its rows are judged by."""

    file_id: int
    judged_under: str


def judged_under(
    build: str,
    periods_of_returns: Mapping[str, str],
    column_maps: Sequence[ColumnMap],
    names_of_returns: Mapping[str, str],
) -> str:
    """A hash that differs whenever a row that was rejected may be read otherwise; time is not in it."""
    returns = (json.dumps(dict(known)) for known in (periods_of_returns, names_of_returns))
    return hash_of(build, *returns, *(one.model_dump_json() for one in column_maps))


def record_column_map(connection: Store, file_id: int, recognised: Recognised) -> None:
    """Note the map that a file is read by, if any."""
    for table in recognised.tables:
        if table.format.column_map:
            written = {"file_id": file_id, "column_map": table.format.column_map.model_dump_json()}
            connection.execute("INSERT INTO data.mapped_file VALUES ($file_id, $column_map)", written)


def record_judgement(
    connection: Store, table: Table, judgement: Judgement, typed: str, headings: str | None = None
) -> None:
    """Note what the rejected rows of people's own file were judged by, and how their text is to be read again.

    typed: the table that holds them. headings: as recorded before, of rows that were read again.
    """
    first_to_come = None
    if table.format.table == "submission":
        first_to_come = scalar(connection, SqlTemplate(SQL["first_to_come"]).substitute(typed=typed))
    connection.execute(
        SQL["insert_rejected_under"],
        {
            "file_id": judgement.file_id,
            "format_table": table.format.table,
            "headings": headings or json.dumps(_headings(table), ensure_ascii=False),
            "judged_under": judgement.judged_under,
            "again_at": first_to_come,
        },
    )


def note_headings_of(connection: Store, table: Table, file_id: int) -> None:
    """Note how the text of rejected rows is to be read that an earlier version of the program kept."""
    said = {
        "file_id": file_id,
        "format_table": table.format.table,
        "headings": json.dumps(_headings(table), ensure_ascii=False),
        "judged_under": "",
        "again_at": None,
    }
    connection.execute(SQL["insert_rejected_under"], said)


def _headings(table: Table) -> list[str]:
    """The file's own headings, so that it can be recognised again by others than those that it was recognised by."""
    if isinstance(table, CsvTable) and table.header_rows:
        try:
            written = list(read_head(table.path).records[table.header_rows - 1])
        except (FileRefused, OSError):  # it is gone meanwhile; its rows are there
            written = []
        if len(written) == len(table.columns):
            return written
    mapped = table.format.column_map.columns if table.format.column_map else {}
    written_as = {column_as_written(column): normalised(heading) for heading, column in mapped.items()}
    return [written_as.get(column, column) for column in table.columns]
