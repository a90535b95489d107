"""Whole runs killed at random moments, and what an undisturbed run over the same files gives."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from campaigns import ACCUSED, DOUBLED, LOST, Crashed, Fault
from killing import Killable, Kills, World, killable, mail_server

FILES = """
    SELECT file_name, rows_in_file, rows_loaded, rows_duplicate, rows_rejected, state
    FROM data.loaded_file ORDER BY file_name
"""
SUBMISSIONS = """
    SELECT organisation_code, return_code, period_start, submitted_at, outcome, request_id
    FROM data.submission_row ORDER BY ALL
"""
ANSWER = """
    SELECT organisation_code, return_code, period_start, request_id, due_on, status, cause, received_at,
           attempts, days_overdue
    FROM data.return_status_row ORDER BY ALL
"""

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Outcome:
    """What a workspace came to: the files loaded, the submissions, and the answer in the store and in the copy."""

    files: Rows
    submissions: Rows
    answer: Rows
    published: Rows


@dataclass(frozen=True)
class KilledRuns:
    """What came of days on which whole runs were killed, and of one undisturbed run."""

    days: int
    kept: Outcome
    undisturbed: Outcome

    @property
    def lost(self) -> Counter[tuple[Any, ...]]:
        return Counter(self.undisturbed.submissions) - Counter(self.kept.submissions)

    @property
    def doubled(self) -> Counter[tuple[Any, ...]]:
        return Counter(self.kept.submissions) - Counter(self.undisturbed.submissions)

    def faults(self) -> Iterator[Fault]:
        """Submissions and files that were lost or doubled; whoever has another status than undisturbed."""
        yield from ((LOST, row) for row in self.lost.elements())
        yield from ((DOUBLED, row) for row in self.doubled.elements())
        if self.kept.files != self.undisturbed.files:
            yield LOST, f"{self.kept.files}, undisturbed {self.undisturbed.files}"
        for one, other in (
            (self.kept.answer, self.undisturbed.answer),
            (self.kept.published, self.undisturbed.published),
        ):
            yield from ((ACCUSED, row) for row in (Counter(one) - Counter(other)) + (Counter(other) - Counter(one)))


def asked(database: Path, sql: str) -> Rows:
    with duckdb.connect(str(database), read_only=True) as opened:
        return opened.execute(sql).fetchall()


def kill_runs(folder: Path, kills: int, chance: int = 20250131) -> KilledRuns:
    """Kill whole runs this often, a simulated day each; after each kill the published copies must be readable."""
    workspace, twin = folder / "workspace", folder / "undisturbed"
    with mail_server() as (received, port), killable(folder / "errors.txt") as program:
        world = World(workspace, port, random.Random(chance))
        days = Kills(world, program, received, world.chance)
        for _ in range(2):  # the first makes the store, and takes longer
            days.undisturbed()
        while days.killed.total() < kills:
            days.killed_somewhere(["anywhere"])
            _read_all_published(workspace / "published")
        days.undisturbed()
        _run_undisturbed(program, world, twin)
    return KilledRuns(world.day, _outcome(workspace), _outcome(twin))


def _read_all_published(published: Path) -> None:
    for copy in (published / "monitor.duckdb", *(published / "snapshots").glob("monitor-*.duckdb")):
        if asked(copy, "SELECT count(*) > 0 FROM return_status") != [(True,)]:
            raise Crashed(f"{copy} says nothing")


def _run_undisturbed(program: Killable, world: World, twin: Path) -> None:
    shutil.copytree(world.folder / "inbox", twin / "inbox")
    shutil.copy(world.folder / "monitor.toml", twin / "monitor.toml")
    program.start({**world.command(), "folder": str(twin)})
    while program.word() not in ("over", ""):
        pass
    if program.end() != 0:
        raise Crashed(program.errors.read_text())


def _outcome(workspace: Path) -> Outcome:
    store, published = workspace / "var" / "monitor.duckdb", workspace / "published" / "monitor.duckdb"
    return Outcome(asked(store, FILES), asked(store, SUBMISSIONS), asked(store, ANSWER), asked(published, ANSWER))
