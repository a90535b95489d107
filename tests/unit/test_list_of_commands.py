"""The list of commands: what it says of each is what the command says; help needs nothing that is slow to import."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from monitor.cli.commands import COMMANDS, command_named

SLOW_TO_IMPORT = ("duckdb", "pydantic", "pandas", "great_expectations", "monitor.sources", "monitor.pipeline")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    command = command_named(name)
    assert command.name == name
    assert command.get_short_help_str(1000) == COMMANDS[name][1]


def commands_with_examples() -> Iterator[tuple[str, str]]:
    """Every command by the words that are typed, with what stands below its help; those of groups too."""
    for name in COMMANDS:
        command = command_named(name)
        yield name, command.epilog or ""
        below = command.commands if isinstance(command, click.Group) else {}
        yield from ((f"{name} {part}", one.epilog or "") for part, one in below.items())


WITHOUT_EXAMPLES = {"repair", "rejected list", "feeds list", "feeds release", "feeds hold"}  # those beside have them


@pytest.mark.parametrize(("name", "epilog"), [*commands_with_examples()], ids=lambda value: value.partition("\n")[0])
def test_help_shows_examples_that_can_be_typed(name: str, epilog: str) -> None:
    examples = [line.strip() for line in epilog.splitlines() if line.startswith("  ")]
    assert bool(examples) == (name not in WITHOUT_EXAMPLES)
    for example in examples:
        program, *words = shlex.split(example)
        assert program == "monitor"
        command = command_named(words.pop(0))
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        command.make_parser(click.Context(command)).parse_args(words)  # raises on an option that there is not


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
