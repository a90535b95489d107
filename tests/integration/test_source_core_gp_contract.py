"""GP contract indicators and dementia data: evidence about a contract year, out of many figures or one date."""

from __future__ import annotations

from datetime import date

import pytest
from asking import write_practices
from layouts.gp_contract import (
    QOF,
    SIBLINGS,
    contract_row,
    dementia_row,
    make_core_gp_contract,
    make_dementia_data_date,
    make_older_cqrs_extract,
    make_sibling,
)
from memory_store import MemoryStore

INLIQ, ALCOHOL, CORE = "indicators_no_longer_in_qof", "alcohol_and_dementia", "core_gp_contract"
KEPT = (
    "SELECT organisation_code, period_start, return_code, figures_shown, rows_gathered "
    "FROM data.core_gp_contract_row ORDER BY ALL"
)
EVIDENCE = "SELECT organisation_code, return_code, period_start, outcome FROM data.published_evidence ORDER BY ALL"
YEAR = date(2024, 4, 1)


def load(store: MemoryStore, rows: list[str], name: str = "contract.csv") -> None:
    make_core_gp_contract(store.inbox / name, rows)
    store.load()


def test_figures_are_gathered_by_practice_contract_year_and_return(store: MemoryStore) -> None:
    rows = [
        contract_row("G81001", "ALCMI30", "12"),
        contract_row("G81001", "CCDCMI36", "*"),
        contract_row("G81001", "INLIQ04", "0"),
        contract_row("G81001", "CGPCMI01", "3"),
        contract_row("G81001", "BP002", "7.5", service="Indicators no longer in QoF"),
        contract_row("UNALLOCATED", "ALCMI30", "1"),
    ]
    load(store, rows)
    assert store.counts() == {"contract.csv": (6, 6, 0, 0)}
    assert store.rows(KEPT) == [
        ("G81001", YEAR, ALCOHOL, 1, 2),
        ("G81001", YEAR, INLIQ, 2, 2),
        ("G81001", YEAR, None, 1, 1),
        ("UNALLOCATED", YEAR, ALCOHOL, 1, 1),
    ]
    assert store.rows(EVIDENCE) == [
        ("G81001", ALCOHOL, YEAR, "accepted"),
        ("G81001", INLIQ, YEAR, "accepted"),
    ]


def test_a_day_of_achievement_in_any_style_belongs_to_the_contract_year_that_holds_it(store: MemoryStore) -> None:
    days = {"G81001": "2025-03-31", "G81002": "31/03/2025", "G81003": "31-Mar-25", "G81004": "20250331"}
    load(store, [contract_row(code, "ALCMI30", "12", day) for code, day in days.items()])
    assert store.rows(EVIDENCE) == [(code, ALCOHOL, YEAR, "accepted") for code in days]


def test_a_practice_whose_figures_are_all_hidden_is_not_known(store: MemoryStore) -> None:
    write_practices(store.folder, "G81001", "G81002")
    load(store, [contract_row("G81001", "INLIQ04", "*"), contract_row("G81002", "INLIQ04", "4")])
    assert store.rows(EVIDENCE) == [
        ("G81001", INLIQ, YEAR, "suppressed"),
        ("G81002", INLIQ, YEAR, "accepted"),
    ]
    found = store.statuses(INLIQ, "2024-04-01", "2025-06-01")
    assert found["G81002"] == ("received", None, None)


@pytest.mark.slow
def test_what_one_quarter_shows_is_not_hidden_by_the_next(store: MemoryStore) -> None:
    write_practices(store.folder, "G81001")
    load(store, [contract_row("G81001", "ALCMI30", "12")], "Q1.csv")
    load(store, [contract_row("G81001", "ALCMI30", "*", "2024-09-30")], "Q2.csv")
    assert store.statuses(ALCOHOL, "2024-04-01", "2025-06-01")["G81001"] == ("received", None, None)


def test_rows_repeated_in_the_august_edition_are_duplicates(store: MemoryStore) -> None:
    row = contract_row("G81001", "ALCMI30", "12", "2025-08-31", "Core GP Contract 2025-26")
    load(store, [row, row, row])
    assert store.counts() == {"contract.csv": (3, 1, 2, 0)}


