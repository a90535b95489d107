"""The command line: reads what was typed, calls the pipeline, writes rows to stdout and talk to stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from monitor import __version__
from monitor.cli.command_log import CommandLog
from monitor.cli.commands import Commands
from monitor.cli.options import (
    DONE,
    IN_PART,
    INTERRUPTED,
    USAGE,
    Here,
    in_workspace,
)  # fmt: skip
from monitor.cli.progress import Talk
from monitor.core import clock
from monitor.core.clock import Clock, Pause
from monitor.core.errors import EnvironmentFault, FileRefused, Mendable
from monitor.core.garbage import collected_seldom

if TYPE_CHECKING:
    from monitor.pipeline import Stages


def main(
    args: Sequence[str],
    environ: Mapping[str, str],
    now: Clock = clock.now,
    pause: Pause = clock.pause,
    stages: Stages | None = None,
) -> int:
    """Run one command; gives the exit code: 0 done, 2 usage or configuration, 3 not as expected, 4 done in part.

    stages: as in `Here`.
    """
    talk = Talk(sys.stderr, lambda stage: log.stage(stage))
    log = CommandLog(now, environ, talk.say)
    try:
        with collected_seldom():
            return _run(args, Here(None, environ, now, talk, pause, stages, log))
    except BaseException as error:  # said in the log, and left to surface as itself
        log.stopped(error)
        raise


def _run(args: Sequence[str], here: Here) -> int:
    """Run the command and give its exit code; the mistakes of people are said in a sentence."""
    talk, log = here.talk, here.log
    try:
        with talk:
            code: int = cli.main(args=list(args), prog_name="monitor", standalone_mode=False, obj=here) or DONE
    except click.ClickException as error:
        error.show(file=sys.stderr)
        return log.stopped(error, USAGE)
    except click.Abort as error:
        return log.stopped(error, INTERRUPTED)
    except (EnvironmentFault, FileRefused) as fault:
        talk.say(f"monitor: {fault.message}")
        return log.stopped(fault, IN_PART)
    except Mendable as mistake:
        talk.say(f"monitor: {mistake.message}")
        return log.stopped(mistake, USAGE)
    except (BrokenPipeError, SystemExit):
        code = DONE  # the reader of our output had read enough; click leaves so when a pipe is closed
    return log.ended(code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="monitor")
@in_workspace
def cli() -> None:
    """Show which mandatory data returns were not received, from whom, since when and for what likely cause."""
