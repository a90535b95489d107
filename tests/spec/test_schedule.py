"""When jobs are due, as the table says; and a simulated year, in which every occurrence is there once."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from asking import Show

from jobs import JOBS
from monitor.config.settings import Schedule
from monitor.core.clock import LONDON
from monitor.core.cron import checked_cron
from monitor.returns.working_days import england
from monitor.scheduling.occurrences import due
from monitor.store.job_runs import Scheduled

TABLE = Path(__file__).with_name("schedule.txt")


@dataclass(frozen=True)
class Rule:
    title: str
    cron: str
    since: datetime
    last: Scheduled | None
    now: datetime
    due: str


def rules() -> list[Rule]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [rule_of([cell.strip() for cell in line.split("|")]) for line in lines]


def rule_of(cells: list[str]) -> Rule:
    title, cron, since, last, now, found = cells
    at = datetime.fromisoformat
    recorded = None
    if last != "none":
        scheduled_for, begun_at, state = last.split(", ")
        recorded = Scheduled(at(scheduled_for), at(begun_at).replace(tzinfo=LONDON), state)
    return Rule(title, cron, at(since), recorded, at(now), found)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.title)
def test_a_job_is_due_when_the_table_says(rule: Rule) -> None:
    found = due(rule.cron, rule.since, rule.last, rule.now)
    assert (f"{found.scheduled_for:%Y-%m-%d %H:%M}, {found.missed}" if found else "nothing") == rule.due


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("30 1 * *", "five fields"),
        ("61 1 * * *", "five fields"),
        ("30 1 * * funday", "five fields"),
        ("30 1 * * 1", "the days of the week by name"),
        ("30 1 * * 1-5", "the days of the week by name"),
    ],
)
def test_a_line_that_is_none_is_reported(line: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        checked_cron(line)


# ------------------------------------------------------------------------------------------------- a simulated year

YEAR_BEGINS = datetime(2023, 10, 1, tzinfo=UTC)  # both clock changes, a leap day, and all kinds of bank holidays
DAYS = 366
LOOKS_AT = (0, 1, 2, 3, 8, 12, 17)  # each hour of the night, because one is skipped there, and one comes twice
CRONS = {**Schedule().crons(), "load_and_check": "30 1 * * *"}  # in the hour that is skipped, and comes twice


def wall_clock(instant: datetime) -> datetime:
    return instant.astimezone(LONDON).replace(tzinfo=None)


def downtimes(chance: random.Random, count: int) -> list[tuple[datetime, datetime]]:
    """Spans in which nothing runs, from an hour to nine days."""
    starts = [YEAR_BEGINS + timedelta(minutes=chance.randrange(DAYS * 1440)) for _ in range(count)]
    return [(start, start + timedelta(hours=chance.choice([1, 3, 8, 20, 48, 216]))) for start in starts]


def days_of_year() -> list[date]:
    first = YEAR_BEGINS.date()
    return [first + timedelta(days=number) for number in range(DAYS)]


def expected(name: str) -> set[datetime]:
    """The occurrences of a job, without a cron library: by hand, from the calendar alone."""
    times = {"load_and_check": [(1, 30)], "alerts": [(8, 0), (12, 0), (16, 0)], "weekly_summary": [(8, 15)],
             "monthly_rollup": [(5, 0)], "snapshot_cleanup": [(4, 0)], "self_check": [(7, 30)]}[name]  # fmt: skip
    is_day = {
        "load_and_check": lambda day: True,
        "alerts": lambda day: day.weekday() < 5,
        "weekly_summary": lambda day: day.weekday() == 0,
        "monthly_rollup": lambda day: day.day == 1,
        "snapshot_cleanup": lambda day: day.weekday() == 6,
        "self_check": lambda day: True,
    }[name]
    return {datetime(day.year, day.month, day.day, *at) for day in days_of_year() if is_day(day) for at in times}


@dataclass
class Simulated:
    """What ran in the simulated year: by job, the occurrences that ran or were left out, and those made good."""

    ran: dict[str, list[datetime]]
    made_good: Counter[str]
    left_out: Counter[str]


def simulate(down: list[tuple[datetime, datetime]]) -> Simulated:
    said = Simulated({name: [] for name in CRONS}, Counter(), Counter())
    last: dict[str, Scheduled] = {}
    since = wall_clock(YEAR_BEGINS)
    for instant in (YEAR_BEGINS + timedelta(days=day, hours=hour) for day in range(DAYS) for hour in LOOKS_AT):
        if not any(start <= instant < end for start, end in down):
            for name, cron in CRONS.items():
                found = due(cron, since, last.get(name), wall_clock(instant))
                if found is None:
                    continue
                is_off = JOBS[name].working_days_only and not england().is_working_day(found.scheduled_for.date())
                said.ran[name].append(found.scheduled_for)
                said.made_good[name] += found.missed
                said.left_out[name] += is_off
                last[name] = Scheduled(found.scheduled_for, instant, "left_out" if is_off else "done")
    return said


def test_in_a_year_without_downtime_every_occurrence_ran_once() -> None:
    said = simulate([])
    for name in CRONS:
        assert said.ran[name] == sorted(expected(name)), name
        assert said.made_good[name] == 0
    assert said.left_out["alerts"] > 0


@pytest.mark.slow
@pytest.mark.proof
def test_in_a_year_with_forty_downtimes_every_occurrence_ran_once_or_was_made_good_by_the_next(show: Show) -> None:
    said = simulate(downtimes(random.Random(1), 40))
    show(
        "A year of schedules, with both clock changes, a leap day and 40 downtimes",
        ("job", "occurrences", "ran", "made good by a later one", "no working day"),
        [(name, len(expected(name)), len(said.ran[name]), said.made_good[name], said.left_out[name]) for name in CRONS],
    )
    for name in CRONS:
        ran = said.ran[name]
        still_down = {at for at in expected(name) if not ran or at > max(ran)}
        assert len(set(ran)) == len(ran), "nothing ran twice"
        assert set(ran) <= expected(name)
        assert len(ran) + said.made_good[name] + len(still_down) == len(expected(name))
