"""The appointments publication: what it shows of a practice and month, and what it cannot."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from asking import SHARED_DATA, write_practices
from layouts.appointments import (
    ANNEX_NAME,
    ANNEX_PLACE,
    NORTH_PART,
    SOUTH_PART,
    annex_place,
    crosstab_line,
    make_annex,
    make_coverage,
    make_crosstab,
    make_daily,
    make_mapping,
    mapping_line,
)
from memory_store import MemoryStore

LATER = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)  # after the months of the files


RETURN = "appointments"
EVIDENCE = "SELECT organisation_code, period_start, outcome, record_count FROM data.published_evidence ORDER BY ALL"
FACTS = "SELECT * EXCLUDE (file_id, row_number) FROM data.published_fact ORDER BY ALL"
KEPT = "SELECT * EXCLUDE (file_id) FROM data.appointments_row ORDER BY row_number"
MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)


@pytest.fixture
def store(store: MemoryStore) -> MemoryStore:
    return replace(store, now=LATER)


def statuses(store: MemoryStore, month: str, as_of: str) -> dict[str, tuple[str, str | None]]:
    """Of each practice: status and cause of one month's return."""
    return {code: (status, cause) for code, (status, cause, _) in store.statuses(RETURN, month, as_of).items()}


def test_a_practice_with_lines_sent_its_data_and_one_without_did_not(store: MemoryStore) -> None:
    write_practices(store.folder, "A81001", "A81002", "A81003")
    make_crosstab(store.inbox / "crosstab.csv")
    store.load()
    assert store.rows(EVIDENCE) == [("A81001", MAY, "accepted", 24), ("A81002", MAY, "accepted", 24)]
    assert {code: status for code, (status, _) in statuses(store, "2024-05-01", "2024-07-31").items()} == {
        "A81001": "received", "A81002": "received", "A81003": "not_received",
    }  # fmt: skip


def test_lines_are_gathered_by_practice_and_month_and_all_are_accounted_for(store: MemoryStore) -> None:
    lines = [
        crosstab_line(),
        crosstab_line(status="DNA", count=3),
        crosstab_line(),  # the first line again
        crosstab_line(month="01JUN2024", count="6.0"),
        crosstab_line(status="Unknown", count="many"),
    ]
    make_crosstab(store.inbox / "crosstab.csv", lines)
    store.load(in_part=True)
    assert store.rows(KEPT) == [
        (2, MAY, "A81001", "U00001", "16C", "EMIS", 15, 2),
        (5, JUNE, "A81001", "U00001", "16C", "EMIS", 6, 1),
    ]
    assert store.counts() == {"crosstab.csv": (5, 3, 1, 1)}
    rejected = "SELECT row_number, reason, column_name FROM data.rejected_row"
    assert store.rows(rejected) == [(6, "bad_number", "appointments")]


def test_the_month_is_read_however_it_is_written(store: MemoryStore) -> None:
    written = ["01MAY2024", "MAY2024", "2024-05-01", "01/05/2024", "01-May-24", "May-24", "2024-05"]
    lines = [crosstab_line(f"A8100{place}", month) for place, month in enumerate(written)]
    make_crosstab(store.inbox / "crosstab.csv", lines)
    store.load()
    assert store.rows("SELECT period_start FROM data.appointments_row") == [(MAY,)] * len(written)


def test_a_day_within_a_month_is_no_month(store: MemoryStore) -> None:
    make_crosstab(store.inbox / "crosstab.csv", [crosstab_line(month="02MAY2024"), crosstab_line()])
    store.load(in_part=True)
    assert store.rows("SELECT reason FROM data.rejected_row") == [("period_not_of_return",)]


def test_what_is_mapped_to_no_practice_is_counted_and_is_about_nobody(store: MemoryStore) -> None:
    make_crosstab(store.inbox / "crosstab.csv", [crosstab_line("Unmapped", count=7), crosstab_line(" a81001 ")])
    store.load()
    assert store.counts() == {"crosstab.csv": (2, 2, 0, 0)}
    assert [row[0] for row in store.rows(EVIDENCE)] == ["A81001"]
    assert [row[1] for row in store.rows(FACTS)] == ["A81001"]


