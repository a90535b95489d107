"""Parts that are missing of what was received are one finding an organisation and return, for as long as any is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from asking import new_workspace, write_practices
from layouts.workforce import GIVEN, NOT_GIVEN, make_detailed, practice

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline

NAME = "1 General Practice - {} 2024 Practice Level - Detailed.csv"
FOUND = """
    SELECT kind, organisation_code, period_start::VARCHAR, periods, severity, resolved_at IS NULL
    FROM data.finding_current WHERE kind IN ('parts_missing', 'missing_return', 'unexpected_row')
"""


def ran(folder: Path, months: dict[str, str], day: int) -> list[tuple]:
    """The findings after a check when these months are loaded, each with what the file says of nurses."""
    context = new_workspace(folder, "monitor_from = 2024-06-01\n", datetime(2024, 8, day, 9, tzinfo=UTC))
    write_practices(folder, "A81001", "A81002")
    for month, said in months.items():
        rows = [practice("A81001", NURSE_SOURCE=said, PRAC_NAME=f"SURGERY IN {month}"), practice("A81002")]
        make_detailed(context.workspace.inbox / NAME.format(month), rows)
    context = replace(context, catalogue={"workforce": context.catalogue["workforce"]})
    pipeline.load(context, [])
    pipeline.check(context, None, COUNTED_UNPUBLISHED)
    with duckdb.connect(str(context.workspace.store), read_only=True) as store:
        return store.execute(FOUND).fetchall()


@pytest.mark.slow
def test_months_without_a_group_are_one_finding_which_is_over_when_none_lacks_it(tmp_path: Path) -> None:
    found = ran(tmp_path, {"June": NOT_GIVEN, "July": NOT_GIVEN}, 20)
    assert found == [("parts_missing", "A81001", "2024-06-01", 2, "info", True)]
    found = ran(tmp_path, {"June": GIVEN, "July": GIVEN}, 21)
    assert [(kind, is_open) for kind, *_, is_open in found] == [("parts_missing", False)]
