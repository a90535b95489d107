"""One run at a time on a workspace, across processes and hosts that share its folder.

The lock is a file that says who holds it: user, host, process and since when. Its holder touches it twice a minute. It
is stale, and is taken over, where its process is gone (on the same host), or where it was not touched for five minutes
(on another host; both times are those of the file server, so that clocks need not agree).
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import psutil

from monitor.core.errors import EnvironmentFault

SECONDS_BETWEEN_TOUCHES = 30
SECONDS_UNTIL_STALE = 300


@dataclass(frozen=True)
class Holder:
    """Who holds the lock. process_started_at: seconds since 1970, so that a number used again is not mistaken."""

    user: str
    host: str
    process: int
    process_started_at: float
    since: str
    doing: str

    @property
    def words(self) -> str:
        """Who, where and since when, for a message."""
        return f"{self.doing} by {self.user} on {self.host} (process {self.process}), since {self.since}"


@contextmanager
def holding(lock: Path, doing: str, now: datetime) -> Iterator[None]:
    """Hold the lock for the time of the block. Raises EnvironmentFault that names whoever else has it."""
    ourselves = _ourselves(doing, now)
    _take(lock, ourselves)
    over = threading.Event()
    touching = threading.Thread(target=_touch_until, args=(lock, over), daemon=True)
    touching.start()
    try:
        yield
    finally:
        over.set()
        touching.join()
        if _holder_of(lock) == ourselves:
            lock.unlink(missing_ok=True)


def holder_of(lock: Path) -> Holder | None:
    """Who holds the lock now; None where nobody does, or what holds it is stale."""
    held = _holder_of(lock)
    return None if held is None or _is_stale(lock, held) else held


def _take(lock: Path, ourselves: Holder) -> None:
    lock.parent.mkdir(parents=True, exist_ok=True)
    for _attempt in range(2):
        try:
            # Made whole beside and linked in place: the file never exists without its content.
            beside = lock.with_name(f".{lock.name}.{ourselves.host}.{ourselves.process}")
            beside.write_text(json.dumps(asdict(ourselves)), encoding="utf-8")
            try:
                _in_place(beside, lock)
            finally:
                beside.unlink(missing_ok=True)
            return
        except FileExistsError:
            held = _holder_of(lock)
            if held is not None and not _is_stale(lock, held):
                raise EnvironmentFault(
                    str(lock), f"another run has the workspace: {held.words}", "one run at a time",
                    "wait until it has ended; if that process is gone, run again in five minutes",
                ) from None  # fmt: skip
            _clear_away(lock, held)
    raise EnvironmentFault(str(lock), "another run took the workspace at the same moment", advice="run again")


def _clear_away(lock: Path, stale: Holder | None) -> None:
    """Take a stale lock away; what somebody else has put there in the meantime is put back."""
    aside = lock.with_name(f".{lock.name}.{socket.gethostname()}.{os.getpid()}.stale")
    try:
        lock.replace(aside)
    except FileNotFoundError:
        return
    try:
        if _holder_of(aside) != stale:
            _in_place(aside, lock)
    finally:
        aside.unlink(missing_ok=True)


def _in_place(beside: Path, lock: Path) -> None:
    """Give the file its name only if nothing has it: atomic, also between hosts."""
    try:
        os.link(beside, lock)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with lock.open("x", encoding="utf-8") as out:
            out.write(beside.read_text(encoding="utf-8"))


def _holder_of(lock: Path) -> Holder | None:
    try:
        return Holder(**json.loads(lock.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):  # cut short, or not ours: nobody can be asked
        return Holder("somebody", "an unknown host", 0, 0, "an unknown time", "a run")


def _is_stale(lock: Path, held: Holder) -> bool:
    if held.host == socket.gethostname():
        return not _is_running(held)
    return _seconds_untouched(lock) > SECONDS_UNTIL_STALE


def _is_running(held: Holder) -> bool:
    try:
        return abs(psutil.Process(held.process).create_time() - held.process_started_at) < 2
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _seconds_untouched(lock: Path) -> float:
    """How long ago the lock was touched, by the clock of the file server: a file made now tells its time."""
    probe = lock.with_name(f".{lock.name}.{socket.gethostname()}.{os.getpid()}.probe")
    try:
        probe.write_bytes(b"")
        return probe.stat().st_mtime - lock.stat().st_mtime
    except FileNotFoundError:
        return 0
    finally:
        probe.unlink(missing_ok=True)


def _touch_until(lock: Path, over: threading.Event) -> None:
    while not over.wait(SECONDS_BETWEEN_TOUCHES):
        try:
            os.utime(lock)
        except OSError:
            continue  # a share that is away for a moment; five minutes are allowed


def _ourselves(doing: str, now: datetime) -> Holder:
    process = psutil.Process()
    return Holder(
        getpass.getuser(), socket.gethostname(), process.pid, process.create_time(), f"{now:%Y-%m-%d %H:%M} UTC", doing
    )
