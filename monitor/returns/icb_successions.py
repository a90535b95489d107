"""Which integrated care boards were closed and created when, and which took over from which: dated data of a file.

Boards merge and are divided by decision, so these are facts to be looked up, as bank holidays are, and not rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from monitor.core.toml import Strict, read_toml

FILE = Path(__file__).with_name("icb_successions.toml")


class Round(Strict):
    """The changes of one day. closed: by code, those that took over its practices; several where it was divided."""

    effective_on: date
    source: str
    created: list[str]
    closed: dict[str, list[str]]


class Successions(Strict):
    """Every change up to a day."""

    known_until: date
    round: list[Round]

    def lifetimes(self) -> list[Lifetime]:
        """Those boards that were created or closed, with their first and last day as far as they have one."""
        began = {code: one.effective_on for one in self.round for code in one.created}
        ended = {code: one.effective_on - timedelta(days=1) for one in self.round for code in one.closed}
        return [Lifetime(code, began.get(code), ended.get(code)) for code in sorted(began.keys() | ended.keys())]

    def successors(self, icb_code: str, as_of: date) -> frozenset[str]:
        """The boards that a board's practices belong to on a day; itself, where it was not closed by then."""
        taken_over = [
            one.closed[icb_code] for one in self.round if icb_code in one.closed and one.effective_on <= as_of
        ]
        if not taken_over:
            return frozenset({icb_code})
        return frozenset().union(*(self.successors(code, as_of) for code in taken_over[-1]))


@dataclass(frozen=True)
class Lifetime:
    """A board's first and last day; None: it was there before the first change that is known, or is there still."""

    icb_code: str
    from_on: date | None
    to_on: date | None


@cache
def icb_successions() -> Successions:
    """The shipped file. Raises ConfigurationError where it is damaged."""
    return read_toml(FILE, Successions, "install the program again")
