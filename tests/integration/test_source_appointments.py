"""The appointments publication: what it shows of a practice and month, and what it cannot."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from asking import SHARED_DATA, Monitor, write_csv
from inbox import counts, stored
from layouts.appointments import (
    NORTH_PART,
    SOUTH_PART,
    crosstab_line,
    make_coverage,
    make_crosstab,
    make_daily,
    make_mapping,
    mapping_line,
)

LATER = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)  # after the months of the files


@pytest.fixture
def monitor(monitor: Monitor) -> Monitor:
    return partial(monitor, now=LATER)


EVIDENCE = "SELECT organisation_code, period_start, outcome, record_count FROM data.published_evidence ORDER BY ALL"
FACTS = "SELECT * EXCLUDE (file_id, row_number) FROM data.published_fact ORDER BY ALL"
KEPT = "SELECT * EXCLUDE (file_id) FROM data.appointments_row ORDER BY row_number"
MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)

Statuses = Callable[..., dict[str, tuple[str, str | None]]]


@pytest.fixture
def statuses(monitor: Monitor, workspace: Path) -> Statuses:
    """Of each practice: status and cause of one month's return."""

    def ask(month: str, as_of: str) -> dict[str, tuple[str, str | None]]:
        asked = ("--return", "appointments", "--as-of", as_of, "--format", "json")
        rows = json.loads(monitor("status", "-w", workspace, *asked).out)
        return {row["organisation_code"]: (row["status"], row["cause"]) for row in rows if row["period_start"] == month}

    return ask


def practices(workspace: Path, *codes: str) -> None:
    lines = "\n".join(f"{code},Practice {code}" for code in codes)
    write_csv(workspace / "inbox" / "practices.csv", f"organisation_code,organisation_name\n{lines}")


def load(monitor: Monitor, workspace: Path) -> None:
    assert monitor("load", "-w", workspace).code == 0


def test_a_practice_with_lines_sent_its_data_and_one_without_did_not(
    monitor: Monitor, workspace: Path, statuses: Statuses
) -> None:
    practices(workspace, "A81001", "A81002", "A81003")
    make_crosstab(workspace / "inbox" / "crosstab.csv")
    load(monitor, workspace)
    assert stored(workspace, EVIDENCE) == [("A81001", MAY, "accepted", 24), ("A81002", MAY, "accepted", 24)]
    assert {code: status for code, (status, _) in statuses("2024-05-01", "2024-07-31").items()} == {
        "A81001": "received", "A81002": "received", "A81003": "not_received",
    }  # fmt: skip


def test_lines_are_gathered_by_practice_and_month_and_all_are_accounted_for(monitor: Monitor, workspace: Path) -> None:
    lines = [
        crosstab_line(),
        crosstab_line(status="DNA", count=3),
        crosstab_line(),  # the first line again
        crosstab_line(month="01JUN2024", count="6.0"),
        crosstab_line(status="Unknown", count="many"),
    ]
    make_crosstab(workspace / "inbox" / "crosstab.csv", lines)
    assert monitor("load", "-w", workspace).code == 4
    assert stored(workspace, KEPT) == [
        (2, MAY, "A81001", "U00001", "16C", "EMIS", 15, 2),
        (5, JUNE, "A81001", "U00001", "16C", "EMIS", 6, 1),
    ]
    assert counts(workspace) == {"crosstab.csv": (5, 3, 1, 1)}
    rejected = "SELECT row_number, reason, column_name FROM data.rejected_row"
    assert stored(workspace, rejected) == [(6, "bad_number", "appointments")]


@pytest.mark.parametrize(
    "month", ["01MAY2024", "MAY2024", "2024-05-01", "01/05/2024", "01-May-24", "May-24", "2024-05"]
)
def test_the_month_is_read_however_it_is_written(monitor: Monitor, workspace: Path, month: str) -> None:
    make_crosstab(workspace / "inbox" / "crosstab.csv", [crosstab_line(month=month)])
    load(monitor, workspace)
    assert stored(workspace, "SELECT period_start FROM data.appointments_row") == [(MAY,)]


def test_a_day_within_a_month_is_no_month(monitor: Monitor, workspace: Path) -> None:
    make_crosstab(workspace / "inbox" / "crosstab.csv", [crosstab_line(month="02MAY2024"), crosstab_line()])
    assert monitor("load", "-w", workspace).code == 4
    assert stored(workspace, "SELECT reason FROM data.rejected_row") == [("period_not_of_return",)]


def test_what_is_mapped_to_no_practice_is_counted_and_is_about_nobody(monitor: Monitor, workspace: Path) -> None:
    make_crosstab(workspace / "inbox" / "crosstab.csv", [crosstab_line("Unmapped", count=7), crosstab_line(" a81001 ")])
    load(monitor, workspace)
    assert counts(workspace) == {"crosstab.csv": (2, 2, 0, 0)}
    assert [row[0] for row in stored(workspace, EVIDENCE)] == ["A81001"]
    assert [row[1] for row in stored(workspace, FACTS)] == ["A81001"]


