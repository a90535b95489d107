"""Clocks that are set: forward and back, by an hour to a year, and both clock changes of London; what comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from asking import NOW, new_workspace, write_csv, write_two_practices
from campaigns import ACCUSED, DOUBLED, LOST, Fault

from benchmarks.stages import COUNTED_UNPUBLISHED
from jobs import JOBS
from monitor import pipeline
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace
from monitor.core.clock import london_date
from monitor.pipeline import Ran, Stages
from monitor.scheduling.job import Job, JobOutcome
from monitor.scheduling.running import make_store_ready, run_job, what_is_due

HOUR, DAY, WEEK, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=365)
LOG = "organisation_code,return_code,period_start,submitted_at,outcome"
SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)  # days on which clocks change


def put_practices(folder: Path) -> None:
    """Two practices; one of them has sent workforce data for November and December, the other nothing."""
    write_two_practices(folder)
    write_csv(folder / "inbox" / "log.csv", f"{LOG}\n{row('2025-11')}\n{row('2025-12')}")


def row(month: str, outcome: str = "accepted") -> str:
    return f"Z98002,workforce,{month}-01,{month}-02T10:00:00,{outcome}"


def at(workspace: Path, instant: datetime) -> Context:
    return read_context(Workspace(workspace), lambda: instant, pause=lambda seconds: None)


def run_at(workspace: Path, instant: datetime, stages: Stages = COUNTED_UNPUBLISHED) -> Ran:
    return pipeline.run(at(workspace, instant), None, stages)


# ------------------------------------------------------------------------------------------------------- the schedule

ALL = len(JOBS)


@dataclass(frozen=True)
class Looks:
    """Looks of a schedule whose jobs are all due at one time a day.

    looks: so long after the first -> how many of the jobs run.
    """

    looks: Sequence[tuple[timedelta, int]]
    first: datetime = NOW
    cron: str = "0 2 * * *"


def changing(first: datetime, cron: str, *ran: tuple[str, int]) -> Looks:
    """A day on which London's clocks change, from noon of the day before. ran: UTC -> how many of the jobs."""
    noon = first - 12 * HOUR
    looks = [(12 * HOUR + timedelta(hours=int(at[:2]), minutes=int(at[3:])), jobs) for at, jobs in ran]
    return Looks([*looks, (36 * HOUR, 0), (36 * HOUR + DAY, ALL)], noon, cron)


# Between "forward a day and back" and "back a day and forward" no look can tell, where nothing ran meanwhile: the
# occurrence that ran is then taken for done, so that no job runs twice.
STORIES: dict[str, Looks] = {
    "steady": Looks([(DAY, ALL), (DAY + HOUR, 0), (2 * DAY, ALL)]),
    "forward an hour and back": Looks([(DAY, ALL), (DAY + HOUR, 0), (DAY + HOUR / 2, 0), (2 * DAY, ALL)]),
    "forward a day and back": Looks([(DAY, ALL), (HOUR, 0), (DAY + HOUR, 0), (2 * DAY, ALL), (2 * DAY + HOUR, 0)]),
    "forward a week and back": Looks([(WEEK, ALL), (HOUR, 0), (DAY, ALL), (DAY + HOUR, 0), (2 * DAY, ALL)]),
    "forward a year and back": Looks([(YEAR, ALL), (HOUR, 0), (DAY, ALL), (DAY + HOUR, 0), (2 * DAY, ALL)]),
    "back an hour and forward": Looks([(DAY, ALL), (DAY - HOUR, 0), (DAY + HOUR, 0), (2 * DAY, ALL)]),
    "back a day and forward": Looks([(DAY, ALL), (HOUR, 0), (DAY + HOUR, 0), (2 * DAY, ALL)]),
    "back a week and forward": Looks([(DAY, ALL), (DAY - WEEK, 0), (DAY + HOUR, 0), (2 * DAY, ALL)]),
    "back a year and forward": Looks([(DAY, ALL), (-YEAR, 0), (DAY + HOUR, 0), (2 * DAY, ALL)]),
    "an hour to and fro over the time": Looks(
        [(17 * HOUR, ALL), (16 * HOUR, 0), (17 * HOUR, 0), (16 * HOUR, 0), (18 * HOUR, 0), (17 * HOUR + DAY, ALL)]
    ),
    "a day to and fro": Looks([(DAY, ALL), (HOUR, 0), (DAY + HOUR, 0), (2 * HOUR, 0), (2 * DAY, ALL)]),
    "a week to and fro": Looks([(WEEK, ALL), (HOUR, 0), (WEEK + HOUR, 0), (2 * HOUR, 0), (DAY, ALL), (2 * DAY, ALL)]),
    "a schedule that began a year ahead": Looks(
        [(HOUR - YEAR, 0), (DAY - YEAR, ALL), (DAY + HOUR - YEAR, 0), (2 * DAY - YEAR, ALL)], NOW + YEAR
    ),
    "March, at a time that is not there": changing(
        SPRING, "30 1 * * *", ("00:29", 0), ("00:59", 0), ("01:00", ALL), ("01:30", 0), ("02:30", 0)
    ),
    "March, at the time that comes next": changing(SPRING, "0 2 * * *", ("00:59", 0), ("01:00", ALL), ("02:00", 0)),
    "October, at a time that comes twice": changing(
        AUTUMN, "30 1 * * *", ("00:29", 0), ("00:30", ALL), ("00:59", 0), ("01:00", 0), ("01:30", 0), ("02:30", 0)
    ),
    "October, at the time after it": changing(
        AUTUMN, "0 2 * * *", ("00:59", 0), ("01:00", 0), ("01:59", 0), ("02:00", ALL), ("03:00", 0)
    ),
}  # fmt: skip