def test_suppliers_joined_by_a_slash_or_on_several_lines_are_a_list(store: MemoryStore) -> None:
    known_of_published = [
        (["EMIS"], "EMIS"),
        (["EVERGREENLIFE/TPP"], "EVERGREENLIFE;TPP"),
        (["TPP", "EMIS", "EVERGREENLIFE/TPP"], "EMIS;EVERGREENLIFE;TPP"),
        (["VISION/CEGEDIM"], "VISION/CEGEDIM"),
        (["NONE/UNKNOWN"], None),
        ([""], None),
    ]
    lines = [
        crosstab_line(f"A8100{place}", supplier=supplier)
        for place, (published, _) in enumerate(known_of_published)
        for supplier in published
    ]
    make_crosstab(store.inbox / "crosstab.csv", lines)
    store.load()
    found = store.rows("SELECT clinical_supplier FROM data.published_fact ORDER BY organisation_code")
    assert found == [(known,) for _, known in known_of_published]


def test_in_no_pcn_is_not_the_same_as_not_known(store: MemoryStore) -> None:
    lines = [
        crosstab_line("A81001", pcn="U00001"), crosstab_line("A81002", pcn="U"), crosstab_line("A81003", pcn="Unmapped")
    ]  # fmt: skip
    make_crosstab(store.inbox / "crosstab.csv", lines)
    store.load()
    found = "SELECT pcn_code, sub_icb_code, at_on FROM data.published_fact ORDER BY organisation_code"
    assert store.rows(found) == [("U00001", "16C", MAY), ("", "16C", MAY), (None, "16C", MAY)]


@pytest.mark.slow
def test_one_half_of_a_split_month_accuses_nobody(store: MemoryStore) -> None:
    write_practices(store.folder, "A81001", "A81002", "A81003")
    make_crosstab(store.inbox / SOUTH_PART, [crosstab_line("A81001", "01OCT2025")])
    store.load()
    found = statuses(store, "2025-10-01", "2025-12-31")
    assert (found["A81001"][0], found["A81003"]) == ("received", ("not_known", "source_incomplete"))
    make_crosstab(store.inbox / NORTH_PART, [crosstab_line("A81002", "01OCT2025")])
    store.load()
    found = statuses(store, "2025-10-01", "2025-12-31")
    assert [found[code][0] for code in sorted(found)] == ["received", "received", "not_received"]


def test_the_mapping_gives_facts_as_at_the_month_of_its_zip_and_no_evidence(store: MemoryStore) -> None:
    made = make_mapping(
        store.folder / "made" / "Mapping.csv",
        [mapping_line(supplier="EVERGREENLIFE/TPP", pcn="U"), mapping_line("Unmapped")],
    )
    with zipfile.ZipFile(store.inbox / "Practice_Level_Crosstab_Feb_26.zip", "w") as archive:
        archive.write(made, "Mapping.csv")
    store.load()
    assert store.rows(FACTS) == [
        ("appointments mapping", "A81001", date(2026, 2, 1), "Y63", "QHM", "16C", "", "EVERGREENLIFE;TPP", *[None] * 3)
    ]
    assert store.rows(EVIDENCE) == []


def test_a_mapping_that_nothing_dates_is_refused_with_advice(store: MemoryStore) -> None:
    make_mapping(store.inbox / "Mapping.csv")
    (refused,) = store.load(in_part=True)
    assert "put the month into the name" in (refused.detail or "")


