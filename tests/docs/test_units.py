"""The units to copy are well formed, and call commands that exist."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jobs import JOBS
from monitor.cli.commands import command_named

UNITS = Path(__file__).resolve().parents[2] / "jobs" / "units"
COMMAND = re.compile(r"/monitor (.+)$")


def command_in(line: str) -> list[str]:
    (command,) = COMMAND.findall(line.partition(" > ")[0])
    return shlex.split(command)


def unit(name: str) -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # as its documentation has it, to keep case
    read.read(UNITS / name, encoding="utf-8")
    return read


def assert_is_a_command(words: list[str]) -> None:
    command = command_named(words[0])
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= options
    if "--once" in words:
        assert words[words.index("--once") + 1] in JOBS


@pytest.mark.parametrize("name", ["returns-monitor.service", "returns-monitor-watchdog.service"])
def test_the_services_call_commands_that_exist(name: str) -> None:
    assert_is_a_command(command_in(unit(name)["Service"]["ExecStart"]))


def test_the_timer_starts_the_watchdog() -> None:
    assert unit("returns-monitor-watchdog.timer")["Timer"]["OnCalendar"] == "*-*-* 09:00:00"


def test_the_lines_of_cron_call_commands_that_exist() -> None:
    lines = [line for line in (UNITS / "returns-monitor.crontab").read_text().splitlines() if line[0] != "#"]
    settings = {line.partition("=")[0] for line in lines if line[0].isupper()}
    assert settings == {"MAILTO", "MONITOR_LOG_FILE", "CRON_TZ"}
    jobs = [line for line in lines if not line[0].isupper()]
    assert len(jobs) == 6
    for line in jobs:
        assert len(line.split(maxsplit=5)) == 6
        assert_is_a_command(command_in(line))


def test_the_task_of_windows_starts_the_schedule() -> None:
    task = ElementTree.parse(UNITS / "returns-monitor.xml").getroot()
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert_is_a_command(task.findtext(".//t:Arguments", "", namespaces=space).split())
    assert task.findtext(".//t:MultipleInstancesPolicy", namespaces=space) == "IgnoreNew"


def test_the_container_is_not_root_and_runs_the_schedule() -> None:
    lines = (UNITS / "Containerfile").read_text().splitlines()
    assert "USER 10001" in lines
    assert lines[-1] == 'CMD ["schedule"]'
