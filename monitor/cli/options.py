"""What every command shares: where it works, the options that many have, exit codes, how rows are printed."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from monitor.cli.command_log import CommandLog
from monitor.cli.progress import Loudness, Talk
from monitor.config.workspace import Workspace, workspace_folder
from monitor.core.clock import Clock, Pause, london_date, now
from monitor.core.clock import pause as let_time_pass
from monitor.core.tables import FORMATS, write_rows
from monitor.queries.asked import code_meant, day_meant, return_meant

if TYPE_CHECKING:  # what takes long to import, and help and completion do without
    from monitor.config.context import Context
    from monitor.pipeline import Stages

# By it a spreadsheet knows that a CSV file is UTF-8; programs that read CSV pass over it.
BYTE_ORDER_MARK = "\ufeff"

DONE, USAGE, NOT_AS_EXPECTED, IN_PART, INTERRUPTED = 0, 2, 3, 4, 130


@dataclass
class Here:
    """What a command is given: the workspace that was named, the environment, the clock, and who hears of progress.

    stages: what takes the place of the slow parts of a run; None: nothing does.
    log: hears of the command, and writes it into log_file where one is named.
    """

    folder: Path | None
    environ: Mapping[str, str]
    clock: Clock
    talk: Talk
    pause: Pause = let_time_pass
    stages: Stages | None = None
    log: CommandLog = field(default_factory=lambda: CommandLog(now, {}))
    log_file: Path | None = None

    def workspace(self) -> Workspace:
        return Workspace(workspace_folder(self.folder, self.environ))

    def context(self, workspace: Workspace | None = None) -> Context:
        from monitor.config.context import read_context

        return read_context(
            workspace or self.workspace(),
            self.clock,
            progress=self.talk.progress,
            environ=self.environ,
            pause=self.pause,
        )

    def who(self, author: str | None) -> str:
        """Who decides something: who is named, else who is logged in."""
        return author or self.environ.get("USER") or self.environ.get("USERNAME") or "not stated"

    def ended(self, why: Sequence[str]) -> int:
        """The exit code; where something was done in part only, say on stderr why a person is needed."""
        if why:
            from monitor.operations.in_part import in_words

            self.talk.say(f"monitor: done in part, {in_words(why)}")
        return IN_PART if why else DONE


def examples(*lines: str) -> str:
    """What stands below a command's help: command lines that can be typed as they stand. For `epilog=`."""
    return "\n".join(("\b", "Examples:", *(f"  monitor {line}" for line in lines)))


def in_workspace(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command -w/--workspace of its own, so that it may stand before or after its name; and its log."""
    folder = click.Path(path_type=Path, file_okay=False)
    return logged(
        click.option(
            "-w", "--workspace", type=folder, expose_value=False, callback=_remembered(_workspace),
            help="The workspace (default: MONITOR_WORKSPACE, or else the current folder).",
        )(command)
    )  # fmt: skip


def logged(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --log-file, -v and -q of its own."""
    file = click.Path(path_type=Path, dir_okay=False)
    for option in (
        click.option("-q", "is_quiet", is_flag=True, expose_value=False, callback=_remembered(_quiet),
                     help="Print only problems on stderr."),
        click.option("-v", "--verbose", is_flag=True, expose_value=False, callback=_remembered(_verbose),
                     help="Print each step on stderr."),
        click.option("--log-file", type=file, expose_value=False, callback=_remembered(_log_file), metavar="FILE",
                     help="Append a log to this file, as lines of JSON (default: MONITOR_LOG_FILE)."),
    ):  # fmt: skip
        command = option(command)
    return command


def _remembered(remember: Callable[[Here, Any], None]) -> Callable[..., None]:
    """What remembers an option that was given; the last one of a command lets its log begin."""

    def called(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        here = context.ensure_object(Here)
        if value:
            remember(here, value)
        _begin_after_the_last_option(here, context)

    return called


def _workspace(here: Here, folder: Path) -> None:
    here.folder = folder


def _log_file(here: Here, file: Path) -> None:
    here.log_file = file


def _quiet(here: Here, _: bool) -> None:
    here.talk.loudness = Loudness.QUIET


def _verbose(here: Here, _: bool) -> None:
    here.talk.loudness = Loudness.VERBOSE


SHARED_OPTIONS = {"workspace", "is_quiet", "verbose", "log_file"}


def _begin_after_the_last_option(here: Here, context: click.Context) -> None:
    """Say that a command begins once all that it shares with others is read; of a group, its command says it."""
    read = context.meta[context.command_path] = context.meta.get(context.command_path, 0) + 1
    shared = sum(parameter.name in SHARED_OPTIONS for parameter in context.command.params)
    if read == shared and not isinstance(context.command, click.Group):
        here.log.begin(here.log_file, context.command_path, workspace_folder(here.folder, here.environ))


def as_rows(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that prints rows its --format."""
    return click.option(
        "--format",
        "how",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="Print rows as a table, CSV or JSON.",
    )(command)


class Day(click.ParamType):
    """A day, written 2025-01-31 or 31/01/2025, or today; of a month (2025-01, and of a period Sep-25) its first."""

    name = "day"

    def __init__(self, is_of_a_period: bool = True) -> None:
        self.is_of_a_period = is_of_a_period

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        here = ctx.find_object(Here) if ctx else None
        try:
            return day_meant(value, london_date(here.clock() if here else now()), self.is_of_a_period)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Code(click.ParamType):
    """The code of an organisation or area, whatever its case."""

    name = "code"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return code_meant(value)


class ReturnCode(click.ParamType):
    """The code of a return, whatever its case."""

    name = "return"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return return_meant(value)


class Words(click.ParamType):
    """A text that says something: not blank."""

    name = "words"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip():
            self.fail("is blank", param, ctx)
        return value.strip()


by_option = click.option("--by", "author", type=Words(), required=True, metavar="NAME", help="Who made this decision.")
by_or_login_option = click.option(
    "--by", "author", type=Words(), metavar="NAME", help="Who made this decision (default: the login name)."
)
known_at_option = click.option(
    "--known-at",
    type=Day(is_of_a_period=False),
    help="Answer from what had been loaded by the end of this day (also the default of --as-of).",
)
as_of_option = click.option(
    "--as-of",
    type=Day(is_of_a_period=False),
    help="The day the question is about, such as 2025-10-10 (default: today in London).",
)


def print_rows(here: Here, columns: Sequence[str], rows: Sequence[Sequence[Any]], how: str) -> None:
    """Rows on standard output; on stderr, how many a table had no room for."""
    if how != "table":
        _whole_in_utf_8(sys.stdout)
    if how == "csv" and not sys.stdout.isatty():
        sys.stdout.write(BYTE_ORDER_MARK)
    left_out = write_rows(columns, rows, how, sys.stdout)
    if left_out:
        here.talk.say(f"monitor: {left_out:,} more rows are not shown in a table; use --format csv for all")


def _whole_in_utf_8(out: TextIO) -> None:
    """Write rows for other programs in UTF-8 whatever the code page: a replaced letter would be another value."""
    if isinstance(out, io.TextIOWrapper) and not out.isatty() and not out.encoding.lower().startswith("utf"):
        out.reconfigure(encoding="utf-8")
