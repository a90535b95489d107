"""When the publications that are read here come out: dated data of a file, and never a guess.

The due day of a publication is a convention, derived from the days on which it was published before; where those give
none, it is not known, and said so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from monitor.core.text import number
from monitor.core.toml import Strict, read_toml
from monitor.returns.catalogue import Due
from monitor.returns.due_dates import DueRule, due_for_period
from monitor.returns.due_words import words_of
from monitor.returns.periods import Period, period_starting, periods
from monitor.returns.working_days import england

FILE = Path(__file__).with_name("publications.toml")


class Seen(Strict):
    """A day on which an edition was published, as far as a file or its publisher says."""

    period_start: date
    published_on: date


class Publication(Strict):
    """A publication that comes in editions, each about a period; the keys are explained in publications.toml."""

    name: str
    sources: list[str]
    returns: list[str]
    period: Literal["month", "quarter"]
    due: Due
    seen: list[Seen]
    note: str

    @property
    def due_rule(self) -> DueRule:
        settings = {name: value for name, value in self.due if value is not None and name != "not_after"}
        limit = self.due.not_after
        return DueRule(**settings, not_after=(limit.month, limit.day) if limit else None)

    def due_on(self, period: Period) -> date | None:
        """By when the edition about a period was there before; None where that is not known."""
        return due_for_period(self.due_rule, period, england())

    def editions(self, first: date, last: date) -> Iterator[tuple[Period, date]]:
        """The editions about periods from a day on that are due up to a day, each with its due day."""
        for period in periods(self.period, first, last):
            due_on = self.due_on(period)
            if due_on and due_on <= last:
                yield period, due_on

    def basis(self) -> str:
        """What the due day rests on, in words."""
        if self.due.rule == "none":
            return f"not known. {self.note}"
        return f"convention: {words_of(self.due_rule, self.period)}{self._borne_out()}. {self.note}"

    def _borne_out(self) -> str:
        if not self.seen:
            return ""
        by_then = sum(one.published_on <= (self.due_on(self._period(one)) or date.min) for one in self.seen)
        return f"; {by_then} of {number(len(self.seen), 'edition')} seen came by then"

    def _period(self, one: Seen) -> Period:
        return period_starting(self.period, one.period_start)


class PublicationsFile(Strict):
    """Every publication, in the order in which people look for them."""

    publication: list[Publication]


@cache
def publications() -> tuple[Publication, ...]:
    """Those of the shipped file. Raises ConfigurationError where it is damaged."""
    return tuple(read_toml(FILE, PublicationsFile, "install the program again").publication)
