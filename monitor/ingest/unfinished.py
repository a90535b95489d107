"""Files that somebody is still writing: what is left for the next run, and what was changed while it was read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

# A file changed this short a while ago is looked at twice before it is read.
SECONDS_OF_QUIET = 2.0


@dataclass(frozen=True)
class Stamp:
    """What a file looked like: while a program writes it, its size or its time of change differ.

    changed_ns: of its content, its name or its times; nobody can set it
    """

    size: int
    modified_ns: int
    inode: int
    changed_ns: int


def stamp_of(path: Path) -> Stamp | None:
    """None where there is no such file, or no longer."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ino, changed_ns_of(stat))


def changed_ns_of(stat: os.stat_result) -> int:
    """When a file was changed last, by the system's own note; Windows has none, and there it is the modification."""
    return stat.st_mtime_ns if sys.platform == "win32" else stat.st_ctime_ns


def stamps_of(paths: Iterable[Path], now: datetime, pause: Callable[[float], None]) -> Mapping[Path, Stamp | None]:
    """What the files look like before they are read. Where one was changed just now, as before a moment's pause."""
    stamps = {path: stamp_of(path) for path in paths}
    ages = (now.timestamp() - stamp.modified_ns / 1e9 for stamp in stamps.values() if stamp)
    if any(0 <= age < SECONDS_OF_QUIET for age in ages):
        pause(SECONDS_OF_QUIET)
    return stamps


class FileChanged(Exception):
    """A file is not what it was when it was first looked at: nothing of it is kept, and the next run reads it."""
