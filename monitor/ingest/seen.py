"""What is known of files from before: the hash of bytes that have not changed, and which bytes are loaded.

For a folder of many files it is asked once, not file by file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from monitor.core.hashes import hash_of_file
from monitor.ingest.loading import is_loaded
from monitor.ingest.unfinished import changed_ns_of
from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside

SQL = queries_beside(__file__)

# From so many files on everything is asked at once.
MANY_FILES = 20


@dataclass
class Seen:
    """hashes: by path its size, time of change and SHA-256. names and loaded: names and SHA-256 of files loaded before.

    Where hashes and loaded are None, it is asked one by one. new: what is to be kept among the hashes.
    """

    connection: Store
    hashes: dict[str, tuple[int, int, str]] | None = None
    loaded: set[str] | None = None
    names: set[str] = field(default_factory=set)
    new: list[tuple[str, int, int, str]] = field(default_factory=list)

    @classmethod
    def for_files(cls, connection: Store, files: int) -> Seen:
        """files: how many there are to look at."""
        names = {name for (name,) in connection.execute(SQL["names_seen"]).fetchall()} if files > 1 else set()
        if files < MANY_FILES:
            return cls(connection, names=names)
        hashes = {path: tuple(known) for path, *known in connection.execute(SQL["files_seen"]).fetchall()}
        loaded = {sha256 for (sha256,) in connection.execute(SQL["hashes_loaded"]).fetchall()}
        return cls(connection, hashes, loaded, names)

    def sha256_of(self, path: Path) -> str:
        """The file's SHA-256; the bytes are read only where they may have changed. Raises OSError."""
        if self.hashes is None:
            return sha256_of(self.connection, path)
        stat = path.stat()
        size, changed_ns = stat.st_size, changed_ns_of(stat)
        known = self.hashes.get(str(path))
        if known and known[:2] == (size, changed_ns):
            return known[2]
        digest = hash_of_file(path)
        self.new.append((str(path), size, changed_ns, digest))
        return digest

    def is_loaded(self, sha256: str) -> bool:
        return is_loaded(self.connection, sha256) if self.loaded is None else sha256 in self.loaded

    def note_loaded(self, name: str, sha256: str) -> None:
        self.names.add(name)
        if self.loaded is not None:
            self.loaded.add(sha256)

    def keep(self) -> None:
        """Keep the hashes that were worked out, so that the bytes need not be read again."""
        if self.new:
            paths, sizes, changes, digests = (list(column) for column in zip(*dict.fromkeys(self.new), strict=True))
            values = {"paths": paths, "sizes": sizes, "changes": changes, "digests": digests}
            self.connection.execute(SQL["keep_files_seen"], values)
            self.new.clear()


def sha256_of(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """The file's SHA-256; the bytes are read only where size or time of change differ from when they were last read.

    Not by the time of modification, which copying programs set to that of the original: a file replaced by one of the
    same size and time would pass for the one before.
    """
    stat = path.stat()
    changed_ns = changed_ns_of(stat)
    seen = connection.execute(
        "SELECT sha256 FROM data.file_seen WHERE path = $path AND size = $size AND modified_ns = $modified_ns",
        {"path": str(path), "size": stat.st_size, "modified_ns": changed_ns},
    ).fetchone()
    if seen:
        return str(seen[0])
    digest = hash_of_file(path)
    connection.execute(
        "INSERT OR REPLACE INTO data.file_seen VALUES ($path, $size, $modified_ns, $sha256)",
        {"path": str(path), "size": stat.st_size, "modified_ns": changed_ns, "sha256": digest},
    )
    return digest
