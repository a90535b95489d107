"""Rates, summaries and changes, against what is counted row by row; the dictionary, against the views themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Show, write_csv, write_two_practices

from benchmarks.stages import COUNTED
from monitor.api import OpenWorkspace, open_workspace
from monitor.publish.dictionary import EXAMPLES, FIRST, JOINS, KEYS, Join

Row = dict[str, object]
RECEIVED = ("received", "received_late")
UNFINISHED = re.compile(r"(\b(separated( by)?|of|the|and|or)|[,;:(-])$")  # as where a semicolon once ended a comment


@pytest.fixture(scope="module")
def copy(demo_made_once: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_made_once / "published" / "monitor.duckdb"), read_only=True) as connection:
        yield connection


def rows(copy: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    cursor = copy.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def per_cent(part: int, of: int) -> float | None:
    return round(100 * part / of, 1) if of else None


# --------------------------------------------------------------------------------------------------------- rates


def owed_in(area: Row, statuses: list[Row]) -> list[Row]:
    """The expected returns of an area, looked for one by one."""
    network = lambda row: row["pcn_code"] or (row["organisation_code"] if row["organisation_kind"] == "pcn" else None)  # noqa: E731
    same = ("return_code", "period_start", "icb_code", "sub_icb_code")
    return [
        row for row in statuses
        if all(row[name] == area[name] for name in same) and network(row) == area["pcn_code"]
        and row["status"] not in ("not_required", "no_event")
    ]  # fmt: skip


def counted(owed: list[Row]) -> Row:
    known = [row for row in owed if row["status"] != "not_known"]
    received = [row for row in known if row["status"] in RECEIVED]
    on_time = [row for row in received if row["status"] == "received"]
    patients, covered = (sum(int(str(row["list_size"] or 0)) for row in these) for these in (known, received))
    missed = sum(bool(row["is_missed"]) for row in owed)
    of = len(known) if received or missed else 0  # of what nobody has sent yet there is no rate
    return {
        "expected": len(owed), "actual": len(received), "actual_on_time": len(on_time),
        "not_known": len(owed) - len(known), "missed": missed,
        "reporting_rate": per_cent(len(received), of), "on_time_rate": per_cent(len(on_time), of),
        "patients": patients or None, "patients_covered": covered if patients else None,
        "patients_covered_rate": per_cent(covered, patients if of else 0),
    }  # fmt: skip


def test_rates_are_what_is_counted_row_by_row(copy: duckdb.DuckDBPyConnection) -> None:
    statuses = rows(copy, "FROM return_status")
    areas = rows(copy, "FROM reporting_rate")
    for area in areas:
        expected = counted(owed_in(area, statuses))
        assert {name: area[name] for name in expected} == expected, area
    assert len(areas) > 100


def test_every_row_that_is_owed_is_in_one_area_and_nothing_else_is(copy: duckdb.DuckDBPyConnection) -> None:
    totals = "SELECT sum(expected), sum(actual + missed + not_known + not_yet_due) FROM reporting_rate"
    owed = """SELECT count(*) FROM return_status JOIN mandatory_return AS m USING (return_code)
              WHERE status <> 'not_required' AND m.kind <> 'event'"""
    (expected, in_parts), (rows_owed,) = copy.execute(totals).fetchall()[0], copy.execute(owed).fetchall()[0]
    assert expected == in_parts == rows_owed


def test_a_rate_of_what_nobody_knows_is_empty_and_never_0(copy: duckdb.DuckDBPyConnection) -> None:
    unknown = rows(copy, "FROM reporting_rate WHERE expected = not_known")
    assert unknown
    assert {row["reporting_rate"] for row in unknown} == {None}


def test_a_rate_of_what_is_not_due_and_has_not_come_is_empty_and_never_0(copy: duckdb.DuckDBPyConnection) -> None:
    waiting = rows(copy, "FROM reporting_rate WHERE expected = not_yet_due")
    assert {row["due_on"] is None for row in waiting} == {True, False}
    rates = ("reporting_rate", "on_time_rate", "patients_covered_rate")
    assert {row[name] for row in waiting for name in rates} == {None}


def test_the_summary_of_a_pcn_is_what_is_counted_row_by_row(copy: duckdb.DuckDBPyConnection) -> None:
    statuses, absences = rows(copy, "FROM return_status WHERE is_due"), rows(copy, "FROM absence WHERE is_open")
    summaries = rows(copy, "FROM pcn_summary")
    for pcn in summaries:
        code = pcn["pcn_code"]
        due = [row for row in statuses if code in (row["pcn_code"], row["organisation_code"])]
        absent = [row for row in absences if code in (row["pcn_code"], row["organisation_code"])]
        expected = counted(due)
        assert (pcn["due"], pcn["received"], pcn["missed"], pcn["reporting_rate"]) == (
            expected["expected"], expected["actual"], expected["missed"], expected["reporting_rate"],
        )  # fmt: skip
        assert pcn["open_absences"] == len(absent)
        assert pcn["longest_absence_periods"] == max((row["periods"] for row in absent), default=None)  # type: ignore[type-var]
    assert len(summaries) == 8


def test_every_month_that_is_over_is_rolled_up_by_the_run(copy: duckdb.DuckDBPyConnection) -> None:
    naive = """SELECT date_trunc('month', due_on)::DATE, return_code, icb_code,
                      count(*) FILTER (status <> 'not_required'), count(*) FILTER (status = 'not_received')
               FROM return_status WHERE due_on < DATE '2025-01-01' GROUP BY ALL"""
    kept = "SELECT month, return_code, icb_code, required, not_received FROM monthly_rollup"
    assert sorted(map(repr, copy.execute(kept).fetchall())) == sorted(map(repr, copy.execute(naive).fetchall()))
    assert copy.execute("SELECT DISTINCT as_of::VARCHAR FROM monthly_rollup").fetchall() == [("2025-01-31",)]


# -------------------------------------------------------------------------------------------------------- changes


@pytest.mark.proof
def test_what_changed_is_recorded_from_check_to_check(bare_workspace: Path, show: Show) -> None:
    write_two_practices(bare_workspace)
    log = bare_workspace / "inbox" / "log.csv"
    heading = "organisation_code,return_code,period_start,submitted_at,outcome\n"
    write_csv(log, heading + "Z98001,workforce,2025-11-01,2025-11-28,accepted")
    for day in (0, 1):
        said = changes_after(bare_workspace, day)
        assert said == []  # the first check is where changes begin; then nothing changes
    write_csv(log.with_name("next.csv"), heading + "Z98002,workforce,2025-11-01,2025-12-02,accepted")
    assert changes_after(bare_workspace, 1) == [
        ("2026-01-16", "2026-01-16", "Z98002", "2025-11-01", "not_received", "received_late")
    ]
    said = changes_after(bare_workspace, 17)
    show("What changed", ("before", "as of", "organisation", "period", "then", "now"), said)
    assert said[1:] == [
        ("2026-01-16", "2026-02-01", "Z98001", "2026-01-01", "not_due", "not_known"),
        ("2026-01-16", "2026-02-01", "Z98001", "2026-02-01", None, "not_due"),
        ("2026-01-16", "2026-02-01", "Z98002", "2026-01-01", "not_due", "not_known"),
        ("2026-01-16", "2026-02-01", "Z98002", "2026-02-01", None, "not_due"),
    ]


def changes_after(workspace: Path, days: int) -> list[tuple[object, ...]]:
    w: OpenWorkspace = open_workspace(workspace, lambda: NOW + timedelta(days=days), COUNTED)
    w.run()
    w.status(as_of="2025-12-24")  # a look back is no check, and changes nothing
    frame = w.sql(
        """SELECT as_of_before::VARCHAR, as_of::VARCHAR, organisation_code, period_start::VARCHAR,
                  status_before, status_now
           FROM status_change ORDER BY changed_at, organisation_code, period_start"""
    )
    return list(frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None))


# ------------------------------------------------------------------------------------------------- the dictionary


@pytest.mark.parametrize("view", KEYS)
def test_no_two_rows_have_the_same_key(copy: duckdb.DuckDBPyConnection, view: str) -> None:
    assert copy.execute(f"SELECT 1 FROM {view} GROUP BY {', '.join(KEYS[view])} HAVING count(*) > 1").fetchall() == []


@pytest.mark.parametrize("join", JOINS, ids=lambda join: f"{join.view}-{join.other}")
def test_views_join_as_the_dictionary_says(copy: duckdb.DuckDBPyConnection, join: Join) -> None:
    joined = f"SELECT count(*) FROM {join.view} AS r JOIN {join.other} AS o ON {join.on}"
    (count,) = copy.execute(joined).fetchall()[0]
    assert count > 0 or join.view == "status_change"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[0][:30])
def test_examples_run(copy: duckdb.DuckDBPyConnection, example: tuple[str, str]) -> None:
    found = copy.execute(example[1]).fetchall()
    assert found or "status_change" in example[1]  # nothing changes in a demo that was checked once


def test_the_dictionary_names_views_that_are_there_and_no_comment_is_cut_off(copy: duckdb.DuckDBPyConnection) -> None:
    views = {view for (view,) in copy.execute("SHOW TABLES").fetchall()}
    assert {*FIRST, *KEYS} <= views
    comments = """SELECT comment FROM duckdb_views() WHERE NOT internal
                  UNION SELECT comment FROM duckdb_columns() WHERE comment IS NOT NULL"""
    assert [words for (words,) in copy.execute(comments).fetchall() if UNFINISHED.search(words)] == []


@pytest.mark.slow
def test_an_organisation_that_takes_the_place_of_another_is_a_change(bare_workspace: Path) -> None:
    """Its returns are like those of the other one, and the kept rows name both by the same number."""
    write_two_practices(bare_workspace)
    assert changes_after(bare_workspace, 0) == []
    organisations = bare_workspace / "inbox" / "organisations.csv"
    header = "organisation_code,organisation_name,contract_type,opened_on,closed_on\n"
    organisations.write_text(
        header + "Z98001,Hill Street Surgery,GMS,,2024-01-31\nZ98003,New Street Surgery,GMS,,\n", encoding="utf-8"
    )
    said = changes_after(bare_workspace, 1)
    assert {(code, before is None, now is None) for _, _, code, _, before, now in said} == {
        ("Z98001", False, True), ("Z98003", True, False),
    }  # fmt: skip
