"""Rows and values that could not be read, and what people decide about them. All is kept, and sealed in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from monitor.core.clock import london_date
from monitor.core.errors import UsageError
from monitor.core.text import listed
from monitor.store.connection import Store
from monitor.store.ledger import DISMISSAL, append
from monitor.store.named_sql import queries_beside, rows_as_dicts, scalar, transaction

SQL = queries_beside(__file__)

COLUMNS = (
    "file_name", "loaded_on", "row_number", "what", "reason", "column", "text", "organisation_code", "return_code",
    "period_start", "in_doubt",
)  # fmt: skip


def rejected(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """What could not be read and stands so: rows of COLUMNS, those that hold most in doubt first.

    what: row (rejected) or value (left out of a row that is loaded). in_doubt: how many expected returns are not known
    for it, by the last check.
    """
    return connection.execute(SQL["rejected"]).fetchall()


@dataclass(frozen=True)
class Dismissed:
    """What is to be dismissed.

    row_number: None for every row. loaded_on: of the version that was first loaded on that day in London.
    of_all: of every version.
    """

    file_name: str
    row_number: int | None = None
    loaded_on: date | None = None
    of_all: bool = False

    @property
    def words(self) -> str:
        """The file, and the row."""
        return self.file_name if self.row_number is None else f"{self.file_name}, row {self.row_number}"


def dismiss(connection: Store, what: Dismissed, author: str, reason: str, at: datetime) -> None:
    """Say that what could not be read of a file, or of one row, holds nothing in doubt. The next check judges by it.

    Raises UsageError where there is no such file, nothing of it was rejected, it is already dismissed, or several
    versions of the file fit and it is not said which is meant.
    """
    _refuse_nothing_to_dismiss(connection, what)
    version = None if what.of_all else _version(connection, what)
    said = {
        "dismissal_number": len(dismissals(connection)) + 1,
        "file_name": what.file_name,
        "row_number": what.row_number,
        "author": author,
        "reason": reason,
    }
    with transaction(connection):
        connection.execute("INSERT INTO data.dismissal VALUES (?, ?, ?, ?, ?, ?)", [*said.values(), at])
        if version:
            number = said["dismissal_number"]
            connection.execute("INSERT INTO data.dismissal_version VALUES (?, ?, ?)", [number, version, at])
            said["sha256"] = version
        append(connection, DISMISSAL, at, said)


def _version(connection: Store, what: Dismissed) -> str:
    """The one version of the file that fits, by its hash. Raises UsageError where it is none or several."""
    found = connection.execute(SQL["versions"], {"file_name": what.file_name}).fetchall()
    loaded = {sha256: at for row, sha256, at in found if what.row_number in (None, row)}
    fitting = [one for one, at in loaded.items() if what.loaded_on in (None, london_date(at))]
    if len(fitting) == 1:
        return fitting[0]
    days = listed(sorted({str(london_date(at)) for at in loaded.values()}))
    if not fitting:
        raise UsageError(what.words, f"no version of it was loaded on {what.loaded_on}", f"--loaded with one of {days}")
    raise UsageError(
        what.words, f"{len(fitting)} versions of the file fit, loaded on {days}",
        "--loaded DATE for one of them, or --all", "`monitor rejected list` shows their rows",
    )  # fmt: skip


def dismissals(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every dismissal, as it is entered in the ledger, the oldest first. sha256: only where it is about one version."""
    kept = rows_as_dicts(connection.execute(SQL["dismissals"]))
    return [{name: value for name, value in one.items() if name != "sha256" or value} for one in kept]


def _refuse_nothing_to_dismiss(connection: Store, what: Dismissed) -> None:
    file_name, row_number = what.file_name, what.row_number
    standing = [(name, row) for name, _, row, *_ in rejected(connection)]
    if any(name == file_name and row_number in (None, row) for name, row in standing):
        return
    look = "`monitor rejected list` shows what could not be read"
    named = "SELECT count(*) FROM data.loaded_file WHERE file_name = $name AND state = 'loaded'"
    if not scalar(connection, named, {"name": file_name}):
        names = list(dict.fromkeys(name for name, _ in standing))
        expected = f"a file that was loaded: {listed(names)}" if names else "a file that was loaded"
        raise UsageError(what.words, "no file of this name was loaded", expected, look)
    if any(one["file_name"] == file_name and one["row_number"] in (None, row_number) for one in dismissals(connection)):
        raise UsageError(what.words, "is already dismissed", advice=look)
    rows = list(dict.fromkeys(row for name, row in standing if name == file_name))
    expected = f"one of its rows that were: {listed([str(row) for row in rows])}" if rows else ""
    raise UsageError(what.words, "none of its rows was rejected, or they have been read since", expected, look)
