"""The long file of online consultations: several lines a practice, gathered into what it shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from asking import Monitor
from inbox import counts, stored
from layouts.online_consultation_long import NORTH_PART, make_metrics, metrics

EVIDENCE = "SELECT organisation_code, outcome, record_count, participating FROM data.published_evidence ORDER BY ALL"
KEPT = (
    "SELECT organisation_code, period_start, pcn_code, supplier, submissions, list_size, rows_gathered "
    "FROM data.online_consultation_metric_row ORDER BY ALL"
)
MAY = date(2025, 5, 1)


def test_suppliers_are_one_list_submissions_are_added_and_patients_are_not(monitor: Monitor, workspace: Path) -> None:
    lines = [
        *metrics(supplier="PATCHS HEALTH LIMITED", submissions=20),
        *metrics(supplier="ACCURX LIMITED", submissions="100.0"),
    ]
    make_metrics(workspace / "inbox" / NORTH_PART, lines)
    assert monitor("load", "-w", workspace).code == 0
    suppliers = "ACCURX LIMITED;PATCHS HEALTH LIMITED"
    assert stored(workspace, KEPT) == [("A81001", MAY, "U00001", suppliers, 120, 3849, 14)]
    assert counts(workspace) == {NORTH_PART: (14, 14, 0, 0)}
    assert stored(workspace, EVIDENCE) == [("A81001", "accepted", 120, True)]
    facts = "SELECT online_supplier, list_size, region_code, icb_code, sub_icb_code FROM data.published_fact"
    assert stored(workspace, facts) == [(suppliers, 3849, "Y63", "QHM", "16C")]


@pytest.mark.parametrize(
    ("submissions", "participation", "evidence"),
    [
        (5, 1, ("accepted", 5, True)),
        (0, 1, ("absent", 0, True)),
        (0, 0, ("absent", 0, False)),
        (0, "*", ("absent", 0, None)),
        ("*", "*", ("suppressed", None, None)),
        (None, 0, ("absent", 0, False)),
    ],
)
def test_what_is_hidden_is_told_from_what_is_zero(
    monitor: Monitor, workspace: Path, submissions: int | str | None, participation: int | str, evidence: tuple
) -> None:
    lines = [*metrics(submissions=submissions, participation=participation), *metrics("A81002")]
    make_metrics(workspace / "inbox" / NORTH_PART, lines)
    assert monitor("load", "-w", workspace).code == 0
    assert stored(workspace, EVIDENCE)[0] == ("A81001", *evidence)


def test_a_file_without_submissions_of_anyone_cannot_tell(monitor: Monitor, workspace: Path) -> None:
    make_metrics(workspace / "inbox" / NORTH_PART, [*metrics(submissions=None), *metrics("A81002", submissions=None)])
    assert monitor("load", "-w", workspace).code == 0
    assert {outcome for _, outcome, _, _ in stored(workspace, EVIDENCE)} == {"suppressed"}


def test_a_figure_beside_a_hidden_one_still_shows_data(monitor: Monitor, workspace: Path) -> None:
    lines = [*metrics(submissions="*"), *metrics(supplier="TPP", submissions=3)]
    make_metrics(workspace / "inbox" / NORTH_PART, lines)
    assert monitor("load", "-w", workspace).code == 0
    assert stored(workspace, EVIDENCE) == [("A81001", "accepted", 3, True)]


def test_months_are_day_first_and_each_is_kept(monitor: Monitor, workspace: Path) -> None:
    make_metrics(workspace / "inbox" / NORTH_PART, [*metrics(month="01/04/2025"), *metrics(month="01/12/2024")])
    assert monitor("load", "-w", workspace).code == 0
    assert [row[1] for row in stored(workspace, KEPT)] == [date(2024, 12, 1), date(2025, 4, 1)]


@pytest.mark.parametrize("nobody", ["None/Unknown", "No Data"])
def test_a_practice_without_a_supplier_and_one_in_no_pcn(monitor: Monitor, workspace: Path, nobody: str) -> None:
    make_metrics(workspace / "inbox" / NORTH_PART, metrics(supplier=nobody, submissions=0, pcn="U"))
    assert monitor("load", "-w", workspace).code == 0
    assert stored(workspace, "SELECT pcn_code, online_supplier FROM data.published_fact") == [("", None)]


def test_a_figure_that_is_none_is_rejected_unless_nothing_is_read_from_it(monitor: Monitor, workspace: Path) -> None:
    lines = metrics(submissions="lots")  # OC_SYSTEM_USAGE is Y, which nobody reads
    make_metrics(workspace / "inbox" / NORTH_PART, lines)
    assert monitor("load", "-w", workspace).code == 4
    rejected = "SELECT row_number, reason, column_name FROM data.rejected_row"
    assert stored(workspace, rejected) == [(5, "bad_number", "value")]
