"""National Diabetes Audit: a row of a practice is its data for the quarter."""

from __future__ import annotations

from pathlib import Path

from asking import Monitor, statuses, write_practices
from inbox import counts
from layouts.diabetes_audit import make_diabetes_audit

RETURN = "national_diabetes_audit"


def test_a_row_is_received_however_small_its_figure_and_no_row_is_not(monitor: Monitor, workspace: Path) -> None:
    write_practices(workspace, "G81001", "G81002", "G81003")
    make_diabetes_audit(workspace / "inbox" / "audit.xlsx")
    assert monitor("load", "-w", workspace).code == 0
    assert counts(workspace)["audit.xlsx"] == (2, 2, 0, 0)
    assert statuses(monitor, workspace, RETURN, "2024-07-01", "2025-01-14") == {
        "G81001": ("received", None, 245),
        "G81002": ("received", None, None),
        "G81003": ("not_received", "unexplained", None),
    }


def test_an_audit_counted_up_says_nothing_of_the_quarters_before_the_last(monitor: Monitor, workspace: Path) -> None:
    write_practices(workspace, "G81001")
    make_diabetes_audit(workspace / "inbox" / "audit.xlsx")
    assert monitor("load", "-w", workspace).code == 0
    assert statuses(monitor, workspace, RETURN, "2024-04-01", "2025-01-14") == {
        "G81001": ("not_known", "source_not_loaded", None)
    }


def test_an_audit_without_a_quarter_is_refused_with_advice(monitor: Monitor, workspace: Path) -> None:
    make_diabetes_audit(workspace / "inbox" / "audit.xlsx", title="National Diabetes Audit")
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "names no quarter" in answer.out
    assert "put the quarter into the file's name" in answer.out
