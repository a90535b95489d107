"""The workforce publication: the detailed file says who sent records, the high-level file shows it by its figures."""

from __future__ import annotations

import zipfile
from datetime import date
from itertools import chain

import pytest
from asking import SHARED_DATA
from inbox import nhs_numbers
from layouts.workforce import (
    DETAILED_NAME,
    GIVEN,
    HIGH_LEVEL_NAME,
    INVALID,
    NOT_GIVEN,
    PARTLY,
    ZIP_NAME,
    figures,
    make_definitions,
    make_detailed,
    make_high_level,
    practice,
    sources,
)
from memory_store import MemoryStore

EVIDENCE = "SELECT organisation_code, outcome, record_count, detail FROM data.published_evidence ORDER BY ALL"
OUTCOME = "SELECT period_start, outcome FROM data.published_evidence"
JUNE = date(2024, 6, 1)


def outcomes(store: MemoryStore) -> list[str]:
    """Of each practice in order of code."""
    evidence = store.rows("SELECT outcome FROM data.published_evidence ORDER BY organisation_code")
    return [outcome for (outcome,) in evidence]


SAID_OF_GROUPS = (
    (GIVEN, GIVEN, GIVEN, GIVEN, "accepted"),
    (NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, PARTLY, "accepted"),
    (NOT_GIVEN, GIVEN.upper(), NOT_GIVEN, NOT_GIVEN, "accepted"),
    (NOT_GIVEN, INVALID, NOT_GIVEN, GIVEN, "accepted"),
    (NOT_GIVEN, INVALID, NOT_GIVEN, NOT_GIVEN, "rejected"),
    (INVALID.lower(), INVALID, INVALID, INVALID, "rejected"),
    (NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, "absent"),
    ("Fully Estimated", "Fully Estimated", "Fully Estimated", "Fully Estimated", "absent"),
    ("NA", "NA", "NA", "NA", "suppressed"),
    ("", "", "", "", "suppressed"),
)


def test_what_the_detailed_file_says_of_each_staff_group_decides(store: MemoryStore) -> None:
    rows = [practice(f"A81{place:03}", **sources(*said[:4])) for place, said in enumerate(SAID_OF_GROUPS)]
    make_detailed(store.inbox / DETAILED_NAME, rows)
    store.load()
    assert outcomes(store) == [said[4] for said in SAID_OF_GROUPS]
    assert store.rows("SELECT DISTINCT period_start FROM data.published_evidence") == [(JUNE,)]


@pytest.mark.slow
def test_direct_patient_care_alone_counts_by_its_people_only(store: MemoryStore) -> None:
    said = sources(NOT_GIVEN, NOT_GIVEN, GIVEN, NOT_GIVEN)
    people = {"A81001": "0", "A81002": "NA", "A81003": "2"}
    rows = [practice(code, **said, TOTAL_DPC_HC=number) for code, number in people.items()]
    make_detailed(store.inbox / DETAILED_NAME, rows)
    store.load()
    assert outcomes(store) == ["absent", "absent", "accepted"]


def test_figures_of_gps_prove_nothing_and_what_is_missing_is_reported(store: MemoryStore) -> None:
    said = sources(NOT_GIVEN, GIVEN, GIVEN, PARTLY) | {"TOTAL_GP_HC": "3"}  # trainees, from another system
    make_detailed(store.inbox / DETAILED_NAME, [practice(**said)])
    store.load()
    detail = f"GP_SOURCE: {NOT_GIVEN}; ADMIN_SOURCE: {PARTLY}"
    assert store.rows(EVIDENCE) == [("A81001", "accepted", 2 + 1 + 7, detail)]


@pytest.mark.slow
def test_figures_of_before_february_2023_are_read_too(store: MemoryStore) -> None:
    old = sources(INVALID, NOT_GIVEN, GIVEN, NOT_GIVEN) | {
        "TOTAL_GP_HC": "ND", "TOTAL_NURSES_HC": "0", "TOTAL_DPC_HC": "0", "TOTAL_ADMIN_HC": "0",
    }  # fmt: skip
    path = store.inbox / DETAILED_NAME.replace("June 2024", "January 2023")
    make_detailed(path, [practice(**old)], left_out=["TOTAL_UNKNOWN_GENDER"])
    store.load()
    assert store.rows(OUTCOME) == [(date(2023, 1, 1), "rejected")]


def test_the_detailed_file_says_where_a_practice_belongs(store: MemoryStore) -> None:
    rows = [practice("A81001"), practice(" a81002", PCN_CODE="Unaligned"), practice("A81003", PCN_CODE="NA")]
    make_detailed(store.inbox / DETAILED_NAME, rows, bom=True)
    store.load()
    facts = (
        "SELECT organisation_code, at_on, region_code, icb_code, sub_icb_code, pcn_code, list_size "
        "FROM data.published_fact ORDER BY ALL"
    )
    place = (JUNE, "Y63", "QHM", "16C")
    assert store.rows(facts) == [
        ("A81001", *place, "U00001", 3849), ("A81002", *place, "", 3849), ("A81003", *place, None, 3849),
    ]  # fmt: skip


