"""Before, during and after each period of collective action: rows of the action views, found by what they are of."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TypeVar

from monitor.report.site.published_rows import Row

PHASES = ("before", "during", "after")
ALL = "all"
KINDS = (ALL, "supplier", "icb", "pcn")
Whose = tuple[str, str, str, str | None]  # period of action, return, kind of group, its code
Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Compared:
    """A group, a return and a period of action. phases: its rows of action_rate; change: its row of action_change."""

    action: str
    return_code: str
    kind: str
    code: str | None
    phases: Mapping[str, Row]
    change: Row | None


@dataclass(frozen=True)
class Phases:
    """Rows of collective_action.sql, action_rates.sql, action_changes.sql and action_stopped.sql, sorted as there."""

    periods: Sequence[Row] = ()
    rates: Sequence[Row] = ()
    changes: Sequence[Row] = ()
    stopped: Sequence[Row] = ()

    def number_of(self, action: str) -> int:
        """Which of the periods it is, counted from 1 in the order of their first days."""
        return next(place for place, row in enumerate(self.periods, start=1) if row["name"] == action)

    def overall(self, action: str) -> list[Compared]:
        """Every return with anything past due, over all who owe it."""
        return [one for one in self._groups if one.action == action and one.kind == ALL]

    def of_return(self, action: str, return_code: str, kind: str) -> list[Compared]:
        """Its groups of one kind, in the order of their codes."""
        return self._by_return.get((action, return_code, kind), [])

    def of_area(self, action: str, kind: str, code: str) -> list[Compared]:
        """The returns of one ICB or PCN."""
        return self._by_area.get((action, kind, code), [])

    def said_of_area(self, kind: str, code: str) -> list[list[Compared]]:
        """All that is said of one ICB or PCN."""
        return [self.of_area(period["name"], kind, code) for period in self.periods]

    def said_of_return(self, return_code: str) -> list[tuple[list[Compared], list[Row]]]:
        """All that is said of one return."""
        return [
            (
                [one for kind in KINDS for one in self.of_return(period["name"], return_code, kind)],
                self.stopped_of(period["name"], return_code),
            )
            for period in self.periods
        ]

    def stopped_of(self, action: str, return_code: str) -> list[Row]:
        return self._stopped.get((action, return_code), [])

    @cached_property
    def _groups(self) -> list[Compared]:
        changes = {_whose(row): row for row in self.changes}
        return [
            Compared(*whose, {row["phase"]: row for row in rows}, changes.get(whose))
            for whose, rows in groupby(self.rates, _whose)
        ]

    @cached_property
    def _by_return(self) -> dict[tuple[str, str, str], list[Compared]]:
        return _gathered(((one.action, one.return_code, one.kind), one) for one in self._groups)

    @cached_property
    def _by_area(self) -> dict[tuple[str, str, str | None], list[Compared]]:
        return _gathered(((one.action, one.kind, one.code), one) for one in self._groups)

    @cached_property
    def _stopped(self) -> dict[tuple[str, str], list[Row]]:
        return _gathered(((row["action"], row["return_code"]), row) for row in self.stopped)


def _whose(row: Row) -> Whose:
    return row["action"], row["return_code"], row["group_kind"], row["group_code"]


def _gathered(pairs: Iterable[tuple[Key, Thing]]) -> dict[Key, list[Thing]]:
    found: dict[Key, list[Thing]] = {}
    for key, thing in pairs:
        found.setdefault(key, []).append(thing)
    return found
