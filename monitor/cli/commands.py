"""The commands, by name: each is imported when it is asked for, so that help and completion start at once."""

from __future__ import annotations

from importlib import import_module

import click
from click.shell_completion import CompletionItem

# By name: the module that holds the command, and the first line of its help.
COMMANDS = {
    "alerts": ("alert_commands", "List alerts; acknowledge, mute, resolve or resend them."),
    "check": ("check_command", "Work out statuses, run the suites, record findings."),
    "demo": ("run_commands", "Run the whole cycle on the sample data, in a new workspace."),
    "doctor": ("care_commands", "Check settings, workspace, mail server, clock and last runs."),
    "due": ("due_command", "List what falls due next: returns or published files."),
    "explain": (
        "question_commands",
        "Explain step by step why an expected return has its status.",
    ),
    "feeds": (
        "feed_commands",
        "List files that look incomplete; release or hold them.",
    ),
    "history": (
        "question_commands",
        "Show how the status of an expected return changed.",
    ),
    "init": ("run_commands", "Make an empty workspace with a commented monitor.toml."),
    "load": ("run_commands", "Load files (default: inbox/, with subfolders)."),
    "pack": (
        "pack_command",
        "Write a letter to one organisation, and an annex for the ICB.",
    ),
    "rebuild": (
        "care_commands",
        "Rebuild the store from the kept files, beside the old one.",
    ),
    "rejected": (
        "rejected_commands",
        "List rows and values that could not be read; dismiss them.",
    ),
    "repair": ("care_commands", "Correct what a run cannot correct by itself."),
    "report": ("report_command", "Rebuild the report site from what is published."),
    "returns": (
        "returns_command",
        "List the returns: who owes them, when due, watched or not.",
    ),
    "run": ("run_commands", "Run one whole cycle: load, check, alert, publish, report."),
    "schedule": ("schedule_command", "Run the jobs on their schedule, in the foreground."),
    "spark": ("spark_command", "Work out statuses, verdicts and findings by Spark, from a folder of tables or files."),
    "sql": ("question_commands", "Run read-only SQL on the published database."),
    "status": ("question_commands", "List the expected returns and their status."),
    "verify": (
        "care_commands",
        "Verify that nothing loaded or answered was altered.",
    ),
}


def command_named(name: str) -> click.Command:
    """Import a command. Raises KeyError where there is none of that name."""
    module, _ = COMMANDS[name]
    command: click.Command = getattr(import_module(f"monitor.cli.{module}"), name)
    return command


class Commands(click.Group):
    """A group whose commands are imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return command_named(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        lines = [
            (name, click.Command(name, help=line).get_short_help_str(limit)) for name, (_, line) in COMMANDS.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(sorted(lines))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = [
            CompletionItem(name, help=COMMANDS[name][1]) for name in sorted(COMMANDS) if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]