def test_files_without_practices_are_known_and_are_no_error(store: MemoryStore) -> None:
    make_daily(store.inbox / "SUB_ICB_LOCATION_CSV_May_24.csv")
    make_coverage(store.inbox / "coverage.csv")
    store.load()
    assert store.counts() == {"SUB_ICB_LOCATION_CSV_May_24.csv": (0, 0, 0, 0), "coverage.csv": (1, 1, 0, 0)}
    assert store.rows("SELECT * EXCLUDE (file_id) FROM data.appointments_coverage_row") == [
        (2, "16C", date(2023, 2, 1), 36, 37, 335363, 340000)
    ]
    assert (store.rows(EVIDENCE), store.rows(FACTS)) == ([], [])


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the published files (shared/data) are not at hand")
def test_the_published_coverage_has_the_known_totals_of_england(store: MemoryStore) -> None:
    store.load(*sorted((SHARED_DATA / "gpad").glob("*.csv")))
    sums = (
        "SELECT CAST(sum(included_practices) AS BIGINT), CAST(sum(open_practices) AS BIGINT) "
        "FROM data.appointments_coverage_row WHERE period_start = DATE '{}'"
    )
    england = {
        "2020-08-01": (6555, 6705), "2020-12-01": (6553, 6670), "2023-01-01": (6381, 6454),
        "2023-02-01": (6381, 6446), "2025-07-01": (6156, 6229),
    }  # fmt: skip
    assert {month: store.rows(sums.format(month))[0] for month in england} == england
    assert sorted(store.counts().values()) == [(3180, 3180, 0, 0)] * 2


@pytest.mark.parametrize(
    ("month", "place"),
    [
        ("February 2026", {}),
        (datetime(2026, 2, 1), {}),
        ("01FEB2026", {"Month": "Appointment Month Start Date"}),
        ("Feb-26", {"SUB_ICB_LOCATION_CODE": "SUB_ICB_CODE", "SUB_ICB_LOCATION_NAME": "SUB_ICB_NAME"}),
        (None, {"Month": "APPOINTMENT_MONTH"}),  # then it is that of the title
    ],
)
def test_annex_1_is_evidence_as_the_crosstab_is(store: MemoryStore, month: object, place: dict[str, str]) -> None:
    """Totals, notes and what is mapped to no practice are passed over, as on every sheet of practices."""
    headings = [place.get(name, name) for name in ANNEX_PLACE]
    practices = [(annex_place("A81001", month), 1200, (900, 300)), (annex_place("A81002", month), 0, (0, 0))]
    make_annex(store.inbox / ANNEX_NAME, practices, headings)
    store.load()
    assert store.counts() == {ANNEX_NAME: (2, 2, 0, 0)}
    kept = "SELECT * EXCLUDE (file_id) FROM data.appointments_annex_row ORDER BY row_number"
    assert store.rows(kept) == [
        (6, date(2026, 2, 1), "A81001", "U00001", "16C", "EMIS", 1200, 5000, 1200, 300),
        (7, date(2026, 2, 1), "A81002", "U00001", "16C", "EMIS", 0, 5000, 0, 0),
    ]
    assert store.rows(EVIDENCE) == [
        ("A81001", date(2026, 2, 1), "accepted", 1200),
        ("A81002", date(2026, 2, 1), "absent", 0),
    ]


def test_a_practice_that_annex_1_does_not_name_sent_nothing_and_a_rejected_row_leaves_its_practice_not_known(
    store: MemoryStore,
) -> None:
    write_practices(store.folder, "A81001", "A81002", "A81003")
    practices = [(annex_place("A81001"), 120, (100, 20)), (annex_place("A81002"), "many", (0, 0))]
    make_annex(store.inbox / ANNEX_NAME, practices)
    store.load(in_part=True)
    assert statuses(store, "2026-02-01", "2026-04-15") == {
        "A81001": ("received", None), "A81002": ("not_known", "suppressed"), "A81003": ("not_received", "unexplained"),
    }  # fmt: skip


def test_annex_1_without_a_count_of_appointments_says_what_it_lacks(store: MemoryStore) -> None:
    make_annex(store.inbox / ANNEX_NAME, tables={"Table 1": ("Registered Patients", "Rate"), "Table 2a": ("Same_Day",)})
    (file,) = store.load(in_part=True)
    assert "has no count of appointments" in (file.detail or "")


def test_annex_1_is_read_from_table_1_alone(store: MemoryStore) -> None:
    make_annex(store.inbox / ANNEX_NAME, tables={"Table 1": ("Appointments", "List size", "Per 1,000")})
    store.load()
    assert store.rows("SELECT appointments, categorised FROM data.appointments_annex_row") == [(120, None)]
