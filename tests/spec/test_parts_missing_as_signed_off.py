"""What a received return came without, as a reader of the rules signed it off: from dropped files to return_status."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from asking import write_csv, write_practices
from layouts.appointments import ANNEX_NAME, annex_place, make_annex
from layouts.telephony import DECEMBER, make_telephony_summary, summary_row
from layouts.workforce import DETAILED_NAME, make_detailed, practice, sources
from memory_store import MemoryStore

TABLE = (Path(__file__).parent / "parts_missing.txt").read_text(encoding="utf-8")
LINES = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in TABLE.splitlines()
    if line and not line.startswith(("#", "=="))
]
ANSWER = """
    SELECT organisation_code, status, coalesce(parts_missing, '-') FROM return_status_row
    WHERE period_start = '{}' ORDER BY organisation_code
"""


def about(return_code: str) -> list[tuple[str, ...]]:
    return [
        (f"A8100{place}", *rest) for place, (code, *rest) in enumerate(line for line in LINES if line[0] == return_code)
    ]


def answer(store: MemoryStore, period: str, as_of: date, return_code: str) -> list[tuple[str, str, str]]:
    store.derive(as_of, return_code)
    return store.rows(ANSWER.format(period))


@pytest.mark.slow
def test_of_workforce_the_groups_that_were_not_provided(store: MemoryStore) -> None:
    lines = about("workforce")
    write_practices(store.folder, *(code for code, *_ in lines))
    rows = [practice(code, **sources(*said.replace("; -", "; NA").split("; "))) for code, said, *_ in lines]
    make_detailed(store.inbox / DETAILED_NAME, rows)
    store.load()
    assert answer(store, "2024-06-01", date(2024, 8, 31), "workforce") == [(code, *rest) for code, _, *rest in lines]


def test_of_appointments_the_categories_above_the_stated_share(store: MemoryStore) -> None:
    lines = about("appointments")
    write_practices(store.folder, *(code for code, *_ in lines))
    practices = []
    for code, said, *_ in lines:
        count, unmapped = said.split("; ")
        parts = ("*", "*") if unmapped == "-" else (int(count) - int(unmapped), int(unmapped))
        practices.append((annex_place(code), int(count), parts))
    make_annex(store.inbox / ANNEX_NAME, practices)
    store = replace(store, now=datetime(2026, 4, 15, 9, tzinfo=UTC))
    store.load()
    assert answer(store, "2026-02-01", date(2026, 4, 15), "appointments") == [(code, *rest) for code, _, *rest in lines]


@pytest.mark.one_in(4)
@pytest.mark.parametrize("line", about("digital_telephony"), ids=lambda line: line[1])
def test_of_telephony_the_call_backs_that_a_supplier_sends_of_nobody(store: MemoryStore, line: tuple[str, ...]) -> None:
    counts = line[1].split("; ")
    codes = [f"G8100{place}" for place in range(len(counts))]
    rows_of_register = [f"{code},Surgery {code},Fiction Calls" for code in codes]
    heading = "organisation_code,organisation_name,telephony_supplier"
    write_csv(store.inbox / "organisations.csv", "\n".join([heading, *rows_of_register]))
    rows = []
    for code, count in zip(codes, counts, strict=True):
        row = summary_row(code)
        row[-8] = count if count == "*" else int(count)
        rows.append(row)
    make_telephony_summary(store.inbox / "summary.xlsx", rows)
    store.load()
    found = answer(store, f"{DECEMBER:%Y-%m-%d}", date(2026, 2, 15), "digital_telephony")
    assert found == [(code, *line[2:]) for code in codes]
