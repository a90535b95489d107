"""From dropped files to rows in the store: which files there are, which are new, and what became of each."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import duckdb

from monitor.errors import FileRefused, UsageError
from monitor.sources import recognise
from monitor.store.database import run_sql_file, scalar, transaction
from monitor.store.load import FileIdentity, LoadedFile, is_loaded, load_file, record_refusal

CHUNK_BYTES = 1 << 20

# What operating systems and spreadsheet programs leave lying in folders beside people's files.
NOT_DROPPED_BY_PEOPLE = (".", "~$")
SYSTEM_FILES = ("thumbs.db", "desktop.ini")


def files_in(paths: Iterable[Path], root: Path) -> list[tuple[str, Path]]:
    """Every file at or below the paths, in order of name, each with the name people know it by (below `root`)."""
    found: dict[Path, str] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(str(path), "there is no such file or folder", "files, or folders that hold files")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and (file == path or not _is_left_by_a_program(file)):
                found.setdefault(file.resolve(), _known_name(file, root))
    return sorted(((name, path) for path, name in found.items()), key=lambda pair: (pair[0], str(pair[1])))


def load_files(
    connection: duckdb.DuckDBPyConnection,
    files: list[tuple[str, Path]],
    periods_of_returns: Mapping[str, str],
    loaded_at: datetime,
    on_file: Callable[[str], None],
) -> Iterator[LoadedFile]:
    """Load what is new among the files; yields what became of each that was loaded or refused.

    A file of the same bytes as one loaded before yields nothing. `on_file` is told each name before it is read.
    """
    for name, path in files:
        on_file(name)
        if not _is_utf8(path):
            unnamed = FileRefused(name, "its name is not UTF-8 text", advice="rename the file")
            yield record_refusal(connection, FileIdentity(name, "", path), unnamed, loaded_at)
            continue
        try:
            identity = FileIdentity(name, _sha256(connection, path), path)
        except OSError as error:
            unreadable = FileRefused(name, f"cannot be read: {error.strerror}", advice="check the file's permissions")
            yield record_refusal(connection, FileIdentity(name, "", path), unreadable, loaded_at)
            continue
        if is_loaded(connection, identity.sha256):
            continue
        try:
            yield load_file(connection, identity, recognise(path), periods_of_returns, loaded_at)
        except FileRefused as refusal:
            yield record_refusal(connection, identity, refusal, loaded_at)


def rebuild_organisations(connection: duckdb.DuckDBPyConnection) -> None:
    """Work out anew who exists and what was true of them when, from all rows loaded."""
    with transaction(connection):
        run_sql_file(connection, "organisation_dated.sql")


def organisations_are_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """False where something was loaded and the organisations have not been worked out since."""
    return bool(
        scalar(
            connection,
            "SELECT coalesce((SELECT max(file_id) FROM data.loaded_file WHERE state = 'loaded'), 0) "
            "= coalesce((SELECT max(last_file_id) FROM data.organisations_built), 0)",
        )
    )


def _known_name(file: Path, root: Path) -> str:
    try:
        name = file.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        name = file.name
    return os.fsencode(name).decode("utf-8", errors="replace")


def _is_utf8(path: Path) -> bool:
    return not re.search("[\ud800-\udfff]", str(path))


def _is_left_by_a_program(file: Path) -> bool:
    return file.name.startswith(NOT_DROPPED_BY_PEOPLE) or file.name.lower() in SYSTEM_FILES


def _sha256(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """The file's SHA-256; the bytes are read only where size or time of change differ from when they were last read."""
    stat = path.stat()
    seen = connection.execute(
        "SELECT sha256 FROM data.file_seen WHERE path = $path AND size = $size AND modified_ns = $modified_ns",
        {"path": str(path), "size": stat.st_size, "modified_ns": stat.st_mtime_ns},
    ).fetchone()
    if seen:
        return str(seen[0])
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
    connection.execute(
        "INSERT OR REPLACE INTO data.file_seen VALUES ($path, $size, $modified_ns, $sha256)",
        {"path": str(path), "size": stat.st_size, "modified_ns": stat.st_mtime_ns, "sha256": digest.hexdigest()},
    )
    return digest.hexdigest()
