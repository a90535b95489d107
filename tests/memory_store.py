"""Files taken into a store in memory, as a load takes them: which rows came of them, and which statuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from asking import NOW
from inbox import COUNTS
from product import names_of_shipped_returns, periods_of_returns, shipped_returns

from monitor.config.context import due_dates_of
from monitor.config.settings import Settings
from monitor.ingest.finding_files import look_through
from monitor.ingest.inbox import Intake, load_files, passed_over
from monitor.ingest.loading import LoadedFile
from monitor.ingest.rereading import note_headings, read_again
from monitor.ingest.unread import note_unread
from monitor.operations.in_part import why_of_files
from monitor.returns.working_days import england
from monitor.sources.column_map import ColumnMap
from monitor.status.derivation import derive_status
from monitor.status.organisations import rebuild_organisations
from monitor.status.question import Question, put_question
from monitor.store.connection import Store, open_writer

# The ledger stays: it only grows.
TABLES = """
    SELECT table_name FROM duckdb_tables()
    WHERE schema_name = 'data' AND estimated_size > 0 AND table_name NOT IN ('schema_made', 'schema_version', 'ledger')
"""
STATUSES = """
    SELECT organisation_code, status, cause, record_count FROM return_status_row
    WHERE return_code = $return_code AND period_start = $period_start ORDER BY ALL
"""


@dataclass
class MemoryStore:
    """A store in memory and its inbox.

    now: when files are loaded. column_maps: as monitor.toml would describe them. on_file, build: as in `Intake`.
    without: returns that are not known.
    """

    connection: Store
    folder: Path
    now: datetime = NOW
    monitor_from: date = date(2024, 4, 1)
    column_maps: Sequence[ColumnMap] = ()
    on_file: Callable[[str], None] = lambda name: None
    build: str = ""
    without: Sequence[str] = ()

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def empty(self) -> None:
        for (table,) in self.connection.execute(TABLES).fetchall():
            self.connection.execute(f"DELETE FROM data.{table}")

    def load(self, *paths: Path, in_part: bool = False) -> tuple[LoadedFile, ...]:
        """Load what is new in the paths, else in the inbox. in_part: something is refused, or rows are rejected."""
        loaded = self.load_any(*paths)
        assert bool(why_of_files(loaded)) == in_part, loaded
        return loaded

    def load_any(self, *paths: Path) -> tuple[LoadedFile, ...]:
        """As load, whatever becomes of the files."""
        unpacking = self.folder / "unpacking"
        known = {code: period for code, period in periods_of_returns().items() if code not in self.without}
        intake = Intake(self.connection, known, self.now, unpacking, self.on_file, self.column_maps, build=self.build)
        intake = replace(intake, due_dates=lambda: due_dates_of(shipped_returns(), self.monitor_from, self.now.date()))
        names = {name: code for name, code in names_of_shipped_returns().items() if code in known}
        intake = replace(intake, names_of_returns=names)
        found = look_through(paths or [self.inbox], self.inbox)
        note_headings(intake, found.files)
        loaded = (
            *passed_over(self.connection, found.passed_over),
            *read_again(intake),
            *load_files(intake, found.files),
        )
        note_unread(self.connection, loaded, [name for name, _ in found.files] if paths else None, self.now)
        return loaded

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def counts(self) -> dict[str, tuple[int, ...]]:
        """By file: rows in it, loaded, duplicate, rejected."""
        return {name: tuple(numbers) for name, *numbers in self.rows(COUNTS)}

    def derive(self, as_of: date, *return_codes: str) -> None:
        """Work out the statuses of these returns into return_status_row."""
        returns = {code: shipped_returns()[code] for code in return_codes}
        settings = Settings.model_validate({"monitor_from": self.monitor_from})
        rebuild_organisations(self.connection)
        put_question(self.connection, Question(as_of, settings, returns, england()))
        derive_status(self.connection)

    def statuses(self, return_code: str, period_start: str, as_of: str) -> dict[str, tuple[Any, ...]]:
        """By organisation: status, cause and record count of one return and period."""
        self.derive(date.fromisoformat(as_of), return_code)
        asked = {"return_code": return_code, "period_start": period_start}
        return {code: tuple(told) for code, *told in self.connection.execute(STATUSES, asked).fetchall()}


@contextmanager
def store_in_memory(folder: Path) -> Iterator[Store]:
    """The connection of such a store. One thread: the files are small."""
    with open_writer(Path(":memory:"), folder, "500MB") as connection:
        connection.execute("SET threads = 1")
        yield connection
