"""Reading rejected rows again, from the text that is kept of them, wherever what rejected them may have changed.

What is read then counts from that moment on, as a reading of its own: what was known before stays as it was. A row that
was good is not read again, so that nothing is loaded twice.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.core.errors import FileRefused
from monitor.core.text import number
from monitor.ingest.inbox import Intake, is_utf8
from monitor.ingest.judgement import Judgement, note_headings_of, record_judgement
from monitor.ingest.loading import FileIdentity, LoadedFile, RowCounts, insert_rows, record_file
from monitor.ingest.patient_data import places_with_numbers
from monitor.ingest.seen import sha256_of
from monitor.ingest.staging import type_rows, typed_name
from monitor.sources import own_formats
from monitor.sources.column_map import ColumnMap
from monitor.sources.formats import Format, RowTable
from monitor.sources.heading_text import normalised
from monitor.sources.headings import first_fit, name_columns_of
from monitor.sources.mapped_formats import refuse_rivals, with_column_maps
from monitor.sources.recognise import recognise
from monitor.store.connection import Store
from monitor.store.named_sql import SqlTemplate, queries_beside, rows_as_dicts, scalar, transaction

SQL = queries_beside(__file__)

Rows = list[tuple[int, tuple[str | None, ...]]]


@dataclass(frozen=True)
class Rejected:
    """The last reading of a file with rejected rows. headings: of the cells of their kept text.
    judged_under: empty where an earlier version of the program judged them."""

    file_id: int
    first_file_id: int
    file_name: str
    sha256: str
    format: str
    format_table: str
    headings: str
    judged_under: str


def read_again(intake: Intake) -> Iterator[LoadedFile]:
    """Read again what was rejected and may be good now; yields the files of which rows are read otherwise.

    Files come in the order in which they were loaded first, and what was stated since is not undone: so nothing depends
    on when a row could be read.
    """
    asked = {"judged_under": intake.terms.judged_under, "now": intake.loaded_at}
    waiting = intake.connection.execute(SQL["to_read_again"], asked)
    for file in [Rejected(**row) for row in rows_as_dicts(waiting)]:
        read = _read_file_again(intake, file)
        if read is not None:
            yield read


def note_headings(intake: Intake, files: Iterable[tuple[str, Path]]) -> None:
    """Note the headings of files with rejected rows that an earlier version of the program loaded, where they lie.

    Then their rows can be read again like any other.
    """
    wanted = {sha256 for (sha256,) in intake.connection.execute(SQL["without_headings"]).fetchall()}
    named = list(files) if wanted else []
    of_patients = places_with_numbers(intake.connection, (name for name, _ in named))
    for path in [path for place, (_, path) in enumerate(named) if place not in of_patients]:
        try:
            sha256 = sha256_of(intake.connection, path) if is_utf8(path) else ""
            tables = recognise(path, intake.column_maps).tables if sha256 in wanted else ()
        except (OSError, FileRefused):  # what cannot be read is said when it is loaded
            continue
        for table in tables[:1]:
            file_id = scalar(intake.connection, SQL["last_reading"], {"sha256": sha256})
            note_headings_of(intake.connection, table, file_id)


def _read_file_again(intake: Intake, file: Rejected) -> LoadedFile | None:
    connection, values = intake.connection, intake.terms.bound([file.format_table])
    table = _table(file, _rows(connection, file), intake.column_maps)
    if table is None:  # no map describes it any more, or it has no row that can be read from its text
        _judge_anew(connection, file, intake.terms.judged_under, None)
        return None
    connection.execute(SQL["known_return"], {"return_codes": values["return_codes"]})
    type_rows(connection, table, file.file_name, values)
    is_otherwise = scalar(connection, _about(table, "read_otherwise"), {"file_id": file.file_id})
    if file.judged_under and not is_otherwise:
        _judge_anew(connection, file, intake.terms.judged_under, _first_to_come(connection, table))
        read = None
    else:
        read = _keep(intake, file, table, values)
    connection.execute(f"DROP TABLE {typed_name(table)}")
    return read


def _keep(intake: Intake, file: Rejected, table: RowTable, values: Mapping[str, Any]) -> LoadedFile:
    """Keep what is read now as another reading of the file, with the rows that are still rejected."""
    connection = intake.connection
    with transaction(connection):
        file_id = scalar(connection, "SELECT nextval('data.next_file')")
        judgement = Judgement(file_id, intake.terms.judged_under)
        counts = insert_rows(connection, table, file_id, values, judgement, file.first_file_id)
        left = connection.execute(_about(table, "carry_over"), {"file_id": file.file_id, "new_file_id": file_id})
        carried = len(left.fetchall())
        connection.execute(SQL["carry_over_doubt"], {"file_id": file.file_id, "new_file_id": file_id})
        connection.execute("DELETE FROM data.rejected_under WHERE file_id = $file_id", {"file_id": file_id})
        if counts.rejected or carried:
            record_judgement(connection, table, judgement, typed_name(table), file.headings)
        whole = counts + RowCounts(in_file=carried, rejected=carried)
        said = f"read again: {number(counts.loaded, 'row')} that {_was(counts.loaded)} rejected before"
        identity = FileIdentity(file.file_name, file.sha256, intake.unpack_in)
        read = LoadedFile(identity, table.format.name, "loaded", whole, said, is_read_again=True)
        record_file(connection, file_id, read, intake.loaded_at, None)
    return replace(read, counts=counts)


def _rows(connection: Store, file: Rejected) -> Rows:
    """The rows to be read again, each with its number and its cells. Not those that are no whole rows."""
    width = len(json.loads(file.headings))
    kept = connection.execute(SQL["rows_to_read_again"], {"file_id": file.file_id}).fetchall()
    rows = [(row_number, cells_of(text)) for row_number, text in kept]
    return [
        (row_number, tuple(cells + [None] * (width - len(cells)))) for row_number, cells in rows if len(cells) <= width
    ]


def cells_of(row_text: str) -> list[str]:
    """The cells of a row, from the text that is kept of it."""
    return next(csv.reader(io.StringIO(row_text, newline="")), [])


def _table(file: Rejected, rows: Rows, column_maps: Sequence[ColumnMap]) -> RowTable | None:
    """The rows as a table of people's own format, or of what a column map describes now, by the file's headings."""
    fitting = fitting_headings(json.loads(file.headings), column_maps, file.file_name)
    if fitting is None or not rows or fitting[0].table != file.format_table:
        return None
    format_, columns, ignored = fitting
    return RowTable(format_, columns, ignored, lambda: iter(rows))


def fitting_headings(
    written: Sequence[str], column_maps: Sequence[ColumnMap], where: str
) -> tuple[Format, tuple[str, ...], tuple[str, ...]] | None:
    """The format that headings are of now, what their columns are called in it, and which of them are not used."""
    headings = [normalised(heading) for heading in written]
    known = with_column_maps(own_formats.HEADED, column_maps)
    headed = first_fit(headings, known)
    if headed is None:
        return None
    try:
        refuse_rivals(headed, headings, known, where)
        return headed.format, *name_columns_of(headed, headings, where)
    except FileRefused:  # which of two maps or columns is meant is not clear: it stays rejected
        return None


def _judge_anew(connection: Store, file: Rejected, judged_under: str, again_at: datetime | None) -> None:
    """Note that nothing came of it, so that it is not tried again for the same."""
    asked = {"file_id": file.file_id, "judged_under": judged_under, "again_at": again_at}
    connection.execute(SQL["judge_anew"], asked)


def _first_to_come(connection: Store, table: RowTable) -> datetime | None:
    return scalar(connection, _about(table, "first_to_come")) if table.format.table == "submission" else None


def _about(table: RowTable, name: str) -> str:
    return SqlTemplate(SQL[name]).substitute(typed=typed_name(table))


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
