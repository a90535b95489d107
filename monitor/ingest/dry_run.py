"""What loading would come to: by file its format, its rows, and what would be rejected. In memory: nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.core.text import short
from monitor.ingest.inbox import Intake, load_files
from monitor.ingest.loading import LoadedFile
from monitor.ingest.rereading import cells_of, fitting_headings
from monitor.sources.mapped_formats import column_as_written
from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside, rows_as_dicts

SQL = queries_beside(__file__)

IN_MEMORY = Path(":memory:")
LOADED_BEFORE = "SELECT DISTINCT file_name, sha256 FROM data.loaded_file WHERE state = 'loaded' ORDER BY ALL"
LONGEST_CELL, LONGEST_TEXT = 80, 200

EXPECTED = {
    "missing_value": "a value",
    "bad_code": "one of the codes that docs/formats.md lists for this column",
    "bad_date": "a day like 2025-09-01 or 01/09/2025",
    "bad_outcome": "accepted, rejected or nil, or a text that the column map translates to one of them",
    "bad_number": "a whole number",
    "unknown_return": "the code of a return: a file under expectations/ is one",
    "period_not_of_return": "the first day of one of the periods of this return",
    "submitted_in_future": "an instant that has passed: the row is read again when it has",
    "before_period": "a day at most 31 days before the period begins",
}
EXPECTED_OF = {
    ("bad_code", "organisation_code"): "an ODS code like A81001",
    ("bad_date", "submitted_at"): "a day like 2025-09-30 or 30/09/2025, with or without a time",
}


@dataclass(frozen=True)
class Foreseen:
    """What would become of one file. rejected, left_out: a sentence a row, or a value, that could not be read."""

    file: LoadedFile
    rejected: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def take_for_loaded(connection: Store, files: Iterable[tuple[str, str]]) -> None:
    """Have files (name and SHA-256) pass for loaded in a store in memory, as they are in the workspace's."""
    names, hashes = [list(column) for column in zip(*files, strict=True)] or ([], [])
    connection.execute(SQL["loaded_before"], {"names": names, "hashes": hashes})


def foresee(intake: Intake, files: Iterable[tuple[str, Path]]) -> Iterator[Foreseen]:
    """Load what is new into a store in memory, and say what could not be read."""
    for file in load_files(intake, files):
        if file.state != "loaded":
            yield Foreseen(file)
            continue
        about = {"name": file.identity.name}
        rejected = rows_as_dicts(intake.connection.execute(SQL["rejected_of_file"], about))
        left_out = rows_as_dicts(intake.connection.execute(SQL["left_out_of_file"], about))
        yield Foreseen(
            file,
            tuple(_sentence(intake, row) for row in rejected),
            tuple(f"row {row['row_number']}, {row['column_name']}: {_quoted(row['cell_text'])}" for row in left_out),
        )


def _sentence(intake: Intake, row: dict[str, Any]) -> str:
    """Which row and column, what was found, what was expected."""
    column, reason = row["column_name"] or "", row["reason"]
    expected = EXPECTED_OF.get((reason, column), EXPECTED.get(reason, "another value"))
    found = _cell(intake, row)
    said = f"the row {short(row['row_text'] or '', LONGEST_TEXT)!r}" if found is None else _quoted(found)
    return f"row {row['row_number']}, {column}: {reason.replace('_', ' ')}, found {said}. Expected: {expected}"


def _cell(intake: Intake, row: dict[str, Any]) -> str | None:
    """The text of the column at fault; None where it is not sure which that is."""
    fitting = fitting_headings(json.loads(row["headings"]), intake.column_maps, "") if row["headings"] else None
    cells = cells_of(row["row_text"] or "")
    if fitting is None or len(cells) > len(fitting[1]):
        return None
    names = dict(zip(fitting[1], cells, strict=False))
    return names.get(column_as_written(row["column_name"]), names.get(row["column_name"]))


def _quoted(cell: str) -> str:
    return repr(short(cell, LONGEST_CELL)) if cell.strip() else "nothing"
