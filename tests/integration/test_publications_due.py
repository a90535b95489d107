"""Which publications are due and not loaded: what is there, what of it is a part, and what nobody knows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from asking import SHARED_DATA, write_csv
from layouts.online_consultation_long import NORTH_PART, SOUTH_PART, make_metrics, metrics
from layouts.workforce import HIGH_LEVEL_NAME, make_high_level
from memory_store import MemoryStore
from product import shipped_returns

from monitor.queries.publications import COLUMNS, coming_publications, due_publications, needed_publications

ONLINE = "online_and_video_consultations"


def due(store: MemoryStore, as_of: str, *codes: str) -> list[dict[str, Any]]:
    """What is due by a day and not loaded, where these returns are watched."""
    day = date.fromisoformat(as_of)
    store.derive(day, *codes)
    watched = {code: shipped_returns()[code] for code in codes}
    rows = due_publications(store.connection, "return_status_row", watched, store.monitor_from, day)
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def of(rows: list[dict[str, Any]], code: str) -> list[tuple[Any, ...]]:
    return [(str(row["due_on"]), row["period_label"], row["state"]) for row in rows if row["return_code"] == code]


def put_practice(store: MemoryStore) -> None:
    write_csv(store.inbox / "organisations.csv", "organisation_code,organisation_name\nA81001,Surgery")


def test_an_edition_is_due_from_its_day_on_until_it_is_loaded(store: MemoryStore) -> None:
    put_practice(store)
    store.monitor_from = date(2025, 4, 1)
    make_metrics(store.inbox / "April_2025_y.csv", metrics(month="01/04/2025"))
    store.load()
    assert of(due(store, "2025-06-25", ONLINE), ONLINE) == []
    may = due(store, "2025-06-26", ONLINE)
    assert of(may, ONLINE) == [("2025-06-26", "May 2025", "not loaded")]
    assert of(due(store, "2025-06-27", ONLINE), ONLINE) == of(may, ONLINE)
    row = next(row for row in due(store, "2025-06-27", ONLINE) if row["return_code"] == ONLINE)
    assert (row["newest_loaded"], row["days_since"], row["not_known"], row["log_loaded"]) == ("April 2025", 1, 1, None)
    make_metrics(store.inbox / "May_2025_y.csv", metrics(month="01/05/2025"))
    store.load()
    assert of(due(store, "2025-06-27", ONLINE), ONLINE) == []


def test_a_half_of_a_publication_is_a_part_until_the_other_is_there(store: MemoryStore) -> None:
    put_practice(store)
    store.monitor_from = date(2025, 5, 1)
    make_metrics(store.inbox / NORTH_PART)
    store.load()
    assert of(due(store, "2025-06-30", ONLINE), ONLINE) == [("2025-06-26", "May 2025", "loaded in part")]
    make_metrics(store.inbox / SOUTH_PART, metrics("B81001"))
    store.load()
    assert of(due(store, "2025-06-30", ONLINE), ONLINE) == []


def test_any_file_of_a_publication_is_its_edition(store: MemoryStore) -> None:
    store.monitor_from = date(2024, 6, 1)
    make_high_level(store.inbox / HIGH_LEVEL_NAME)
    store.load()
    assert of(due(store, "2024-09-30", "workforce"), "workforce") == [("2024-09-12", "July 2024", "not loaded")]


def test_a_log_of_the_period_is_said_as_the_edition_may_not_be_needed(store: MemoryStore) -> None:
    put_practice(store)
    store.monitor_from = date(2025, 9, 1)
    write_csv(
        store.inbox / "log.csv",
        """organisation_code,return_code,period_start,submitted_at,outcome
        A81001,workforce,2025-09-01,2025-09-24,accepted""",
    )
    store.load()
    (row,) = [row for row in due(store, "2025-11-30", "workforce") if row["return_code"] == "workforce"]
    assert (row["period_label"], row["log_loaded"], row["not_known"]) == ("September 2025", "yes", 0)


def test_a_day_that_is_not_known_is_said_and_never_given(store: MemoryStore) -> None:
    rows = due(store, "2025-11-30", "national_diabetes_audit")
    (audit,) = [row for row in rows if row["return_code"] == "national_diabetes_audit"]
    assert (audit["due_on"], audit["state"], audit["period_label"]) == (None, "day not known", None)
    assert audit["basis"].startswith("not known. Published two to four months after the extraction")
    known = [row["due_on"] is not None for row in rows]
    assert known == sorted(known, reverse=True), "those without a day stand last"


def test_only_what_a_watched_return_in_force_rests_on_is_due(store: MemoryStore) -> None:
    store.monitor_from = date(2024, 7, 1)
    periods = {label for _, label, _ in of(due(store, "2025-01-31", "digital_telephony"), "digital_telephony")}
    assert periods == {"October 2024", "November 2024", "December 2024"}, "in force from October 2024 on"
    assert {row["return_code"] for row in due(store, "2025-01-31", "mhra_alerts")} == {None}


def test_needed_is_what_something_waits_for_or_what_follows_on_what_is_loaded(store: MemoryStore) -> None:
    put_practice(store)
    store.monitor_from = date(2025, 3, 1)
    make_metrics(store.inbox / "April_2025_y.csv", metrics(month="01/04/2025"))
    store.load()
    as_of = date(2025, 6, 27)
    store.derive(as_of, ONLINE, "workforce")
    watched = {code: shipped_returns()[code] for code in (ONLINE, "workforce")}
    rows = needed_publications(store.connection, "return_status_row", watched, store.monitor_from, as_of)
    assert [(row["return_code"], row["period_label"], row["not_known"]) for row in rows] == [
        (ONLINE, "March 2025", 1), ("workforce", "March 2025", 1), ("workforce", "April 2025", 1),
        (ONLINE, "May 2025", 1),
    ]  # fmt: skip


def test_what_comes_next_is_known_for_a_calendar(store: MemoryStore) -> None:
    store.derive(date(2025, 11, 1), ONLINE)
    watched = {ONLINE: shipped_returns()[ONLINE]}
    coming = coming_publications(store.connection, "return_status_row", watched, date(2025, 11, 1), date(2025, 12, 31))
    online = [(str(due_on), period.label) for due_on, one, period in coming if one.returns]
    assert online == [("2025-11-27", "October 2025"), ("2025-12-18", "November 2025")]


@pytest.mark.slow
@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the published files are not here")
def test_the_real_files_are_known_as_the_editions_that_they_are(store: MemoryStore) -> None:
    store.load(*(SHARED_DATA / "oc").glob("*.xlsx"), *(SHARED_DATA / "cbt").glob("*.xlsx"))
    store.monitor_from = date(2024, 4, 1)
    rows = due(store, "2026-01-31", ONLINE, "digital_telephony")
    assert [label for _, label, _ in of(rows, ONLINE)] == [
        "April 2025", "May 2025", "June 2025", "July 2025", "August 2025", "September 2025", "October 2025",
        "November 2025", "December 2025",
    ]  # fmt: skip
    without = {label for _, label, _ in of(rows, "digital_telephony")}
    assert "September 2025" in without
    assert without.isdisjoint({"October 2025", "December 2025"})
