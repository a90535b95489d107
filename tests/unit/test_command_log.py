"""The log of commands: what it says of each, what it never says, and how much is said on stderr."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import click
import pytest
from asking import NOW, Monitor, standing_at

from monitor.cli.command_log import CommandLog
from monitor.cli.commands import COMMANDS, command_named
from monitor.cli.progress import Loudness, Talk
from monitor.core.errors import ConfigurationError, UsageError

SECRET = "hunter2"


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "commands.jsonl"


@pytest.fixture
def log(file: Path) -> CommandLog:
    ticks = count()
    log = CommandLog(standing_at(NOW), {}, seconds=lambda: float(next(ticks)))
    log.begin(file, "monitor run", Path("my-icb"))
    return log


def test_a_command_says_when_it_began_what_it_did_and_how_it_ended(log: CommandLog, file: Path) -> None:
    for stage in ("loading", "loading", "publishing"):
        log.stage(stage)
    assert log.ended(4) == 4
    began, loading, publishing, ended = read(file)
    assert (began["event"], began["command"], began["workspace"]) == ("began", "monitor run", "my-icb")
    assert began["at"] == "2026-01-15T09:30:00+00:00"
    assert (loading["stage"], loading["items"]) == ("loading", 2)
    assert (publishing["stage"], publishing["items"]) == ("publishing", 1)
    assert (ended["event"], ended["exit_code"]) == ("ended", 4)
    assert ended["seconds"] > loading["seconds"] > 0


def test_of_a_mistake_it_says_where_and_never_what_was_found(log: CommandLog, file: Path) -> None:
    log.stopped(ConfigurationError("monitor.toml, mail.password", f"has the value {SECRET!r}", "password_env"), 2)
    stopped = read(file)[-1]
    assert (stopped["level"], stopped["where"]) == ("error", "monitor.toml, mail.password")
    assert (stopped["error"], stopped["exit_code"]) == ("ConfigurationError", 2)
    assert SECRET not in file.read_text(encoding="utf-8")


def test_of_an_error_of_the_program_it_says_where_it_arose_and_no_value(log: CommandLog, file: Path) -> None:
    try:
        int(SECRET)
    except ValueError as error:
        log.stopped(error)
    stopped = read(file)[-1]
    assert stopped["error"] == "ValueError"
    assert "in test_of_an_error_of_the_program" in stopped["traceback"][0]
    assert SECRET not in "".join(json.dumps(event) for event in read(file))


def test_commands_add_to_one_file_and_an_interrupted_one_is_in_it(log: CommandLog, file: Path) -> None:
    log.ended(0)
    other = CommandLog(standing_at(NOW), {"MONITOR_LOG_FILE": str(file)})
    other.begin(None, "monitor status", Path())
    other.stopped(KeyboardInterrupt(), 130)
    assert [event["event"] for event in read(file)] == ["began", "ended", "began", "stopped"]


def test_a_file_that_cannot_be_written_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        CommandLog(standing_at(NOW), {}).begin(tmp_path / "nowhere" / "log", "monitor run", tmp_path)


def test_a_file_that_can_no_longer_be_written_stops_no_command(file: Path) -> None:
    said: list[str] = []
    log = CommandLog(standing_at(NOW), {}, said.append)
    log.begin(file, "monitor run", Path())
    file.unlink()
    file.mkdir()
    assert log.ended(0) == 0
    assert said == [f"monitor: the log {file} cannot be written: Is a directory"]


def test_through_the_command_line_all_of_it_is_there_and_nothing_that_was_typed(
    monitor: Monitor, bare_workspace: Path, file: Path
) -> None:
    asked = ("sql", f"SELECT '{SECRET}'", "-w", bare_workspace, "--log-file", file)
    assert monitor(*asked).code == 2, "nothing is published yet"
    assert monitor("--log-file", file, "status", "--return", SECRET, "-w", bare_workspace).code in (2, 4)
    by_environ = {"MONITOR_LOG_FILE": str(file)}
    assert monitor("returns", "-w", bare_workspace, "--format", "csv", environ=by_environ).code == 0
    assert monitor("returns", "--nonsense", environ=by_environ).code == 2
    events = [(event["event"], event["command"], event.get("exit_code")) for event in read(file)]
    assert events[0] == ("began", "monitor sql", None)
    assert [event for event in events if event[0] == "began"][1:] == [
        ("began", "monitor status", None), ("began", "monitor returns", None),
    ]  # fmt: skip
    assert events[-2:] == [("ended", "monitor returns", 0), ("stopped", "monitor", 2)]
    assert SECRET not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("loudness", "shown"),
    [
        (Loudness.QUIET, "monitor: a mistake\n"),
        (Loudness.USUAL, "2 rows\nmonitor: a mistake\n"),
        (Loudness.VERBOSE, "loading a.csv\n2 rows\nmonitor: a mistake\n"),
    ],
)
def test_little_or_much_is_said_and_what_is_wrong_always(loudness: Loudness, shown: str) -> None:
    stream = io.StringIO()
    talk = Talk(stream)
    talk.loudness = loudness
    talk.progress("loading", "a.csv")
    talk.say("2 rows")
    talk.say("monitor: a mistake")
    assert stream.getvalue() == shown


def commands_of(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from commands_of(below, f"{name} {below.name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_what_every_one_has(name: str) -> None:
    for path, command in commands_of(command_named(name), name):
        options = {option for parameter in command.params for option in parameter.opts}
        assert {"-q", "-v", "--log-file"} <= options, path
