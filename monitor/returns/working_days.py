"""Working days in England: Monday to Friday without the bank holidays of a dated file.

The dates are data and not computed, because one-off holidays are proclaimed (8 May 2023). Of a year that the file does
not hold yet they are those that the library `holidays` works out by rule, so that nothing ever stops for want of them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

BANK_HOLIDAYS_FILE = Path(__file__).with_name("bank_holidays_england.csv")
SATURDAY = 5


@cache
def holidays_by_rule(year: int) -> frozenset[date]:
    """The public holidays of a year in England as the library `holidays` works them out, weekends among them."""
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


@dataclass(frozen=True)
class WorkingDays:
    """Which days are working days: by the bank holidays of a file, and by rule in the years that it does not hold."""

    bank_holidays: frozenset[date]
    source: str
    by_rule: Callable[[int], frozenset[date]] = field(default=holidays_by_rule, compare=False)

    @classmethod
    def of(cls, bank_holidays: Iterable[date], source: str) -> WorkingDays:
        return cls(frozenset(bank_holidays), source)

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that the file holds."""
        return frozenset(day.year for day in self.bank_holidays)

    def is_working_day(self, day: date) -> bool:
        if day.weekday() >= SATURDAY or day in self.bank_holidays:
            return False
        return day.year in self.years or day not in self.by_rule(day.year)

    def this_or_next(self, day: date) -> date:
        """The day itself if it is a working day, else the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def nth_from(self, day: date, nth: int) -> date:
        """The nth working day from a day on; the day itself is the first if it is one."""
        found = self.this_or_next(day)
        for _ in range(nth - 1):
            found = self.this_or_next(found + timedelta(days=1))
        return found


@cache
def england() -> WorkingDays:
    """The working days of England from the shipped file."""
    with BANK_HOLIDAYS_FILE.open(encoding="utf-8", newline="") as lines:
        days = [date.fromisoformat(row["day"]) for row in csv.DictReader(lines)]
    return WorkingDays.of(days, BANK_HOLIDAYS_FILE.name)
