"""A due rule in words, as people read it in a list of returns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from monitor.returns.due_dates import DueRule
from monitor.returns.periods import CONTRACT_YEAR_STARTS_IN, last_of_month


def words_of(rule: DueRule, period: str = "") -> str:
    """When a rule makes a return of such periods due: last day of the next month; 30 June after the year; ..."""
    words = _WORDS[rule.rule](rule) if rule.rule in _WORDS else rule.rule.replace("_", " ")
    if period == "contract_year" and rule.rule == "month_end":
        words = _after_the_year(rule)
    return words if rule.roll == "none" else f"{words}, else the next working day"


def window_words(opens_on: date, as_of: date, received: int, organisations: int) -> str:
    """What is so of a return that can be sent from a day on, before it is due: not open yet; open, 41 of 60 in."""
    return f"not open yet, opens {opens_on}" if as_of < opens_on else f"open, {received:,} of {organisations:,} in"


def _month_after(months: int) -> str:
    return {0: "period's last month", 1: "next month"}.get(months, f"{_nth(months)} month after")


def _nth(day: int) -> str:
    ending = "th" if day % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _month_end(rule: DueRule) -> str:
    return "last day of the period" if rule.months_after == 0 else f"last day of the {_month_after(rule.months_after)}"


def _after_the_year(rule: DueRule) -> str:
    day = last_of_month(2001, CONTRACT_YEAR_STARTS_IN - 1 + rule.months_after)
    return f"{day.day} {day:%B} after the year" if rule.months_after else "the year's last day"


def _last_weekday(rule: DueRule) -> str:
    words = f"last {rule.weekday.title()} of the {_month_after(rule.months_after)}"
    if rule.not_after is None:
        return words
    month, day = rule.not_after
    return f"{words}, in {date(2000, month, 1):%B} the last one up to the {_nth(day)}"


_WORDS: dict[str, Callable[[DueRule], str]] = {
    "none": lambda rule: "none until a notice or a known date gives one",
    "month_end": _month_end,
    "day_of_month": lambda rule: f"{_nth(rule.day)} of the {_month_after(rule.months_after)}",
    "nth_working_day": lambda rule: f"{_nth(rule.nth)} working day of the {_month_after(rule.months_after)}",
    "last_weekday": _last_weekday,
    "day_in_contract_year": lambda rule: f"{rule.day} {date(2000, rule.month, 1):%B} in the contract year",
    "date_in_request": lambda rule: "the day that the request names",
    "days_beginning_with_request": lambda rule: f"{rule.days} days, beginning with the day of the request",
}
