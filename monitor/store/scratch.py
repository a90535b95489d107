"""What DuckDB and archives put on the disk for a while: emptied before and after, so that a kill leaves nothing behind.

Rows of a file that is refused lie there until it is. The folders are no part of a back-up.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from monitor.config.workspace import Workspace


@contextmanager
def emptied(*folders: Path) -> Iterator[None]:
    """Have these folders empty before the block and after it. Call under the lock that they belong to."""
    _empty(folders)
    try:
        yield
    finally:
        _empty(folders)


def empty_what_was_left(workspace: Workspace) -> None:
    """Empty what a process that was killed left, unless another one works there now. For commands without the lock."""
    for lock, folders in (
        (workspace.lock, (workspace.spill, workspace.unpacking)),
        (workspace.dry_run_lock, (workspace.dry_run,)),
    ):
        if any(folder.exists() for folder in folders):
            with suppress(Timeout, OSError), FileLock(lock, timeout=0, preserve_lock_file=True):
                _empty(folders)


def _empty(folders: tuple[Path, ...]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
