"""What a night is made of: `monitor demo`, `init`, `load` and `run`."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

import click

from monitor import pipeline
from monitor.cli.options import (
    DONE,
    Here,
    as_of_option,
    examples,
    in_workspace,
    logged,
)  # fmt: skip
from monitor.config.context import Context
from monitor.config.workspace import Workspace, init_workspace
from monitor.core.errors import UsageError
from monitor.core.resources import SAMPLE_DATA
from monitor.operations.in_part import why_of_checks, why_of_files
from monitor.queries.as_of import answering

DEMO_FOLDER = "monitor-demo"


@click.command(epilog=examples("demo", "demo --dir try-it"))
@click.option("--dir", "folder", type=click.Path(path_type=Path), help=f"The new folder (default: ./{DEMO_FOLDER}).")
@logged
@click.pass_obj
def demo(here: Here, folder: Path | None) -> int:
    """Run the whole cycle on the sample data, in a new workspace."""
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
    return here.ended(why_of_checks(ran.checked.verdicts))


@click.command(epilog=examples("init my-icb"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@logged
@click.pass_obj
def init(here: Here, folder: Path) -> int:
    """Make an empty workspace with a commented monitor.toml."""
    workspace = init_workspace(folder)
    click.echo(f"Made {workspace.folder}. Next: look at {workspace.configuration}, drop files into {workspace.inbox},")
    click.echo(f"then: {_command_name()} run -w {workspace.folder}")
    return DONE


@click.command(epilog=examples("load", "load --dry-run", "load downloads/workforce.csv"))
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be loaded and rejected; keep nothing.")
@in_workspace
@click.pass_obj
def load(here: Here, paths: tuple[Path, ...], dry_run: bool) -> int:
    """Load files (default: inbox/, with subfolders)."""
    from monitor.cli.summary import foreseen_lines, loaded_lines

    if dry_run:
        foreseen = pipeline.dry_run(here.context(), list(paths))
        here.talk.quiet()
        click.echo("\n".join(foreseen_lines(foreseen)))
        return here.ended(why_of_files(one.file for one in foreseen))
    loaded = pipeline.load(here.context(), list(paths))
    here.talk.quiet()
    for line in loaded_lines(loaded):
        click.echo(line)
    return here.ended(why_of_files(loaded))


@click.command(epilog=examples("run", "run -w my-icb --as-of 2025-10-10"))
@as_of_option
@in_workspace
@click.pass_obj
def run(here: Here, as_of: date | None) -> int:
    """Run one whole cycle: load, check, alert, publish, report. Running it twice changes nothing, and sends
    no mail twice.
    """
    context = here.context()
    ran = pipeline.run(context, as_of, here.stages)
    nobody_is_watched = _tell(here, context, ran)
    why = [
        *ran.why_in_part,
        *(["icbs in monitor.toml names no organisation, so nothing is watched"] if nobody_is_watched else []),
    ]
    return here.ended(why)


def _tell(here: Here, context: Context, ran: pipeline.Ran) -> bool:
    """Say what a run did; gives whether nothing at all is watched, because the settings name nobody."""
    from monitor.cli.summary import (
        doubt_lines,
        found_lines,
        loaded_lines,
        message_lines,
        misfit_lines,
        published_lines,
        site_lines,
    )  # fmt: skip
    from monitor.queries.fits_nobody import fits_nobody, watches_nobody

    with answering(context, ran.checked.as_of) as (connection, _day, table):
        watched_is_nobody = watches_nobody(connection, context)
        lines = list(loaded_lines(ran.loaded))
        unread = list(doubt_lines(connection))
        lines += ["", *unread] if unread else []
        lines += ["", *found_lines(connection, table, ran.checked, watched_is_nobody)]
        misfits = list(misfit_lines(fits_nobody(connection, context, table)))
        lines += ["", *misfits] if misfits else []
        notified = list(message_lines(connection, ran, str(context.workspace.outbox)))
        lines += ["", *notified] if notified else []
    here.talk.quiet()
    click.echo("\n".join(lines))
    click.echo("\n" + "\n".join(published_lines(ran.published, context.workspace)))
    click.echo("\n".join(site_lines(ran.site)))
    return watched_is_nobody


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
