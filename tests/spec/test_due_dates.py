"""The product's due dates are those checked by hand: the calendar rules on their own, and the shipped returns."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import notation
import product
import pytest
import twin

from monitor.returns.catalogue import load_catalogue
from monitor.returns.due_dates import DueRule, due_for_period, due_for_request
from monitor.returns.periods import period_starting
from monitor.returns.working_days import england, holidays_by_rule

RowsByPeriod = dict[tuple[str, date], twin.Row]

HERE = Path(__file__).parent
VECTORS = notation.read_due_dates(HERE / "due_dates.txt")
CATALOGUE = load_catalogue()
OF_RETURNS = [vector for vector in VECTORS if vector.rule in CATALOGUE]
OF_PERIODS = [vector for vector in OF_RETURNS if vector.given == "period" and vector.expected != "not_in_force"]
CODE_OF_KIND = {"practice": "Z90001", "pcn": "U90001", "trust": "RZ1"}
MONITOR_FROM, LAST_DAY = date(2023, 4, 1), date(2028, 3, 31)


def title_of(vector: notation.DueDateVector) -> str:
    return f"{vector.rule} {vector.start}"


def shown(due_on: date | None) -> str:
    return "none" if due_on is None else due_on.isoformat()


def vectors_of(rule: str) -> list[notation.DueDateVector]:
    return [vector for vector in VECTORS if vector.rule == rule]


@pytest.mark.parametrize("vector", vectors_of("28_days_beginning_with"), ids=title_of)
def test_the_day_of_the_request_is_the_first_of_the_28(vector: notation.DueDateVector) -> None:
    rule = DueRule("days_beginning_with_request", days=28)
    assert shown(due_for_request(rule, vector.start, None)) == vector.expected, vector.why


@pytest.mark.parametrize("vector", vectors_of("month_end"), ids=title_of)
def test_the_month_end_is_the_last_day_of_the_month(vector: notation.DueDateVector) -> None:
    due_on = due_for_period(DueRule("month_end"), period_starting("month", vector.start), england())
    assert shown(due_on) == vector.expected, vector.why


@pytest.mark.parametrize("vector", vectors_of("12th_working_day"), ids=title_of)
def test_working_days_are_counted_by_rule_in_a_year_that_the_file_does_not_hold(
    vector: notation.DueDateVector,
) -> None:
    rule = DueRule("nth_working_day", months_after=1, nth=12)
    assert vector.start.year not in england().years
    assert shown(due_for_period(rule, period_starting("month", vector.start), england())) == vector.expected, vector.why


@pytest.mark.parametrize("year", sorted(england().years))
def test_the_file_of_bank_holidays_and_the_library_agree(year: int) -> None:
    """The library has those that fall on a weekend, too; 8 May 2023 and such are in both."""
    in_file = {day for day in england().bank_holidays if day.year == year}
    assert in_file == {day for day in holidays_by_rule(year) if day.weekday() < 5}


def test_the_file_of_bank_holidays_holds_every_year_to_2030_and_no_day_needs_more() -> None:
    assert england().years >= set(range(2020, 2031))
    assert not england().is_working_day(date(2031, 12, 26))
    assert england().this_or_next(date(2032, 3, 26)) == date(2032, 3, 30)


@pytest.mark.parametrize("vector", vectors_of("next_working_day"), ids=title_of)
def test_a_day_rolls_to_the_next_working_day_in_england(vector: notation.DueDateVector) -> None:
    assert shown(england().this_or_next(vector.start)) == vector.expected, vector.why


@pytest.mark.parametrize("vector", OF_PERIODS, ids=title_of)
def test_the_shipped_calendar_gives_the_due_date_of_the_period(vector: notation.DueDateVector) -> None:
    calendar = CATALOGUE[vector.rule].calendar
    known = {known.period_start: known.due_on for known in calendar.known_due}
    by_rule = due_for_period(calendar.due_rule, period_starting(calendar.period, vector.start), england())
    assert shown(known.get(vector.start, by_rule)) == vector.expected, vector.why


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[product.Store]:
    with product.empty_store(tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.fixture(scope="module")
def rows_by_period(store: product.Store) -> RowsByPeriod:
    """One organisation of each kind, asked about on the last day of all: the rows of every return and period."""
    world = world_of(twin.RETURNS)
    store.put(world)
    return {(row.return_code, row.period_start): row for row in store.answer(world, LAST_DAY)}


def world_of(returns: Iterable[twin.Return]) -> twin.World:
    return twin.World(
        organisations=[twin.Organisation(code, kind) for kind, code in CODE_OF_KIND.items()],
        returns=list(returns),
        settings=twin.Settings(monitor_from=MONITOR_FROM),
    )


@pytest.mark.parametrize("vector", [v for v in OF_RETURNS if v.given == "period"], ids=title_of)
def test_the_expected_return_of_the_period_has_the_due_date(
    vector: notation.DueDateVector, rows_by_period: RowsByPeriod
) -> None:
    row = rows_by_period.get((vector.rule, vector.start))
    assert (shown(row.due_on) if row else "not_in_force") == vector.expected, vector.why


@pytest.mark.one_in(6)
@pytest.mark.parametrize("vector", [v for v in OF_RETURNS if v.given == "request"], ids=title_of)
def test_the_expected_return_of_the_request_has_the_due_date(
    vector: notation.DueDateVector, store: product.Store
) -> None:
    (return_,) = [return_ for return_ in twin.RETURNS if return_.return_code == vector.rule]
    world = world_of([return_])
    world.requests.append(twin.Request("R1", CODE_OF_KIND[return_.owed_by], vector.rule, vector.start))
    store.put(world)
    (row,) = [row for row in store.answer(world, LAST_DAY) if row.period_start <= vector.start <= row.period_end]
    assert shown(row.due_on) == vector.expected, vector.why


@pytest.mark.parametrize("vector", vectors_of("digital_practice_area_map"), ids=title_of)
def test_a_request_is_expected_from_the_first_day_of_the_duty_on(
    vector: notation.DueDateVector, store: product.Store
) -> None:
    (shipped,) = [return_ for return_ in twin.RETURNS if return_.return_code == "information_request"]
    world = world_of([replace(shipped, effective_from=date(2024, 5, 27))])
    world.requests.append(twin.Request("R1", "Z90001", shipped.return_code, vector.start))
    store.put(world)
    assert ("in_force" if store.answer(world, LAST_DAY) else "not_in_force") == vector.expected, vector.why


def test_every_line_of_the_table_is_asked_of_the_product() -> None:
    asked = {
        "28_days_beginning_with",
        "month_end",
        "12th_working_day",
        "next_working_day",
        "digital_practice_area_map",
        *CATALOGUE,
    }
    assert {vector.rule for vector in VECTORS} - asked == set()
