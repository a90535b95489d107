"""Analysts open the published copy while runs write: every open succeeds, every answer is a published one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import NOW, Show, write_csv
from sampled import checked_sample

from benchmarks.stages import COUNTED
from monitor import pipeline
from monitor.config.context import read_context
from monitor.config.workspace import Workspace

RUNS, READERS = 3, 2
LOG = "organisation_code,return_code,period_start,submitted_at,outcome"

# What differs from one publication to the next, from tables and views that are written one after the other.
ANSWER = """
SELECT (SELECT file_name FROM data.snapshot), (SELECT count(*) FROM submission), (SELECT count(*) FROM loaded_file),
       (SELECT count(*) FROM return_status WHERE status = 'received'),
       (SELECT count(*) FROM finding), (SELECT count(*) FROM job_run),
       (SELECT CAST(max(checked_at) AS VARCHAR) FROM last_check)
"""
# Each opens the file anew for every question, until it is told to stop, and says what it was answered.
READ = """
import json, os, sys
from pathlib import Path
import duckdb
getattr(os, "nice", int)(10)  # so that the runs get on, however many read
file, stop, answer = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
answers, opens, errors = {}, 0, []
print("reading", flush=True)
while not stop.exists():
    opens += 1
    try:
        with duckdb.connect(file, read_only=True) as copy:
            said = json.dumps(copy.execute(answer).fetchone())
            answers[said] = answers.get(said, 0) + 1
    except Exception as error:
        errors.append(repr(error))
print(json.dumps([opens, [json.loads(said) for said in answers], errors]))
"""
# Asks the command line, which reads the store, or the published copy while a run has the store.
ASK = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, UTC
from pathlib import Path
from monitor.cli.app import main
folder, stop = sys.argv[1], Path(sys.argv[2])
question = ["status", "-w", folder, "--as-of", "2025-01-31", "--return", "workforce", "--format", "csv"]
print("reading", flush=True)
asked, errors = 0, []
while not stop.exists():
    asked += 1
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(question, {}, lambda: datetime(2026, 1, 15, 9, 30, tzinfo=UTC))
    if code or not out.getvalue().count("\\n") > 100:
        errors.append(f"{code}: {out.getvalue()[:200]}{err.getvalue()}")
print(json.dumps([asked, [], errors]))
"""


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checked_sample(tmp_path_factory.mktemp("published") / "workspace", stages=COUNTED)


@pytest.fixture
def workspace(published_once: Path, tmp_path: Path) -> Path:
    """A workspace with a published copy."""
    return Path(shutil.copytree(published_once, tmp_path / "workspace"))


@contextmanager
def reading(stop: Path, *commands: tuple[object, ...]) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that read from now on, until the end of the block."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for command in commands
    ]
    try:
        for process in processes:
            assert process.stdout
            assert process.stderr
            assert process.stdout.readline() == "reading\n", process.stderr.read()
        yield processes
    finally:
        stop.touch()


def said_by(process: subprocess.Popen[str]) -> tuple[int, list[Any], list[str]]:
    out, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    opens, answers, errors = json.loads(out)
    return opens, answers, errors


def drop(workspace: Path, number: int) -> None:
    """A file more: another practice sends what it had not sent."""
    line = f"Z990{number + 10},workforce,2024-12-01,2025-01-30T09:00:00,accepted"
    write_csv(workspace / "inbox" / f"news-{number}.csv", f"{LOG}\n{line}")


def run(workspace: Path, number: int) -> None:
    """One cycle of the workforce, each an hour later. While the store cannot be opened it waits as it does in use."""
    context = read_context(Workspace(workspace), lambda: NOW + timedelta(hours=number))
    pipeline.run(replace(context, catalogue={"workforce": context.catalogue["workforce"]}), None, COUNTED)


def published_states(workspace: Path) -> list[list[Any]]:
    states: list[list[Any]] = []
    for snapshot in sorted((workspace / "published" / "snapshots").glob("*.duckdb")):
        with duckdb.connect(str(snapshot), read_only=True) as copy:
            states += map(list, copy.execute(ANSWER).fetchall())
    return states


def refuse(*_: object) -> None:
    """As a file system does that has no hard links."""
    raise PermissionError("no hard links here")


@pytest.mark.slow
@pytest.mark.proof
@pytest.mark.parametrize("links", [True, False], ids=["hard links", "copies"])
def test_every_open_succeeds_and_gives_one_of_the_published_states(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, show: Show, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", refuse)
    stop = tmp_path / "stop"
    reader = (READ, workspace / "published" / "monitor.duckdb", stop, ANSWER)
    with reading(stop, *[reader] * READERS) as readers:
        for number in range(1, RUNS + 1):
            drop(workspace, number)
            run(workspace, number)
    states = published_states(workspace)
    said = list(map(said_by, readers))  # all have ended before anything is judged
    show(
        "Readers while runs write",
        ("reader", "opens", "of which were refused", "states seen", "states published"),
        [
            (number, opens, len(errors), len(answers), len(states))
            for number, (opens, answers, errors) in enumerate(said, 1)
        ],
    )
    assert len({json.dumps(state) for state in states}) == RUNS + 1
    seen = []
    for opens, answers, errors in said:
        assert errors == []
        assert opens > RUNS
        assert [answer for answer in answers if answer not in states] == []
        assert answers == sorted(answers), "a reader saw an older state after a newer one"
        seen += answers
    assert len({json.dumps(answer) for answer in seen}) > 2, "the readers were not there while the runs published"


@pytest.mark.slow
def test_status_answers_while_the_store_is_written(workspace: Path, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    with reading(stop, (ASK, workspace, stop)) as (asking,):
        for number in range(1, 3):
            drop(workspace, number)
            run(workspace, number)
    asked, _, errors = said_by(asking)
    assert errors == []
    assert asked > 2
