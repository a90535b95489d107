"""What a command did, as lines of JSON: when it began, how long each stage took, how it ended.

Names of stages and commands, counts, seconds and codes; the setting or file at fault, but not what was found there.
Never a value of a row, a query, a reason that somebody typed, an address or a secret.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path
from time import monotonic
from typing import Any

from monitor import __version__
from monitor.core.clock import Clock
from monitor.core.errors import Mendable, UsageError

LOG_FILE = "MONITOR_LOG_FILE"


class CommandLog:
    """The log of one command, in a file to which each event is added; without a file nothing is written.

    environ: may name the file. now: for the instants of events. say: hears that the file can no longer be written.
    seconds: what durations are taken by, as a clock that is set meanwhile would falsify them.
    """

    def __init__(
        self,
        now: Clock,
        environ: Mapping[str, str],
        say: Callable[[str], None] = lambda sentence: None,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._now, self._say, self._seconds = now, say, seconds
        self._file = Path(environ[LOG_FILE]) if environ.get(LOG_FILE) else None
        self._command, self._began = "monitor", seconds()
        self._stage, self._items, self._stage_began = "", 0, seconds()

    def begin(self, file: Path | None, command: str, workspace: Path) -> None:
        """Say that a command begins. file: the one that was named. Raises UsageError where it cannot be written."""
        self._file, self._command = file or self._file, command
        try:
            self._add("info", "began", workspace=str(workspace), version=__version__)
        except OSError as error:
            self._file = None
            said = f"{error.filename} cannot be written: {error.strerror}"
            raise UsageError("--log-file", said, "a file that can be written") from error

    def stage(self, stage: str) -> None:
        """Say that a stage, or its next item, begins; the event is written when the stage is over."""
        if stage != self._stage:
            self._end_stage()
            self._stage, self._stage_began = stage, self._seconds()
        self._items += 1

    def ended(self, exit_code: int) -> int:
        """Say that the command did its work; gives the exit code."""
        self._end_stage()
        self._write("info", "ended", exit_code=exit_code, seconds=self._since(self._began))
        return exit_code

    def stopped(self, error: BaseException, exit_code: int = 1) -> int:
        """Say what stopped the command; gives the exit code. Of a mistake where it lies, of an error where it arose."""
        self._end_stage()
        known: dict[str, Any] = {"exit_code": exit_code, "seconds": self._since(self._began)}
        if isinstance(error, Mendable):
            known["where"] = error.where
        elif exit_code == 1:
            known["traceback"] = [line.strip() for line in traceback.format_tb(error.__traceback__)]
        self._write("error", "stopped", error=type(error).__name__, **known)
        return exit_code

    def _end_stage(self) -> None:
        if self._stage:
            self._write("info", "stage", stage=self._stage, items=self._items, seconds=self._since(self._stage_began))
        self._stage, self._items = "", 0

    def _since(self, began: float) -> float:
        return round(self._seconds() - began, 3)

    def _write(self, level: str, event: str, **facts: Any) -> None:
        try:
            self._add(level, event, **facts)
        except OSError as error:
            self._say(f"monitor: the log {self._file} cannot be written: {error.strerror}")
            self._file = None

    def _add(self, level: str, event: str, **facts: Any) -> None:
        """Add one line in one write, so that commands that run at a time do not write into one another's."""
        if self._file is None:
            return
        at = self._now().astimezone(UTC).isoformat(timespec="seconds")
        known = {"at": at, "level": level, "event": event, "command": self._command, "pid": os.getpid(), **facts}
        line = json.dumps(known, ensure_ascii=False) + "\n"
        opened = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            os.write(opened, line.encode())
        finally:
            os.close(opened)
