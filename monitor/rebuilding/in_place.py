"""Putting a store that was built anew in the old one's place, which is kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from monitor.config.workspace import Workspace
from monitor.core.atomic_files import beside, link_or_copy
from monitor.core.errors import EnvironmentFault
from monitor.rebuilding.before import first_line, is_damage


def put_in_place(workspace: Workspace) -> None:
    """The new store takes the old one's name in one step; the old one keeps another."""
    store, kept = workspace.store, workspace.before_rebuild
    try:
        if store.exists():
            _fold_log_in(store)
            building = beside(kept)
            link_or_copy(store, building)
            building.replace(kept)
            _log_of(kept).unlink(missing_ok=True)
        if _log_of(store).exists():  # of a damaged store; beside the new one it would be taken for its own
            _log_of(store).replace(_log_of(kept))
        workspace.rebuilt.replace(store)
        shutil.rmtree(workspace.rebuilt.parent, ignore_errors=True)
    except PermissionError as error:
        raise _still_open(workspace, str(error)) from error
    except duckdb.Error as error:
        raise _still_open(workspace, first_line(error)) from error


def _fold_log_in(store: Path) -> None:
    """Have DuckDB write into the file what stands in its log, so that the file is whole by itself."""
    if not _log_of(store).exists():
        return
    try:
        duckdb.connect(str(store)).close()
    except duckdb.Error as error:
        if not is_damage(error):
            raise


def _log_of(store: Path) -> Path:
    return store.with_name(store.name + ".wal")


def _still_open(workspace: Workspace, found: str) -> EnvironmentFault:
    return EnvironmentFault(
        str(workspace.store), f"cannot be replaced: {found}", "a store that nobody has open",
        "close what has it open, then run `monitor rebuild --replace` again; the old store is still in place",
    )  # fmt: skip
