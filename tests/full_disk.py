"""Runs on a disk that is full: `python tests/full_disk.py FOLDER STAGES KILOBYTES`.

FOLDER is on a small file system of its own; STAGES is one of STAGES below, or "all". For each stage of a run, and for
several amounts of room that are left when it begins: what the run says, whether analysts can still open their copy,
and what the next run gives, with room again. First the answer of an undisturbed run, then a line of JSON each, on
stdout. Great Expectations takes seconds to start, and a judge that counts by SQL takes its place.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import sys
import traceback
from collections.abc import Callable, Sequence
from email import message_from_bytes
from pathlib import Path
from typing import Any

import duckdb
from killing import World

from benchmarks.stages import COUNTED_WITH_PAGES
from monitor import pipeline
from monitor.alerts import delivery, planning  # noqa: F401 - here, so that no child spends its time on it
from monitor.cli.options import DONE, IN_PART
from monitor.config.context import Progress, read_context
from monitor.config.workspace import Workspace
from monitor.core.errors import EnvironmentFault

STAGES = (
    "loading", "working out statuses", "recording findings", "delivering messages", "publishing", "writing",
    "writing pages",
)  # fmt: skip
SETTINGS = "monitor_from = 2024-05-01\n"
LOADED = "SELECT file_name, rows_loaded, rows_duplicate, rows_rejected, state FROM data.loaded_file ORDER BY ALL"
SUBMISSIONS = "SELECT organisation_code, return_code, period_start, outcome FROM data.submission_row ORDER BY ALL"
ANSWER = "SELECT organisation_code, return_code, period_start, due_on, status, cause FROM return_status ORDER BY ALL"


def asked(database: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as opened:
        return opened.execute(sql).fetchall()


def state_of(folder: Path) -> tuple[list[tuple], ...]:
    """What was loaded, what is answered, and what analysts read, the same."""
    store, published = folder / "var" / "monitor.duckdb", folder / "published" / "monitor.duckdb"
    return asked(store, LOADED), asked(store, SUBMISSIONS), asked(published, ANSWER)


def told(folder: Path) -> list[str]:
    """The Message-ID of each mail in outbox/."""
    mails = (folder / "outbox").glob("*.eml")
    return sorted(message_from_bytes(mail.read_bytes())["Message-ID"] for mail in mails)


def run(world: World, progress: Progress = lambda stage, item: None) -> tuple[int, str]:
    """The exit code that a run would give, and what it would say."""
    context = read_context(Workspace(world.folder), lambda: world.now, pause=lambda seconds: None, progress=progress)
    try:
        ran = pipeline.run(context, None, COUNTED_WITH_PAGES)
    except EnvironmentFault as fault:
        return IN_PART, fault.message
    return (IN_PART if ran.in_part else DONE), ran.site.fault or ""


def fill(ballast: Path, kilobytes: int) -> None:
    if ballast.exists():
        return
    disk = os.statvfs(ballast.parent)
    with ballast.open("wb") as out:
        os.posix_fallocate(out.fileno(), 0, disk.f_bavail * disk.f_frsize - kilobytes * 1024)


def disturbed(world: World, ballast: Path, stage: str, kilobytes: int) -> tuple[int, str]:
    """A run before one stage of which all but so much of the disk is taken up."""

    def filling(reached: str, _item: str) -> None:
        if reached == stage:
            fill(ballast, kilobytes)

    return run(world, filling)


def in_child(function: Callable[[], Any], answer: Path) -> Any:
    """What the function gives, worked out in a process of its own."""
    if (child := os.fork()) == 0:
        code = 1
        try:
            answer.write_text(json.dumps(function(), default=str), encoding="utf-8")
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, state = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(state) == 0
    return json.loads(answer.read_text(encoding="utf-8"))


def in_this_state(world: World) -> dict[str, Any]:
    """What a run with room again gives."""
    code, _ = run(world)
    loaded, submissions, answer = state_of(world.folder)
    return {"code": code, "state": [loaded, submissions, answer], "notified": told(world.folder)}


def can_be_opened(published: Path) -> bool:
    return bool(asked(published, "SELECT count(*) > 0 FROM return_status")[0][0])


def tried(world: World, disk: Path, stage: str, kilobytes: int) -> dict[str, Any]:
    """One run on the full disk, and one after it with room."""
    ballast, answer = disk / "ballast", disk.parent / "answer.json"
    code, said = in_child(lambda: disturbed(world, ballast, stage, kilobytes), answer)
    is_open = in_child(lambda: can_be_opened(world.folder / "published" / "monitor.duckdb"), answer)
    ballast.unlink(missing_ok=True)
    after = in_child(lambda: in_this_state(world), answer)
    return {"stage": stage, "left": kilobytes, "code": code, "said": said, "is_open": is_open, "after": after}


def try_all(disk: Path, stages: Sequence[str], amounts: list[int]) -> None:
    world = World(disk / "before", 0, random.Random(1))
    (world.folder / "monitor.toml").write_text(SETTINGS, encoding="utf-8")
    world.next_day()
    in_child(lambda: run(world), disk.parent / "answer.json")
    world.next_day()
    for stage, kilobytes in [("none", 0), *itertools.product(stages, amounts)]:
        world.folder = Path(shutil.copytree(disk / "before", disk / "workspace"))
        if stage == "none":
            undisturbed = in_child(lambda: in_this_state(world), disk.parent / "answer.json")
            print(json.dumps(undisturbed), flush=True)
        else:
            print(json.dumps(tried(world, disk, stage, kilobytes)), flush=True)
        shutil.rmtree(world.folder)


if __name__ == "__main__":
    _, folder, named, *kilobytes = sys.argv
    try_all(Path(folder), STAGES if named == "all" else [named], list(map(int, kilobytes)))
