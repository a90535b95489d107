"""Damaged, cut and filtered copies of published files: what they cannot tell is not known, and never "not received"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from asking import Monitor, write_csv, write_practices
from layouts.appointments import crosstab_line, make_crosstab
from layouts.diabetes_audit import make_diabetes_audit
from layouts.gp_contract import (
    contract_row,
    dementia_row,
    make_core_gp_contract,
    make_dementia_data_date,
)
from layouts.ods import make_report, network
from layouts.telephony import make_telephony_participation, participation_row
from layouts.workforce import figures, make_high_level
from product import Store, empty_store

LATER = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)
OCTOBER, AS_OF = "2025-10-01", "2026-01-10"


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


def in_two_icbs(workspace: Path, north: list[str], south: list[str]) -> None:
    lines = [f"{code},Surgery {code},QHM,16C" for code in north] + [f"{code},Surgery {code},QUY,15C" for code in south]
    text = "organisation_code,organisation_name,icb_code,sub_icb_code\n" + "\n".join(lines)
    write_csv(workspace / "inbox" / "practices.csv", text)


def due(workspace: Path, return_code: str, year: str, day: str) -> None:
    lines = f"N1,{return_code},extended,{year},national,{day},Announced"
    write_csv(
        workspace / "inbox" / "notices.csv",
        f"notice_id,return_code,kind,period_start,scope,new_due_on,reason\n{lines}",
    )


def outcomes(
    store: Store, workspace: Path, return_code: str, period_start: str, as_of: str
) -> dict[str, tuple[str, str | None]]:
    found = store.statuses(workspace, return_code, period_start, as_of, LATER)
    return {code: (status, cause) for code, (status, cause, _) in found.items()}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("damage", [{"count": "1,234"}, {"count": "n/a"}, {"month": "Copyright © 2025"}])
def test_a_practice_of_which_a_row_was_rejected_is_not_known(
    store: Store, workspace: Path, damage: dict[str, str]
) -> None:
    write_practices(workspace, "A81001", "A81002", "A81003")
    damaged = crosstab_line("A81001", **({"month": "01OCT2025"} | damage))
    make_crosstab(workspace / "inbox" / "october.csv", [damaged, crosstab_line("A81002", month="01OCT2025")])
    found = outcomes(store, workspace, "appointments", OCTOBER, AS_OF)
    assert found["A81001"] == ("not_known", "suppressed")
    assert (found["A81002"][0], found["A81003"][0]) == ("received", "not_received")


def test_explain_says_that_a_row_was_rejected(monitor: Monitor, workspace: Path) -> None:
    write_practices(workspace, "A81001", "A81002")
    lines = [crosstab_line(code, month="01OCT2025", count=n) for code, n in (("A81001", "n/a"), ("A81002", 12))]
    make_crosstab(workspace / "inbox" / "october.csv", lines)
    monitor("load", "-w", workspace)
    explained = monitor("explain", "A81001", "appointments", OCTOBER, "-w", workspace, "--as-of", AS_OF).out
    assert "this row of the file was rejected" in explained


def test_a_rejected_row_beside_good_ones_takes_nothing_away(store: Store, workspace: Path) -> None:
    write_practices(workspace, "A81001")
    lines = [crosstab_line("A81001", month="01OCT2025", count=count) for count in ("1,234", 12)]
    make_crosstab(workspace / "inbox" / "october.csv", lines)
    assert outcomes(store, workspace, "appointments", OCTOBER, AS_OF) == {"A81001": ("received", None)}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("file", ["appointments", "participation", "diabetes audit"])
def test_a_copy_that_was_filtered_to_one_icb_accuses_nobody_of_another(
    store: Store, workspace: Path, file: str
) -> None:
    north, south = [f"A8100{n}" for n in range(1, 7)], [f"L8100{n}" for n in range(1, 7)]
    in_two_icbs(workspace, north, south)
    inbox = workspace / "inbox"
    if file == "appointments":
        make_crosstab(inbox / "copy.csv", [crosstab_line(code, month="01OCT2025") for code in north[1:]])
        asked = ("appointments", OCTOBER, AS_OF)
    elif file == "participation":
        month = datetime(2025, 10, 1)
        rows = [participation_row(code, "Yes", "Yes", "No", month) for code in north[1:]]
        make_telephony_participation(inbox / "copy.xlsx", rows)
        asked = ("digital_telephony", OCTOBER, AS_OF)
    else:
        make_diabetes_audit(inbox / "copy.xlsx", [("16C", code, "THE SURGERY", 245, 52.4) for code in north[1:]])
        asked = ("national_diabetes_audit", "2024-07-01", AS_OF)
    found = outcomes(store, workspace, *asked)
    cause = "suppressed" if file == "participation" else "source_incomplete"  # a row that it lacks tells nothing
    assert {found[code] for code in south} == {("not_known", cause)}
    assert {found[code][0] for code in north[1:]} == {"received"}
    assert found[north[0]][0] == ("not_known" if file == "participation" else "not_received")


def test_a_contract_year_that_goes_on_is_not_judged_by_the_dates_of_dementia_data(
    store: Store, workspace: Path
) -> None:
    (workspace / "monitor.toml").write_text("monitor_from = 2023-04-01\n", encoding="utf-8")
    write_practices(workspace, "A81001", "A81002", "A81003")
    due(workspace, "alcohol_and_dementia", "2024-04-01", "2025-04-30")
    due_before = "N2,alcohol_and_dementia,extended,2023-04-01,national,2024-04-30,Announced"
    with (workspace / "inbox" / "notices.csv").open("a") as notices:
        notices.write(due_before + "\n")
    rows = [
        dementia_row("A81001", "02-Apr-24"),
        dementia_row("A81002", "31-Mar-24"),
        dementia_row("A81003", "28-Feb-23"),
    ]
    make_dementia_data_date(workspace / "inbox" / "dates.csv", rows)
    ended = outcomes(store, workspace, "alcohol_and_dementia", "2023-04-01", "2025-06-01")
    assert (ended["A81002"][0], ended["A81003"][0]) == ("received", "not_received")
    going_on = outcomes(store, workspace, "alcohol_and_dementia", "2024-04-01", "2025-06-01")
    assert (going_on["A81001"][0], going_on["A81002"][0]) == ("received", "not_known")


@pytest.mark.slow
def test_data_shown_before_the_year_has_ended_accuse_nobody_of_those_who_sent(
    monitor: Monitor, store: Store, workspace: Path
) -> None:
    write_practices(workspace, "A81001", "A81002")
    due(workspace, "indicators_no_longer_in_qof", "2025-04-01", "2025-12-31")
    rows = [contract_row("A81001", "INLIQ04", "14", day="2025-06-30", service="INLIQ 2025-26")]
    make_core_gp_contract(workspace / "inbox" / "INLIQ Q1 2025-26.csv", rows)
    asked = ("indicators_no_longer_in_qof", "2025-04-01")
    during = outcomes(store, workspace, *asked, "2026-02-01")
    assert {status for status, _ in during.values()} == {"not_known"}
    assert outcomes(store, workspace, *asked, "2026-03-31")["A81001"] == ("received", None)
    monitor("load", "-w", workspace)
    explained = monitor("explain", "A81001", *asked, "-w", workspace, "--as-of", "2026-02-01").out
    assert "counts from the end of the period on" in explained


def test_one_wrong_year_does_not_make_an_old_file_the_newest(store: Store, workspace: Path) -> None:
    write_practices(workspace, "A81001", "A81002")
    first = [crosstab_line("A81001", "01OCT2025", count=0), crosstab_line("A81002", "01OCT2099")]
    make_crosstab(workspace / "inbox" / "Practice_Level_Crosstab_Oct_25.csv", first)
    again = [crosstab_line("A81001", "01OCT2025", count=3)]
    make_crosstab(workspace / "inbox" / "Practice_Level_Crosstab_Oct_25_v2.csv", again)
    found = outcomes(store, workspace, "appointments", OCTOBER, AS_OF)
    assert found == {"A81001": ("received", None), "A81002": ("not_known", "suppressed")}
    rejected = store.connection.execute("SELECT reason, column_name FROM data.rejected_row").fetchall()
    assert rejected == [("submitted_in_future", "period_start")]


def test_an_older_report_of_networks_does_not_open_a_closed_one_again(store: Store, workspace: Path) -> None:
    make_report(workspace / "inbox" / "a newer.csv", [network("U12345", closed="20240630"), network("U12346")])
    older = [network("U12345"), network("U12346")]
    make_report(workspace / "inbox" / "b older.csv", older)
    found = outcomes(store, workspace, "declaration_digital_telephony", "2024-04-01", AS_OF)
    assert found["U12345"] == ("not_required", "not_open")
    assert found["U12346"][0] != "not_required"


def test_a_blank_figure_of_the_workforce_file_is_not_the_same_as_NA(store: Store, workspace: Path) -> None:
    write_practices(workspace, "A81001", "A81002")
    blank = [[*line[:-1], ""] for line in figures("A81001")]
    none = [[*line[:-1], "0" if "Direct" in line[2] else "NA"] for line in figures("A81002")]
    name = "3 General Practice – October 2025 Practice Level - High level.csv"
    make_high_level(workspace / "inbox" / name, [*blank, *none])
    found = outcomes(store, workspace, "workforce", OCTOBER, AS_OF)
    assert found["A81001"] == ("not_known", "suppressed")
    assert found["A81002"][0] == "not_received"


def test_a_file_that_a_spreadsheet_cut_off_accuses_nobody(store: Store, workspace: Path) -> None:
    """As if three rows were the most that it can hold: at its true size the test would take a million."""
    write_practices(workspace, "A81001", "A81002", "A81003", "A81004")
    lines = [crosstab_line(f"A8100{n}", month="01OCT2025") for n in (1, 2, 3)]
    make_crosstab(workspace / "inbox" / "october.csv", lines)
    (cut_off, _) = store.take_in(workspace / "inbox", LATER, most_rows=3)
    assert "as many as a spreadsheet can hold" in (cut_off.detail or "")
    assert outcomes(store, workspace, "appointments", OCTOBER, AS_OF)["A81004"] == ("not_known", "source_incomplete")
