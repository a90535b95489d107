"""A process that is there to be killed: `python tests/killable.py` reads commands from stdin, a line of JSON each.

A command starts one `run` or `load` of the pipeline, or a command as it is typed, in a forked child, so that a fresh
process costs no start of the interpreter. The child says on stdout how far it has come. Great Expectations takes
seconds to start, and is not what is killed here: a judge that counts by SQL takes its place. Everything else is the
product's own.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from benchmarks.stages import COUNTED
from monitor import pipeline
from monitor.alerts import delivery, planning  # noqa: F401 - here, so that no child spends its time on it
from monitor.cli.app import main as main_of_commands
from monitor.config.context import read_context
from monitor.config.workspace import Workspace

MARKS = {
    "recording findings": "planning",
    "delivering messages": "sending",
    "publishing": "publishing",
    "loading": "loading",
}


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())  # at once, and whole


def run(command: dict[str, Any]) -> None:
    """What the command asks for, at the instant that it gives."""
    moment = datetime.fromisoformat(command["now"])
    if "typed" in command:
        type_in(command, moment)
    context = read_context(
        Workspace(Path(command["folder"])), lambda: moment, pause=lambda seconds: None, progress=tell_progress
    )
    if "returns" not in command:
        pipeline.load(context, [])
        return
    named = {code: context.catalogue[code] for code in command["returns"]}
    pipeline.run(replace(context, catalogue=named), date.fromisoformat(command["as_of"]), COUNTED)


def type_in(command: dict[str, Any], moment: datetime) -> None:
    """What the command line does with these words, in two files; ends the process with its exit code."""
    for stream, file in ((sys.stdout, command["out"]), (sys.stderr, command["err"])):
        stream.flush()
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream.fileno())
    try:
        code = main_of_commands(command["typed"], {}, lambda: moment, lambda seconds: None, COUNTED)
    except BaseException:  # the program's last resort: its traceback, and an exit code that nothing has on purpose
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


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
