"""A published copy that begins as the last one holds what the store holds, whatever became of that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.publish.copied_tables import copy_tables

MADE = ("state", "monitor-1.duckdb", None, "shown")
STORE = "CREATE SCHEMA data; CREATE TABLE data.received (a INTEGER, b VARCHAR); CREATE TABLE data.answer (a INTEGER)"
# What can become of the tables between two publications; of rows that are only added to, too, when a store is rebuilt.
CHANGES = (
    "INSERT INTO data.received VALUES (7, 'seven'), (NULL, NULL)",
    "INSERT INTO data.received SELECT range, NULL FROM range(3)",
    "DELETE FROM data.received WHERE a = 7",
    "UPDATE data.received SET b = 'another' WHERE a = 1",
    "CREATE OR REPLACE TABLE data.received AS SELECT a, b FROM data.received ORDER BY a DESC NULLS LAST",
    "INSERT INTO data.answer VALUES (1)",
    "DELETE FROM data.answer",
    "UPDATE data.answer SET a = a + 1",
    "SELECT 1",
)


@pytest.fixture
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(STORE)
        yield connection


def held(file: Path, table: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file), read_only=True) as copy:
        return copy.execute(f"FROM data.{table} ORDER BY ALL").fetchall()


@settings(max_examples=8, deadline=None)
@given(changes=st.lists(st.lists(st.sampled_from(CHANGES), max_size=3), min_size=1, max_size=4))
def test_a_copy_that_goes_on_holds_what_the_store_holds(
    tmp_path_factory: pytest.TempPathFactory, changes: list[list[str]]
) -> None:
    file = tmp_path_factory.mktemp("copies") / "goes-on.duckdb"
    with duckdb.connect() as store:
        store.execute(STORE)
        for of_a_day in [[], *changes]:
            for change in of_a_day:
                store.execute(change)
            copy_tables(store, file, MADE)
            for table in ("received", "answer"):
                assert held(file, table) == store.execute(f"FROM data.{table} ORDER BY ALL").fetchall()


def test_rows_that_came_are_added_after_those_that_are_there(store: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = tmp_path / "copy.duckdb"
    store.execute("INSERT INTO data.received VALUES (2, 'b'), (1, 'a')")
    copy_tables(store, file, MADE)
    store.execute("INSERT INTO data.received VALUES (0, 'c')")
    copy_tables(store, file, MADE)
    with duckdb.connect(str(file), read_only=True) as copy:
        assert copy.execute("SELECT a FROM data.received ORDER BY rowid").fetchall() == [(2,), (1,), (0,)]
        assert copy.execute("SELECT count(*) FROM data.snapshot").fetchone() == (1,)


def test_a_copy_that_cannot_be_ended_holds_what_it_held(store: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = tmp_path / "copy.duckdb"
    copy_tables(store, file, MADE)
    store.execute("INSERT INTO data.received VALUES (2, 'b')")
    with pytest.raises(duckdb.Error):
        copy_tables(store, file, (*MADE, "one value too many"))
    assert held(file, "received") == []


def test_rows_that_came_are_told_from_those_of_before_also_after_a_load(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Loads do without the order of rows; then several threads give the rows of a large table in any order."""
    file = tmp_path / "copy.duckdb"
    store.execute("INSERT INTO data.received SELECT range, 'a' FROM range(700_000)")
    copy_tables(store, file, MADE)
    store.execute("SET preserve_insertion_order = false; SET threads = 2")
    store.execute("INSERT INTO data.received SELECT range, 'b' FROM range(700_000, 700_005)")
    copy_tables(store, file, MADE)
    with duckdb.connect(str(file), read_only=True) as copy:
        assert copy.execute("SELECT count(*), count(DISTINCT a) FROM data.received").fetchone() == (700_005, 700_005)
        assert copy.execute("SELECT min(rowid) FROM data.received WHERE b = 'b'").fetchone() == (700_000,)
