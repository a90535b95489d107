"""A register whose days or contract could not be read accuses nobody of what it may not owe."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from asking import write_csv
from inbox import HEADING, NOW, row
from memory_store import MemoryStore

from monitor.ingest.dismissals import Dismissed, dismiss, rejected

HEADINGS = "organisation_code,organisation_name,contract_type,opened_on,closed_on"
UNKNOWN, MISSED = ("not_known", "row_rejected"), ("not_received", "unexplained")


@pytest.fixture
def store(store: MemoryStore) -> MemoryStore:
    store = replace(store, now=NOW)
    write_csv(store.inbox / "log.csv", HEADING + row(organisation_code="A81099"))
    return store


def register(store: MemoryStore, line: str, days: int = 0, name: str = "organisations.csv") -> MemoryStore:
    """The store, some days later, with A81001 as this line has it: contract, opening, closing."""
    write_csv(store.inbox / name, f"{HEADINGS}\nA81001,The Surgery,{line}\nA81002,The Other,,,\n")
    store = replace(store, now=store.now + timedelta(days=days))
    store.load_any()
    return store


def standing(store: MemoryStore) -> tuple[str, str]:
    """Of the workforce return of March."""
    status, cause, _ = store.statuses("workforce", "2025-03-01", "2025-06-01")["A81001"]
    return status, cause


@pytest.mark.one_in(6)
@pytest.mark.parametrize(
    ("line", "wanted", "left_out"),
    [
        ("GMS,,soon", UNKNOWN, [("closed_on", "soon", "bad_date")]),
        ("GMS,1/4/24 or so,", UNKNOWN, [("opened_on", "1/4/24 or so", "bad_date")]),
        ("GMS,2024-05-01,2024-04-01", UNKNOWN, [("closed_on", "2024-04-01", "bad_date")]),
        ("some,,", MISSED, [("contract_type", "some", "bad_code")]),  # it binds every contract
        ("GMS,2024-05-01,2025-12-31", MISSED, []),
        ("GMS,,2025-02-28", None, []),
    ],
)  # fmt: skip
def test_what_decides_whether_anything_is_owed_and_could_not_be_read_accuses_nobody(
    store: MemoryStore, line: str, wanted: tuple[str, str] | None, left_out: list[tuple[str, ...]]
) -> None:
    register(store, line)
    found = store.statuses("workforce", "2025-03-01", "2025-06-01")
    assert (found["A81001"][:2] if "A81001" in found else None) == wanted
    assert found["A81002"][:2] == MISSED
    assert store.rows("SELECT column_name, cell_text, reason FROM data.value_left_out ORDER BY ALL") == left_out
    assert store.counts()["organisations.csv"] == (2, 2, 0, 0)


@pytest.mark.one_in(6)
@pytest.mark.parametrize(
    ("corrected", "name", "wanted"),
    [
        ("GMS,,", "organisations.csv", MISSED),
        ("GMS,,", "corrected.csv", MISSED),
        ("GMS,,2025-12-31", "corrected.csv", MISSED),
        ("PMS,,soon", "organisations.csv", UNKNOWN),
        ("GMS,,later", "organisations.csv", UNKNOWN),
    ],
)
def test_it_is_so_until_a_newer_row_can_be_read(
    store: MemoryStore, corrected: str, name: str, wanted: tuple[str, str]
) -> None:
    register(store, "GMS,,soon")
    later = register(store, corrected, 1, name)
    assert standing(later) == wanted


@pytest.mark.slow
def test_the_same_row_again_is_a_duplicate_and_ends_nothing(store: MemoryStore) -> None:
    register(store, "GMS,,soon")
    write_csv(store.inbox / "again.csv", f"{HEADINGS}\nA81001,The Surgery,GMS,,soon\n")
    store.now += timedelta(days=1)
    store.load_any()
    assert store.counts()["again.csv"] == (1, 0, 1, 0)
    assert standing(store) == UNKNOWN


def test_the_same_file_with_another_row_ends_nothing_and_shows_it_still(store: MemoryStore) -> None:
    register(store, "GMS,,soon")
    write_csv(store.inbox / "organisations.csv", f"{HEADINGS}\nA81001,The Surgery,GMS,,soon\nA81003,A Third,,,\n")
    store.now += timedelta(days=1)
    store.load_any()
    assert standing(store) == UNKNOWN
    assert [(file, number, text) for file, _, number, _, _, _, text, *_ in rejected(store.connection)] == [
        ("organisations.csv", 2, "soon")
    ]


def test_it_can_be_dismissed(store: MemoryStore) -> None:
    register(store, "GMS,,soon")
    ((_, _, _, what, reason, column, _, code, *_),) = rejected(store.connection)
    assert (what, reason, column, code) == ("value", "bad_date", "closed_on", "A81001")
    dismiss(store.connection, Dismissed("organisations.csv", 2), "Ann", "it is open", store.now)
    assert standing(store) == MISSED
    assert rejected(store.connection) == []
