"""The command line: reads what was typed, calls the pipeline, writes rows to stdout and talk to stderr."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
import duckdb

from monitor import __version__, pipeline
from monitor.cli.alert_commands import alerts
from monitor.cli.check_command import check
from monitor.cli.feed_commands import feeds
from monitor.cli.options import (
    DONE,
    IN_PART,
    INTERRUPTED,
    USAGE,
    Day,
    Here,
    as_of_option,
    as_rows,
    in_workspace,
    known_at_option,
    known_return,
    print_rows,
)  # fmt: skip
from monitor.cli.pack_command import pack
from monitor.cli.progress import Talk
from monitor.cli.report_command import report
from monitor.config.context import Context
from monitor.config.workspace import Workspace, init_workspace
from monitor.core import clock
from monitor.core.clock import Clock, Pause
from monitor.core.errors import EnvironmentFault, FileRefused, Mendable, UsageError
from monitor.core.resources import SAMPLE_DATA
from monitor.core.text import on_one_line
from monitor.core.vocabulary import Status, VerdictState
from monitor.queries import listings
from monitor.queries.as_of import answering, deriving
from monitor.store.connection import open_for_questions

DEMO_FOLDER = "monitor-demo"


def main(
    args: Sequence[str],
    environ: Mapping[str, str],
    now: Clock = clock.now,
    pause: Pause = clock.pause,
    stages: pipeline.Stages | None = None,
) -> int:
    """Run one command; gives the exit code: 0 done, 2 usage or configuration, 3 not as expected, 4 done in part.

    stages: as in `Here`.
    """
    talk = Talk(sys.stderr)
    here = Here(None, environ, now, talk, pause, stages)
    try:
        with talk:
            return cli.main(args=list(args), prog_name="monitor", standalone_mode=False, obj=here) or DONE
    except click.ClickException as error:
        error.show(file=sys.stderr)
        return USAGE
    except click.Abort:
        return INTERRUPTED
    except (EnvironmentFault, FileRefused) as fault:
        talk.say(f"monitor: {fault.message}")
        return IN_PART
    except Mendable as mistake:
        talk.say(f"monitor: {mistake.message}")
        return USAGE
    except (BrokenPipeError, SystemExit):
        return DONE  # whoever read our output had read enough; click leaves so when a pipe is closed


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="monitor")
@in_workspace
def cli() -> None:
    """Which mandatory data returns were not received, from whom, since when, and for what likely cause."""


cli.add_command(alerts)
cli.add_command(check)
cli.add_command(feeds)
cli.add_command(pack)
cli.add_command(report)


@cli.command()
@click.option("--dir", "folder", type=click.Path(path_type=Path), help=f"Where (else ./{DEMO_FOLDER}).")
@click.pass_obj
def demo(here: Here, folder: Path | None) -> int:
    """Run the main job on the sample data, in a workspace of its own."""
    workspace = Workspace(folder or _free_folder(Path(DEMO_FOLDER)))
    _fill_with_sample(workspace)
    context = here.context(workspace)
    ran = pipeline.run(context, None, here.stages)
    _tell(here, context, ran)
    name = _command_name()
    click.echo(f"\nThe workspace: {workspace.folder}. To look further:")
    for line in (
        f"  {name} status -w {workspace.folder} --status not_received",
        f"  {name} explain -w {workspace.folder} Z99017 workforce 2024-09-01",
        f'  {name} sql -w {workspace.folder} "SELECT status, count(*) FROM return_status GROUP BY status"',  # noqa: S608  a command line to show, not a query of ours
    ):
        click.echo(line)
    return IN_PART if any(v.state == VerdictState.COULD_NOT_CHECK for v in ran.checked.verdicts) else DONE


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_obj
def init(here: Here, folder: Path) -> int:
    """Make an empty workspace with a commented monitor.toml."""
    workspace = init_workspace(folder)
    click.echo(f"Made {workspace.folder}. Next: look at {workspace.configuration}, drop files into {workspace.inbox},")
    click.echo(f"then: {_command_name()} run -w {workspace.folder}")
    return DONE


@cli.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@in_workspace
@click.pass_obj
def load(here: Here, paths: tuple[Path, ...]) -> int:
    """Load files (default: inbox/, with subfolders)."""
    from monitor.cli.summary import loaded_lines

    loaded = pipeline.load(here.context(), list(paths))
    here.talk.quiet()
    for line in loaded_lines(loaded):
        click.echo(line)
    return IN_PART if pipeline.needs_a_person(loaded) else DONE


@cli.command()
@as_of_option
@in_workspace
@click.pass_obj
def run(here: Here, as_of: date | None) -> int:
    """One whole cycle: load, check, alert, publish, report. Running it twice changes nothing and mails no one twice."""
    context = here.context()
    ran = pipeline.run(context, as_of, here.stages)
    _tell(here, context, ran)
    return IN_PART if ran.in_part else DONE


@cli.command()
@as_of_option
@known_at_option
@click.option("--return", "return_code", metavar="CODE", help="Only this return.")
@click.option("--organisation", "organisation_code", metavar="CODE", help="Only this organisation.")
@click.option(
    "--status", "status_word", type=click.Choice([status.value for status in Status]), help="Only this status."
)
@click.option("--icb", "icb_code", metavar="CODE", help="Only organisations of this ICB.")
@as_rows
@in_workspace
@click.pass_obj
def status(  # noqa: PLR0913  an argument an option
    here: Here, as_of: date | None, known_at: date | None, return_code: str | None, organisation_code: str | None,
    status_word: str | None, icb_code: str | None, how: str,
) -> int:  # fmt: skip
    """The expected returns and their status."""
    context = here.context()
    known_return(context, return_code)
    organisation_code, icb_code = _capitals(organisation_code), _capitals(icb_code)
    with answering(context, as_of, known_at) as (connection, day, table):
        columns, rows = listings.status_rows(connection, table, return_code, organisation_code, status_word, icb_code)
        here.talk.quiet()
        if organisation_code and not listings.is_known(connection, organisation_code):
            here.talk.say(f"monitor: no organisation {organisation_code} is in the register")
    if how == "table":
        columns, rows = listings.without_empty_columns(columns, rows, listings.COLUMNS_OF_A_TABLE)
    print_rows(here, columns, rows, how)
    known = f", from what had been loaded by {known_at}" if known_at else ""
    here.talk.say(f"{len(rows):,} expected returns, as of {day}{known}")
    return DONE


@cli.command()
@click.option("--days", type=click.IntRange(0, 3660), default=30, show_default=True, help="How far to look ahead.")
@as_of_option
@as_rows
@in_workspace
@click.pass_obj
def due(here: Here, days: int, as_of: date | None, how: str) -> int:
    """What falls due next."""
    with deriving(here.context(), as_of, days_ahead=days) as (connection, day):
        columns, rows = listings.due_rows(connection, "return_status_row", day, days)
    here.talk.quiet()
    print_rows(here, columns, rows, how)
    here.talk.say(f"Due from {day} on, within {days} days")
    return DONE


@cli.command()
@click.argument("organisation")
@click.argument("return_code", metavar="RETURN")
@click.argument("period_start", type=Day())
@as_of_option
@known_at_option
@in_workspace
@click.pass_obj
def explain(
    here: Here, organisation: str, return_code: str, period_start: date, as_of: date | None, known_at: date | None
) -> int:
    """Step by step why an expected return has its status, with rule, dates, evidence and citation."""
    from monitor.queries.explain import Asked, explanation

    context = here.context()
    known_return(context, return_code)
    with deriving(context, as_of, known_at=known_at) as (connection, day):
        asked = Asked(organisation.strip().upper(), return_code, period_start, day)
        lines = list(explanation(connection, asked, context.catalogue[return_code]))
    here.talk.quiet()
    click.echo("\n".join(map(on_one_line, lines)))
    return DONE


@cli.command()
@click.argument("organisation")
@click.argument("return_code", metavar="RETURN")
@click.argument("period_start", type=Day())
@as_rows
@in_workspace
@click.pass_obj
def history(here: Here, organisation: str, return_code: str, period_start: date, how: str) -> int:
    """Every change of what was said of an expected return, with the load, or the day, that caused it."""
    from monitor.queries.history import COLUMNS
    from monitor.queries.history import history as changes_of

    context = here.context()
    known_return(context, return_code)
    rows = list(changes_of(context, organisation.strip().upper(), return_code, period_start))
    here.talk.quiet()
    print_rows(here, COLUMNS, rows, how)
    return DONE


@cli.command()
@click.argument("query", required=False)
@click.option(
    "-f", "--file", "file", type=click.File("r", encoding="utf-8"), help="Read the query from a file (- for stdin)."
)
@as_rows
@in_workspace
@click.pass_obj
def sql(here: Here, query: str | None, file: Any, how: str) -> int:
    """Read-only SQL on the published database. From SQL no file and no network can be reached."""
    if (query is None) == (file is None):
        raise click.UsageError("give either a query or -f FILE")
    text = query if query is not None else _text_of(file)
    context = here.context()
    with open_for_questions(context.workspace.published, context.settings.memory_limit) as connection:
        try:
            cursor = connection.execute(text)
            if cursor is None:
                raise UsageError("the query", "is empty", "one SQL statement")
            columns = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall() if columns else []
        except duckdb.Error as error:
            raise UsageError("the query", str(error), advice='`monitor sql "SHOW TABLES"` lists the views') from error
    print_rows(here, columns, rows, how)
    return DONE


@cli.command()
@click.option("--replace", "in_place", is_flag=True, help="Put the new store in the old one's place, which is kept.")
@in_workspace
@click.pass_obj
def rebuild(here: Here, in_place: bool) -> int:
    """Build the store anew from the kept input files, beside it; say whether it gives the same answer."""
    from monitor.operations.rebuild import rebuild as build_anew

    rebuilt = build_anew(here.context(), in_place)
    here.talk.quiet()
    click.echo("\n".join(rebuilt.lines))
    return DONE if rebuilt.is_same else IN_PART


@cli.command()
@click.option("--once", "job_name", metavar="JOB", help="Run this job now, by hand, and leave.")
@in_workspace
@click.pass_obj
def schedule(here: Here, job_name: str | None) -> int:
    """Run the jobs on their schedule, in the foreground, until SIGTERM."""
    from monitor.scheduling.running import run_job
    from monitor.scheduling.schedule import run_schedule

    try:
        from monitor.shipped.jobs import JOBS  # in an installed program
    except ModuleNotFoundError:
        from jobs import JOBS  # in a checkout

    context = here.context()
    if job_name is None:
        run_schedule(context, here.context, JOBS)
        return DONE
    if job_name not in JOBS:
        raise UsageError("the job", f"there is no job {job_name!r}", "one of " + ", ".join(JOBS))
    outcome = run_job(context, JOBS[job_name], stages=here.stages or pipeline.STAGES)
    here.talk.quiet()
    click.echo(f"{job_name}: {on_one_line(outcome.detail)}")
    return IN_PART if outcome.in_part else DONE


@cli.command()
@click.option("--quiet", is_flag=True, help="For a watchdog: say only what is wrong; a long silence is wrong too.")
@click.option("--mail", is_flag=True, help="With --quiet: send what is wrong by mail as well.")
@as_rows
@in_workspace
@click.pass_obj
def doctor(here: Here, quiet: bool, mail: bool, how: str) -> int:
    """Check configuration, workspace, mail server, clock and last runs; say what to do."""
    from monitor.operations.health import PROBLEM, examine

    if quiet:
        return _watchdog(here, mail)
    examined = list(examine(here.context()))
    rows = [(one.state, one.subject, one.found, one.advice) for one in examined]
    print_rows(here, ["state", "subject", "found", "advice"], rows, how)
    return IN_PART if any(one.state == PROBLEM for one in examined) else DONE


@cli.command()
@click.option("--head", metavar="NUMBER/HASH", help="A head that was written down: what is up to it must be unaltered.")
@as_rows
@in_workspace
@click.pass_obj
def verify(here: Here, head: str | None, how: str) -> int:
    """Prove that nothing was altered: the ledger, the files that are kept, the last answer."""
    from monitor.operations.health import PROBLEM
    from monitor.operations.verify import verify as examined_by

    examined = list(examined_by(here.context(), head))
    here.talk.quiet()
    rows = [(one.state, one.subject, one.found, one.advice) for one in examined]
    print_rows(here, ["state", "subject", "found", "advice"], rows, how)
    return IN_PART if any(one.state == PROBLEM for one in examined) else DONE


def _watchdog(here: Here, by_mail: bool) -> int:
    from monitor.operations.health import what_is_wrong
    from monitor.operations.warning import send_warning

    context = here.context()
    wrong = what_is_wrong(context)
    here.talk.quiet()
    for sentence in wrong:
        click.echo(on_one_line(sentence))
    if wrong and by_mail:
        send_warning(context, wrong, here.talk.say)
    return IN_PART if wrong else DONE


def _text_of(file: Any) -> str:
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise UsageError(f"the query file {file.name}", "is not UTF-8", "SQL in UTF-8", "save it as UTF-8") from error


def _tell(here: Here, context: Context, ran: pipeline.Ran) -> None:
    from monitor.cli.summary import found_lines, loaded_lines, message_lines, published_lines, site_lines

    with answering(context, ran.checked.as_of) as (connection, _day, table):
        lines = [*loaded_lines(ran.loaded), "", *found_lines(connection, table, ran.checked)]
        told = list(message_lines(connection, ran, str(context.workspace.outbox)))
        lines += ["", *told] if told else []
    here.talk.quiet()
    click.echo("\n".join(lines))
    click.echo("\n" + "\n".join(published_lines(ran.published, context.workspace)))
    click.echo("\n".join(site_lines(ran.site)))


def _capitals(code: str | None) -> str | None:
    return code.strip().upper() if code else None


def _command_name() -> str:
    """How this program was called, so that what we suggest can be typed as it stands."""
    called = Path(sys.argv[0])
    return "monitor" if shutil.which("monitor") or called.stem != "monitor" else str(called)


def _free_folder(wanted: Path) -> Path:
    """The folder itself, or with the first number behind it for which there is none yet."""
    candidates = (wanted, *(wanted.with_name(f"{wanted.name}-{number}") for number in range(2, 1000)))
    return next(folder for folder in candidates if not folder.exists())


def _fill_with_sample(workspace: Workspace) -> None:
    if workspace.folder.exists() and not (workspace.folder.is_dir() and not any(workspace.folder.iterdir())):
        raise UsageError(
            str(workspace.folder), "is not empty", "a new or an empty folder", "choose another one with --dir"
        )
    workspace.make_folders()
    shutil.copy(SAMPLE_DATA / "monitor.toml", workspace.configuration)
    for file in sorted(SAMPLE_DATA.glob("*.csv")):
        if not file.name.startswith("expected_"):  # the right answers are for the tests
            shutil.copy(file, workspace.inbox)
