"""Loads of a file about patients, killed while DuckDB has rows of it on the disk: what the next command leaves."""

from __future__ import annotations

import os
import random
import re
import signal
import string
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asking import NOW, new_workspace
from campaigns import CRASHED, KEPT, Crashed, Fault, Hung
from inbox import HEADING, nhs_numbers_in_a_row, row
from killing import Killable

from monitor.config.workspace import Workspace

SETTINGS = 'monitor_from = 2025-01-01\nmemory_limit = "60MB"\n'  # the file is wider than that, once it is read
ROWS, LETTERS_OF_A_ROW = 25_000, 1_500
FILE = "patients.csv"
NUMBER = re.compile(rb"999[0-9]{7}")
NEXT = ("status", "doctor", "load")
SECONDS_TO_SPILL = 60


@dataclass
class PatientsOnTheWay:
    """A workspace whose inbox holds a file about patients that does not fit in memory, and a program to kill."""

    workspace: Workspace
    program: Killable
    seconds: float = 0  # of an undisturbed load, from which on kills fall anywhere

    @property
    def command(self) -> dict[str, str]:
        return {"folder": str(self.workspace.folder), "now": NOW.isoformat()}

    def undisturbed(self) -> None:
        """Load it; it is refused, and the time is taken."""
        begun = time.monotonic()
        self.program.start(self.command)
        if self.program.end() != 0:
            raise Crashed(self.program.errors.read_text())
        self.seconds = time.monotonic() - begun

    def kill_after(self, seconds: float) -> bool:
        """Kill a load after so long; gives whether numbers of it lay on the disk then."""
        process = self.program.start(self.command)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self.program.word(left) != "over":
            pass
        return self._kill(process)

    def kill_in_the_spill(self) -> bool:
        """Kill a load once numbers of it lie on the disk."""
        process = self.program.start(self.command)
        until = time.monotonic() + SECONDS_TO_SPILL
        while not any(files_with_numbers(self.workspace.spill)):
            if time.monotonic() > until:
                raise Hung("nothing was spilt")
        return self._kill(process)

    def _kill(self, process: int) -> bool:
        os.kill(process, signal.SIGKILL)
        self.program.end()
        return any(files_with_numbers(self.workspace.spill))

    def faults_after(self, command: str) -> Iterator[Fault]:
        """What is wrong after the next command, whichever it is."""
        answer = self.program.typed(command, "-w", self.workspace.folder, now=NOW, seconds=120)
        if answer.code not in (0, 2, 4):  # 2: nothing has been loaded yet
            yield CRASHED, answer
        yield from ((KEPT, file) for file in files_with_numbers(self.workspace.folder) if file.name != FILE)
        if NUMBER.search((answer.out + answer.err).encode()):
            yield KEPT, f"said by {command}"


def put_patients(folder: Path, program: Killable) -> PatientsOnTheWay:
    """Such a workspace, with a file of 40 MB."""
    workspace = new_workspace(folder, SETTINGS).workspace
    chance = random.Random(9)
    letters = "".join(chance.choices(string.ascii_letters, k=LETTERS_OF_A_ROW + 100))
    lines = (
        row(submission_id=f"S{place}", detail=f"Ashdown {letters[place % 97 :][:LETTERS_OF_A_ROW]}").rstrip()
        + f",{number}\n"
        for place, number in enumerate(nhs_numbers_in_a_row(ROWS))
    )
    with (workspace.inbox / FILE).open("w", encoding="utf-8") as file:
        file.write(HEADING.rstrip() + ",patient\n")
        file.writelines(lines)
    return PatientsOnTheWay(workspace, program)


def files_with_numbers(folder: Path) -> Iterator[Path]:
    """The files below a folder that hold a number of the file."""
    for file in folder.rglob("*"):
        try:
            if file.is_file() and NUMBER.search(file.read_bytes()):
                yield file
        except FileNotFoundError:  # it went while we looked
            continue
