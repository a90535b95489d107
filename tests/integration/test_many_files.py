"""Many small logs are loaded together, and what comes of it is what comes of loading one after the other."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inbox import HEADING, STORED, drop, log, nhs_numbers, row
from memory_store import MemoryStore, store_in_memory

from monitor.store.ledger import breaks, entries

TABLES = ("loaded_file", "submission_row", "rejected_row", "rejected_value", "doubtful_row", "rejected_under")


def logs() -> Iterator[tuple[str, str]]:
    """(name, content) of logs with all that can be in one."""
    for number in range(12):
        yield f"a{number:02}.csv", log(row(organisation_code=f"A81{number:03}", submission_id=f"S{number}"))
    yield "b.csv", log(row(organisation_code="A81003", submission_id="S3"), row(organisation_code="A82001"))
    yield "c.csv", log(row(organisation_code="?"), row(period_start="2025-03-02"), row(organisation_code="A82002"))
    yield "d.csv", log(row(submitted_at="2026-01-01 10:00"), row(record_count="many", organisation_code="A82003"))
    yield "e.csv", HEADING
    yield "f.csv", HEADING + ",,,,,,,,\n\n" + row(organisation_code="A82004", submission_id="after a blank line")
    yield "g.csv", log(row(organisation_code="A82005", detail='"two\nlines"'), "A82006,workforce\n", row(detail='"'))
    yield "h.csv", log(row(organisation_code="a82007", submission_id=" spaces "), row(organisation_code="A82005"))
    yield "i.csv", log(row(outcome="sent"), row(return_code="unheard_of"), row(submitted_at="2024-01-01"))


def told(store: MemoryStore) -> dict[str, list[tuple[Any, ...]]]:
    rows = {table: store.rows(f"FROM data.{table} ORDER BY ALL") for table in TABLES}
    assert not list(breaks(entries(store.connection)))
    return rows | {"ledger": [(entry.kind, entry.content) for entry in entries(store.connection)]}


@contextmanager
def new_store(folder: Path) -> Iterator[MemoryStore]:
    """A store whose files are numbered from 1."""
    (folder / "inbox").mkdir(parents=True)
    with store_in_memory(folder) as connection:
        yield MemoryStore(connection, folder)


@pytest.fixture
def two_stores(tmp_path: Path) -> Iterator[tuple[MemoryStore, MemoryStore]]:
    with new_store(tmp_path / "one") as one, new_store(tmp_path / "other") as other:
        yield one, other


@pytest.mark.slow
def test_loaded_together_is_loaded_one_by_one(two_stores: tuple[MemoryStore, MemoryStore]) -> None:
    store, other = two_stores
    for name, content in logs():
        drop(store.folder, name, content)
    store.load_any()
    for name, content in logs():
        other.load_any(drop(other.folder, name, content))
    together, one_by_one = told(store), told(other)
    for table, rows in one_by_one.items():
        assert together[table] == rows, table
    assert store.load_any() == ()


def test_members_of_an_archive_are_loaded_together_too(store: MemoryStore) -> None:
    for name, content in logs():
        drop(store.folder, name, content)
    store.load_any()
    rows, counts = store.rows(STORED), {f"logs.zip/{name}": count for name, count in store.counts().items()}
    store.empty()
    with zipfile.ZipFile(store.folder / "logs.zip", "w") as packed:
        for name, content in logs():
            packed.writestr(name, content)
    store.load_any(store.folder / "logs.zip")
    assert store.rows(STORED) == rows
    assert store.counts() == counts | {"logs.zip": (0, 0, 0, 0)}
    assert store.load_any(store.folder / "logs.zip") == ()


@pytest.mark.slow
def test_a_log_of_patients_among_many_is_refused_alone(store: MemoryStore) -> None:
    for name, content in logs():
        drop(store.folder, name, content)
    drop(store.folder, "a05_patients.csv", log(*(row(submission_id=number) for number in nhs_numbers(3))))
    loaded = {file.identity.name: file.state for file in store.load_any()}
    assert loaded.pop("a05_patients.csv") == "refused"
    assert set(loaded.values()) == {"loaded"}
    assert not [
        text for (text,) in store.rows("SELECT submission_id FROM data.submission_row") if text in nhs_numbers(3)
    ]


@pytest.mark.slow
def test_one_that_vanishes_or_changes_among_many_stops_no_other(store: MemoryStore) -> None:
    paths = {name: drop(store.folder, name, content) for name, content in logs()}

    def meanwhile(name: str) -> None:
        if name == "i.csv":
            paths["a01.csv"].unlink()
            paths["a02.csv"].write_text(log(row(organisation_code="A83000")), encoding="utf-8")

    loaded = {file.identity.name: file.state for file in replace(store, on_file=meanwhile).load_any()}
    assert (loaded.pop("a01.csv"), loaded.pop("a02.csv")) == ("refused", "left")
    assert set(loaded.values()) == {"loaded"}
    assert len(loaded) == len(paths) - 2


def test_the_same_log_twice_among_many_is_loaded_once(store: MemoryStore) -> None:
    for name, content in logs():
        drop(store.folder, name, content)
        drop(store.folder, f"again/{name}", content)
    store.load_any()
    assert len(store.counts()) == len(list(logs()))
