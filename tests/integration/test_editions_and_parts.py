"""Which edition of a publication holds, and what is judged while a part of it is missing."""

from __future__ import annotations

import itertools
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from asking import Monitor, write_csv, write_practices
from layouts.appointments import (
    NORTH_PART,
    SOUTH_PART,
    crosstab_line,
    make_coverage,
    make_crosstab,
    make_mapping,
    mapping_line,
)
from layouts.online_consultation_long import make_metrics, metrics
from layouts.telephony import (
    calls_row,
    make_telephony_calls,
    make_telephony_participation,
    make_telephony_summary,
    participation_row,
    summary_row,
)
from product import Store, empty_store

from monitor.ingest.loading import RowCounts

LATER = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)  # after the months of the files


@pytest.fixture
def monitor(monitor: Monitor) -> Monitor:
    return partial(monitor, now=LATER)


@pytest.fixture(scope="module")
def store_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with empty_store(tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.fixture
def store(store_made_once: Store) -> Store:
    """An empty store in memory, in the place of a workspace's own."""
    store_made_once.clear()
    return store_made_once


OCTOBER, AS_OF = "2025-10-01", "2026-01-10"
NORTH, SOUTH = "A81001", "G81001"


def crosstab(path: Path, *codes: str, month: str = "01OCT2025", sub_icb: str = "16C") -> Path:
    return make_crosstab(path, [crosstab_line(code, month=month, sub_icb=sub_icb) for code in codes])


def appointments(store: Store, workspace: Path) -> dict[str, tuple[str, str | None]]:
    found = store.statuses(workspace, "appointments", OCTOBER, AS_OF)
    return {code: (status, cause) for code, (status, cause, _) in found.items()}


# --- parts ----------------------------------------------------------------------------------------------------------


def test_one_half_accuses_nobody(monitor: Monitor, store: Store, workspace: Path) -> None:
    write_practices(workspace, NORTH, "A81002", SOUTH)
    crosstab(workspace / "inbox" / NORTH_PART, NORTH)
    assert appointments(store, workspace) == {
        NORTH: ("received", None),
        "A81002": ("not_known", "source_incomplete"),
        SOUTH: ("not_known", "source_incomplete"),
    }
    monitor("load", "-w", workspace)
    explained = monitor("explain", SOUTH, "appointments", OCTOBER, "-w", workspace, "--as-of", AS_OF).out
    assert "what is loaded for this period looks incomplete" in explained


def test_with_both_halves_a_practice_in_neither_is_without_data(store: Store, workspace: Path) -> None:
    write_practices(workspace, NORTH, "A81002", SOUTH)
    crosstab(workspace / "inbox" / NORTH_PART, NORTH)
    crosstab(workspace / "inbox" / SOUTH_PART, SOUTH)
    found = appointments(store, workspace)
    assert (found[NORTH][0], found[SOUTH][0], found["A81002"][0]) == ("received", "received", "not_received")


@pytest.mark.slow
def test_the_halves_of_one_zip_are_parts_too(store: Store, workspace: Path, tmp_path: Path) -> None:
    write_practices(workspace, NORTH, SOUTH)
    with zipfile.ZipFile(workspace / "inbox" / "Practice_Level_Crosstab_Oct_25.zip", "w") as packed:
        packed.write(crosstab(tmp_path / NORTH_PART, NORTH), NORTH_PART)
    assert appointments(store, workspace)[SOUTH] == ("not_known", "source_incomplete")


@pytest.mark.slow
def test_a_half_under_another_name_is_known_by_the_regions_that_it_lacks(store: Store, workspace: Path) -> None:
    """Five practices of a region and not one row: that region's part is not in, whatever the file is called."""
    north, south = [f"A8100{n}" for n in range(5)], [f"G8100{n}" for n in range(5)]
    write_practices(workspace, *north, *south)
    lines = [mapping_line(code) for code in north] + [
        [*mapping_line(code, sub_icb="09D")[:7], "QNX", "AN ICB", "Y59", "South East"] for code in south
    ]
    make_mapping(workspace / "inbox" / "Mapping_Oct_25.csv", lines)
    crosstab(workspace / "inbox" / "october.csv", *north[:4])
    found = appointments(store, workspace)
    assert {found[code] for code in south} == {("not_known", "source_incomplete")}
    assert found[north[4]] == ("not_known", "source_incomplete")
    crosstab(workspace / "inbox" / "the rest.csv", *south[:4], sub_icb="09D")
    found = appointments(store, workspace)
    assert (found[south[4]][0], found[north[4]][0]) == ("not_received", "not_received")


@pytest.mark.slow
def test_fewer_practices_than_the_published_coverage_accuse_nobody_of_that_sub_icb(
    monitor: Monitor, store: Store, workspace: Path
) -> None:
    write_practices(workspace, "A81001", "A81002", "A81003", "B81001", "B81002")
    lines = [crosstab_line("A81001", month="01OCT2025"), crosstab_line("B81001", month="01OCT2025", sub_icb="02X")]
    make_crosstab(workspace / "inbox" / "october.csv", lines)
    # Where each practice belongs: the two without data are known by another file.
    make_mapping(
        workspace / "inbox" / "Mapping_Oct_25.csv",
        [mapping_line(code) for code in ("A81001", "A81002", "A81003")]
        + [mapping_line(code, sub_icb="02X") for code in ("B81001", "B81002")],
    )
    coverage = [["16C", "E54000050", "E40000012", "01OCT2025", "2", "3", "2000", "3000"],
                ["02X", "E54000051", "E40000012", "01OCT2025", "1", "2", "2000", "3000"]]  # fmt: skip
    make_coverage(workspace / "inbox" / "coverage.csv", coverage)
    found = appointments(store, workspace)
    assert found["A81002"] == found["A81003"] == ("not_known", "source_incomplete")
    assert found["B81002"][0] == "not_received"
    said = monitor("run", "-w", workspace, "--as-of", AS_OF).out  # which also publishes the view
    assert "October 2025: differs in 1 of 2 sub-ICBs, 1 practice fewer than published" in said
    sql = "SELECT sub_icb_code, published_without_data, practices_with_data, difference FROM appointments_coverage"
    rows = json.loads(monitor("sql", f"{sql} ORDER BY 1", "-w", workspace, "--format", "json").out)
    assert [tuple(row.values()) for row in rows] == [("02X", 1, 1, 0), ("16C", 1, 1, -1)]


@pytest.mark.slow
def test_a_corrupt_region_leaves_its_practices_unknown(store: Store, workspace: Path, tmp_path: Path) -> None:
    write_practices(workspace, NORTH, SOUTH)
    path = workspace / "inbox" / "Cloud Based Telephony By Day and Time - October 2025.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for region, code in (("Y63", NORTH), ("Y59", SOUTH)):
            row = calls_row(code, "CBT001", "08:00-09:59", "6.0", day=OCTOBER)
            name = f"Cloud Based Telephony By Day and Time - October 2025_{region}.csv"
            packed.write(make_telephony_calls(tmp_path / name, [row]), name)
    path.write_bytes(path.read_bytes().replace(b"G81001,CBT001", b"G81009,CBT001"))  # its checksum no longer fits
    assert {file.state for file in store.take_in(workspace / "inbox")} == {"loaded", "refused"}
    found = store.statuses(workspace, "digital_telephony", OCTOBER, AS_OF)
    assert found[NORTH][:2] == ("received", None)
    assert found[SOUTH][:2] == ("not_known", "source_incomplete")


# --- editions -------------------------------------------------------------------------------------------------------

ISSUES = {
    "first": ("Submissions via OC Systems - May 2025.csv", "01/05/2025", "0"),
    "re-issued": ("Submissions via OC Systems - May 2025_v2.csv", "01/05/2025", "12"),
    "re-issued later": ("Submissions via OC Systems - May 2025_0825.csv", "01/05/2025", "34"),
    "a later month": ("Submissions via OC Systems - July 2025.csv", "01/07/2025", "56"),
}


def online_issue(workspace: Path, issue: str) -> None:
    name, last_month, may = ISSUES[issue]
    lines = metrics("A81001", month="01/05/2025", submissions=may)
    if last_month != "01/05/2025":
        lines += metrics("A81001", month=last_month)
    make_metrics(workspace / "inbox" / name, lines)


@pytest.mark.one_in(24)
@pytest.mark.parametrize("order", list(itertools.permutations(ISSUES)), ids=lambda order: " > ".join(order))
def test_the_newest_edition_holds_in_whatever_order_editions_are_loaded(
    store: Store, workspace: Path, order: tuple[str, ...]
) -> None:
    write_practices(workspace, "A81001")
    for issue in order:
        online_issue(workspace, issue)
        store.take_in(workspace / "inbox")
    found = store.statuses(workspace, "online_and_video_consultations", "2025-05-01", "2025-08-31")
    assert found == {"A81001": ("received", None, 56)}


@pytest.mark.slow
def test_a_re_issue_that_shows_no_data_holds_and_explain_shows_both(
    monitor: Monitor, store: Store, workspace: Path
) -> None:
    write_practices(workspace, "A81001", "A81002")
    for name, figure in (("May 2025_v2.csv", "0"), ("May 2025.csv", "12")):
        lines = metrics("A81001", submissions=figure) + metrics("A81002")
        make_metrics(workspace / "inbox" / name, lines)
    found = store.statuses(workspace, "online_and_video_consultations", "2025-05-01", "2025-08-31")
    assert found["A81001"][0] == "not_received"
    assert monitor("load", "-w", workspace).code == 0
    asked = ("explain", "A81001", "online_and_video_consultations", "2025-05-01", "-w", workspace)
    explained = monitor(*asked, "--as-of", "2025-08-31").out
    assert "accepted, online consultation, edition of 2025-05-01: restated since, 12 records [May 2025.csv" in explained
    assert "absent, online consultation, edition of 2025-05-01, re-issued: holds, 0 records" in explained


def test_data_shown_by_one_publication_are_data_though_a_more_trusted_one_shows_none(
    store: Store, workspace: Path
) -> None:
    """February 2026: eight practices both covered by a shared account and published by themselves."""
    write_practices(workspace, "G81001", "G81002")
    rows = [participation_row(code, "Yes", "No", "No") for code in ("G81001", "G81002")]
    make_telephony_participation(workspace / "inbox" / "participation.xlsx", rows)
    make_telephony_summary(workspace / "inbox" / "summary.xlsx", [summary_row("G81001")])
    found = store.statuses(workspace, "digital_telephony", "2025-12-01", "2026-01-10")
    assert (found["G81001"][0], found["G81002"][0]) == ("received", "not_received")


def test_rows_of_a_published_file_that_another_edition_has_too_are_duplicates_and_the_edition_stays_whole(
    store: Store, workspace: Path
) -> None:
    """Loaded in the order of July, May: what May says is restated by July, and so is what both say."""
    write_practices(workspace, "G81001", "G81002")
    counts: dict[str, RowCounts] = {}
    for name, codes in (("summary_v2.xlsx", ("G81001", "G81002")), ("summary.xlsx", ("G81001",))):
        make_telephony_summary(workspace / "inbox" / name, [summary_row(code) for code in codes])
        counts |= {file.identity.name: file.counts for file in store.take_in(workspace / "inbox")}
    assert (counts["summary_v2.xlsx"].loaded, counts["summary_v2.xlsx"].duplicate) == (2, 0)
    assert (counts["summary.xlsx"].loaded, counts["summary.xlsx"].duplicate) == (0, 1)


# --- where organisations belong -------------------------------------------------------------------------------------


def mapped(workspace: Path, month: str, icb: str, sub_icb: str = "92A", supplier: str = "EMIS") -> None:
    line = [*mapping_line("A81001", supplier, sub_icb=sub_icb)[:7], icb, "AN ICB", "Y59", "South East"]
    make_mapping(workspace / "inbox" / f"Mapping_{month}.csv", [line])


def icb_by_month(store: Store, workspace: Path) -> dict[str, str | None]:
    store.statuses(workspace, "workforce", "2026-02-01", "2026-07-31")
    rows = store.connection.execute("SELECT period_start, icb_code FROM return_status_row ORDER BY 1").fetchall()
    return {str(month): icb for month, icb in rows}


def in_2026(workspace: Path) -> None:
    (workspace / "monitor.toml").write_text("monitor_from = 2026-02-01\n")
    write_csv(workspace / "inbox" / "practices.csv", "organisation_code,organisation_name\nA81001,A surgery")


def test_an_icb_that_was_closed_on_1_april_2026_ends_that_day_though_the_next_file_is_of_june(
    store: Store, workspace: Path
) -> None:
    in_2026(workspace)
    mapped(workspace, "Feb_26", "QXU")
    mapped(workspace, "Jun_26", "S9B9J")
    found = icb_by_month(store, workspace)
    assert found == {
        "2026-02-01": "QXU", "2026-03-01": "QXU", "2026-04-01": "S9B9J", "2026-05-01": "S9B9J", "2026-06-01": "S9B9J",
        "2026-07-01": "S9B9J",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("month", "icb", "february", "june"), [("Jun_26", "S9B9J", None, "S9B9J"), ("Feb_26", "QXU", "QXU", None)]
)
def test_an_icb_is_not_known_on_days_on_which_the_one_known_did_not_exist(
    store: Store, workspace: Path, month: str, icb: str, february: str | None, june: str | None
) -> None:
    in_2026(workspace)
    mapped(workspace, month, icb)
    found = icb_by_month(store, workspace)
    assert (found["2026-02-01"], found["2026-06-01"]) == (february, june)


@pytest.mark.slow
def test_explain_says_from_where_a_fact_is_and_which_source_says_otherwise(monitor: Monitor, workspace: Path) -> None:
    write_csv(workspace / "inbox" / "practices.csv", "organisation_code,organisation_name\nA81001,A surgery")
    make_mapping(workspace / "inbox" / "Mapping_Oct_25.csv", [mapping_line("A81001", "EMIS")])
    make_crosstab(workspace / "inbox" / "crosstab.csv", [crosstab_line("A81001", "01OCT2025", supplier="TPP")])
    monitor("load", "-w", workspace)
    explained = monitor("explain", "A81001", "appointments", OCTOBER, "-w", workspace, "--as-of", AS_OF).out
    assert "supplier: from appointments mapping as at 2025-10-01 [Mapping_Oct_25.csv row 2]" in explained
    assert "appointments as at 2025-10-01 [crosstab.csv row 2] says TPP: older, or less trusted" in explained
