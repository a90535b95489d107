"""Reports of the Organisation Data Service without headings, and the two exports of CQRS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from asking import SHARED_DATA, Monitor, write_csv
from layouts import cqrs, ods

REGISTER = """
    organisation_code,organisation_name,contract_type,opened_on
    A81001,FIRST SURGERY,GMS,2000-01-01
    A81002,SECOND SURGERY,GMS,2000-01-01
"""


def asked(monitor: Monitor, workspace: Path, sql: str) -> list[dict[str, Any]]:
    monitor("run", "-w", workspace, "--as-of", "2025-06-01")
    return json.loads(monitor("sql", sql, "-w", workspace, "--format", "json").out)


def loaded(monitor: Monitor, workspace: Path) -> list[tuple[Any, ...]]:
    sql = "SELECT format, rows_loaded, rows_duplicate, rows_rejected FROM loaded_file ORDER BY file_name"
    return [tuple(row.values()) for row in asked(monitor, workspace, sql)]


REPORTS = [
    ("epcn", [ods.network(), ods.network("U54321", closed="20240331")]),
    ("epcncorepartnerdetails", [ods.partner(), ods.partner("A81002", until="20240331")]),
    ("ebranchs", [ods.branch(), ods.branch("A81001002", opened="", closed="20200101")]),
    ("succ", [ods.succession(), ods.succession("RXA", "RXB")]),
]


@pytest.mark.parametrize(("name", "rows"), REPORTS, ids=[name for name, _ in REPORTS])
@pytest.mark.parametrize("with_headings", [False, True])
def test_a_report_is_known_by_what_stands_in_its_columns(monitor, workspace, name, rows, with_headings) -> None:
    headings = [f"Column {number}" for number in range(len(rows[0]))] if with_headings else None
    ods.make_report(workspace / "inbox" / "download.csv", rows, headings)
    assert loaded(monitor, workspace) == [(name, 2, 0, 0)]


@pytest.mark.parametrize(("name", "rows"), REPORTS, ids=[name for name, _ in REPORTS])
def test_a_damaged_row_is_rejected_by_itself(monitor, workspace, name, rows) -> None:
    bad = ["" if value in ("A81001", "U12345") else value for value in rows[0]]
    if name == "succ":
        bad[1] = ""
    ods.make_report(workspace / "inbox" / "download.csv", [*rows, bad])
    assert loaded(monitor, workspace) == [(name, 2, 0, 1)]


def test_networks_partners_and_successors_become_facts_of_organisations(monitor, workspace) -> None:
    write_csv(workspace / "inbox" / "organisations.csv", REGISTER)
    for name, rows in REPORTS:
        ods.make_report(workspace / "inbox" / f"{name}.csv", rows)
    rows = asked(
        monitor,
        workspace,
        "SELECT organisation_code, organisation_kind, pcn_code, sub_icb_code, successor_code FROM organisation "
        "WHERE valid_to IS NULL OR valid_to > DATE '2025-06-01' ORDER BY organisation_code",
    )
    facts = {row.pop("organisation_code"): tuple(row.values()) for row in rows}
    assert facts["A81001"] == ("practice", "U12345", None, "A81002")
    assert facts["A81002"][1] is None
    assert facts["U12345"] == ("pcn", "U12345", "16C", None)


def test_cqrs_participation_of_a_service_that_feeds_a_return_is_participation(monitor, workspace) -> None:
    ends_before_it_begins = cqrs.participation("A81002", until="20230331")
    rows = [cqrs.participation(), cqrs.participation("A81002", "QOF2425"), ends_before_it_begins]
    cqrs.make_export(workspace / "inbox" / "export.csv", cqrs.PARTICIPATION, rows)
    assert loaded(monitor, workspace) == [("CQRS participation", 2, 0, 1)]
    sql = "SELECT organisation_code, return_code, state, from_on, to_on FROM participation"
    (row,) = asked(monitor, workspace, sql)
    assert list(row.values()) == ["A81001", "indicators_no_longer_in_qof", "accepted", "2024-04-01", "2025-03-31"]


def test_the_cqrs_extract_is_a_submission_log(monitor, workspace) -> None:
    write_csv(workspace / "inbox" / "organisations.csv", REGISTER)
    write_csv(
        workspace / "inbox" / "notices.csv",
        """
        notice_id,return_code,kind,period_start,scope,new_due_on,reason
        N1,indicators_no_longer_in_qof,extended,2024-04-01,national,2025-04-06,Extraction announced
        """,
    )
    (workspace / "monitor.toml").write_text("monitor_from = 2024-04-01\n")
    first, again = cqrs.field(sent="05/04/2025 19:36:07", last="N"), cqrs.field(sent="10/04/2025 08:00:00")
    second = cqrs.field(indicator="INLIQ02", sent="05/04/2025 19:36:07", last="N")
    late = cqrs.field("a81002 ", sent="10/04/2025 08:00:00")
    cqrs.make_export(workspace / "inbox" / "extract.csv", cqrs.EXTRACT, [first, second, first, again, late])
    sql = """
        SELECT organisation_code, status, days_late, attempts, strftime(received_at, '%d %H:%M') AS received
        FROM return_status WHERE return_code = 'indicators_no_longer_in_qof' AND period_start = DATE '2024-04-01'
        ORDER BY ALL
    """
    assert [tuple(row.values()) for row in asked(monitor, workspace, sql)] == [
        ("A81001", "received", None, 2, "05 19:36"),
        ("A81002", "received_late", 4, 1, "10 08:00"),
    ]
    assert ("CQRS data extract", 4, 1, 0) in loaded(monitor, workspace)


@pytest.mark.parametrize(
    ("change", "reason", "column"),
    [
        ({"ACH_DATE": "31/03/2025"}, None, None),
        ({"ACH_DATE": "soon"}, "bad_date", "ach_date"),
        ({"ACH_DATE": ""}, "missing_value", "ach_date"),
        ({"SUBMIT_DATE": "2025-13-01"}, "bad_date", "submit_date"),
        ({"SUBMIT_DATE": "05/04/2035"}, "submitted_in_future", "submit_date"),
        ({"SUBMIT_TIME": "19:36"}, None, None),
        ({"ORG_CODE": "?"}, "bad_code", "organisation_code"),
        ({"VALUE": "*"}, None, None),
    ],
)
def test_a_row_of_the_extract_is_taken_or_rejected_with_its_reason(monitor, workspace, change, reason, column) -> None:
    row = dict(zip(cqrs.EXTRACT, cqrs.field(), strict=True)) | change
    cqrs.make_export(workspace / "inbox" / "extract.csv", cqrs.EXTRACT, [list(row.values())])
    rejected = asked(monitor, workspace, 'SELECT reason, "column" FROM rejected_row')
    assert [tuple(r.values()) for r in rejected] == ([(reason, column)] if reason else [])


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the published files are not on this machine")
@pytest.mark.parametrize(
    ("name", "format_name"),
    [("cqrs-extract-format.csv", "CQRS data extract"), ("cqrs-participation-format.csv", "CQRS participation")],
)
def test_the_published_examples_are_taken_whole(monitor, workspace, name, format_name) -> None:
    copy = workspace / "inbox" / name
    copy.write_bytes((SHARED_DATA / "cqrs" / name).read_bytes())
    ((known_as, good, _, rejected),) = loaded(monitor, workspace)
    assert (known_as, rejected) == (format_name, 0)
    assert good > 0
