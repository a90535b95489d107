"""Cloud Based Telephony: what each of its files makes of digital_telephony, loaded as a user loads them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from asking import SHARED_DATA, write_practices
from layouts.telephony import (
    calls_row,
    make_telephony_calls,
    make_telephony_participation,
    make_telephony_summary,
    participation_row,
    summary_row,
)
from memory_store import MemoryStore

LATER = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)  # after the months of the files


@pytest.fixture
def store(store: MemoryStore) -> MemoryStore:
    return replace(store, now=LATER)


RETURN = "digital_telephony"
CALLS = (
    "SELECT organisation_code, period_start, inbound_calls, rows_gathered FROM data.telephony_calls_row ORDER BY ALL"
)
FACTS = (
    "SELECT organisation_code, at_on, region_code, icb_code, sub_icb_code, pcn_code "
    "FROM data.published_fact ORDER BY ALL"
)


def december(store: MemoryStore) -> dict[str, tuple]:
    return store.statuses(RETURN, "2025-12-01", "2026-01-14")


def test_a_practice_with_a_row_in_the_summary_is_received_and_one_without_is_not_known(store: MemoryStore) -> None:
    write_practices(store.folder, "G81001", "G81002", "M83616", "G81009")
    rows = [
        summary_row("G81001", 7993),
        summary_row("G81002", "*"),
        summary_row("M83616", 4231, month="Copyright © 2025 NHS England "),
    ]
    make_telephony_summary(store.inbox / "Publication Summary December 2025.xlsx", rows)
    store.load()
    assert store.counts()["Publication Summary December 2025.xlsx"] == (3, 3, 0, 0)
    assert december(store) == {
        "G81001": ("received", None, 7993),
        "G81002": ("received", None, None),
        "M83616": ("received", None, 4231),
        "G81009": ("not_known", "suppressed", None),
    }


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("last_month", "cause"), [("2025-09", "no_longer_published"), ("2025-08", "suppressed")], ids=["three", "four"]
)
def test_one_that_was_in_the_summary_in_the_three_months_before_is_to_be_asked_about(
    store: MemoryStore, last_month: str, cause: str
) -> None:
    write_practices(store.folder, "G81001", "G81002")
    for month, codes in ((last_month, ("G81001", "G81002")), ("2025-12", ("G81001",))):
        at = datetime.fromisoformat(f"{month}-01")
        rows = [summary_row(code, 4231, at) for code in codes]
        make_telephony_summary(store.inbox / f"Publication Summary {at:%B %Y}.xlsx", rows)
    store.load()
    assert december(store) == {"G81001": ("received", None, 4231), "G81002": ("not_known", cause, None)}


def test_the_participation_workbook_tells_a_shared_account_from_a_gap_and_from_not_agreed(store: MemoryStore) -> None:
    codes = [f"G8100{number}" for number in range(1, 8)]
    write_practices(store.folder, *codes)
    flags = [
        ("Yes", "Yes", "No"), ("Yes", "Yes", "Yes"), ("Yes", "No", "Yes"), ("Yes", "No", "No"), ("No", "No", "No"),
        ("Yes", "*", "No"),
    ]  # fmt: skip
    rows = [participation_row(code, *row) for code, row in zip(codes, flags, strict=False)]
    make_telephony_participation(store.inbox / "participation.xlsx", rows)
    store.load()
    found = december(store)
    assert {code: status for code, (status, _, _) in found.items()} == {
        "G81001": "received",
        "G81002": "received",
        "G81003": "received",
        "G81004": "not_received",
        "G81005": "not_received",
        "G81006": "not_known",
        "G81007": "not_known",  # without a row: not counted as open and active
    }
    assert [code for code, (_, cause, _) in found.items() if cause == "not_participating"] == ["G81005"]


def test_what_the_participation_workbook_says_is_kept_in_words(store: MemoryStore) -> None:
    rows = [participation_row("G81001", "Yes", "No", "Yes"), participation_row("G81002", "No", "No", "n/a")]
    make_telephony_participation(store.inbox / "participation.xlsx", rows)
    store.load()
    asked = "SELECT organisation_code, outcome, participating, detail FROM data.published_evidence ORDER BY ALL"
    assert store.rows(asked) == [
        ("G81001", "accepted", True, "covered by a shared account"),
        ("G81002", "absent", False, "has not agreed to participate"),
    ]


def test_calls_by_day_are_gathered_by_practice_and_month_and_the_total_is_not_added_to_its_bands(
    store: MemoryStore,
) -> None:
    rows = [
        calls_row("G81001", "CBT001", "08:00-09:59", "6.0", day="2025-12-01"),
        calls_row("G81001", "CBT001", "10:00 - 11:59", "4.0", day="2025-12-31"),
        calls_row("g81001", "CBT001", "TOTAL", "10.0", day="2025-12-31"),
        calls_row("G81001", "CBT004", "08:00-09:59", "99.0", day="2025-12-01"),
        calls_row("G81001", "CBT001", "08:00-09:59", "7.0", day="2026-01-01"),
        calls_row("G81002", "CBT001", "TOTAL", "5.0", day="01/12/2025"),
        calls_row("Unassigned", "CBT001", "08:00-09:59", "50.0", day="2025-12-01", pcn="Unmapped"),
    ]
    make_telephony_calls(store.inbox / "By Day and Time - December 2025_Y59.csv", rows)
    store.load()
    assert store.counts() == {"By Day and Time - December 2025_Y59.csv": (7, 7, 0, 0)}
    assert store.rows(CALLS) == [
        ("G81001", date(2025, 12, 1), 10, 4),
        ("G81001", date(2026, 1, 1), 7, 1),
        ("G81002", date(2025, 12, 1), 5, 1),
        ("UNASSIGNED", date(2025, 12, 1), 50, 1),
    ]
    asked = "SELECT DISTINCT organisation_code FROM data.published_evidence ORDER BY ALL"
    assert store.rows(asked) == [("G81001",), ("G81002",)]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("layout", "figures"), [("durations", ("0", "3.0")), ("answered", ("121_180", "Core_10_1830", "3.0"))]
)
def test_a_layout_without_inbound_calls_proves_that_data_came_without_a_number(
    store: MemoryStore, layout: str, figures: tuple[str, ...]
) -> None:
    write_practices(store.folder, "G81001", "G81002")
    make_telephony_calls(
        store.inbox / "December 2025.csv", [calls_row("G81001", "CBT003", *figures, day="2025-12-01")], layout
    )
    store.load()
    assert december(store) == {
        "G81001": ("received", None, None),
        "G81002": ("not_known", "suppressed", None),
    }


def test_a_line_twice_in_a_file_is_a_duplicate_and_a_broken_one_is_rejected(store: MemoryStore) -> None:
    good = calls_row("G81001", "CBT001", "08:00-09:59", "6.0")
    bad = [
        calls_row("G81001", "CBT001", "10:00-11:59", "many"),
        calls_row("G81001", "CBT001", "10:00-11:59", "6.0", day="June"),
        calls_row("nowhere", "CBT001", "10:00-11:59", "6.0"),
    ]
    make_telephony_calls(store.inbox / "calls.csv", [good, good, *bad])
    store.load(in_part=True)
    assert store.counts() == {"calls.csv": (5, 1, 1, 3)}
    asked = "SELECT row_number, reason, column_name FROM data.rejected_row ORDER BY ALL"
    assert store.rows(asked) == [
        (4, "bad_number", "value"),
        (5, "bad_date", "date"),
        (6, "bad_code", "organisation_code"),
    ]


def test_a_word_for_no_network_is_no_network(store: MemoryStore) -> None:
    known_of_written = {"U": "", "Unallocated": "", "Unassigned": None, "NA": None}
    rows = [calls_row(f"G8100{place}", "CBT001", "TOTAL", "6.0", pcn=pcn) for place, pcn in enumerate(known_of_written)]
    make_telephony_calls(store.inbox / "calls.csv", rows)
    store.load()
    assert [fact[-1] for fact in store.rows(FACTS)] == list(known_of_written.values())


def test_telephony_states_where_a_practice_belongs_but_never_its_icb(store: MemoryStore) -> None:
    make_telephony_summary(store.inbox / "summary.xlsx", [summary_row("G81001", icb="QXX")])
    make_telephony_participation(store.inbox / "participation.xlsx", [participation_row("G81002", "Yes", "Yes", "No")])
    rows = [calls_row("G81003", "CBT001", "TOTAL", "6.0"), calls_row("Unassigned", "CBT001", "TOTAL", "6.0")]
    make_telephony_calls(store.inbox / "calls.csv", rows)
    store.load()
    assert store.rows(FACTS) == [
        ("G81001", date(2025, 12, 1), "Y59", None, "09D", "U12345"),
        ("G81002", date(2025, 12, 1), "Y59", None, "09D", ""),
        ("G81003", date(2026, 6, 1), "Y59", None, "09D", "U12345"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rows", "month", "damaged", "wrong_icb"),
    [
        ("Cloud Based Telephony Publication Summary October 2025_v2.xlsx", 4376, date(2025, 10, 1), 4231, 0),
        ("Cloud Based Telephony Publication Summary December 2025.xlsx", 4739, date(2025, 12, 1), 3478, 18),
    ],
)
def test_the_real_summary_workbooks_give_the_known_practices(
    store: MemoryStore, name: str, rows: int, month: date, damaged: int, wrong_icb: int
) -> None:
    path = SHARED_DATA / "cbt" / name
    if not path.is_file():
        pytest.skip("the published workbooks are not at hand")
    shutil.copy(path, store.inbox)
    store.load()
    assert store.counts() == {name: (rows, rows, 0, 0)}
    asked = (
        "SELECT count(DISTINCT organisation_code), min(period_start), max(period_start), "
        "max(inbound_calls) FILTER (organisation_code = 'M83616') FROM data.telephony_summary_row"
    )
    assert store.rows(asked) == [(rows, month, month, damaged)]
    # The ICB of most practices of a sub-ICB is that of the sub-ICB.
    asked = (
        "SELECT count(*) FROM (SELECT icb_code, mode(icb_code) OVER (PARTITION BY sub_icb_code) AS usual "
        "FROM data.telephony_summary_row) WHERE icb_code <> usual"
    )
    assert store.rows(asked) == [(wrong_icb,)]


def test_the_real_head_of_a_calls_file_is_gathered_by_practice(store: MemoryStore) -> None:
    path = SHARED_DATA / "cbt" / "cbt_calls_answered_metric_june2026_Y59_head.csv"
    if not path.is_file():
        pytest.skip("the published file is not at hand")
    shutil.copy(path, store.inbox)
    store.load()
    june = date(2026, 6, 1)
    assert store.rows(CALLS) == [
        ("G81001", june, None, 4), ("G81002", june, None, 1), ("G81012", june, None, 1), ("G81017", june, None, 1),
    ]  # fmt: skip