def do_nothing(context: Context, connection: duckdb.DuckDBPyConnection, stages: Stages) -> JobOutcome:
    return JobOutcome("did nothing")


def jobs_run(workspace: Path, story: Looks) -> list[int]:
    """How many jobs ran at each look of the story, in a workspace in which none has run yet."""
    with (workspace / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n".join(["[schedule]", *(f'{name} = "{story.cron}"' for name in JOBS)]))
    make_store_ready(at(workspace, story.first))
    _look(workspace, story.first)
    return [_look(workspace, story.first + after) for after, _ in story.looks]


def _look(workspace: Path, instant: datetime) -> int:
    context = at(workspace, instant)
    found = what_is_due(context, {name: Job(name, do_nothing) for name in JOBS})
    for job, occurrence in found:
        run_job(context, job, occurrence, COUNTED_UNPUBLISHED)
    return len(found)


def faults_of_schedule(workspace: Path, story: Looks) -> Iterator[Fault]:
    """Which jobs were left out, and which ran twice."""
    ran = jobs_run(workspace, story)
    for (after, wanted), found in zip(story.looks, ran, strict=True):
        if found != wanted:
            yield (LOST if found < wanted else DOUBLED), f"{after} after the first look {found} ran, not {wanted}"


# --------------------------------------------------------------------------------------------------------------- runs

# Instants of runs, the last of which is at the right time again.
RUNS: dict[str, list[datetime]] = {
    **{f"forward {name} and back": [NOW, NOW + by, NOW + 2 * HOUR] for name, by in
       (("an hour", HOUR), ("a day", DAY), ("a week", WEEK), ("a year", YEAR))},
    **{f"back {name} and forward": [NOW, NOW - by, NOW + 2 * HOUR] for name, by in
       (("an hour", HOUR), ("a day", DAY), ("a week", WEEK), ("a year", YEAR))},
    **{f"{name} to and fro": [NOW, NOW + by, NOW + HOUR, NOW + by + HOUR, NOW + 2 * HOUR] for name, by in
       (("a day", DAY), ("a week", WEEK), ("a year", YEAR))},
    "March": [SPRING + after for after in (-HOUR, HOUR / 2, HOUR - HOUR / 60, HOUR, 2 * HOUR, 23 * HOUR, 24 * HOUR)],
    "October": [AUTUMN + after for after in (-2 * HOUR, -HOUR, HOUR / 2, HOUR, 3 * HOUR / 2, 24 * HOUR)],
}  # fmt: skip
TOLD = """
    SELECT s.kind, s.return_code, s.organisation_code, s.period_start, m.reason, r.recipient
    FROM data.alert_item AS m JOIN data.finding_subject AS s ON s.finding_id = m.item_id
    JOIN data.alert_recipient AS r USING (alert_id)
"""
OPEN = """
    SELECT kind, return_code, organisation_code, period_start FROM data.finding_current WHERE resolved_at IS NULL
"""


def faults_of_runs(folder: Path, instants: Sequence[datetime]) -> Iterator[Fault]:
    """What runs at these instants left out or did twice; compared with the first and the last of them alone."""
    set_to_and_fro, steady = folder / "set", folder / "steady"
    last = _run_all(set_to_and_fro, instants)
    _run_all(steady, [instants[0], instants[-1]])
    if not last.checked.recorded or last.checked.as_of != london_date(instants[-1]):
        yield LOST, f"findings as of {last.checked.as_of}, recorded: {last.checked.recorded}"
    found, wanted = Counter(_asked(set_to_and_fro, OPEN)), Counter(_asked(steady, OPEN))
    yield from ((LOST, one) for one in wanted - found)
    yield from ((ACCUSED, one) for one in found - wanted)
    told, to_tell = Counter(_asked(set_to_and_fro, TOLD)), Counter(_asked(steady, TOLD))
    yield from ((LOST, one) for one in to_tell - told)
    if not to_tell:
        yield LOST, "there was nothing to tell"
    yield from ((DOUBLED, one) for one in told if one in to_tell and told[one] > to_tell[one])


def _run_all(workspace: Path, instants: Sequence[datetime]) -> Ran:
    new_workspace(workspace)
    put_practices(workspace)
    ran = [run_at(workspace, instant) for instant in instants]
    return ran[-1]


def _asked(workspace: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        return store.execute(sql).fetchall()
