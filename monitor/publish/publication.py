"""What analysts read: a snapshot for each publication, the newest of them under a fixed name, and the same as Parquet.

Everything is built beside and put in place in one step, so that no reader ever sees half of it. Each step looks at what
is there and does what is missing: where one could not be done, the next run continues from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile

import duckdb

from monitor.config.workspace import Workspace
from monitor.core.atomic_files import beside, built_beside, give_name, link_or_copy
from monitor.core.hashes import hash_of_file
from monitor.publish.copied_tables import copy_tables
from monitor.publish.parquet_files import are_of, manifest_of, write_parquet
from monitor.publish.snapshots import name_of, newest
from monitor.store.connection import NO_NETWORK, Store, as_environment_fault, open_reader
from monitor.store.named_sql import queries_beside, quoted, transaction
from monitor.store.schema import make_views

SQL = queries_beside(__file__)


@dataclass(frozen=True)
class Edition:
    """These distinguish two contents of the store. state: of all that is published. shown: of what pages show.

    build: the program that publishes it.
    """

    build: str
    state: str
    shown: str


@dataclass(frozen=True)
class Published:
    """What came of a publication. is_new: analysts see something that they did not see before.

    snapshot: the file that holds the newest state, where the fixed name could not be given to it.
    in_use: files that could not be replaced, because somebody has them open; the next run does it.
    """

    is_new: bool = False
    snapshot: Path | None = None
    in_use: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Placed:
    """What a published file is: of which state of the store, and of which snapshot."""

    state: str
    name: str


def is_published(workspace: Workspace, placed: Placed | None, edition: Edition) -> bool:
    """Whether the fixed name, as it was placed, and the Parquet files hold this state of the store."""
    return placed is not None and placed.state == edition.state and are_of(workspace.parquet, placed.name)


def publish(
    connection: Store, workspace: Workspace, placed: Placed | None, edition: Edition, at: datetime, memory_limit: str,
    more_views: Sequence[str] = (),
) -> Published:  # fmt: skip
    """Publish the store. The same edition is not built twice. placed: of the fixed name; more_views: beside our own."""
    _clear_left_overs(workspace)
    fixed = workspace.published
    if placed and placed.state == edition.state:
        source, name, is_placed, is_built = fixed, placed.name, True, False
    else:
        found = _snapshot_of(workspace, placed, edition)
        source = found or _build(connection, workspace, placed, edition, at, more_views, memory_limit)
        name, is_placed, is_built = source.name, _put_in_place(source, fixed), found is None
    in_use: tuple[Path, ...] = () if is_placed else (fixed,)
    if not are_of(workspace.parquet, name):
        with open_reader(source, memory_limit) as copy:
            # Of a file that lay there, nobody knows whether it is still as it was made: no copy begins with it.
            in_use += write_parquet(copy, workspace.parquet, name, hash_of_file(source) if is_built else None)
    return Published(is_placed, None if is_placed else source, in_use)


def placed_in(file: Path) -> Placed | None:
    """What a published file is; None where it cannot be read."""
    if not file.is_file():  # to open a pipe would wait for ever
        return None
    try:
        with duckdb.connect(str(file), read_only=True, config={**NO_NETWORK}) as copy:
            row = copy.execute("SELECT state, file_name FROM data.snapshot").fetchone()
            return Placed(*row) if row else None
    except duckdb.Error:
        return None


def _snapshot_of(workspace: Workspace, fixed: Placed | None, edition: Edition) -> Path | None:
    """The newest snapshot, if it holds this state: a run before could not give it the fixed name."""
    names = [file.name for file in workspace.snapshots.glob("*.duckdb")]
    name = newest(names)
    if name is None or (fixed and fixed.name == name):
        return None
    placed = placed_in(workspace.snapshots / name)
    return workspace.snapshots / name if placed and placed.state == edition.state else None


def _build(
    connection: Store,
    workspace: Workspace,
    placed: Placed | None,
    edition: Edition,
    at: datetime,
    more_views: Sequence[str],
    memory_limit: str,
) -> Path:
    workspace.snapshots.mkdir(parents=True, exist_ok=True)
    snapshot = _free_snapshot(workspace.snapshots, at)
    building = beside(workspace.published)
    try:
        with as_environment_fault(workspace.published):
            begins_with = _last_copy(workspace, placed, edition)
            if begins_with:
                copyfile(begins_with, building)
            copy_tables(connection, building, (edition.state, snapshot.name, at, edition.shown))
            _make_views(building, more_views, memory_limit, is_new=begins_with is None)
            return building.replace(snapshot)
    finally:
        building.unlink(missing_ok=True)
        building.with_name(building.name + ".wal").unlink(missing_ok=True)


def _last_copy(workspace: Workspace, placed: Placed | None, edition: Edition) -> Path | None:
    """The published copy, if this program made it and not a byte of it has changed since; with its views."""
    said = manifest_of(workspace.parquet)
    if not placed or not placed.state.startswith(f"{edition.build}/") or said.get("snapshot") != placed.name:
        return None
    return workspace.published if said.get("sha256") == hash_of_file(workspace.published) else None


def _free_snapshot(folder: Path, at: datetime) -> Path:
    """A name that no snapshot has: one that was published may be open, and is never written again."""
    while (snapshot := folder / name_of(at)).exists():
        at += timedelta(seconds=1)
    return snapshot


def _put_in_place(snapshot: Path, fixed: Path) -> bool:
    """Give a snapshot the fixed name as well; False where somebody has that file open, which on Windows forbids it."""
    with built_beside(fixed) as building:
        link_or_copy(snapshot, building)
        _make_room(fixed)
        return give_name(building, fixed)


def _make_room(fixed: Path) -> None:
    """Move away what no file can replace, a folder; and take away a log beside it, which is none of ours."""
    fixed.with_name(fixed.name + ".wal").unlink(missing_ok=True)
    if fixed.is_dir() and not fixed.is_symlink():
        number = 1
        while (aside := fixed.with_name(f"{fixed.name}.moved-away-{number}")).exists():
            number += 1
        fixed.rename(aside)


def _clear_left_overs(workspace: Workspace) -> None:
    """What a run that was cut short left there."""
    for left_over in workspace.published.parent.glob(".*.building*"):
        left_over.unlink()


# Views whose columns mean what those of another view do: what is said of a column is written there once.
COMMENTED_LIKE = {
    "missed_return": "return_status",
    "return_status_row": "return_status",
    "absence_row": "absence",
    "rejected_open": "rejected_standing",
    "rejected_told": "rejected_standing",
    "contact_now": "contact",
    "finding_current": "finding",
    "alert_current": "alert",
}


def _comment_alike(copy: duckdb.DuckDBPyConnection) -> None:
    asked = {"views": list(COMMENTED_LIKE), "like": list(COMMENTED_LIKE.values())}
    for schema, view, column, comment in copy.execute(SQL["uncommented"], asked).fetchall():
        words = comment.replace("'", "''")
        copy.execute(f"COMMENT ON COLUMN {schema}.{view}.{quoted(column)} IS '{words}'")


def _make_views(building: Path, more_views: Sequence[str], memory_limit: str, is_new: bool) -> None:
    """Make the views. more_views: made each time, because some hold what they count; the others, of a new file only."""
    # One transaction: hundreds of comments, each committed by itself, take most of a second.
    with duckdb.connect(str(building), config={"memory_limit": memory_limit}) as copy, transaction(copy):
        if is_new:
            make_views(copy)
            copy.execute(SQL["views"])
        for view in more_views:
            copy.execute(view)
        if is_new:
            _comment_alike(copy)
