"""Working days in England: Monday to Friday without the bank holidays of a dated file.

The dates are data and not computed, because one-off holidays are proclaimed (8 May 2023). A day in a year
that the file does not hold is an error, never taken for a working day.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from monitor.core.errors import ConfigurationError

BANK_HOLIDAYS_FILE = Path(__file__).with_name("bank_holidays_england.csv")
SATURDAY = 5


@dataclass(frozen=True)
class WorkingDays:
    """Which days are working days, for the years that the bank-holiday file covers."""

    bank_holidays: frozenset[date]
    source: str

    @classmethod
    def of(cls, bank_holidays: Iterable[date], source: str) -> WorkingDays:
        return cls(frozenset(bank_holidays), source)

    @property
    def years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.bank_holidays)

    def is_working_day(self, day: date) -> bool:
        """Raises ConfigurationError where the file holds no bank holidays of the day's year."""
        if day.year not in self.years:
            raise ConfigurationError(
                self.source,
                f"holds no bank holidays of {day.year}, needed for {day}",
                f"the years {min(self.years)} to {max(self.years)} are there",
                f"add the bank holidays of {day.year} (gov.uk/bank-holidays, England and Wales)",
            )
        return day.weekday() < SATURDAY and day not in self.bank_holidays

    def this_or_next(self, day: date) -> date:
        """The day itself if it is a working day, else the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day


@cache
def england() -> WorkingDays:
    """The working days of England from the shipped file."""
    with BANK_HOLIDAYS_FILE.open(encoding="utf-8", newline="") as lines:
        days = [date.fromisoformat(row["day"]) for row in csv.DictReader(lines)]
    return WorkingDays.of(days, BANK_HOLIDAYS_FILE.name)
