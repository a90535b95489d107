"""Before, during and after in words and on pages, without a store: rounding, what is left out, how big a page is."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.report.site import action_pages
from monitor.report.site.action_charts import intervals
from monitor.report.site.action_words import (
    TOO_FEW,
    change_cells,
    change_sentence,
    dates_of,
    points,
    rate_words,
    readings_sentence,
)  # fmt: skip
from monitor.report.site.html import as_html
from monitor.report.site.pages import ROWS_OF_A_PAGE
from monitor.report.site.phases import Phases
from monitor.report.site.published_rows import Edition, Row
from monitor.report.site.site_facts import World
from monitor.returns.action_rounds import by_round, ten_actions
from monitor.returns.catalogue import load_catalogue

MEGABYTE = 1_000_000
ROUND = {"name": "A round", "start_on": date(2024, 8, 1), "end_on": date(2025, 2, 27)}
CHECKED = Edition(date(2025, 1, 31), datetime(2025, 2, 1, 6, 0, tzinfo=ZoneInfo("Europe/London")), "state")
NO_CHANCE = "no change that chance would not explain"


def rate(phase: str, judged: int, not_received: int, kind: str = "all", code: str | None = None, **others: int) -> Row:
    """A row of action_rate; its interval is made up."""
    return {
        "action": "A round", "return_code": "workforce", "group_kind": kind, "group_code": code, "phase": phase,
        "expected": judged + sum(others.values()), "not_known": 0, "in_shared_gap": 0, "judged": judged,
        "not_received": not_received, "rate": not_received / judged if judged else None,
        "rate_low": 0.01234 if judged else None, "rate_high": 0.5 if judged else None, **others,
    }  # fmt: skip


def change(reading: str, kind: str = "all", code: str | None = None, **values: float | None) -> Row:
    return {
        "action": "A round", "return_code": "workforce", "group_kind": kind, "group_code": code, "organisations": 1_200,
        "rate_before": 0.05, "rate_during": 0.0378, "change": -0.0122, "change_low": -0.02, "change_high": 0.001,
        "reading": reading, **values,
    }  # fmt: skip


def world(rates: list[Row], changes: list[Row], stopped: list[Row]) -> World:
    returns = [{"return_code": "workforce", "return_title": "Workforce"}]
    return World(CHECKED, returns, [], [], [], {}, Phases([ROUND], rates, changes, stopped))


def test_a_rate_stands_with_interval_counts_and_what_is_apart() -> None:
    assert rate_words(rate("before", 40, 2)) == "5.0% (1.2 to 50.0), 2 of 40"
    assert rate_words(rate("before", 4_000, 2_000)) == "50.0% (1.2 to 50.0), 2,000 of 4,000"
    assert rate_words(rate("before", 0, 0, in_shared_gap=7)) == "none judged<br>apart: 7 in shared gaps"
    assert rate_words(rate("before", 40, 2, in_shared_gap=1_437, not_known=8)) == (
        "5.0% (1.2 to 50.0), 2 of 40<br>apart: 1,437 in shared gaps, 8 not known"
    )


@pytest.mark.parametrize(
    ("share", "plain", "with_plus"),
    [
        (0.0125, "1.2", "+1.2"), (-0.0081, "−0.8", "−0.8"), (0.0, "0.0", "0.0"), (-0.0001, "0.0", "0.0"),
        (0.0001, "0.0", "0.0"), (1.0, "100.0", "+100.0"),
    ],
)  # fmt: skip
def test_points_have_one_place_and_a_true_minus_sign(share: float, plain: str, with_plus: str) -> None:
    assert (points(share), points(share, with_plus=True)) == (plain, with_plus)


def test_a_change_is_told_with_its_interval_and_reading() -> None:
    assert [cell.text for cell in change_cells(change(NO_CHANCE))] == ["1,200", "−1.2 (−2.0 to 0.1)", NO_CHANCE]
    assert change_sentence(change(NO_CHANCE)) == (
        "Over the same 1,200 organisations: 5.0% before, 3.8% during, a change of −1.2 (−2.0 to 0.1) points: "
        "no change that chance would not explain."
    )


def test_a_change_of_too_few_has_no_interval_and_none_is_said_to_be_nothing() -> None:
    few = change(TOO_FEW, organisations=1, change_low=None, change_high=None)
    assert [cell.text for cell in change_cells(few)] == ["1", "−1.2", TOO_FEW]
    assert [cell.text for cell in change_cells(None)] == ["0", "", "nothing to compare"]
    assert change_sentence(None) == "No organisation has returns to compare both before and during."


def test_readings_are_counted() -> None:
    phases = Phases([ROUND], [rate("during", 40, 2)], [change("more not received than before")], [])
    assert readings_sentence(phases.overall("A round")) == (
        "Of 1 return with a due date that has passed: more not received than before: 1."
    )


def test_a_period_that_goes_on_is_open() -> None:
    assert dates_of(ROUND) == "from 1 August 2024 to 27 February 2025"
    assert dates_of({**ROUND, "end_on": None}) == "from 1 August 2024 on, still open"


def test_groups_too_small_for_a_change_show_none_and_say_why() -> None:
    rates = [rate(phase, 40, 2, "pcn", "U1") for phase in ("before", "during")]
    (part,) = action_pages.of_area(world(rates, [change(TOO_FEW, "pcn", "U1")], []), "pcn", "U1")
    assert part["table"].columns == ("Return", "Before", "During", "After")
    assert [cell.text for cell in part["table"].rows[0]] == [
        "Workforce", "5.0% (1.2 to 50.0), 2 of 40", "5.0% (1.2 to 50.0), 2 of 40", "nothing due",
    ]  # fmt: skip
    assert part["note"] == action_pages.TOO_FEW_EACH
    (large,) = action_pages.of_area(world(rates, [change(NO_CHANCE, "pcn", "U1")], []), "pcn", "U1")
    assert large["table"].columns[4:] == ("Organisations compared", "Change, in points", "Reading")
    assert large["note"] == ""


def test_periods_are_numbered_by_their_first_day_and_kept_apart() -> None:
    later = {**ROUND, "name": "Another", "start_on": date(2026, 5, 1), "end_on": None}
    rows = [{**rate("before", 40, 2), "action": "Another"}, rate("during", 40, 2)]
    pages = list(action_pages.pages_of_return(World(
        CHECKED, [{"return_code": "workforce", "return_title": "Workforce"}], [], [], [], {},
        Phases([ROUND, later], rows, [], []),
    ), "workforce"))  # fmt: skip
    assert [page.path for page in pages] == ["returns/workforce/action-1.html", "returns/workforce/action-2.html"]
    assert [page.content["counts"].rows[0][0].text for page in pages] == ["during", "before"]


def test_the_fullest_page_of_a_return_stays_below_a_megabyte() -> None:
    codes = [f"U{number:05}" for number in range(ROWS_OF_A_PAGE + 5)]
    rates = [rate("during", 4_000, 2_000, in_shared_gap=1_437, not_known=800)] + [
        rate(phase, 4_000, 2_000, "pcn", code, in_shared_gap=1_437, not_known=800)
        for code in codes
        for phase in ("before", "during", "after")
    ]
    stopped = [
        {
            "action": "A round", "return_code": "workforce", "organisation_code": f"A{number:05}",
            "organisation_name": "The Surgery of a Rather Long Name and Partners", "period_start": date(2024, 9, 1),
            "due_on": date(2024, 10, 31), "stopped": 10_000,
        }
        for number in range(action_pages.STOPPED_OF_A_RETURN)
    ]  # fmt: skip
    changes = [change(NO_CHANCE, "pcn", code) for code in codes]
    (page,) = action_pages.pages_of_return(world(rates, changes, stopped), "workforce")
    html = as_html(page)
    assert len(html.encode()) < MEGABYTE
    assert "The others are in the view action_rate." in html
    assert "All 10,000 are in the view stopped_in_action." in html


def test_a_chart_of_nothing_judged_is_none() -> None:
    assert intervals([("Workforce", "before", rate("before", 0, 0, not_known=3))], "Nothing") == ""


def test_the_ten_actions_have_words_that_the_files_of_the_returns_refer_to() -> None:
    assert [number for number, _ in ten_actions().words_of(range(1, 11))] == list(range(1, 11))
    assert ten_actions().words_of([9, 8])[0] == (8, "Switch off ICB-embedded medicines optimisation software")
    assert ten_actions().guidance == "PRN01459, paragraph 6"
    for definition in load_catalogue().values():
        assert sum(len(words) for _, words in by_round(definition.actions)) == len(definition.actions)


def test_a_return_names_actions_of_any_round_and_the_one_of_2026_is_open() -> None:
    (first, words_of_2024), (second, words_of_2026) = by_round([9, "2026-1", 2])
    assert ([number for number, _ in words_of_2024], [number for number, _ in words_of_2026]) == ([2, 9], ["2026-1"])
    assert (first.from_on, first.to_on) == (date(2024, 8, 1), date(2025, 2, 27))
    assert (second.from_on, second.to_on) == (date(2026, 5, 1), None)
    assert second.begins == {"1": date(2026, 5, 1), "2": date(2026, 6, 1)}