FIGURES_OF_GROUPS: tuple[tuple[dict[str, str | None], str], ...] = (
    ({}, "accepted"),
    ({"nurse": "NA"}, "accepted"),
    ({"gp": "NA", "nurse": "0", "dpc": "NA", "admin": "NA"}, "accepted"),
    ({"gp": "2", "nurse": "NA", "dpc": "0.0", "admin": "NA"}, "suppressed"),
    ({"gp": "NA", "nurse": "NA", "dpc": "NA", "admin": "NA"}, "absent"),
    ({"gp": "NA", "nurse": "NA", "dpc": "0.0", "admin": "NA"}, "absent"),
    ({"gp": None, "nurse": None, "dpc": "0.0", "admin": None}, "suppressed"),
)


def test_figures_of_nurses_or_administration_show_that_records_came(store: MemoryStore) -> None:
    lines = [figures(f"A81{place:03}", **groups) for place, (groups, _) in enumerate(FIGURES_OF_GROUPS)]
    make_high_level(store.inbox / HIGH_LEVEL_NAME, chain(*lines))
    store.load()
    assert outcomes(store) == [outcome for _, outcome in FIGURES_OF_GROUPS]


def test_before_february_2023_a_figure_of_0_shows_nothing(store: MemoryStore) -> None:
    name = HIGH_LEVEL_NAME.replace("June 2024", "January 2023")
    make_high_level(store.inbox / name, figures(gp="0", nurse="0", dpc="0", admin="0"))
    store.load()
    assert store.rows(OUTCOME) == [(date(2023, 1, 1), "absent")]


def test_lines_of_the_high_level_file_are_gathered_by_practice(store: MemoryStore) -> None:
    lines = [*figures("A81001"), *figures("A81002", gp="NA"), *figures("A81001")[:1]]
    make_high_level(store.inbox / HIGH_LEVEL_NAME, lines)
    store.load()
    assert store.counts() == {HIGH_LEVEL_NAME: (25, 24, 1, 0)}
    kept = "SELECT row_number, organisation_code, groups_shown, headcount, rows_gathered"
    assert store.rows(f"{kept} FROM data.workforce_high_level_row ORDER BY ALL") == [
        (2, "A81001", "admin;gp;nurse", 13, 12), (14, "A81002", "admin;nurse", 9, 12),
    ]  # fmt: skip


@pytest.mark.slow
def test_the_zip_is_loaded_whole_the_definitions_too(store: MemoryStore) -> None:
    made = store.folder / "made"
    members = (
        make_definitions(made / "0 General Practice Detailed Practice-Level CSV. Overall Definitions.xlsx"),
        make_detailed(made / "detailed.csv"),
        make_high_level(made / "high level.csv"),
    )
    with zipfile.ZipFile(store.inbox / ZIP_NAME, "w") as archive:
        for path in members:
            archive.write(path, path.name)
    store.load()
    assert store.rows(f"{OUTCOME} ORDER BY ALL") == [(JUNE, "accepted"), (JUNE, "accepted")]


@pytest.mark.slow
def test_nhs_numbers_in_a_column_that_is_not_used_are_found_all_the_same(store: MemoryStore) -> None:
    rows = [practice(f"A8100{place}", MALE_PATIENTS_0TO4=number) for place, number in enumerate(nhs_numbers(3))]
    make_detailed(store.inbox / DETAILED_NAME, rows)
    store.load(in_part=True)
    assert store.rows("SELECT detail FROM data.loaded_file")[0][0].count("holds patient-level data") == 1


@pytest.mark.slow
def test_fractions_are_not_taken_for_nhs_numbers(store: MemoryStore) -> None:
    hours = [f"0.{number}" for number in nhs_numbers(30)]
    rows = [practice(f"A81{place:03}", TOTAL_MALE=hour, TOTAL_FEMALE=hour) for place, hour in enumerate(hours)]
    make_detailed(store.inbox / DETAILED_NAME, rows)
    store.load()
    assert store.counts() == {DETAILED_NAME: (30, 30, 0, 0)}


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the published files (shared/data) are not at hand")
def test_the_published_rows_are_read(store: MemoryStore) -> None:
    store.load(*sorted((SHARED_DATA / "workforce").iterdir()))
    assert sorted(store.counts().values()) == [(0, 0, 0, 0), (10, 10, 0, 0), (10, 10, 0, 0)]
    missing = "NURSE_SOURCE: Fully estimated - no data provided"
    assert store.rows(
        "SELECT period_start, organisation_code, outcome, detail FROM data.published_evidence "
        "WHERE source = 'workforce_detailed' AND organisation_code = 'A81001' ORDER BY ALL",
    ) == [
        (date(2025, 6, 1), "A81001", "accepted", missing), (date(2025, 7, 1), "A81001", "accepted", missing),
    ]  # fmt: skip
    excerpt = "SELECT organisation_code, outcome FROM data.published_evidence WHERE source = 'workforce_high_level'"
    assert store.rows(excerpt) == [("A81038", "suppressed")]  # ten lines, none of nurses or administration
