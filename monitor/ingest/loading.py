"""Loading one recognised file: text is typed on purpose, every row read is accounted for, all of it or nothing.

rows in file = loaded + duplicate + rejected. A rejected row is kept with its number, reason and text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from monitor.core.errors import FileRefused
from monitor.core.text import number
from monitor.ingest.earlier_versions import words_on_earlier
from monitor.ingest.judgement import Judgement, record_column_map, record_judgement
from monitor.ingest.staging import (
    BLANK_ROW,
    Table,
    left_out_columns,
    refuse_patient_data,
    refuse_unloaded_patient_data,
    target_columns,
    type_rows,
    typed_name,
)
from monitor.ingest.unfinished import FileChanged, Stamp, stamp_of
from monitor.sources.formats import Recognised
from monitor.sources.headings import like_headings
from monitor.sources.nhs.editions import regions_of, version_of
from monitor.store.connection import Store
from monitor.store.ledger import append_file
from monitor.store.named_sql import SqlTemplate, bound_in, queries_beside, scalar, transaction

SQL = queries_beside(__file__)

# What a later row replaces an earlier one by, in the files that people keep themselves.
KEY_OF_WHAT_IS_REPLACED = {
    "organisation": "organisation_code, valid_from",
    "request": "request_id, organisation_code, return_code",
    "notice": "notice_id",
    "participation": "organisation_code, return_code, from_on",
    "contact": "organisation_code, supplier_key, role",
}

# How many rows below the headings a spreadsheet can hold: a published file of just so many has been cut off by one.
MOST_ROWS_OF_A_SPREADSHEET = 1_048_575

# By return and first day of a period the day on which it is due, where the return itself gives one.
DueDates = Callable[[], Mapping[tuple[str, date], date]]

OWN_FORMATS = {"submission", *KEY_OF_WHAT_IS_REPLACED}


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
    """A file's name as people know it, its bytes' SHA-256, and where it lies.

    stamp: what the file looked like before its bytes were read; None for one that nobody else writes
    """

    name: str
    sha256: str
    path: Path
    stamp: Stamp | None = None

    def refuse_changed(self) -> None:
        """Raise FileChanged where the file is no longer what it was: its rows are not those of its SHA-256.

        Raises FileRefused where it is gone.
        """
        now = stamp_of(self.path) if self.stamp else None
        if self.stamp and now is None:
            raise FileRefused(self.name, "cannot be opened: it is no longer there", advice="drop it again")
        if now != self.stamp:
            raise FileChanged(self.name)


@dataclass(frozen=True)
class LoadedFile:
    """What became of one file."""

    identity: FileIdentity
    format_name: str | None
    state: str  # loaded | refused | left (for the next run) | passed over; the last two are not kept
    counts: RowCounts
    detail: str | None = None
    is_cut_off: bool = False  # by a spreadsheet, so that it is a part
    is_read_again: bool = False  # only rows that had been rejected: counts are of these
    is_unread: bool = False  # it may hold data that could not be read


@dataclass(frozen=True)
class Terms:
    """What rows are typed and judged by.

    periods_of_returns: return code -> month | quarter | contract_year | any, which gives where a period may begin.
    judged_under: a hash of what they are judged by; where it is another, rejected rows are read again.
    due_dates: when periods are due, by what the returns say; asked where a file extends them.
    names_of_returns: as returns/names.py has them: name -> return code.
    """

    periods_of_returns: Mapping[str, str]
    loaded_at: datetime
    judged_under: str = ""
    due_dates: DueDates = dict
    names_of_returns: Mapping[str, str] = field(default_factory=dict)

    def bound(self, tables: Collection[str]) -> dict[str, Any]:
        """The values that the typing of such tables names."""
        due_dates = self.due_dates() if "notice" in tables else {}
        return {
            "return_codes": list(self.periods_of_returns),
            "periods": list(self.periods_of_returns.values()),
            "return_names": list(self.names_of_returns),
            "named_returns": list(self.names_of_returns.values()),
            "loaded_at": self.loaded_at,
            "due_keys": [f"{return_code} {period_start}" for return_code, period_start in due_dates],
            "due_days": list(due_dates.values()),
        }


def is_loaded(connection: Store, sha256: str) -> bool:
    """Whether a file of the same bytes has been loaded before."""
    sql = "SELECT count(*) FROM data.loaded_file WHERE sha256 = $sha256 AND state = 'loaded'"
    return bool(scalar(connection, sql, {"sha256": sha256}))


def load_file(
    connection: Store,
    identity: FileIdentity,
    recognised: Recognised,
    terms: Terms,
    most_rows: int = MOST_ROWS_OF_A_SPREADSHEET,
) -> LoadedFile:
    """Load one file in one transaction. Raises FileRefused where it holds patient-level data; then nothing is kept."""
    values = terms.bound([table.format.table for table in recognised.tables])
    connection.execute(SQL["known_return"], {"return_codes": values["return_codes"]})
    for table in recognised.tables:
        type_rows(connection, table, identity.name, values)
        refuse_patient_data(connection, table, identity.name)
    for beside in recognised.unloaded:
        refuse_unloaded_patient_data(connection, beside)
    with transaction(connection):
        file_id = scalar(connection, "SELECT nextval('data.next_file')")
        judgement = Judgement(file_id, terms.judged_under)
        counts = sum(
            (insert_rows(connection, table, file_id, values, judgement) for table in recognised.tables), RowCounts()
        )
        editions = [_edition(connection, table) for table in recognised.tables]
        is_cut_off = counts.in_file == most_rows
        said = (
            *words_on_earlier(connection, recognised, identity.name, file_id),
            _values_left_out(connection, file_id),
        )
        detail = detail_of(recognised, counts, is_cut_off, said)
        loaded = LoadedFile(identity, recognised.format_name, "loaded", counts, detail, is_cut_off)
        record_file(connection, file_id, loaded, terms.loaded_at, next((day for day in editions if day), None))
        record_column_map(connection, file_id, recognised)
        identity.refuse_changed()
    for table in recognised.tables:
        connection.execute(f"DROP TABLE {typed_name(table)}")
    return loaded


def record_archive(connection: Store, identity: FileIdentity, members: int, loaded_at: datetime) -> None:
    """Note that an archive was read, so that it is not unpacked again; its members are recorded each by itself."""
    archive = LoadedFile(identity, "zip archive", "loaded", RowCounts(), f"holds {number(members, 'file')}")
    with transaction(connection):
        record_file(connection, scalar(connection, "SELECT nextval('data.next_file')"), archive, loaded_at, None)


def record_refusal(connection: Store, identity: FileIdentity, refusal: FileRefused, loaded_at: datetime) -> LoadedFile:
    """Note that a file was refused and why: once for the same bytes, however often it is met."""
    refused = LoadedFile(identity, None, "refused", RowCounts(), refusal.message)
    known = "SELECT count(*) FROM data.loaded_file WHERE sha256 = $sha256 AND file_name = $name AND state = 'refused'"
    if not scalar(connection, known, {"sha256": identity.sha256, "name": identity.name}):
        with transaction(connection):
            record_file(connection, scalar(connection, "SELECT nextval('data.next_file')"), refused, loaded_at, None)
    return refused


def _values_left_out(connection: Store, file_id: int) -> str | None:
    """Which optional values could not be read, and how many."""
    return words_on_left_out(connection.execute(SQL["count_rejected_values"], {"file_id": file_id}).fetchall())


def words_on_left_out(counted: Sequence[tuple[str, int]]) -> str | None:
    """The same in words. counted: by column how many."""
    columns = ", ".join(f"{column} {values:,}" for column, values in counted)
    total = number(sum(values for _, values in counted), "value")
    return f"{total} could not be read and left out, the rows are loaded: {columns}" if counted else None


def detail_of(
    recognised: Recognised, counts: RowCounts, is_cut_off: bool, said_of_rows: Sequence[str | None]
) -> str | None:
    """What a person should know of a file that was loaded."""
    left_out = f"{number(counts.left_out, 'row')} left out by the column map"
    most = "as many as a spreadsheet can hold: treated as incomplete, as the rest may be cut off"
    cut_off = f"{number(counts.in_file, 'row')}, {most}"
    said = (
        cut_off if is_cut_off else None,
        recognised.note,
        left_out if counts.left_out else None,
        *said_of_rows,
        _columns_not_found(recognised),
        _columns_not_used(recognised),
    )
    return "; ".join(filter(None, said)) or None


def _columns_not_found(recognised: Recognised) -> str | None:
    """Columns of published files that could be renamed: what they hold is then NULL for all."""
    absent = {
        column: None
        for table in recognised.tables
        for column in table.format.expected
        if column not in table.columns and column not in table.given
    }
    return f"not found: {', '.join(absent)}" if absent else None


def _columns_not_used(recognised: Recognised) -> str | None:
    """Columns of people's own files that mean nothing to us: a misspelt heading looks just so.

    Of an export that a column map describes they are no news: the map says what is used, and all of it is there. What
    reads like no name of a column is counted, and neither kept nor shown.
    """
    own = [table for table in recognised.tables if table.format.table in OWN_FORMATS and not table.format.column_map]
    ignored = sorted({column for table in own for column in table.ignored})
    named = like_headings(ignored)
    others = f"{number(len(ignored) - len(named), 'column')} of another name" if len(named) < len(ignored) else ""
    return f"columns not used: {', '.join(filter(None, [*named, others]))}" if ignored else None


def insert_rows(
    connection: Store,
    table: Table,
    file_id: int,
    values: Mapping[str, Any],
    judgement: Judgement,
    first_file_id: int | None = None,
) -> RowCounts:
    """Good rows go to their table, rejected ones to rejected_row.

    first_file_id: of rows that are read again, the file as which they came first: what was stated since is not undone.
    """
    names = names_in_sql(connection, table)
    place = {"file_id": file_id, "heading_rows": getattr(table, "header_rows", 1), "width": len(table.columns)}
    connection.execute(SqlTemplate(duplicates_of(table)).substitute(names))
    left_out = left_out_columns(table)
    if table.format.table == "organisation":
        execute_named(connection, "left_out_otherwise", names, {**place, "left_out_columns": list(left_out)})
    if first_file_id is not None and "key" in names:
        execute_named(connection, "stated_since", names, {"first_file_id": first_file_id})
    restated = scalar(connection, SqlTemplate(SQL["restated"]).substitute(names)) if _is_edition(table) else 0
    # Each row carries its number in the file: where it comes to lie is of no consequence, and both cores may write.
    connection.execute("SET preserve_insertion_order = false")
    execute_named(connection, "insert_gathered" if table.format.typed else "insert_rows", names, place)
    execute_named(connection, "insert_rejected", names, place)
    if left_out:
        execute_named(connection, "insert_rejected_values", names, {**place, "left_out_columns": list(left_out)})
    if _is_about_periods(table, names):
        execute_named(connection, "insert_unreadable", names, {**place, "format_table": table.format.table})
    if table.format.table == "submission":
        execute_named(connection, "insert_doubtful", names, {**place, **values})
    if table.format.table == "notice":
        execute_named(connection, "insert_doubtful_notices", names, {**place, **values})
    count = f"SELECT count(*) FROM {names['typed']}"  # noqa: S608  a name of ours
    blank = scalar(connection, count + " WHERE fault = $blank", {"blank": BLANK_ROW})
    rows_left_out = scalar(connection, count + " WHERE is_left_out(fault)")
    in_file = scalar(connection, count) - rows_left_out
    rejected = scalar(connection, count + " WHERE fault IS NOT NULL") - rows_left_out
    if rejected and table.format.table in OWN_FORMATS:
        record_judgement(connection, table, judgement, names["typed"])
    duplicate = scalar(connection, "SELECT count(*) FROM duplicate") + restated
    connection.execute("DROP TABLE duplicate")
    return RowCounts(in_file, in_file - duplicate - rejected, duplicate, rejected, rows_left_out - blank)


def execute_named(connection: Store, name: str, names: Mapping[str, str], values: Mapping[str, Any]) -> None:
    sql = SqlTemplate(SQL[name]).substitute(names)
    connection.execute(sql, bound_in(sql, values))


def names_in_sql(connection: Store, table: Table) -> dict[str, str]:
    """What the @names of the SQL files that insert rows stand for."""
    name, typed, target = table.format.table, typed_name(table), f"data.{table.format.table}_row"
    columns = target_columns(connection, table)
    names = {
        "typed": typed,
        "table": target,
        "columns": ", ".join(columns),
        "file": "$file_id",
        "number": "coalesce(row_number, rowid + 1 + $heading_rows)",
        "same_values": " AND ".join(f"new.{column} IS NOT DISTINCT FROM old.{column}" for column in columns),
    }
    if key := KEY_OF_WHAT_IS_REPLACED.get(name):
        in_force = SqlTemplate(SQL["row_in_force"]).substitute(table=target, key=key)
        same_key = " AND ".join(f"new.{one} IS NOT DISTINCT FROM old.{one}" for one in key.split(", "))
        return {**names, "key": key, "same_key": same_key, "in_force": in_force}
    if table.format.typed:
        good = SqlTemplate(SQL["good_rows"]).substitute(names)
        gathered = SqlTemplate(SQL[f"gathered_{name}"]).substitute(rows=f"({good})")
        return {**names, "columns": ", ".join(["row_number", *columns]), "gathered": gathered}
    return names


def duplicates_of(table: Table) -> str:
    """The SQL that finds the rows of the file that are not kept, because they bring no news."""
    if table.format.table in KEY_OF_WHAT_IS_REPLACED:
        return SQL["duplicate_of_replaced"]
    if table.format.typed:
        return SQL["duplicate_line"]
    return SQL["duplicate_in_edition" if _is_edition(table) else "duplicate"]


def _is_about_periods(table: Table, names: Mapping[str, str]) -> bool:
    """A published file of which each row is about one organisation and period."""
    values = table.format.typed or names["columns"].split(", ")
    return table.format.table not in OWN_FORMATS and {"organisation_code", "period_start"} <= set(values)


def _is_edition(table: Table) -> bool:
    """A published file, kept row for row: each edition of it is kept whole."""
    return table.format.table not in OWN_FORMATS and not table.format.typed


def _edition(connection: Store, table: Table) -> date | None:
    """As at which day the file itself is: the latest of the days that its rows are about."""
    day = table.format.edition_by
    if day is None:
        return None
    return scalar(connection, f"SELECT max({day}) FROM {typed_name(table)} WHERE fault IS NULL")  # noqa: S608  names of ours


def record_file(
    connection: Store,
    file_id: int,
    loaded: LoadedFile,
    loaded_at: datetime,
    edition_on: date | None,
) -> None:
    regions = frozenset() if loaded.is_cut_off else regions_of(loaded.identity.name)
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
    append_file(connection, file_id, loaded_at)
