"""`python -m monitor`, and the `monitor` command."""

from __future__ import annotations

import io
import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

from monitor.cli.app import main
from monitor.core.permissions import keep_from_others

if TYPE_CHECKING:
    from monitor.pipeline import Stages


def _as_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    """A service that stops, or a machine that goes down: what was begun is undone, and the lock given back."""
    raise KeyboardInterrupt


def main_and_exit(stages: Stages | None = None) -> None:
    """Run the command and leave at once. stages: as in `main`.

    Leaving through os._exit keeps a warning of DuckDB's Python binding ("nanobind: leaked ...", printed when
    Great Expectations was in use) away from the reader. Everything is written and closed by then.
    """
    keep_from_others()
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    for out in (sys.stdout, sys.stderr):
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(errors="replace")  # a letter that the code page lacks costs a sign, not the whole answer
    try:
        code = main(sys.argv[1:], os.environ, stages=stages)
    except KeyboardInterrupt:
        code = 130
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os._exit(code)


if __name__ == "__main__":
    main_and_exit()
