"""A due rule in words, as people read it in a list of returns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from monitor.returns.due_dates import DueRule


def words_of(rule: DueRule) -> str:
    """When a rule makes a return due: the last day of the next month; 5th of the next month; ..."""
    words = _WORDS[rule.rule](rule) if rule.rule in _WORDS else rule.rule.replace("_", " ")
    return words if rule.roll == "none" else f"{words}, else the next working day"


def _month_after(months: int) -> str:
    return {0: "period's last month", 1: "next month"}.get(months, f"{_nth(months)} month after")


def _nth(day: int) -> str:
    ending = "th" if day % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _month_end(rule: DueRule) -> str:
    return "last day of the period" if rule.months_after == 0 else f"last day of the {_month_after(rule.months_after)}"


_WORDS: dict[str, Callable[[DueRule], str]] = {
    "none": lambda rule: "none, unless a date is known or a notice gives one",
    "month_end": _month_end,
    "day_of_month": lambda rule: f"{_nth(rule.day)} of the {_month_after(rule.months_after)}",
    "last_weekday": lambda rule: f"last {rule.weekday.title()} of the {_month_after(rule.months_after)}",
    "day_in_contract_year": lambda rule: f"{rule.day} {date(2000, rule.month, 1):%B} in the contract year",
    "date_in_request": lambda rule: "the day that the request names",
    "days_beginning_with_request": lambda rule: f"{rule.days} days, beginning with the day of the request",
}
