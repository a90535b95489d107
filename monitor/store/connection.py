"""Opening DuckDB: one writer of the store, readers of the published copy, and SQL that lives in files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NewType

import duckdb

from monitor.core.errors import EnvironmentFault, UsageError
from monitor.store.schema import bring_forward, make_macros_of_questions, not_ours, refuse_other_schema, schema_of

TIME_ZONE = "Europe/London"

# What a connection is to: what records something takes a Store, and gets neither of the others.
Store = NewType("Store", duckdb.DuckDBPyConnection)  # the store, for the one process that may write it
Reader = NewType("Reader", duckdb.DuckDBPyConnection)  # the store or its published copy, for reading only
KnownStore = NewType("KnownStore", duckdb.DuckDBPyConnection)  # in memory, the store as it was known at an instant

# Said before a file is opened: of one that is a SQLite database DuckDB would fetch an extension for it.
NO_NETWORK = {"autoinstall_known_extensions": "false"}


@contextmanager
def open_writer(path: Path, spill: Path, memory_limit: str) -> Iterator[Store]:
    """The store, for the one process that may write it, with its tables made.

    Raises EnvironmentFault where another process has it open, the folder cannot be written or the disk is full.
    """
    refuse_no_file(path)
    with as_environment_fault(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(
            str(path), config={**NO_NETWORK, "memory_limit": memory_limit, "temp_directory": str(spill)}
        )
    try:
        with as_environment_fault(path):
            prepare(connection)
            bring_forward(connection, path)
            yield Store(connection)
    finally:
        connection.close()


@contextmanager
def open_reader(path: Path, memory_limit: str) -> Iterator[Reader]:
    """A database file for reading only; temporary tables may be made."""
    refuse_no_file(path)
    with as_environment_fault(path):
        connection = duckdb.connect(str(path), read_only=True, config={**NO_NETWORK, "memory_limit": memory_limit})
    try:
        with as_environment_fault(path):
            prepare(connection)
            refuse_foreign(connection, path)
            make_macros_of_questions(connection)
            yield Reader(connection)
    finally:
        connection.close()


@contextmanager
def open_for_questions(path: Path, memory_limit: str) -> Iterator[Reader]:
    """The published database for SQL that people type: read-only, no files, no network, settings locked."""
    if not path.is_file():
        raise UsageError(str(path), "nothing has been published yet", advice="run `monitor run` first")
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(open_reader(path, memory_limit))
        except EnvironmentFault as fault:
            if not (isinstance(fault.__cause__, duckdb.Error) and is_broken(fault.__cause__)):
                raise
            advice = "`monitor run` makes it again"
            raise EnvironmentFault(str(path), fault.found, "a copy that a run published", advice) from fault.__cause__
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def refuse_no_file(path: Path) -> None:
    """Raise EnvironmentFault where something that is no file has the name of a database: a pipe would never open."""
    if path.is_file() or not os.path.lexists(path):
        return
    what = (
        "a link to something that does not exist"
        if path.is_symlink()
        else "a folder"
        if path.is_dir()
        else "a pipe or a device"
    )
    advice = f"move it away, then {TO_HAVE_IT_WHOLE}"
    raise EnvironmentFault(str(path), f"is {what}, not a file", "a store that this program made", advice)


@contextmanager
def memory_raised(connection: duckdb.DuckDBPyConnection, limit: str, usual: str) -> Iterator[None]:
    """Another limit of memory for a while. Raises duckdb.OutOfMemoryException where it cannot be lowered again."""
    connection.execute(f"SET memory_limit = '{limit}'")
    yield
    connection.execute(f"SET memory_limit = '{usual}'")


def is_in_use(error: duckdb.Error) -> bool:
    """Whether opening failed because another process has the file open."""
    said = str(error)
    return any(sign in said for sign in ("Could not set lock on file", "Conflicting lock", "used by another process"))


TO_HAVE_IT_WHOLE = "put back a copy from a back-up, or rebuild it from the files with `monitor rebuild --replace`"
# How DuckDB speaks of a file that is cut short, emptied, altered or of another program.
WORDS_OF_DAMAGE = (
    "not a valid DuckDB", "could not read enough bytes", "corrupt database", "checksum", "failed to read",
    "failure while replaying", "could not read from file", "serialization error", "failed to deserialize",
    "database file is too small", "wrong version", "invalid bit size", "sqlite_scanner",
)  # fmt: skip


def is_broken(error: duckdb.Error) -> bool:
    """Whether DuckDB says that the file itself is damaged: a full disk or a missing permission is no damage."""
    said = str(error).lower()
    is_internal = isinstance(error, duckdb.InternalException | duckdb.SerializationException)
    return is_internal or any(words.lower() in said for words in WORDS_OF_DAMAGE)


def is_damage(error: BaseException | None) -> bool:
    """Whether reading failed for what is in a file, and not for who has it, who may read it, or for memory."""
    is_of_the_machine = isinstance(error, duckdb.OutOfMemoryException) or "Permission denied" in str(error)
    return isinstance(error, duckdb.Error) and not is_of_the_machine and not is_in_use(error)


def read_every_row(connection: duckdb.DuckDBPyConnection) -> None:
    """Read all tables of ours to the end: DuckDB finds out that a block is damaged only when it reads it."""
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data'").fetchall()
    for (table,) in tables:
        connection.execute(f"SELECT bit_xor(hash(t)) FROM data.{table} AS t")  # noqa: S608  a table of our schema


def is_interruption(error: BaseException) -> bool:
    """Whether a query ended because the process was asked to stop: DuckDB's words for Ctrl-C."""
    return isinstance(error, RuntimeError) and "Query interrupted" in str(error)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """The settings that all our SQL rests on."""
    connection.execute(f"SET TimeZone = '{TIME_ZONE}'")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET enable_progress_bar = false")


