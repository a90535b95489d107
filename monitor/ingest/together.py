"""Small logs of the same columns, loaded together: one typing and one transaction for all of them, or nothing.

What comes of it is what comes of loading one after the other. Where anything is wrong with one of them, they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.ingest.judgement import Judgement, record_column_map, record_judgement
from monitor.ingest.loading import (
    SQL,
    FileIdentity,
    LoadedFile,
    RowCounts,
    Terms,
    detail_of,
    duplicates_of,
    execute_named,
    names_in_sql,
    words_on_left_out,
)
from monitor.ingest.staging import (
    BLANK_ROW,
    Cells,
    left_out_columns,
    refuse_any_number,
    type_together,
    typed_name,
)
from monitor.sources.files.tolerant_csv import read_csv_carefully
from monitor.sources.formats import CsvTable, Recognised
from monitor.sources.nhs.editions import regions_of, version_of
from monitor.store.connection import Store
from monitor.store.ledger import append_files
from monitor.store.named_sql import SqlTemplate, transaction

FEWEST_TOGETHER = 8  # of fewer, one after the other is quicker
MOST_TOGETHER = 1_000
MOST_BYTES = 65_536

# The number of a row says its file and, in these bits, its place in it.
_BITS = 32
_OF_FILES = {
    "file": f"CAST($file_id + (row_number >> {_BITS}) AS INTEGER)",
    "number": f"row_number & {(1 << _BITS) - 1}",
}


@dataclass(frozen=True)
class Ready:
    """A small log that is known and not yet loaded."""

    identity: FileIdentity
    recognised: Recognised
    table: CsvTable

    def goes_with(self, other: Ready) -> bool:
        """Whether the two can be loaded together."""
        one, two = self.table, other.table
        same = one.columns == two.columns and one.ignored == two.ignored and one.given == two.given
        return same and one.format == two.format and one.header_rows == two.header_rows


def small_log(identity: FileIdentity, recognised: Recognised) -> Ready | None:
    """A file that may be loaded together with others: one of people's own small logs, of which there can be many.

    None for any other. Raises OSError.
    """
    if len(recognised.tables) != 1 or recognised.unloaded:
        return None
    (table,) = recognised.tables
    if not isinstance(table, CsvTable) or table.format.table != "submission":
        return None
    return Ready(identity, recognised, table) if identity.path.stat().st_size <= MOST_BYTES else None


def load_together(connection: Store, ready: Sequence[Ready], terms: Terms, most_rows: int) -> list[LoadedFile]:
    """Load files that go together, in their order. Where one cannot be, FileRefused or FileChanged; nothing is kept.

    None of them may have the name of a file that was loaded before.
    """
    table = ready[0].table
    values = terms.bound([table.format.table])
    connection.execute(SQL["known_return"], {"return_codes": values["return_codes"]})
    type_together(connection, table, _numbered(ready), values)
    refuse_any_number(connection, table, ready[0].identity.name)
    with transaction(connection):
        numbers = connection.execute(
            "SELECT nextval('data.next_file') FROM range($files)", {"files": len(ready)}
        ).fetchall()
        first = min(numbers)[0]
        counts = _insert(connection, table, first, {**values, "files": len(ready)})
        loaded = _described(connection, ready, counts, first, most_rows)
        _record(connection, ready, loaded, first, terms)
        for one in ready:
            one.identity.refuse_changed()
    connection.execute(f"DROP TABLE {typed_name(table)}")
    return loaded


def _numbered(ready: Sequence[Ready]) -> Iterator[tuple[int, Cells, str | None]]:
    for place, one in enumerate(ready):
        for number, cells, fault in read_csv_carefully(one.table):
            yield (place << _BITS) + number, cells, fault


def _insert(connection: Store, table: CsvTable, first: int, values: dict[str, object]) -> dict[int, RowCounts]:
    """By place of the file: what became of its rows."""
    names = {**names_in_sql(connection, table), **_OF_FILES}
    place = {**values, "file_id": first, "width": len(table.columns)}
    connection.execute(SqlTemplate(duplicates_of(table)).substitute(names))
    connection.execute("SET preserve_insertion_order = false")
    execute_named(connection, "insert_rows", names, place)
    execute_named(connection, "insert_rejected", names, place)
    if left_out := left_out_columns(table):
        execute_named(connection, "insert_rejected_values", names, {**place, "left_out_columns": list(left_out)})
    execute_named(connection, "insert_doubtful", names, place)
    counting = SqlTemplate(SQL["count_rows_of_files"]).substitute(names)
    counted = connection.execute(counting, {"blank": BLANK_ROW}).fetchall()
    connection.execute("DROP TABLE duplicate")
    return {
        at: RowCounts(rows - left, rows - faulty - repeated, repeated, faulty - left, left - blank)
        for at, rows, left, blank, faulty, repeated in counted
    }


def _described(
    connection: Store,
    ready: Sequence[Ready],
    counts: dict[int, RowCounts],
    first: int,
    most_rows: int,
) -> list[LoadedFile]:
    left_out: dict[int, list[tuple[str, int]]] = {}
    rows = connection.execute(SQL["count_rejected_values_of_files"], {"first_file_id": first}).fetchall()
    for file_id, column, values in rows:
        left_out.setdefault(file_id - first, []).append((column, values))
    loaded = []
    for place, one in enumerate(ready):
        counted = counts.get(place, RowCounts())
        is_cut_off = counted.in_file == most_rows
        detail = detail_of(one.recognised, counted, is_cut_off, (words_on_left_out(left_out.get(place, [])),))
        loaded.append(LoadedFile(one.identity, one.recognised.format_name, "loaded", counted, detail, is_cut_off))
    return loaded


def _record(
    connection: Store,
    ready: Sequence[Ready],
    loaded: Sequence[LoadedFile],
    first: int,
    terms: Terms,
) -> None:
    regions = [frozenset() if one.is_cut_off else regions_of(one.identity.name) for one in loaded]
    connection.execute(
        SQL["insert_files"],
        {
            "file_ids": [first + place for place in range(len(loaded))],
            "file_names": [one.identity.name for one in loaded],
            "hashes": [one.identity.sha256 for one in loaded],
            "format": loaded[0].format_name,
            "loaded_at": terms.loaded_at,
            "in_file": [one.counts.in_file for one in loaded],
            "loaded": [one.counts.loaded for one in loaded],
            "duplicate": [one.counts.duplicate for one in loaded],
            "rejected": [one.counts.rejected for one in loaded],
            "details": [one.detail for one in loaded],
            "versions": [version_of(one.identity.name) for one in loaded],
            "regions": [None if held is None else ";".join(sorted(held)) for held in regions],
        },
    )
    append_files(connection, first, terms.loaded_at)
    for place, (one, counted) in enumerate(zip(ready, loaded, strict=True)):
        record_column_map(connection, first + place, one.recognised)
        if counted.counts.rejected:
            typed = f"(SELECT * FROM {typed_name(one.table)} WHERE row_number >> {_BITS} = {place})"  # noqa: S608  names of ours
            record_judgement(connection, one.table, Judgement(first + place, terms.judged_under), typed)
