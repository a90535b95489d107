"""What a recognised file looks like to the store: which table it fills, and with which columns of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.sources.column_map import ColumnMap

_GLOB = re.compile(r"[*?\[]")


def as_duckdb_reads_it(path: Path) -> str:
    """The path of this one file. DuckDB takes *, ? and [ for a pattern, and browsers save "log[1].csv"."""
    return _GLOB.sub(lambda character: f"[{character[0]}]", str(path))


@dataclass(frozen=True)
class Format:
    """One known kind of file.

    name:     as people see it, e.g. "submission log"
    table:    the kind of row it holds, e.g. "submission"
    columns:  all canonical columns, in order; a file need not have those that are not required
    required: the columns without which a file is not of this format
    expected: columns that are not required, and whose absence is worth a word: a renamed heading looks just so
    typed:    for long files of which several rows make one that is kept (a practice and month): the values that each
              row is typed into, before gathered/<table>.sql gathers them
    edition_by: the value whose latest day is the day of the edition: of two files that state the same fact, the later
              edition holds, whichever was loaded first
    may_lie_ahead: whether that day may be later than the load: an opening known beforehand. Elsewhere such a row
              is rejected, because one wrong year would make its file the newest edition for ever
    column_map: how the columns of one of our own formats are made of `columns`, which then are the file's own
    """

    name: str
    table: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    expected: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    edition_by: str | None = None
    may_lie_ahead: bool = False
    column_map: ColumnMap | None = None


@dataclass(frozen=True)
class CsvTable:
    """A CSV file for DuckDB to read itself: comma, UTF-8 with or without BOM.

    header_rows: the row of the headings: 0 where there are none, as a rule 1, more where lines of title stand above it
    columns:     a name for every column in file order: canonical where known, else the file's own, made safe and unique
    ignored:     those of `columns` that are not used
    given:       the text of canonical columns that the file does not have and that its name says: one for all rows
    """

    format: Format
    path: Path
    header_rows: int
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet file for DuckDB to read itself. `columns` renames the file's columns by position, as in CsvTable."""

    format: Format
    path: Path
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowTable:
    """A sheet of a workbook, read in Python.

    rows: gives (row number as a spreadsheet shows it, one text or None for each of `columns`); can be called again
    """

    format: Format
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[int, tuple[str | None, ...]]]]
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unloaded:
    """A sheet of which no row is loaded, and which is looked at for NHS numbers. where: the file and the sheet."""

    where: str
    rows: Callable[[], Iterable[Iterable[str | None]]]


@dataclass(frozen=True)
class Recognised:
    """A file of a known format. Without tables it is one that holds nothing to judge by, and loads no rows.

    note: what to say of the file beside its counts
    unloaded: what lies beside the tables
    """

    format_name: str
    tables: tuple[CsvTable | ParquetTable | RowTable, ...] = ()
    note: str | None = None
    unloaded: tuple[Unloaded, ...] = ()
