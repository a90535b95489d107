"""Putting a store that was built anew in the place of the old one, which is kept under another name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from monitor.config.workspace import Workspace
from monitor.core.atomic_files import link_or_copy
from monitor.core.errors import EnvironmentFault


def put_in_place(workspace: Workspace, is_whole: bool, move: Callable[[Path, Path], object] = Path.replace) -> None:
    """Give the new store the old one's name in one step; the old one keeps another. is_whole: the old one can be read.

    Raises EnvironmentFault where someone has it open. Killed at any moment, it leaves the old one in place or the new.
    """
    store, kept = workspace.store, workspace.before_rebuild
    log, kept_log = (file.with_name(f"{file.name}.wal") for file in (store, kept))
    try:
        if is_whole and log.exists():  # what stands in the log is written into the file, which is then whole by itself
            duckdb.connect(str(store)).close()
        if store.exists():
            kept.unlink(missing_ok=True)
            kept_log.unlink(missing_ok=True)
            link_or_copy(store, kept)
        if log.exists():  # of a damaged store; beside the new one it would count as its own
            move(log, kept_log)
        move(workspace.rebuilt, store)
    except (OSError, duckdb.Error) as error:
        raise EnvironmentFault(
            str(store), f"cannot be replaced: {str(error).splitlines()[0]}", "a store that nobody has open",
            "close what has it open, then run `monitor rebuild --replace` again; the old store is still in place",
        ) from error  # fmt: skip
    shutil.rmtree(workspace.rebuilt.parent, ignore_errors=True)
