"""A process that is there to be killed: `python tests/killable.py` reads commands from stdin, a line of JSON each.

A command starts one `run` of the pipeline in a forked child, so that a fresh process costs no start of the
interpreter. The child says on stdout how far it has come. Great Expectations takes seconds to start, and is not what is
killed here: a judge that counts by SQL takes its place. Everything else is the product's own.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from benchmarks.stages import COUNTED
from monitor import pipeline
from monitor.alerts import delivery, planning  # noqa: F401 - here, so that no child spends its time on it
from monitor.config.context import read_context
from monitor.config.workspace import Workspace

MARKS = {"recording findings": "planning", "delivering messages": "sending", "publishing": "publishing"}


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())  # at once, and whole


def run(command: dict[str, Any]) -> None:
    """One cycle of the pipeline, with the returns that the command names, at the instant that it gives."""
    moment = datetime.fromisoformat(command["now"])
    context = read_context(
        Workspace(Path(command["folder"])), lambda: moment, pause=lambda seconds: None, progress=tell_progress
    )
    named = {code: context.catalogue[code] for code in command["returns"]}
    pipeline.run(replace(context, catalogue=named), date.fromisoformat(command["as_of"]), COUNTED)


def tell_progress(stage: str, item: str) -> None:
    if stage in MARKS:
        say(MARKS[stage])


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(json.loads(line))
            say("over")
            os._exit(0)
        say("started", child)
        sys.stdin.readline()  # until then the child stays what its number names, even when it has ended
        _, state = os.waitpid(child, 0)
        say("ended", os.waitstatus_to_exitcode(state))


if __name__ == "__main__":
    main()
