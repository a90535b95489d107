"""What people type: days in several ways, codes in either case; and counts that agree with what is counted."""

from __future__ import annotations

from datetime import date

import click
import pytest

from monitor.cli.options import Code, Day, ReturnCode
from monitor.core.text import number
from monitor.returns.due_dates import DueRule
from monitor.returns.due_words import words_of


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2025-09-01", date(2025, 9, 1)),
        ("2025-09", date(2025, 9, 1)),
        ("2025-9", date(2025, 9, 1)),
        ("01/09/2025", date(2025, 9, 1)),
        ("1/9/2025", date(2025, 9, 1)),
        (" 31/12/2025 ", date(2025, 12, 31)),
        ("September 2025", date(2025, 9, 1)),
        ("Sep-25", date(2025, 9, 1)),
        ("sept 2025", date(2025, 9, 1)),
    ],
)
def test_a_day_is_understood_as_iso_as_british_and_as_a_month(typed: str, day: date) -> None:
    assert Day().convert(typed, None, None) == day


@pytest.mark.parametrize(
    "typed",
    [
        "1/9/25",
        "13/31/2025",
        "09/31/2025",
        "2025-13",
        "2025",
        "2025-09-31",
        "01/09/3025",
        "",
        "Septober 2025",
        "Sep 25",
    ],
)
def test_what_is_no_day_is_a_mistake_that_says_how_days_are_written(typed: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a day"):
        Day().convert(typed, None, None)


@pytest.mark.parametrize("typed", ["Sep-25", " sept 2025", "September 2025"])
def test_the_name_of_a_month_is_no_day_to_ask_about_as_it_could_be_the_25th(typed: str) -> None:
    with pytest.raises(
        click.BadParameter, match="names a month, and a day is asked for: write 2025-09-01 for its first"
    ):
        Day(is_of_a_period=False).convert(typed, None, None)
    assert Day(is_of_a_period=False).convert("2025-09", None, None) == date(2025, 9, 1)


def test_codes_are_understood_whatever_their_case() -> None:
    assert Code().convert(" z98001", None, None) == "Z98001"
    assert ReturnCode().convert("WorkForce ", None, None) == "workforce"


@pytest.mark.parametrize(
    ("count", "thing", "words"),
    [
        (1, "file", "1 file"),
        (0, "file", "0 files"),
        (1, "entry", "1 entry"),
        (2, "entry", "2 entries"),
        (9, "day", "9 days"),
    ],
)
def test_counts_agree_with_what_is_counted(count: int, thing: str, words: str) -> None:
    assert number(count, thing) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (DueRule("month_end"), "last day of the period"),
        (DueRule("month_end", months_after=2), "last day of the 2nd month after"),
        (DueRule("day_of_month", months_after=1, day=5), "5th of the next month"),
        (DueRule("last_weekday", months_after=1, weekday="thursday"), "last Thursday of the next month"),
        (
            DueRule("last_weekday", months_after=1, weekday="thursday", not_after=(12, 23)),
            "last Thursday of the next month, in December the last one up to the 23rd",
        ),
        (DueRule("nth_working_day", months_after=1, nth=12), "12th working day of the next month"),
        (DueRule("day_in_contract_year", month=3, day=30), "30 March in the contract year"),
        (
            DueRule("day_of_month", months_after=1, day=21, roll="x"),
            "21st of the next month, else the next working day",
        ),
        (DueRule("a_rule_of_its_own"), "a rule of its own"),
    ],
)
def test_due_rules_are_put_in_words(rule: DueRule, words: str) -> None:
    assert words_of(rule) == words
