"""Periods that returns are about: months, calendar quarters and contract years (1 April to 31 March). Pure.

Every period is stepped from its own anchor (the first month of a year), never from the one before,
so that no drift can build up at month ends.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_IN = {"month": 1, "quarter": 3, "contract_year": 12}
CONTRACT_YEAR_STARTS_IN = 4


@dataclass(frozen=True, order=True)
class Period:
    """What the data is about: first and last day, both included."""

    start: date
    end: date
    label: str


def first_of_month(year: int, month: int) -> date:
    """The first day of a month; months outside 1..12 run on into the years beside."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def last_of_month(year: int, month: int) -> date:
    """The last day of a month; months outside 1..12 run on into the years beside."""
    return first_of_month(year, month + 1) - timedelta(days=1)


def starting_on_or_before(kind: str, day: date) -> date:
    """The first day of the period of this kind that holds the day."""
    if kind == "month":
        return day.replace(day=1)
    if kind == "quarter":
        return date(day.year, day.month - (day.month - 1) % 3, 1)
    year = day.year if day.month >= CONTRACT_YEAR_STARTS_IN else day.year - 1
    return date(year, CONTRACT_YEAR_STARTS_IN, 1)


def period_starting(kind: str, start: date) -> Period:
    """The period of this kind that begins on `start`, which must be a first day of one."""
    if starting_on_or_before(kind, start) != start:
        raise ValueError(f"{start} is not the first day of a {kind}")
    end = last_of_month(start.year, start.month + MONTHS_IN[kind] - 1)
    return Period(start, end, label(kind, start, end))


def periods(kind: str, first: date, last: date) -> Iterator[Period]:
    """All periods of this kind that start on or after `first` and on or before `last`, in order."""
    anchor = starting_on_or_before(kind, first)
    step = 0
    while True:
        start = first_of_month(anchor.year, anchor.month + step * MONTHS_IN[kind])
        step += 1
        if start > last:
            return
        if start >= first:
            yield period_starting(kind, start)


def before_and_after(kind: str, start: date) -> tuple[date, date]:
    """The last days of the period before and of the period after the one that begins on `start`."""
    months = MONTHS_IN[kind]
    return start - timedelta(days=1), last_of_month(start.year, start.month + 2 * months - 1)


def label(kind: str, start: date, end: date) -> str:
    """How people name a period: "April 2024", "April to June 2024", "2024/25"."""
    if kind == "month":
        return f"{calendar.month_name[start.month]} {start.year}"
    if kind == "quarter":
        return f"{calendar.month_name[start.month]} to {calendar.month_name[end.month]} {start.year}"
    return f"{start.year}/{end.year % 100:02d}"


def day_label(day: date) -> str:
    """A day as people write it: "14 October 2024"."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def day_and_weekday(day: date) -> str:
    """A day with the day of the week: "Monday 14 October 2024"."""
    return f"{calendar.day_name[day.weekday()]} {day_label(day)}"
