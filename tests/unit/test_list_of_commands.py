"""The list of commands: what it says of each is what the command says; help needs nothing that is slow to import."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from monitor.cli.commands import COMMANDS, command_named

SLOW_TO_IMPORT = ("duckdb", "pydantic", "pandas", "great_expectations", "monitor.sources", "monitor.pipeline")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    command = command_named(name)
    assert command.name == name
    assert command.get_short_help_str(1000) == COMMANDS[name][1]


COMPLETION = {"_MONITOR_COMPLETE": "bash_complete", "COMP_WORDS": "monitor s", "COMP_CWORD": "1"}


@pytest.mark.parametrize("environ", [{}, COMPLETION], ids=["help", "completion"])
def test_help_and_completion_import_nothing_that_is_slow(environ: dict[str, str]) -> None:
    program = (
        "import sys; from monitor.cli.app import main; arguments = sys.argv[1:]\n"
        "main(arguments, {})\n"
        f"print([name for name in {SLOW_TO_IMPORT!r} if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, "--help"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **environ})
    assert "status" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "[]"
