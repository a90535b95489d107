"""What people write in their files, read as they meant it; and what they did not mean is said, and accuses nobody."""

from __future__ import annotations

import pytest
from inbox import drop, workbook
from memory_store import MemoryStore

PRACTICES = "organisation_code,organisation_name,contract_type\n" + "".join(
    f"Z9800{number},Practice {number},GMS\n" for number in range(1, 5)
)
LOG = "organisation_code,return_code,period_start,submitted_at,outcome,record_count\n"

# What one practice's row of a log says of workforce in September 2025, in the order of the columns above.
WRITTEN = [
    'Z98001,workforce,2025-09-01,2025-09-24T10:15:00,accepted,"1,234"',
    "Z98001,workforce,2025-09-01,2025-09-24T10:15:00,accepted,1.2E+03",
    "Z98001,workforce,2025-09-01,2025-09-24T10:15:00,accepted,n/a",
    "Z98001,workforce,01/09/2025,24/09/2025 10:15,accepted,12",
    "Z98001,workforce,2025-09-01,2025-09-24 9:05,accepted,12",
    "Z98001,workforce,2025-09-01,2025-09-24 09:05 UTC,accepted,12",
    "Z98001,workforce,45901,45924.5,accepted,12",
    "Z98001,workforce,Sept-25,24/09/2025,ACCEPTED,12",
    "z98001,Workforce,September 2025,24-Sep-2025,Accepted,12",
    "\u200bZ98001\u200e,workforce,2025-09-01,2025-09-24T23:59:60Z,accepted,12",
    "Z98001,workforce,2025-09-01,2025-08-31 16:40,accepted,12",
    ",,,,,\nZ98001,workforce,2025-09-01,2025-09-24,nil,\n,,,,,\n\x1a",
]


@pytest.mark.parametrize("row", WRITTEN)
def test_what_was_sent_is_received_however_the_row_is_written(store: MemoryStore, row: str) -> None:
    drop(store.folder, "practices.csv", PRACTICES)
    drop(store.folder, "log.csv", f"{LOG}Z98002,workforce,2025-09-01,2025-09-24T10:16:00,accepted,12\n{row}\n")
    store.load()
    assert store.counts()["log.csv"] == (2, 2, 0, 0)
    statuses = {code: told[0] for code, told in store.statuses("workforce", "2025-09-01", "2025-10-10").items()}
    assert statuses == {
        "Z98001": "received", "Z98002": "received", "Z98003": "not_received", "Z98004": "not_received",
    }  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        'Z98005,Quayside,GMS,"8,123"',
        "Z98005,Quayside,GMS,n/a",
        "Z98005,Quayside,General Medical Services,8123",
        "Z98005,Quayside,a practice contract,8123",
    ],
)
def test_no_practice_leaves_the_register_for_a_cell_that_it_need_not_have(store: MemoryStore, row: str) -> None:
    drop(store.folder, "practices.csv", f"ODS Code,Practice name,Contract type,List size\n{row}\n")
    store.load()
    statuses = store.statuses("workforce", "2025-09-01", "2025-10-10")
    assert list(statuses) == ["Z98005"]


def test_an_organisation_closed_before_it_opened_stays_in_the_register_and_its_end_is_kept(store: MemoryStore) -> None:
    heading = "organisation_code,organisation_name,opened_on,closed_on\n"
    drop(store.folder, "practices.csv", f"{heading}Z98005,Quayside,01/04/2024,31/03/2024\n")
    (loaded,) = store.load()
    assert loaded.detail == "1 value could not be read and left out, the rows are loaded: closed_on 1"
    assert store.rows("SELECT opened_on IS NULL, closed_on FROM data.organisation_row") == [(False, None)]
    kept = "SELECT row_number, column_name, cell_text FROM data.rejected_value"
    assert store.rows(kept) == [(2, "closed_on", "31/03/2024")]


def test_a_supplier_that_is_a_word_for_none_is_none(store: MemoryStore) -> None:
    words = ["N/A", "none", "Unknown", "TBC", "-", "?", "no data", "Not known", "8x8", "EMIS; n/a"]
    rows = "".join(f"A810{place:02},Practice,{word}\n" for place, word in enumerate(words))
    drop(store.folder, "practices.csv", f"organisation_code,organisation_name,clinical_supplier\n{rows}")
    store.load()
    keys = "SELECT supplier_keys(clinical_supplier) FROM data.organisation_row ORDER BY row_number"
    assert [key for (key,) in store.rows(keys)] == [None] * 8 + [";8x8;", ";emis;"]


def test_an_extension_to_a_day_before_the_due_date_is_rejected(store: MemoryStore) -> None:
    heading = "notice_id,return_code,kind,period_start,scope,new_due_on,reason\n"
    drop(
        store.folder,
        "notices.csv",
        f"{heading}N1,workforce,extended,Sep-25,national,29/09/2025,why\nN2,workforce,extended,Sep-25,national,30/09/2025,why\n",
    )
    store.load(in_part=True)
    assert store.rows("SELECT row_number, reason, column_name FROM data.rejected_row") == [
        (2, "bad_date", "new_due_on")
    ]
    assert store.rows("SELECT notice_id FROM data.notice_row") == [("N2",)]


def test_a_workbook_with_titles_days_as_numbers_and_merged_codes_says_the_same(store: MemoryStore) -> None:
    drop(store.folder, "practices.csv", PRACTICES)
    rows: list[list[object]] = [
        ["Submissions of the ICB"],
        ["made on 1 October 2025"],
        [],
        ["ODS Code", "Practice", "Collection", "Month", "Date submitted", "Status"],
        ["Z98001", "Practice 1", "workforce", 45901, 45924.5, "Accepted"],
        ["Z98002", "Practice 2", "workforce", "Sep-25", "24/09/2025 9:05", "accepted"],
    ]
    drop(store.folder, "log.xlsx", workbook(rows))
    loaded = {file.identity.name: file.detail for file in store.load()}
    assert loaded["log.xlsx"] == "headings found in row 4; columns not used: practice"
    statuses = {code: told[0] for code, told in store.statuses("workforce", "2025-09-01", "2025-10-10").items()}
    assert statuses == {
        "Z98001": "received", "Z98002": "received", "Z98003": "not_received", "Z98004": "not_received",
    }  # fmt: skip
