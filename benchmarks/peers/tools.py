"""The tools that answer the same question, how each is started, and what came of it."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import Measured, best, run_process, run_step
from benchmarks.peers.venvs import NotInstalled, python_of
from benchmarks.workspaces import AS_OF

HERE = Path(__file__).parent
DAYS = ("2026-02-28", AS_OF.isoformat())  # the question is asked on both; the first answer is "the last time"


@dataclass(frozen=True)
class Place:
    """workspace: loaded and not yet checked. handed: what every tool begins with. own: where one keeps its things."""

    workspace: Path
    handed: Path
    own: Path
    python: Path


@dataclass(frozen=True)
class Tool:
    """begins_with: what it is handed. venv: the part of peers.txt that it needs, "" where it is in our environment.

    make: makes its own folder. command: the process measured, for a day. answer: asks what it left, for a day and the
    one before (""), where the process does not print it.
    """

    name: str
    begins_with: str
    make: Callable[[Place], None]
    command: Callable[[Place, str], list[str]]
    venv: str = ""
    answer: Callable[[Place, str, str], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Answered:
    """The answers of a tool on both days, and what they took; or the note that says why there are none."""

    tool: Tool
    first: Measured | None = None
    second: Measured | None = None
    answers: tuple[dict[str, Any], ...] = field(default=())
    note: str = ""


def ask_all(workspace: Path, folder: Path, repeat: int) -> Iterator[Answered]:
    """Put the question to every tool, on both days. Raises RuntimeError where two count differently."""
    handed = folder / "handed"
    shutil.rmtree(handed, ignore_errors=True)
    run_step("hand_over", workspace, handed, *DAYS)
    answered = []
    for tool in TOOLS:
        answered.append(_asked(tool, Place(workspace, handed, folder / "own", Path(sys.executable)), repeat))
        yield answered[-1]
    agree(answered)


def agree(answered: list[Answered]) -> None:
    """Raise RuntimeError unless all count equally many, and those that say which rows came and went say the same."""
    for said in ("missed", "appeared", "gone"):
        for day in range(len(DAYS)):
            found = {
                one.tool.name: one.answers[day][said]
                for one in answered
                if one.answers and said in one.answers[day] and (said == "missed" or "unit" not in one.answers[day])
            }
            if len(set(found.values())) > 1:
                raise RuntimeError(f"the answers differ, {said} as of {DAYS[day]}: {found}")


def _asked(tool: Tool, place: Place, repeat: int) -> Answered:
    try:
        python = python_of(tool.venv, place.own.parent / "venvs") if tool.venv else place.python
    except NotInstalled as fault:
        return Answered(tool, note=str(fault))
    place = Place(place.workspace, place.handed, place.own, python)
    taken: list[list[Measured]] = [[] for _ in DAYS]
    answers: list[dict[str, Any]] = []
    for _ in range(repeat):
        shutil.rmtree(place.own, ignore_errors=True)
        tool.make(place)
        answers = []
        for number, day in enumerate(DAYS):
            taken[number].append(run_process(tool.command(place, day)))
            before = DAYS[number - 1] if number else ""
            answers.append(tool.answer(place, day, before) if tool.answer else _printed(taken[number][-1]))
    return Answered(tool, best(taken[0]), best(taken[1]), tuple(answers))


def _printed(measured: Measured) -> dict[str, Any]:
    return dict(json.loads(measured.said.splitlines()[-1]))


def _make_folder(place: Place) -> None:
    place.own.mkdir()


def _copy_workspace(place: Place) -> None:
    shutil.copytree(place.workspace, place.own, ignore=shutil.ignore_patterns("plain.duckdb"))


def _copy_project(place: Place) -> None:
    shutil.copytree(HERE / "dbt", place.own / "project")


def _check(place: Place, day: str) -> list[str]:
    return _step("check_on", str(place.own), day)


def _answer_of_check(place: Place, day: str, before: str) -> dict[str, Any]:
    return dict(run_step("answer_of_check", place.own, day, before).said)


def _dbt(place: Place, day: str) -> list[str]:
    project = str(place.own / "project")
    values = json.dumps({"as_of": day, "own": str(place.own), "handed": str(place.handed)})
    options = ["--project-dir", project, "--profiles-dir", project, "--vars", values]
    return [str(place.python.with_name("dbt")), "--quiet", "build", *options]


def _answer_of_dbt(place: Place, day: str, before: str) -> dict[str, Any]:
    return dict(run_step("answer_of_dbt", place.own).said)


def _program(name: str) -> Callable[[Place, str], list[str]]:
    return lambda place, day: [str(place.python), str(HERE / name), str(place.own), str(place.handed), day]


def _by_hand(step: str) -> Callable[[Place, str], list[str]]:
    return lambda place, day: _step(step, str(place.own), str(place.handed), day)


def _step(*words: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.steps", *words]


BY_HAND = "DuckDB SQL by hand"
TOOLS = (
    Tool("our check", "its store, loaded", _copy_workspace, _check, answer=_answer_of_check),
    Tool("Great Expectations", "finished table", _make_folder, _program("by_great_expectations.py")),
    Tool("dbt-duckdb", "plain tables", _copy_project, _dbt, "dbt", _answer_of_dbt),
    Tool("Soda Core", "finished table", _make_folder, _program("by_soda.py"), "soda"),
    Tool("pandas by hand", "plain tables", _make_folder, _by_hand("pandas_by_hand")),
    Tool("polars by hand", "plain tables", _make_folder, _program("by_polars.py"), "polars"),
    Tool(BY_HAND, "plain tables", _make_folder, _by_hand("sql_by_hand")),
)
