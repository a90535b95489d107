"""The ledger: what was loaded and what was answered, each entry sealed with the one before it.

An entry's hash is the SHA-256 of the hash before it, its number, instant, kind and content. Changing, removing
or inserting an entry breaks the chain there. With the last hash, the head, it can be shown that nothing before it was
altered: the packs carry it, and it can be written down anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside, rows_as_dicts, transaction

SQL = queries_beside(__file__)

BEGINNING = "0" * 64
FILE, CHECK, DECISION, DISMISSAL, REBUILD, CLOCK = "file", "check", "decision", "dismissal", "rebuild", "clock"


@dataclass(frozen=True)
class Entry:
    """One entry. content: JSON with sorted keys. entry_hash: SHA-256, in hexadecimal."""

    entry_number: int
    entered_at: datetime
    kind: str
    content: str
    previous_hash: str
    entry_hash: str

    @property
    def sealed_as(self) -> str:
        """What to write down, to prove later that nothing up to this entry was altered."""
        return f"{self.entry_number}/{self.entry_hash}"

    @property
    def said(self) -> dict[str, Any]:
        """The content, read."""
        return json.loads(self.content)


def append(connection: Store, kind: str, at: datetime, content: Mapping[str, Any]) -> None:
    """Add an entry. Call within the transaction that does what it records."""
    last = head(connection)
    number = last.entry_number + 1 if last else 1
    previous = last.entry_hash if last else BEGINNING
    text = as_entered(content)
    connection.execute(
        "INSERT INTO data.ledger VALUES (?, ?, ?, ?, ?, ?)",
        [number, at, kind, text, previous, hash_of(number, at, kind, text, previous)],
    )


def as_entered(content: Mapping[str, Any]) -> str:
    """What an entry says, as it is written: the same content is the same text."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def head(connection: duckdb.DuckDBPyConnection) -> Entry | None:
    """The last entry; None where there is none yet."""
    row = connection.execute("FROM data.ledger ORDER BY entry_number DESC LIMIT 1").fetchone()
    return Entry(*row) if row else None


def entries(connection: duckdb.DuckDBPyConnection) -> list[Entry]:
    """All entries, the oldest first."""
    return [Entry(*row) for row in connection.execute("FROM data.ledger ORDER BY entry_number").fetchall()]


def breaks(chain: list[Entry]) -> Iterator[tuple[int, str]]:
    """Where the chain does not hold: the number of the entry, and what is wrong with it. None: nothing was altered."""
    previous = BEGINNING
    for place, entry in enumerate(chain, start=1):
        number, at = entry.entry_number, entry.entered_at
        if number != place:
            yield number, f"entry {place} is missing"
            return
        if entry.previous_hash != previous:
            yield number, "it does not follow the entry before it"
        elif entry.entry_hash != hash_of(number, at, entry.kind, entry.content, entry.previous_hash):
            yield number, "it was altered after it was written"
        previous = entry.entry_hash


def hash_of(number: int, at: datetime, kind: str, content: str, previous: str) -> str:
    """The hash that seals an entry. at: an aware instant, to the microsecond."""
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256("\n".join([previous, str(number), instant, kind, content]).encode()).hexdigest()


def files(connection: duckdb.DuckDBPyConnection, file_id: int | None = None) -> list[dict[str, Any]]:
    """What is entered of each file, or of one: its SHA-256, and what became of its rows."""
    return rows_as_dicts(connection.execute(SQL["files_entered"], {"file_id": file_id}))


def append_file(connection: Store, file_id: int, at: datetime) -> None:
    """Add the entry of a file that was loaded or refused."""
    append(connection, FILE, at, files(connection, file_id)[0])


def append_files(connection: duckdb.DuckDBPyConnection, first_file_id: int, at: datetime) -> None:
    """Add the entries of the files that were loaded together, from this one on: one each, as if one by one."""
    last, chain = head(connection), []
    number, previous = (last.entry_number, last.entry_hash) if last else (0, BEGINNING)
    entered = rows_as_dicts(connection.execute(SQL["files_entered_from"], {"file_id": first_file_id}))
    for text in map(as_entered, entered):
        number += 1
        sealed = hash_of(number, at, FILE, text, previous)
        chain.append((number, text, previous, sealed))
        previous = sealed
    numbers, texts, before, hashes = (list(column) for column in zip(*chain, strict=True))
    connection.execute(
        "INSERT INTO data.ledger SELECT unnest($numbers), $at, $kind, unnest($texts), unnest($before), unnest($hashes)",
        {"numbers": numbers, "at": at, "kind": FILE, "texts": texts, "before": before, "hashes": hashes},
    )


def enter_what_is_missing(connection: Store, at: datetime) -> None:
    """Add the files that were loaded before there was a ledger, or are recorded differently since a rebuild."""
    entered = {entry.content for entry in entries(connection) if entry.kind == FILE}
    for file in files(connection):
        if as_entered(file) not in entered:
            append(connection, FILE, at, file)


def begin(connection: Store, at: datetime) -> None:
    """Begin the ledger of a store from before there was one."""
    if head(connection) is None:
        with transaction(connection):
            enter_what_is_missing(connection, at)
