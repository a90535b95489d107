"""What of the inbox could not be read: who could be in it is not known to have sent nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import PurePosixPath

import duckdb

from monitor.ingest.loading import FileIdentity, LoadedFile
from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside, scalar

SQL = queries_beside(__file__)


def note_unread(connection: Store, loaded: Sequence[LoadedFile], names: Collection[str] | None, at: datetime) -> None:
    """Note what could not be read now, where it differs from what was noted last.

    names: the files that were looked at; None where it was the whole inbox. What lies elsewhere is as it was.
    """
    before = dict(unread(connection))
    now = {
        file.identity.name: file.detail or ""
        for file in loaded
        if file.is_unread and not _came_otherwise(connection, file.identity)
    }
    if names is not None:
        now = {name: detail for name, detail in before.items() if name not in names} | now
    if now != before:
        values = {"at": at, "names": list(now), "details": list(now.values())}
        connection.execute(SQL["note_unread"], values)


def _came_otherwise(connection: Store, identity: FileIdentity) -> bool:
    """Whether a log of the same name but for its ending was loaded since it was refused first: as .xlsx, say."""
    stem = str(PurePosixPath(identity.name).with_suffix("")) if identity.name else ""
    asked = {"stem": stem, "name": identity.name, "sha256": identity.sha256}
    return bool(identity.sha256 and scalar(connection, SQL["came_otherwise"], asked))


def unread(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """What could not be read when the inbox was last looked through: (name, why)."""
    return connection.execute(SQL["unread"]).fetchall()
