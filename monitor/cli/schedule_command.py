"""`monitor schedule`: the jobs, each at its time."""

from __future__ import annotations

import click

from monitor import pipeline
from monitor.cli.options import (
    DONE,
    IN_PART,
    Here,
    examples,
    in_workspace,
)  # fmt: skip
from monitor.cli.progress import Loudness
from monitor.core.errors import UsageError
from monitor.core.text import on_one_line


@click.command(epilog=examples("schedule", "schedule --once alerts"))
@click.option("--once", "job_name", metavar="JOB", help="Run this job now, once, and exit.")
@in_workspace
@click.pass_obj
def schedule(here: Here, job_name: str | None) -> int:
    """Run the jobs on their schedule, in the foreground. Stop with SIGTERM or Ctrl-C."""
    from monitor.scheduling.log import log_to
    from monitor.scheduling.running import run_job
    from monitor.scheduling.schedule import log_outcome, run_schedule

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
    log_outcome(log_to(context.workspace.log, is_quiet=here.talk.loudness == Loudness.QUIET), job_name, outcome)
    click.echo(f"{job_name}: {on_one_line(outcome.detail)}")
    return IN_PART if outcome.in_part else DONE
