"""One run at a time on a workspace: a lock of the operating system, freed when the process that holds it dies.

Who holds it is said by a file beside it, which is there for messages only: whether it is held, only the lock shows.
The store lies on a disk of this machine, so no other machine competes for it.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout, lock_descriptor

from monitor.core.errors import EnvironmentFault

# Longer than a run needs to say that it has just taken the lock, and than `monitor doctor` has it to see if it is free.
PATIENCE_SECONDS = 0.3


@contextmanager
def holding(lock: Path, doing: str, now: datetime) -> Iterator[None]:
    """Hold the lock for the time of the block.

    Raises EnvironmentFault where another run has it, which is named, and where it cannot be taken.
    """
    taken, holder = _taken(lock), _file_of_holder(lock)
    who = {"doing": doing, "process": os.getpid(), "host": socket.gethostname(), "since": f"{now:%Y-%m-%d %H:%M} UTC"}
    try:
        with suppress(OSError):  # a run does not stop because it cannot say who it is
            holder.unlink(missing_ok=True)  # of a run that was killed, perhaps by another account
            holder.write_text(json.dumps(who), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        taken.release()


def holder_of(lock: Path) -> str | None:
    """Say who holds the lock now; None where nobody does, or this account may not look."""
    if not lock.is_file():
        return None
    try:
        with lock.open("rb") as file:
            is_free = lock_descriptor(file.fileno(), blocking=False)
    except OSError:
        return None
    return None if is_free else _words_of_holder(lock)


def _taken(lock: Path) -> BaseFileLock:
    # The file stays, and nothing stands in for a lock that the file system does not have: that would outlive its run.
    if lock.exists() and not lock.is_file():  # to open a pipe would wait for ever
        raise EnvironmentFault(
            str(lock), f"is {'a folder' if lock.is_dir() else 'a pipe or a device'}, not a file", "a plain file",
            "move it away: a run makes the file again",
        )  # fmt: skip
    taken = FileLock(lock, timeout=PATIENCE_SECONDS, preserve_lock_file=True)
    try:
        taken.acquire()
    except Timeout:
        raise EnvironmentFault(
            str(lock), f"another run has the workspace: {_words_of_holder(lock)}", "one run at a time",
            "wait until it has ended, or end that process",
        ) from None  # fmt: skip
    except OSError as error:
        raise EnvironmentFault(
            str(lock), f"cannot be locked: {error.strerror or error}",
            "a file that this account may write, on a disk of this machine and not on a network share",
            f"check the permissions of the file{_owner_of(lock)} and its folder, and where the workspace lies",
        ) from error  # fmt: skip
    return taken


def _owner_of(lock: Path) -> str:
    try:
        return f" (it belongs to {lock.owner()})"
    except (OSError, KeyError, NotImplementedError):  # Windows has no such call, and an account may be gone
        return ""


def _file_of_holder(lock: Path) -> Path:
    return lock.with_suffix(".holder")


def _words_of_holder(lock: Path) -> str:
    holder = _file_of_holder(lock)
    try:
        who = json.loads(holder.read_bytes() if holder.is_file() else b"")
        return f"{who['doing']} (process {who['process']} on {who['host']}), since {who['since']}"
    except (OSError, ValueError, TypeError, KeyError):  # it is only for messages
        return "it is not known what it is"
