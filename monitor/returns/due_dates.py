"""When a return is due: one function a rule, chosen by the rule's name in expectations/*.toml. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from monitor.returns.periods import CONTRACT_YEAR_STARTS_IN, Period, first_of_month, last_of_month
from monitor.returns.working_days import WorkingDays

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)  # numbered as date.weekday() does


@dataclass(frozen=True)
class DueRule:
    """A due rule and its settings; which ones a rule needs is in `SETTINGS_OF_RULE`, may have in `OPTIONAL_OF_RULE`."""

    rule: str
    months_after: int = 0
    day: int = 0
    month: int = 0
    days: int = 0
    weekday: str = ""
    nth: int = 0
    not_after: tuple[int, int] | None = None  # month and day: in that month, not after that day
    roll: str = "none"


SETTINGS_OF_RULE: dict[str, tuple[str, ...]] = {
    "none": (),
    "month_end": ("months_after",),
    "day_of_month": ("months_after", "day"),
    "nth_working_day": ("months_after", "nth"),
    "last_weekday": ("months_after", "weekday"),
    "day_in_contract_year": ("month", "day"),
    "date_in_request": (),
    "days_beginning_with_request": ("days",),
}
OPTIONAL_OF_RULE: dict[str, tuple[str, ...]] = {"last_weekday": ("not_after",)}
RULES_FROM_REQUEST = ("date_in_request", "days_beginning_with_request")


def due_for_period(rule: DueRule, period: Period, working_days: WorkingDays) -> date | None:
    """The day on which the return for a period is due; None where the rule gives none (or a request must)."""
    day = _DAY_OF_RULE[rule.rule](rule, period, working_days) if rule.rule in _DAY_OF_RULE else None
    return rolled(day, rule.roll, working_days)


def due_for_request(rule: DueRule, requested_on: date, named_in_request: date | None) -> date | None:
    """The day on which the answer to a request is due.

    A date that the request names (agreed as reasonable, regulation 77(3)(a)) comes first. Otherwise
    "28 days beginning with the date on which the request was made" makes the request's own date day 1,
    so the last day in time is the request date + 27, whatever the weekday.
    """
    if named_in_request is not None:
        return named_in_request
    if rule.rule == "days_beginning_with_request":
        return requested_on + timedelta(days=rule.days - 1)
    return None


def rolled(day: date | None, roll: str, working_days: WorkingDays) -> date | None:
    """The day itself, or the next working day where the return's rule says that it rolls."""
    if day is None or roll == "none":
        return day
    return working_days.this_or_next(day)


def _month_end(rule: DueRule, period: Period, _: WorkingDays) -> date:
    return last_of_month(period.end.year, period.end.month + rule.months_after)


def _day_of_month(rule: DueRule, period: Period, _: WorkingDays) -> date:
    return first_of_month(period.end.year, period.end.month + rule.months_after).replace(day=rule.day)


def _nth_working_day(rule: DueRule, period: Period, working_days: WorkingDays) -> date:
    return working_days.nth_from(first_of_month(period.end.year, period.end.month + rule.months_after), rule.nth)


def _last_weekday(rule: DueRule, period: Period, _: WorkingDays) -> date:
    last = last_of_month(period.end.year, period.end.month + rule.months_after)
    if rule.not_after and rule.not_after[0] == last.month:
        last = min(last, last.replace(day=rule.not_after[1]))
    return last - timedelta(days=(last.weekday() - WEEKDAYS.index(rule.weekday)) % 7)


def _day_in_contract_year(rule: DueRule, period: Period, _: WorkingDays) -> date:
    year = period.start.year if rule.month >= CONTRACT_YEAR_STARTS_IN else period.start.year + 1
    return date(year, rule.month, rule.day)


_DAY_OF_RULE = {
    "month_end": _month_end,
    "day_of_month": _day_of_month,
    "nth_working_day": _nth_working_day,
    "last_weekday": _last_weekday,
    "day_in_contract_year": _day_in_contract_year,
}