def test_the_latest_submission_of_dementia_data_is_evidence_for_its_contract_year(store: MemoryStore) -> None:
    write_practices(store.folder, "G81001", "G81002", "G81003")
    rows = [dementia_row("G81001", "31-Mar-25"), dementia_row("G81002", "NA"), dementia_row("G81003", "29-Feb-24")]
    make_dementia_data_date(store.inbox / "pcdem-prac-data-date-mar-2025.csv", rows)
    store.load()
    assert store.counts()["pcdem-prac-data-date-mar-2025.csv"] == (3, 3, 0, 0)
    assert store.rows(EVIDENCE) == [
        ("G81001", ALCOHOL, YEAR, "accepted"),
        ("G81002", ALCOHOL, YEAR, "absent"),
        ("G81003", ALCOHOL, date(2023, 4, 1), "accepted"),
        ("G81003", ALCOHOL, YEAR, "absent"),
    ]
    found = store.statuses(ALCOHOL, "2024-04-01", "2025-06-01")
    assert found["G81001"] == ("received", None, None)


def test_dates_that_are_all_blank_are_evidence_of_nothing(store: MemoryStore) -> None:
    make_dementia_data_date(store.inbox / "dates.csv", [dementia_row("G81001", "")])
    store.load()
    assert store.rows(EVIDENCE) == []


def test_the_older_layout_of_cqrs_is_read_like_the_published_files(store: MemoryStore) -> None:
    rows = ['G81001,20250331,INLIQ04,"Patients, all",4', "G81002,20250331,INLIQ04,Patients,*"]
    make_older_cqrs_extract(store.inbox / "cqrs.csv", rows)
    store.load()
    assert store.counts() == {"cqrs.csv": (2, 2, 0, 0)}
    assert store.rows(EVIDENCE) == [
        ("G81001", INLIQ, YEAR, "accepted"),
        ("G81002", INLIQ, YEAR, "suppressed"),
    ]


def test_a_release_of_contract_figures_is_never_taken_for_the_quality_and_outcomes_framework(
    store: MemoryStore,
) -> None:
    """Both have PRACTICE_CODE, MEASURE and VALUE; a heading misspelt must not make data a file that is passed over."""
    heading = "QUALITY_SERVICE,PRACTICE_CODE,PRACTICE_NAME,ACH_DATE,INDICATOR_CODE,MEASURE,VALUE"
    (store.inbox / "drifted.csv").write_text(f"{heading}\nS,G81001,A,2025-03-31,INLIQ04,M,1\n")
    store.load(in_part=True)


@pytest.mark.parametrize("names", [SIBLINGS, QOF])
def test_other_files_of_a_release_are_no_error_and_load_nothing(store: MemoryStore, names: list[str]) -> None:
    for name in names:
        make_sibling(store.inbox / name)
    loaded = store.load()
    assert store.counts() == dict.fromkeys(names, (0, 0, 0, 0))
    assert all("none of its rows are read" in (file.detail or "") for file in loaded)
    assert not any("holds no rows" in (file.detail or "") for file in loaded)


def test_from_april_2025_on_the_core_contract_is_a_return_of_its_own_by_quarters(store: MemoryStore) -> None:
    write_practices(store.folder, "G81001", "G81002")
    service = "Core GP Contract 2025-26"
    rows = [
        contract_row("G81001", "ALCMI30", "12", "2025-03-31"),
        contract_row("G81001", "ALCMI30", "12", "2025-04-01", service),
        contract_row("G81001", "CGPCMI01", "3", "2025-06-30", service),
        contract_row("G81002", "CGPCMI01", "3", "2025-09-30", service),
        contract_row("G81002", "INLIQ04", "3", "2025-09-30"),
    ]
    load(store, rows, "Core GP Contract Q1 2025-26.csv")
    assert store.rows(EVIDENCE) == [
        ("G81001", ALCOHOL, YEAR, "accepted"),
        ("G81001", CORE, date(2025, 4, 1), "accepted"),
        ("G81002", CORE, date(2025, 7, 1), "accepted"),
        ("G81002", INLIQ, date(2025, 4, 1), "accepted"),
    ]
    found = store.statuses(CORE, "2025-04-01", "2025-08-01")
    assert (found["G81001"][0], found["G81002"][:2]) == ("received", ("not_known", "suppressed"))
