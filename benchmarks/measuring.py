"""One step in a fresh process: how long it took, imports included, and how much memory it took at most."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Measured:
    """seconds: from start to exit of the process. cpu_seconds: the work of all its threads, which a busy machine does
    not make longer. peak_bytes: its largest resident set. said: what it printed last.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    said: Any = None


def run_step(step: str, *arguments: str | Path | int) -> Measured:
    """Run one step of benchmarks.steps; its last line of output is JSON."""
    measured = run_process([sys.executable, "-m", "benchmarks.steps", step, *map(str, arguments)])
    return replace(measured, said=json.loads(measured.said.splitlines()[-1]))


def run_process(command: list[str], exit_codes: tuple[int, ...] = (0,)) -> Measured:
    """Run a command. Raises RuntimeError, with what it wrote to stderr, where it ends with another exit code."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=REPOSITORY)
        # wait4 gives the use of this one child; resource.RUSAGE_CHILDREN is the largest of all so far.
        _, state, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(state)
        if process.returncode not in exit_codes:
            err.seek(0)
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{err.read().decode()[-3000:]}")
        out.seek(0)
        cpu_seconds = usage.ru_utime + usage.ru_stime
        return Measured(seconds, cpu_seconds, usage.ru_maxrss * BYTES_OF_MAXRSS, out.read().decode())


def best(measurements: list[Measured]) -> Measured:
    """The quickest: what the work takes when nothing else gets in its way. The memory is the most that any took."""
    quickest = min(measurements, key=lambda one: one.seconds)
    return replace(quickest, peak_bytes=max(one.peak_bytes for one in measurements))
