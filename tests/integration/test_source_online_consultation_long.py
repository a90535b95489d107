"""The long file of online consultations: several lines a practice, gathered into what it shows."""

from __future__ import annotations

from datetime import date
from itertools import chain

from layouts.online_consultation_long import NORTH_PART, make_metrics, metrics
from memory_store import MemoryStore

EVIDENCE = "SELECT organisation_code, outcome, record_count, participating FROM data.published_evidence ORDER BY ALL"
KEPT = (
    "SELECT organisation_code, period_start, pcn_code, supplier, submissions, list_size, rows_gathered "
    "FROM data.online_consultation_metric_row ORDER BY ALL"
)
MAY = date(2025, 5, 1)


def test_suppliers_are_one_list_submissions_are_added_and_patients_are_not(store: MemoryStore) -> None:
    lines = [
        *metrics(supplier="PATCHS HEALTH LIMITED", submissions=20),
        *metrics(supplier="ACCURX LIMITED", submissions="100.0"),
    ]
    make_metrics(store.inbox / NORTH_PART, lines)
    store.load()
    suppliers = "ACCURX LIMITED;PATCHS HEALTH LIMITED"
    assert store.rows(KEPT) == [("A81001", MAY, "U00001", suppliers, 120, 3849, 14)]
    assert store.counts() == {NORTH_PART: (14, 14, 0, 0)}
    assert store.rows(EVIDENCE) == [("A81001", "accepted", 120, True)]
    facts = "SELECT online_supplier, list_size, region_code, icb_code, sub_icb_code FROM data.published_fact"
    assert store.rows(facts) == [(suppliers, 3849, "Y63", "QHM", "16C")]


def test_what_is_hidden_is_distinguished_from_what_is_zero(store: MemoryStore) -> None:
    evidence_of_figures: dict[tuple[object, object], tuple[object, ...]] = {
        (5, 1): ("accepted", 5, True),
        (0, 1): ("absent", 0, True),
        (0, 0): ("absent", 0, False),
        (0, "*"): ("absent", 0, None),
        ("*", "*"): ("suppressed", None, None),
        (None, 0): ("absent", 0, False),
    }
    lines = [
        metrics(f"A8100{place}", submissions=submissions, participation=participation)
        for place, (submissions, participation) in enumerate(evidence_of_figures)
    ]
    make_metrics(store.inbox / NORTH_PART, chain(*lines))
    store.load()
    assert [told for _, *told in store.rows(EVIDENCE)] == [list(told) for told in evidence_of_figures.values()]


def test_a_file_without_submissions_of_anyone_cannot_tell(store: MemoryStore) -> None:
    make_metrics(store.inbox / NORTH_PART, [*metrics(submissions=None), *metrics("A81002", submissions=None)])
    store.load()
    assert {outcome for _, outcome, _, _ in store.rows(EVIDENCE)} == {"suppressed"}


def test_a_figure_beside_a_hidden_one_still_shows_data(store: MemoryStore) -> None:
    lines = [*metrics(submissions="*"), *metrics(supplier="TPP", submissions=3)]
    make_metrics(store.inbox / NORTH_PART, lines)
    store.load()
    assert store.rows(EVIDENCE) == [("A81001", "accepted", 3, True)]


def test_months_are_day_first_and_each_is_kept(store: MemoryStore) -> None:
    make_metrics(store.inbox / NORTH_PART, [*metrics(month="01/04/2025"), *metrics(month="01/12/2024")])
    store.load()
    assert [row[1] for row in store.rows(KEPT)] == [date(2024, 12, 1), date(2025, 4, 1)]


def test_a_practice_without_a_supplier_and_one_in_no_pcn(store: MemoryStore) -> None:
    lines = [
        metrics("A81001", supplier="None/Unknown", submissions=0, pcn="U"),
        metrics("A81002", supplier="No Data", submissions=0, pcn="U"),
    ]
    make_metrics(store.inbox / NORTH_PART, chain(*lines))
    store.load()
    assert store.rows("SELECT pcn_code, online_supplier FROM data.published_fact") == [("", None)] * 2


def test_a_figure_that_is_none_is_rejected_unless_nothing_is_read_from_it(store: MemoryStore) -> None:
    lines = metrics(submissions="lots")  # OC_SYSTEM_USAGE is Y, which nobody reads
    make_metrics(store.inbox / NORTH_PART, lines)
    store.load(in_part=True)
    rejected = "SELECT row_number, reason, column_name FROM data.rejected_row"
    assert store.rows(rejected) == [(5, "bad_number", "value")]
