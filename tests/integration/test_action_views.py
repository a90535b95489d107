"""Before, during and after a period of collective action: rates, intervals and readings, against a plain twin."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import duckdb
import pytest

from monitor.analysis.published_views import SQL

START, END = date(2024, 8, 1), date(2025, 2, 27)
TABLES = """
CREATE SCHEMA data;
CREATE TABLE collective_action (name VARCHAR, start_on DATE, end_on DATE);
CREATE TABLE last_check (as_of DATE);
CREATE TABLE return_status (
    organisation_code VARCHAR, organisation_name VARCHAR, return_code VARCHAR, icb_code VARCHAR, pcn_code VARCHAR,
    supplier VARCHAR, status VARCHAR, cause VARCHAR, period_start DATE, due_on DATE, sub_icb_code VARCHAR,
    absence_id VARCHAR
);
CREATE TABLE short_feed (return_code VARCHAR, period_start DATE, released_at TIMESTAMPTZ);
"""
BEFORE, DURING, AFTER = date(2024, 6, 30), date(2024, 11, 30), date(2025, 3, 31)


@pytest.fixture
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        connection.execute("INSERT INTO collective_action VALUES ('Action', ?, ?)", [START, END])
        connection.execute("INSERT INTO last_check VALUES (DATE '2025-06-30')")
        connection.execute(SQL["action_views"])
        yield connection


def say(
    connection: duckdb.DuckDBPyConnection, organisation: int, due_on: date, status: str, cause: str | None = None
) -> None:
    connection.execute(
        "INSERT INTO return_status VALUES ($1, 'A Surgery', 'workforce', $2, NULL, NULL, $3, $4, $5, $6, NULL, $1)",
        [f"A{organisation:05}", f"Q{organisation % 2}", status, cause, due_on.replace(day=1), due_on],
    )


def rates(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple]:
    columns = "phase, expected, not_known, in_shared_gap, judged, not_received, rate, rate_low, rate_high"
    connection.execute(SQL["action_views"])  # as a publication does, when all is there
    rows = connection.execute(f"SELECT {columns} FROM action_rate WHERE group_kind = 'all'").fetchall()
    return {phase: tuple(rest) for phase, *rest in rows}


def change(connection: duckdb.DuckDBPyConnection) -> tuple:
    columns = "organisations, rate_before, rate_during, change, change_low, change_high, reading"
    connection.execute(SQL["action_views"])
    (row,) = connection.execute(f"SELECT {columns} FROM action_change WHERE group_kind = 'all'").fetchall()
    return row


@pytest.mark.parametrize(
    ("due_on", "phase"),
    [
        (START - timedelta(days=1), "before"),
        (START, "during"),
        (END, "during"),
        (END + timedelta(days=1), "after"),
        (date(2025, 6, 29), "after"),
    ],
)
def test_the_due_date_says_which_phase_it_is(published: duckdb.DuckDBPyConnection, due_on: date, phase: str) -> None:
    say(published, 1, due_on, "received")
    assert set(rates(published)) == {phase}


def test_what_is_due_on_the_day_of_the_answer_or_later_is_not_counted(published: duckdb.DuckDBPyConnection) -> None:
    say(published, 1, date(2025, 6, 30), "not_due")
    say(published, 1, date(2025, 6, 30), "received")
    assert rates(published) == {}


def test_shared_gaps_and_what_is_not_known_are_counted_apart_and_are_in_no_rate(
    published: duckdb.DuckDBPyConnection,
) -> None:
    for cause in ("known_incident", "supplier_wide", "area_wide"):
        say(published, 1, DURING, "not_received", cause)
    say(published, 1, DURING, "not_known", "source_not_loaded")
    say(published, 1, DURING, "not_received", "stopped")
    say(published, 1, DURING, "rejected", "rejected_at_source")
    for status in ("received", "received_late"):
        say(published, 1, DURING, status)
    say(published, 1, DURING, "not_required", "paused")
    assert rates(published)["during"][:6] == (8, 1, 3, 4, 2, 0.5)


# Wilson's interval, from the table of R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872 (method 3).
@pytest.mark.parametrize(
    ("not_received", "judged", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_the_published_examples(
    published: duckdb.DuckDBPyConnection, not_received: int, judged: int, low: float, high: float
) -> None:
    for number in range(judged):
        say(published, number, DURING, "not_received" if number < not_received else "received", "unexplained")
    assert rates(published)["during"][-2:] == (low, high)


def test_the_change_is_that_of_the_same_organisations_by_a_plain_twin(published: duckdb.DuckDBPyConnection) -> None:
    chance = Random(7)
    before: dict[int, list[int]] = {}
    during: dict[int, list[int]] = {}
    for organisation in range(80):
        for months, told, share in ((4, before, 0.1), (7, during, 0.3)):
            if organisation % 9 == 0 and told is before:
                continue  # there was no such organisation before
            told[organisation] = [int(chance.random() < share) for _ in range(months)]
            day = BEFORE if told is before else DURING
            for missed in told[organisation]:
                say(
                    published,
                    organisation,
                    day,
                    "not_received" if missed else "received",
                    "unexplained" if missed else None,
                )
    differences = [statistics.mean(during[one]) - statistics.mean(before[one]) for one in before]
    mean, half = statistics.mean(differences), 1.959964 * statistics.stdev(differences) / math.sqrt(len(differences))
    organisations, _, _, changed, low, high, reading = change(published)
    assert (organisations, reading) == (len(before), "more not received than before")
    assert (changed, low, high) == pytest.approx((mean, mean - half, mean + half), abs=1e-4)


@pytest.mark.parametrize(
    ("organisations", "before", "during", "reading"),
    [
        (29, 0, 29, "too few organisations to tell"),
        (30, 0, 30, "more not received than before"),
        (40, 20, 0, "fewer not received than before"),
        (40, 3, 5, "no change that chance would not explain"),
        (40, 0, 0, "no change that chance would not explain"),
    ],
)
def test_a_change_is_read_in_plain_words(
    published: duckdb.DuckDBPyConnection, organisations: int, before: int, during: int, reading: str
) -> None:
    for number in range(organisations):
        for due_on, missed in ((BEFORE, number < before), (DURING, number >= organisations - during)):
            say(published, number, due_on, "not_received" if missed else "received", "unexplained" if missed else None)
    assert change(published)[-1] == reading


def test_an_organisation_that_moved_is_compared_where_it_was_last(published: duckdb.DuckDBPyConnection) -> None:
    say(published, 1, BEFORE, "received")
    say(published, 1, DURING, "received")
    published.execute("UPDATE return_status SET icb_code = 'Q9' WHERE due_on = ?", [BEFORE])
    change(published)
    places = published.execute("SELECT group_code FROM action_change WHERE group_kind = 'icb'").fetchall()
    assert places == [("Q1",)]


@pytest.mark.parametrize(
    ("place", "cause"),
    [("supplier", "supplier_wide"), ("sub_icb_code", "area_wide")],
)
def test_what_others_of_a_shared_gap_sent_is_in_no_rate_either(
    published: duckdb.DuckDBPyConnection, place: str, cause: str
) -> None:
    for number in range(10):
        say(published, number, DURING, "not_received" if number < 6 else "received", cause if number < 6 else None)
    say(published, 10, DURING, "received")
    published.execute(f"UPDATE return_status SET {place} = 'Acme' WHERE organisation_code < 'A00010'")
    assert rates(published)["during"][:5] == (11, 0, 10, 1, 0)


def test_an_incident_of_one_organisation_sets_nobody_else_aside(published: duckdb.DuckDBPyConnection) -> None:
    say(published, 1, DURING, "not_received", "known_incident")
    say(published, 2, DURING, "received")
    published.execute("UPDATE return_status SET supplier = 'Acme'")
    assert rates(published)["during"][:5] == (2, 0, 1, 1, 0)


@pytest.mark.parametrize(("released_at", "counts"), [(None, (3, 3, 0, 0, 0)), ("2025-01-01", (3, 0, 0, 3, 1))])
def test_of_a_feed_that_looks_short_nothing_is_in_a_rate_until_it_is_released(
    published: duckdb.DuckDBPyConnection, released_at: str | None, counts: tuple[int, ...]
) -> None:
    for number, status in enumerate(("received", "received_late", "not_received")):
        say(published, number, DURING, status)
    published.execute("INSERT INTO short_feed VALUES ('workforce', ?, ?)", [DURING.replace(day=1), released_at])
    assert rates(published)["during"][:5] == counts


def test_of_what_is_loaded_in_part_nothing_is_in_a_rate(published: duckdb.DuckDBPyConnection) -> None:
    say(published, 1, DURING, "received")
    say(published, 2, DURING, "not_known", "source_incomplete")
    say(published, 3, DURING, "received")
    published.execute("UPDATE return_status SET sub_icb_code = 'Z1A' WHERE organisation_code = 'A00003'")
    assert rates(published)["during"][:5] == (3, 2, 0, 1, 0)


def test_who_stopped_is_reported_by_dates_only(published: duckdb.DuckDBPyConnection) -> None:
    say(published, 1, BEFORE, "not_received", "stopped")
    say(published, 2, DURING, "not_received", "stopped")
    say(published, 3, DURING, "not_received", "unexplained")
    assert published.execute("FROM stopped_in_action").fetchall() == [
        ("Action", "A00002", "A Surgery", "workforce", date(2024, 11, 1), DURING)
    ]
