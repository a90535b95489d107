"""The commands, by name: each is imported when it is asked for, so that help and completion start at once."""

from __future__ import annotations

from importlib import import_module

import click
from click.shell_completion import CompletionItem

# By name: the module that holds the command, and the first line of its help.
COMMANDS = {
    "alerts": ("alert_commands", "Alerts and their delivery: what was told to whom, and what people decide about it."),
    "check": ("check_command", "Work out statuses, run the suites, record findings."),
    "demo": ("run_commands", "Run the main job on the sample data, in a workspace of its own."),
    "doctor": ("care_commands", "Check configuration, workspace, mail server, clock and last runs; say what to do."),
    "due": ("due_command", "What falls due next: returns, publications to load, or both as a calendar."),
    "explain": (
        "question_commands",
        "Step by step why an expected return has its status, with rule, dates, evidence and citation.",
    ),
    "feeds": (
        "feed_commands",
        "Feeds that look short: far less is loaded than usual, so whoever is not in it is not known.",
    ),
    "history": (
        "question_commands",
        "Every change of what was said of an expected return, with the load, or the day, that caused it.",
    ),
    "init": ("run_commands", "Make an empty workspace with a commented monitor.toml."),
    "load": ("run_commands", "Load files (default: inbox/, with subfolders)."),
    "pack": ("pack_command", "A letter of two pages to one organisation, and an annex with the evidence for the ICB."),
    "rebuild": (
        "care_commands",
        "Build the store anew from the kept input files, beside it; say whether it gives the same answer.",
    ),
    "rejected": (
        "rejected_commands",
        "Rows and values that could not be read; what a row is about is not known until it is read or dismissed.",
    ),
    "repair": ("care_commands", "Put right by a decision what no run can: it is kept, with its reason."),
    "report": ("report_command", "Rebuild the report site from what is published."),
    "returns": (
        "returns_command",
        "The returns: code, title, who owes it, period, due rule, from when to when, whether it is watched here.",
    ),
    "run": ("run_commands", "One whole cycle: load, check, alert, publish, report."),
    "schedule": ("schedule_command", "Run the jobs on their schedule, in the foreground, until SIGTERM."),
    "sql": ("question_commands", "Read-only SQL on the published database."),
    "status": ("question_commands", "The expected returns and their status."),
    "verify": (
        "care_commands",
        "Prove that nothing was altered: the ledger, the files that are kept, the last answer.",
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