@pytest.mark.parametrize(
    ("published", "known"),
    [
        (["EMIS"], "EMIS"),
        (["EVERGREENLIFE/TPP"], "EVERGREENLIFE;TPP"),
        (["TPP", "EMIS", "EVERGREENLIFE/TPP"], "EMIS;EVERGREENLIFE;TPP"),
        (["VISION/CEGEDIM"], "VISION/CEGEDIM"),
        (["NONE/UNKNOWN"], None),
        ([""], None),
    ],
)
def test_suppliers_joined_by_a_slash_or_on_several_lines_are_a_list(
    monitor: Monitor, workspace: Path, published: list[str], known: str | None
) -> None:
    make_crosstab(workspace / "inbox" / "crosstab.csv", [crosstab_line(supplier=supplier) for supplier in published])
    load(monitor, workspace)
    assert stored(workspace, "SELECT clinical_supplier FROM data.published_fact") == [(known,)]


@pytest.mark.parametrize(("pcn", "known"), [("U00001", "U00001"), ("U", ""), ("Unmapped", None)])
def test_in_no_pcn_is_not_the_same_as_not_known(monitor: Monitor, workspace: Path, pcn: str, known: str | None) -> None:
    make_crosstab(workspace / "inbox" / "crosstab.csv", [crosstab_line(pcn=pcn)])
    load(monitor, workspace)
    assert stored(workspace, "SELECT pcn_code, sub_icb_code, at_on FROM data.published_fact") == [(known, "16C", MAY)]


def test_one_half_of_a_split_month_accuses_nobody(monitor: Monitor, workspace: Path, statuses: Statuses) -> None:
    practices(workspace, "A81001", "A81002", "A81003")
    make_crosstab(workspace / "inbox" / SOUTH_PART, [crosstab_line("A81001", "01OCT2025")])
    load(monitor, workspace)
    found = statuses("2025-10-01", "2025-12-31")
    assert (found["A81001"][0], found["A81003"]) == ("received", ("not_known", "source_incomplete"))
    make_crosstab(workspace / "inbox" / NORTH_PART, [crosstab_line("A81002", "01OCT2025")])
    load(monitor, workspace)
    found = statuses("2025-10-01", "2025-12-31")
    assert [found[code][0] for code in sorted(found)] == ["received", "received", "not_received"]


def test_the_mapping_gives_facts_as_at_the_month_of_its_zip_and_no_evidence(monitor: Monitor, workspace: Path) -> None:
    made = make_mapping(
        workspace / "made" / "Mapping.csv",
        [mapping_line(supplier="EVERGREENLIFE/TPP", pcn="U"), mapping_line("Unmapped")],
    )
    with zipfile.ZipFile(workspace / "inbox" / "Practice_Level_Crosstab_Feb_26.zip", "w") as archive:
        archive.write(made, "Mapping.csv")
    load(monitor, workspace)
    assert stored(workspace, FACTS) == [
        ("appointments mapping", "A81001", date(2026, 2, 1), "Y63", "QHM", "16C", "", "EVERGREENLIFE;TPP", *[None] * 3)
    ]
    assert stored(workspace, EVIDENCE) == []


def test_a_mapping_that_nothing_dates_is_refused_with_advice(monitor: Monitor, workspace: Path) -> None:
    make_mapping(workspace / "inbox" / "Mapping.csv")
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "put the month into the name" in answer.out + answer.err


def test_files_without_practices_are_known_and_are_no_error(monitor: Monitor, workspace: Path) -> None:
    make_daily(workspace / "inbox" / "SUB_ICB_LOCATION_CSV_May_24.csv")
    make_coverage(workspace / "inbox" / "coverage.csv")
    load(monitor, workspace)
    assert counts(workspace) == {"SUB_ICB_LOCATION_CSV_May_24.csv": (0, 0, 0, 0), "coverage.csv": (1, 1, 0, 0)}
    assert stored(workspace, "SELECT * EXCLUDE (file_id) FROM data.appointments_coverage_row") == [
        (2, "16C", date(2023, 2, 1), 36, 37, 335363, 340000)
    ]
    assert (stored(workspace, EVIDENCE), stored(workspace, FACTS)) == ([], [])


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the published files (shared/data) are not at hand")
def test_the_published_coverage_has_the_known_totals_of_england(monitor: Monitor, workspace: Path) -> None:
    assert monitor("load", "-w", workspace, *sorted((SHARED_DATA / "gpad").glob("*.csv"))).code == 0
    sums = (
        "SELECT CAST(sum(included_practices) AS BIGINT), CAST(sum(open_practices) AS BIGINT) "
        "FROM data.appointments_coverage_row WHERE period_start = DATE '{}'"
    )
    england = {
        "2020-08-01": (6555, 6705), "2020-12-01": (6553, 6670), "2023-01-01": (6381, 6454),
        "2023-02-01": (6381, 6446), "2025-07-01": (6156, 6229),
    }  # fmt: skip
    assert {month: stored(workspace, sums.format(month))[0] for month in england} == england
    assert sorted(counts(workspace).values()) == [(3180, 3180, 0, 0)] * 2