def refuse_foreign(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise EnvironmentFault where a database is not one of ours, or of another version of the program."""
    if schema_of(connection) is None:
        raise not_ours(path)
    refuse_other_schema(connection, path)


@contextmanager
def as_environment_fault(path: Path) -> Iterator[None]:
    """Faults of the machine, reported as such, and Ctrl-C in a query as Ctrl-C; everything else passes unchanged.

    path: what cannot be read or written then.
    """
    try:
        yield
    except RuntimeError as error:
        if is_interruption(error):
            raise KeyboardInterrupt from error
        raise
    except duckdb.Error as error:
        fault = _fault_behind(error, path)
        if fault is None:
            raise
        raise fault from error
    except PermissionError as error:
        raise EnvironmentFault(
            str(error.filename or path), "cannot be written: permission denied", advice="check the folder's permissions"
        ) from error
    except OSError as error:
        raise EnvironmentFault(
            str(error.filename or path), f"{error.strerror or error}", advice=_look_at(path)
        ) from error


def _fault_behind(error: duckdb.Error, path: Path) -> EnvironmentFault | None:
    """The fault of the machine that DuckDB speaks of; None where it is another."""
    said = _first_line(error)
    if isinstance(error, duckdb.IOException) and is_in_use(error):
        return EnvironmentFault(
            str(path), "the store is in use by another run", "one writer at a time",
            f"wait until the other run has ended, or see who holds it in the message: {said}",
        )  # fmt: skip
    if isinstance(error, duckdb.IOException) and "Permission denied" in said:
        return EnvironmentFault(str(path), said, advice="check the permissions of the file and of its folder")
    if is_broken(error):
        return EnvironmentFault(str(path), f"is damaged: {said}", "a store that this program made", TO_HAVE_IT_WHOLE)
    # "Failed to commit": DuckDB's word for a write-ahead log that cannot grow.
    if isinstance(error, duckdb.IOException) or "Failed to commit" in str(error):
        return EnvironmentFault(str(path), said, advice=_look_at(path))
    if isinstance(error, duckdb.OutOfMemoryException):
        return EnvironmentFault(
            str(path), f"not enough memory or disk space: {said}",
            advice="raise memory_limit in monitor.toml, or make room on the disk",
        )  # fmt: skip
    return None


def _look_at(path: Path) -> str:
    """What to do where something could not be written: how much room there is says which of the two it is."""
    try:
        free = f" ({shutil.disk_usage(path.parent).free / 1e6:,.1f} MB are free)"
    except OSError:
        free = ""
    return f"check disk space{free} and permissions, then run again: what was begun is undone or finished then"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
