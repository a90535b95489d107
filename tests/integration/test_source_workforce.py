"""The workforce publication: the detailed file says who sent records, the high-level file shows it by its figures."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from asking import SHARED_DATA, Monitor
from inbox import counts, nhs_numbers, stored
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

EVIDENCE = "SELECT organisation_code, outcome, record_count, detail FROM data.published_evidence ORDER BY ALL"
OUTCOME = "SELECT period_start, outcome FROM data.published_evidence"
JUNE = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("gp", "nurse", "dpc", "admin", "outcome"),
    [
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
    ],
)
def test_what_the_detailed_file_says_of_each_staff_group_decides(
    monitor: Monitor, workspace: Path, gp: str, nurse: str, dpc: str, admin: str, outcome: str
) -> None:
    make_detailed(workspace / "inbox" / DETAILED_NAME, [practice(**sources(gp, nurse, dpc, admin))])
    assert monitor("load", "-w", workspace).code == 0
    assert stored(workspace, OUTCOME) == [(JUNE, outcome)]


@pytest.mark.parametrize(("people", "outcome"), [("0", "absent"), ("NA", "absent"), ("2", "accepted")])
def test_direct_patient_care_alone_counts_by_its_people_only(
    monitor: Monitor, workspace: Path, people: str, outcome: str
) -> None:
    said = sources(NOT_GIVEN, NOT_GIVEN, GIVEN, NOT_GIVEN) | {"TOTAL_DPC_HC": people}
    make_detailed(workspace / "inbox" / DETAILED_NAME, [practice(**said)])
    assert monitor("load", "-w", workspace).code == 0
    assert stored(workspace, OUTCOME) == [(JUNE, outcome)]


def test_figures_of_gps_prove_nothing_and_what_is_missing_is_told(monitor: Monitor, workspace: Path) -> None:
    said = sources(NOT_GIVEN, GIVEN, GIVEN, PARTLY) | {"TOTAL_GP_HC": "3"}  # trainees, from another system
    make_detailed(workspace / "inbox" / DETAILED_NAME, [practice(**said)])
    assert monitor("load", "-w", workspace).code == 0
    detail = f"GP_SOURCE: {NOT_GIVEN}; ADMIN_SOURCE: {PARTLY}"
    assert stored(workspace, EVIDENCE) == [("A81001", "accepted", 2 + 1 + 7, detail)]


def test_figures_of_before_february_2023_are_read_too(monitor: Monitor, workspace: Path) -> None:
    old = sources(INVALID, NOT_GIVEN, GIVEN, NOT_GIVEN) | {
        "TOTAL_GP_HC": "ND", "TOTAL_NURSES_HC": "0", "TOTAL_DPC_HC": "0", "TOTAL_ADMIN_HC": "0",
    }  # fmt: skip
    path = workspace / "inbox" / DETAILED_NAME.replace("June 2024", "January 2023")
    make_detailed(path, [practice(**old)], left_out=["TOTAL_UNKNOWN_GENDER"])
    assert monitor("load", "-w", workspace).code == 0
    assert stored(workspace, OUTCOME) == [(date(2023, 1, 1), "rejected")]


def test_the_detailed_file_says_where_a_practice_belongs(monitor: Monitor, workspace: Path) -> None:
    rows = [practice("A81001"), practice(" a81002", PCN_CODE="Unaligned"), practice("A81003", PCN_CODE="NA")]
    make_detailed(workspace / "inbox" / DETAILED_NAME, rows, bom=True)
    assert monitor("load", "-w", workspace).code == 0
    facts = (
        "SELECT organisation_code, at_on, region_code, icb_code, sub_icb_code, pcn_code, list_size "
        "FROM data.published_fact ORDER BY ALL"
    )
    place = (JUNE, "Y63", "QHM", "16C")
    assert stored(workspace, facts) == [
        ("A81001", *place, "U00001", 3849), ("A81002", *place, "", 3849), ("A81003", *place, None, 3849),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("groups", "outcome"),
    [
        ({}, "accepted"),
        ({"nurse": "NA"}, "accepted"),
        ({"gp": "NA", "nurse": "0", "dpc": "NA", "admin": "NA"}, "accepted"),
        ({"gp": "2", "nurse": "NA", "dpc": "0.0", "admin": "NA"}, "suppressed"),
        ({"gp": "NA", "nurse": "NA", "dpc": "NA", "admin": "NA"}, "absent"),
        ({"gp": "NA", "nurse": "NA", "dpc": "0.0", "admin": "NA"}, "absent"),
        ({"gp": None, "nurse": None, "dpc": "0.0", "admin": None}, "suppressed"),
    ],
)
def test_figures_of_nurses_or_administration_show_that_records_came(
    monitor: Monitor, workspace: Path, groups: dict[str, Any], outcome: str
) -> None:
    make_high_level(workspace / "inbox" / HIGH_LEVEL_NAME, figures(**groups))
    assert monitor("load", "-w", workspace).code == 0
    assert stored(workspace, OUTCOME) == [(JUNE, outcome)]


def test_before_february_2023_a_figure_of_0_shows_nothing(monitor: Monitor, workspace: Path) -> None:
    name = HIGH_LEVEL_NAME.replace("June 2024", "January 2023")
    make_high_level(workspace / "inbox" / name, figures(gp="0", nurse="0", dpc="0", admin="0"))
    assert monitor("load", "-w", workspace).code == 0
    assert stored(workspace, OUTCOME) == [(date(2023, 1, 1), "absent")]


def test_lines_of_the_high_level_file_are_gathered_by_practice(monitor: Monitor, workspace: Path) -> None:
    lines = [*figures("A81001"), *figures("A81002", gp="NA"), *figures("A81001")[:1]]
    make_high_level(workspace / "inbox" / HIGH_LEVEL_NAME, lines)
    assert monitor("load", "-w", workspace).code == 0
    assert counts(workspace) == {HIGH_LEVEL_NAME: (25, 24, 1, 0)}
    kept = "SELECT row_number, organisation_code, groups_shown, headcount, rows_gathered"
    assert stored(workspace, f"{kept} FROM data.workforce_high_level_row ORDER BY ALL") == [
        (2, "A81001", "admin;gp;nurse", 13, 12), (14, "A81002", "admin;nurse", 9, 12),
    ]  # fmt: skip


def test_the_zip_is_loaded_whole_the_definitions_too(monitor: Monitor, workspace: Path) -> None:
    made = workspace / "made"
    members = (
        make_definitions(made / "0 General Practice Detailed Practice-Level CSV. Overall Definitions.xlsx"),
        make_detailed(made / "detailed.csv"),
        make_high_level(made / "high level.csv"),
    )
    with zipfile.ZipFile(workspace / "inbox" / ZIP_NAME, "w") as archive:
        for path in members:
            archive.write(path, path.name)
    assert monitor("load", "-w", workspace).code == 0
    assert stored(workspace, f"{OUTCOME} ORDER BY ALL") == [(JUNE, "accepted"), (JUNE, "accepted")]


def test_nhs_numbers_in_a_column_that_is_not_used_are_found_all_the_same(monitor: Monitor, workspace: Path) -> None:
    rows = [practice(f"A8100{place}", MALE_PATIENTS_0TO4=number) for place, number in enumerate(nhs_numbers(3))]
    make_detailed(workspace / "inbox" / DETAILED_NAME, rows)
    assert monitor("load", "-w", workspace).code == 4
    assert stored(workspace, "SELECT detail FROM data.loaded_file")[0][0].count("holds patient-level data") == 1


def test_fractions_are_not_taken_for_nhs_numbers(monitor: Monitor, workspace: Path) -> None:
    hours = [f"0.{number}" for number in nhs_numbers(30)]
    rows = [practice(f"A81{place:03}", TOTAL_MALE=hour, TOTAL_FEMALE=hour) for place, hour in enumerate(hours)]
    make_detailed(workspace / "inbox" / DETAILED_NAME, rows)
    assert monitor("load", "-w", workspace).code == 0
    assert counts(workspace) == {DETAILED_NAME: (30, 30, 0, 0)}


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the published files (shared/data) are not at hand")
def test_the_published_rows_are_read(monitor: Monitor, workspace: Path) -> None:
    assert monitor("load", "-w", workspace, *sorted((SHARED_DATA / "workforce").iterdir())).code == 0
    assert sorted(counts(workspace).values()) == [(0, 0, 0, 0), (10, 10, 0, 0), (10, 10, 0, 0)]
    missing = "NURSE_SOURCE: Fully estimated - no data provided"
    assert stored(
        workspace,
        "SELECT period_start, organisation_code, outcome, detail FROM data.published_evidence "
        "WHERE source = 'workforce_detailed' AND organisation_code = 'A81001' ORDER BY ALL",
    ) == [
        (date(2025, 6, 1), "A81001", "accepted", missing), (date(2025, 7, 1), "A81001", "accepted", missing),
    ]  # fmt: skip
    excerpt = "SELECT organisation_code, outcome FROM data.published_evidence WHERE source = 'workforce_high_level'"
    assert stored(workspace, excerpt) == [("A81038", "suppressed")]  # ten lines, none of nurses or administration
