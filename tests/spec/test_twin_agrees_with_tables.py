"""The naive twin answers every rule table as a reader of the rules signed it off."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import notation
import pytest
import twin
import worlds
from hypothesis import given, settings

HERE = Path(__file__).parent
CASES = notation.read_cases(HERE / "status.txt") + notation.read_cases(HERE / "causes.txt")
VECTORS = notation.read_due_dates(HERE / "due_dates.txt")


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_the_twin_answers_the_case_as_signed_off(case: notation.Case) -> None:
    for question in case.questions:
        notation.check(question, twin.expected_and_status(case.world, question.as_of))


def test_every_case_has_its_own_title_and_asks_something() -> None:
    assert [title for title, count in Counter(case.title for case in CASES).items() if count > 1] == []
    assert [case.title for case in CASES if not any(question.expectations for question in case.questions)] == []


def test_the_tables_show_every_status_and_every_cause() -> None:
    wanted = [expectation for case in CASES for question in case.questions for expectation in question.expectations]
    assert set(notation.STATUSES) - {expectation.status for expectation in wanted} == set()
    # Of a feed, and of publications beside that of online consultations, a table of facts cannot speak.
    spoken_of = set(notation.CAUSES) - {"source_incomplete", "no_longer_published"}
    assert spoken_of - {expectation.cause for expectation in wanted} == set()


def due_date_of_the_twin(vector: notation.DueDateVector) -> str:
    if vector.rule == "28_days_beginning_with":
        return (vector.start + timedelta(days=27)).isoformat()
    if vector.rule == "month_end":
        return twin.last_of_month_after(vector.start, 0).isoformat()
    if vector.rule == "12th_working_day":
        return twin.working_day_of_month_after(vector.start, 1, 12).isoformat()
    if vector.rule == "next_working_day":
        return twin.next_working_day(vector.start).isoformat()
    if vector.rule == "digital_practice_area_map":
        area_map = twin.Return(vector.rule, "practice", "on_request", "request", effective_from=date(2024, 5, 27))
        return "in_force" if twin.in_force(area_map, vector.start, vector.start) else "not_in_force"
    return due_date_of_return(vector)


def due_date_of_return(vector: notation.DueDateVector) -> str:
    (return_,) = [return_ for return_ in twin.RETURNS if return_.return_code == vector.rule]
    code = {"practice": "Z90001", "pcn": "U90001", "trust": "RZ1"}[return_.owed_by]
    world = twin.World(
        organisations=[twin.Organisation(code, return_.owed_by)],
        returns=[return_],
        settings=twin.Settings(monitor_from=date(2023, 4, 1)),
    )
    if vector.given == "request":
        world.requests.append(twin.Request("R1", code, vector.rule, vector.start))
    for row in twin.expected_and_status(world, date(2028, 3, 31)):
        if row.period_start <= vector.start <= row.period_end:
            return "none" if row.due_on is None else row.due_on.isoformat()
    return "not_in_force"


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{vector.rule} {vector.start}" for vector in VECTORS])
def test_the_twin_finds_the_due_date_checked_by_hand(vector: notation.DueDateVector) -> None:
    assert due_date_of_the_twin(vector) == vector.expected, vector.why


@pytest.mark.slow
def test_generated_worlds_reach_every_status_and_every_cause() -> None:
    seen = worlds.coverage([worlds.world_and_day(seed) for seed in range(200)])
    assert worlds.not_reached(seen) == set()


@settings(max_examples=100, deadline=None, database=None)
@given(worlds.worlds_and_days())
def test_generated_worlds_hold_only_what_a_user_could_drop(world_and_day: tuple[twin.World, date]) -> None:
    world, _ = world_and_day
    for submission in world.submissions:
        sent_on = twin.london_date(submission.submitted_at)
        assert submission.period_start <= sent_on < date(2026, 1, 1), submission
    for rows in (world.organisations, world.submissions, world.requests, world.notices, world.participations):
        assert len(rows) == len(set(rows))


def test_the_smallest_world_keeps_only_what_a_failure_needs() -> None:
    def has_stopped(world: twin.World, as_of: date) -> bool:
        return any(row.cause == "stopped" for row in twin.expected_and_status(world, as_of))

    world, as_of = next(pair for pair in map(worlds.world_and_day, range(300)) if has_stopped(*pair))
    small = worlds.smallest(world, lambda candidate: has_stopped(candidate, as_of))
    assert (len(small.organisations), len(small.returns)) == (1, 1)
    assert len(small.submissions) + len(small.evidence) <= 5 < len(world.submissions)
