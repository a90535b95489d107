"""Reports of the Organisation Data Service without headings, and the two exports of CQRS."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from asking import SHARED_DATA, write_csv
from layouts import cqrs, ods
from memory_store import MemoryStore

from monitor.status.organisations import rebuild_organisations

INLIQ = "indicators_no_longer_in_qof"

REGISTER = """
    organisation_code,organisation_name,contract_type,opened_on
    A81001,FIRST SURGERY,GMS,2000-01-01
    A81002,SECOND SURGERY,GMS,2000-01-01
"""


def loaded(store: MemoryStore) -> list[tuple[Any, ...]]:
    """Of each file: format, rows loaded, duplicate and rejected."""
    sql = "SELECT format, rows_loaded, rows_duplicate, rows_rejected FROM data.loaded_file ORDER BY file_name"
    return store.rows(sql)


REPORTS: list[tuple[str, list[list[str]]]] = [
    ("epcn", [ods.network(), ods.network("U54321", closed="20240331")]),
    ("epcncorepartnerdetails", [ods.partner(), ods.partner("A81002", until="20240331")]),
    ("ebranchs", [ods.branch(), ods.branch("A81001002", opened="", closed="20200101")]),
    ("succ", [ods.succession(), ods.succession("RXA", "RXB")]),
]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("with_headings", [False, True])
def test_a_report_is_known_by_what_stands_in_its_columns(store: MemoryStore, with_headings: bool) -> None:
    for name, rows in REPORTS:
        headings = [f"Column {number}" for number in range(len(rows[0]))] if with_headings else None
        ods.make_report(store.inbox / f"downloaded {name}.csv", rows, headings)
    store.load()
    assert loaded(store) == [(name, 2, 0, 0) for name, _ in sorted(REPORTS)]


def test_a_damaged_row_is_rejected_by_itself(store: MemoryStore) -> None:
    for name, rows in REPORTS:
        bad = ["" if value in ("A81001", "U12345") else value for value in rows[0]]
        if name == "succ":
            bad[1] = ""
        ods.make_report(store.inbox / f"downloaded {name}.csv", [*rows, bad])
    store.load(in_part=True)
    assert loaded(store) == [(name, 2, 0, 1) for name, _ in sorted(REPORTS)]


def test_networks_partners_and_successors_become_facts_of_organisations(store: MemoryStore) -> None:
    write_csv(store.inbox / "organisations.csv", REGISTER)
    for name, rows in REPORTS:
        ods.make_report(store.inbox / f"{name}.csv", rows)
    store.load()
    rebuild_organisations(store.connection)
    found = store.rows(
        "SELECT organisation_code, organisation_kind, pcn_code, sub_icb_code, successor_code "
        "FROM data.organisation_dated WHERE to_on > DATE '2025-06-01' ORDER BY ALL"
    )
    facts: dict[str, tuple[Any, ...]] = {code: tuple(told) for code, *told in found}
    assert facts["A81001"] == ("practice", "U12345", None, "A81002")
    assert facts["A81002"][1] is None
    assert facts["U12345"] == ("pcn", "U12345", "16C", None)


def test_cqrs_participation_of_a_service_that_feeds_a_return_is_participation(store: MemoryStore) -> None:
    ends_before_it_begins = cqrs.participation("A81002", until="20230331")
    rows = [cqrs.participation(), cqrs.participation("A81002", "QOF2425"), ends_before_it_begins]
    cqrs.make_export(store.inbox / "export.csv", cqrs.PARTICIPATION, rows)
    store.load(in_part=True)
    assert loaded(store) == [("CQRS participation", 2, 0, 1)]
    sql = "SELECT organisation_code, return_code, state, from_on, to_on FROM data.participation_stated"
    assert store.rows(sql) == [("A81001", INLIQ, "accepted", date(2024, 4, 1), date(2025, 3, 31))]


def test_the_cqrs_extract_is_a_submission_log(store: MemoryStore) -> None:
    write_csv(store.inbox / "organisations.csv", REGISTER)
    write_csv(
        store.inbox / "notices.csv",
        """
        notice_id,return_code,kind,period_start,scope,new_due_on,reason
        N1,indicators_no_longer_in_qof,extended,2024-04-01,national,2025-04-06,Extraction announced
        """,
    )
    first, again = cqrs.field(sent="05/04/2025 19:36:07", last="N"), cqrs.field(sent="10/04/2025 08:00:00")
    second = cqrs.field(indicator="INLIQ02", sent="05/04/2025 19:36:07", last="N")
    late = cqrs.field("a81002 ", sent="10/04/2025 08:00:00")
    cqrs.make_export(store.inbox / "extract.csv", cqrs.EXTRACT, [first, second, first, again, late])
    store.load()
    store.derive(date(2025, 6, 1), INLIQ)
    sql = """
        SELECT organisation_code, status, days_late, attempts, strftime(received_at, '%d %H:%M') AS received
        FROM return_status_row WHERE return_code = 'indicators_no_longer_in_qof' AND period_start = DATE '2024-04-01'
        ORDER BY ALL
    """
    assert store.rows(sql) == [
        ("A81001", "received", None, 2, "05 19:36"),
        ("A81002", "received_late", 4, 1, "10 08:00"),
    ]
    assert ("CQRS data extract", 4, 1, 0) in loaded(store)


# What is changed in a row of the extract; for what it is rejected, and in which column.
CHANGES: list[tuple[dict[str, str], str | None, str | None]] = [
    ({"ACH_DATE": "31/03/2025"}, None, None),
    ({"ACH_DATE": "soon"}, "bad_date", "ach_date"),
    ({"ACH_DATE": ""}, "missing_value", "ach_date"),
    ({"SUBMIT_DATE": "2025-13-01"}, "bad_date", "submit_date"),
    ({"SUBMIT_DATE": "05/04/2035"}, "submitted_in_future", "submit_date"),
    ({"SUBMIT_TIME": "19:36"}, None, None),
    ({"ORG_CODE": "?"}, "bad_code", "organisation_code"),
    ({"VALUE": "*"}, None, None),
]


def test_a_row_of_the_extract_is_taken_or_rejected_with_its_reason(store: MemoryStore) -> None:
    rows = [
        dict(zip(cqrs.EXTRACT, cqrs.field(f"A81{place:03}"), strict=True)) | change
        for place, (change, _, _) in enumerate(CHANGES)
    ]
    cqrs.make_export(store.inbox / "extract.csv", cqrs.EXTRACT, [list(row.values()) for row in rows])
    store.load(in_part=True)
    rejected = store.rows("SELECT row_number, reason, column_name FROM data.rejected_row ORDER BY row_number")
    assert rejected == [(row, reason, column) for row, (_, reason, column) in enumerate(CHANGES, 2) if reason]


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the published files are not on this machine")
@pytest.mark.parametrize(
    ("name", "format_name"),
    [("cqrs-extract-format.csv", "CQRS data extract"), ("cqrs-participation-format.csv", "CQRS participation")],
)
def test_the_published_examples_are_taken_whole(store: MemoryStore, name: str, format_name: str) -> None:
    copy = store.inbox / name
    copy.write_bytes((SHARED_DATA / "cqrs" / name).read_bytes())
    store.load()
    ((known_as, good, _, rejected),) = loaded(store)
    assert (known_as, rejected) == (format_name, 0)
    assert good > 0
