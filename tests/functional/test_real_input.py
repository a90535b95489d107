"""All England, on the real published files: the five supplier outages of 2024/25, and nobody accused wrongly."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import SHARED_DATA, new_workspace

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.cli.app import main

LATER = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)  # after the months of the files

SERIES = "Submissions via Online Consultation Systems in General Practice - "
ONLINE = "online_and_video_consultations"
GAPS = """
    SELECT upper(supplier), organisations FROM data.finding_now
    WHERE kind = 'supplier_gap' AND period_start = $month ORDER BY organisations DESC
"""
OF_AN_OUTAGE_ALONE = """
    SELECT count(*) FROM data.finding_now AS f
    JOIN data.return_status_row AS r USING (organisation_code, return_code, period_start)
    WHERE f.kind = 'missing_return' AND r.cause IN ('supplier_wide', 'area_wide')
"""

pytestmark = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason=f"the published NHS files are not beside the tree ({SHARED_DATA})"
)

# Supplier, month, and how many practices dropped to zero in it that had reported the month before.
OUTAGES = (
    ("SENSELY UK LIMITED", "2024-06-01", 64),
    ("ECONSULT HEALTH LIMITED", "2024-08-01", 1322),
    ("ECONSULT HEALTH LIMITED", "2024-12-01", 1296),
    ("PATCHS HEALTH LIMITED", "2025-01-01", 766),
    ("KLINIK HEALTHCARE SOLUTIONS UK LTD", "2025-03-01", 118),
)


@pytest.mark.slow
def test_an_outage_is_one_finding_that_stands_for_its_practices(tmp_path: Path) -> None:
    context = new_workspace(tmp_path / "england", "monitor_from = 2024-11-01\n", LATER)
    for name in ("ods/epraccur-2026-02.csv", *(f"oc/{SERIES}{month} 2024.xlsx" for month in ("November", "December"))):
        shutil.copy(SHARED_DATA / name, context.workspace.inbox)
    one = replace(context, catalogue={ONLINE: context.catalogue[ONLINE]})
    ran = pipeline.run(one, date(2025, 2, 1), COUNTED_UNPUBLISHED)
    assert [(file.state, file.counts.rejected) for file in ran.loaded] == [("loaded", 0)] * 3
    with duckdb.connect(str(context.workspace.store), read_only=True) as store:
        found = store.execute(GAPS, {"month": date(2024, 12, 1)}).fetchall()
        alone = store.execute(OF_AN_OUTAGE_ALONE).fetchall()
    assert found[0][0] == "ECONSULT HEALTH LIMITED"
    assert found[0][1] >= 1296
    assert alone == [(0,)]


# ------------------------------------------------------------------------------------------------- all of the files


@pytest.fixture(scope="module")
def england(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the real files, after one run as of 1 May 2025."""
    folder = tmp_path_factory.mktemp("england") / "workspace"
    assert main(["init", str(folder)], {}, lambda: LATER) == 0
    shutil.copytree(SHARED_DATA, folder / "inbox" / "published")
    assert main(["run", "-w", str(folder), "--as-of", "2025-05-01"], {}, lambda: LATER) == 0
    return folder


def ask(england: Path, capsys: pytest.CaptureFixture[str], query: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["sql", "-w", str(england), "--format", "json", query], {}, lambda: LATER) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_every_file_is_recognised_and_every_row_accounted_for(
    england: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(
        england,
        capsys,
        """SELECT count(*) AS files, count(*) FILTER (state = 'loaded') AS loaded, sum(rows_rejected) AS rejected,
                  bool_and(rows_in_file = rows_loaded + rows_duplicate + rows_rejected) AS accounted_for
           FROM loaded_file""",
    ) == [{"files": 29, "loaded": 29, "rejected": 0, "accounted_for": True}]


@pytest.mark.slow
@pytest.mark.parametrize(("supplier", "month", "dropped"), OUTAGES)
def test_each_outage_is_one_finding(
    england: Path, capsys: pytest.CaptureFixture[str], supplier: str, month: str, dropped: int
) -> None:
    found = ask(
        england,
        capsys,
        f"""SELECT organisations FROM finding WHERE kind = 'supplier_gap' AND period_start = '{month}'
            AND return_code = 'online_and_video_consultations' AND upper(supplier) = '{supplier}'""",
    )
    assert len(found) == 1
    assert found[0]["organisations"] >= dropped


@pytest.mark.slow
def test_practices_of_an_outage_have_no_finding_of_their_own(england: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = """SELECT count(*) AS findings FROM finding AS f
               JOIN missed_return AS m USING (organisation_code, return_code, period_start)
               WHERE f.kind = 'missing_return' AND m.cause IN ('supplier_wide', 'area_wide')"""
    assert ask(england, capsys, query) == [{"findings": 0}]


@pytest.mark.slow
def test_no_one_is_said_not_to_take_part_where_the_flag_is_hidden(
    england: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = """SELECT DISTINCT period_start FROM missed_return WHERE cause = 'not_participating' ORDER BY 1"""
    months = [row["period_start"] for row in ask(england, capsys, query)]
    assert months == [
        "2024-06-01", "2024-07-01", "2024-08-01", "2024-09-01", "2024-10-01", "2025-02-01", "2025-03-01",
    ]  # fmt: skip


@pytest.mark.slow
def test_practices_with_no_registered_list_are_not_asked_for_anything(
    england: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = """SELECT count(DISTINCT organisation_code) AS practices, list_distinct(list(status)) AS statuses
               FROM return_status WHERE organisation_code IN (
                   SELECT organisation_code FROM data.organisation_dated AS o WHERE organisation_kind = 'practice'
                   AND closed_on IS NULL AND opened_on <= '2025-12-01'
                   AND NOT EXISTS (FROM data.registered_list_row AS l WHERE l.organisation_code = o.organisation_code
                                   AND extract_on = '2025-12-01'))"""
    (answer,) = ask(england, capsys, query)
    # What one of them sent is received all the same.
    assert set(re.findall(r"\w+", str(answer["statuses"]))) <= {"not_required", "received"}
    assert answer["practices"] > 30


@pytest.mark.slow
def test_returns_of_which_nothing_is_loaded_are_not_known(england: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = """SELECT DISTINCT status FROM return_status
               WHERE return_code IN ('appointments', 'workforce', 'digital_telephony', 'national_diabetes_audit')
               AND due_on < '2025-05-01' AND status <> 'not_required'"""
    assert ask(england, capsys, query) == [{"status": "not_known"}]
