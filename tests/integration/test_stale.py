"""What is kept is made again when the program, the returns or what was decided is no longer what it was made from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor, write_two_practices

from monitor import pipeline
from monitor.config.context import read_context
from monitor.config.workspace import Workspace
from monitor.pipeline import Stages
from monitor.store.connection import open_writer
from monitor.store.store_state import Holds, store_state

pytestmark = pytest.mark.pages


@pytest.fixture
def checked(monitor: Monitor, workspace: Path) -> Path:
    """A workspace of two practices after a run."""
    write_two_practices(workspace)
    assert monitor("run", "-w", workspace).code == 0
    return workspace


@pytest.mark.slow
def test_a_corrected_program_works_everything_out_again(checked: Path, stages: Stages) -> None:
    """A due rule in Python, a bank holiday, a query: whatever was corrected, the build is another one."""
    context = read_context(Workspace(checked), lambda: NOW)
    ran = pipeline.run(replace(context, build="with a corrected due rule"), None, stages)
    assert (ran.checked.is_new, ran.published.is_new, ran.site.written > 0) == (True, True, True)


def test_the_same_program_works_nothing_out_again(checked: Path, stages: Stages) -> None:
    ran = pipeline.run(read_context(Workspace(checked), lambda: NOW), None, stages)
    assert (ran.checked.is_new, ran.published.is_new, ran.site.written) == (False, False, 0)


def test_every_table_says_whether_it_is_only_added_to(tmp_path: Path) -> None:
    with open_writer(tmp_path / "store.duckdb", tmp_path, "500MB") as store:
        sql = "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'data'"
        kinds = {*(f"append-only: {kind}" for kind in Holds), "rebuildable"}
        assert {name for name, comment in store.execute(sql).fetchall() if comment not in kinds} == set()


@pytest.mark.parametrize(
    ("added", "changes"),
    [
        ("data.feed_decision VALUES (1, 'workforce', '2025-01-01', 'released', 'A', 'B', now())", {Holds.RECEIVED}),
        ("data.silence_ended VALUES ('1', 'A', now())", {Holds.SENT}),
        ("data.job_watch VALUES ('alerts', '2025-01-01')", {Holds.RAN}),
        ("data.file_seen VALUES ('a.csv', 1, 1, 'x')", set()),
    ],
)
def test_a_row_that_is_added_changes_the_state_of_its_kind(tmp_path: Path, added: str, changes: set[Holds]) -> None:
    with open_writer(tmp_path / "store.duckdb", tmp_path, "500MB") as store:
        before = {kind: store_state(store, {kind}) for kind in Holds}
        store.execute(f"INSERT INTO {added}")
        assert {kind for kind in Holds if store_state(store, {kind}) != before[kind]} == changes


@pytest.mark.slow
def test_a_decision_about_a_feed_is_in_the_published_copy_at_once(monitor: Monitor, checked: Path) -> None:
    """The feed was released before and is held back again, so that nothing need look short."""
    decided = "INSERT INTO data.feed_decision VALUES (1, 'workforce', '2025-11-01', 'released', 'A', 'B', $at)"
    with open_writer(checked / "var" / "monitor.duckdb", checked, "500MB") as store:
        store.execute(decided, {"at": NOW})
    assert monitor("run", "-w", checked).code == 0
    hold = ("feeds", "hold", "workforce", "2025-11-01", "--by", "A. Analyst", "--reason", "half is missing")
    assert monitor(*hold, "-w", checked).code == 0
    with duckdb.connect(str(checked / "published" / "monitor.duckdb"), read_only=True) as copy:
        assert copy.execute("SELECT decision FROM feed_decision ORDER BY decided_at").fetchall() == [
            ("released",),
            ("held",),
        ]
