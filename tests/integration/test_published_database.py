"""The analysts' copy: the views and columns that are fixed, comments on all, old clients, replaced in one step."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from asking import new_workspace, write_practices

from benchmarks.stages import COUNTED
from monitor import pipeline
from monitor.config.context import Context
from monitor.config.settings import CollectiveAction
from monitor.returns.catalogue import COLUMNS_OF_RETURN_STATUS
from monitor.store.sessions import writing

COLUMNS = {
    "return_status": """organisation_code organisation_name organisation_kind contract_type icb_code sub_icb_code
        pcn_code supplier return_code return_title period_start period_end period_label request_id due_on
        original_due_on due_basis status cause received_at days_late days_overdue attempts record_count evidence
        in_action_period gms_reference pms_reference icb_name icb_now pcn_name list_size
        is_due is_missed absence_id parts_missing""",
    "contact": "organisation_code supplier name role email phone note",
    "absence": """absence_id organisation_code organisation_name icb_now sub_icb_code pcn_code pcn_name supplier
        return_code return_title first_period_start last_period_start periods first_due_on days_overdue cause
        last_received_period_start last_received_at is_open ended_by_period_start contact action""",
    "loaded_file": """file_name sha256 format loaded_at rows_in_file rows_loaded rows_duplicate rows_rejected state""",
    "rejected_row": "file_name row_number reason column text",
    "rejected_value": "file_name row_number column text",
    "collective_action": "name start_on end_on",
    "job_run": "job started_at ended_at state detail",
    "alert": """alert_id finding_ids reason recipients subject planned_at sent_at attempts last_error message_id
        state""",
}
OTHER_VIEWS = {
    "missed_return", "organisation", "mandatory_return", "submission", "notice", "participation", "request", "finding",
}  # fmt: skip

# Offset of the storage version in a DuckDB file, and the version that clients from 1.1 on can read.
PLACE_OF_VERSION, READ_BY_OLD_CLIENTS = 12, 64


@pytest.fixture(scope="module")
def published(demo_made_once: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_made_once / "published" / "monitor.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("view", COLUMNS)
def test_the_fixed_columns_are_there_in_their_order(published: duckdb.DuckDBPyConnection, view: str) -> None:
    names = [name for name, *_ in published.execute(f"DESCRIBE {view}").fetchall()]
    assert names == COLUMNS[view].split()


def test_the_columns_that_a_suite_may_be_about_are_those_of_return_status() -> None:
    assert tuple(COLUMNS["return_status"].split()) == COLUMNS_OF_RETURN_STATUS


def test_the_fixed_views_are_there(published: duckdb.DuckDBPyConnection) -> None:
    views = {name for (name,) in published.execute("SHOW TABLES").fetchall()}
    assert views >= COLUMNS.keys() | OTHER_VIEWS


def test_every_view_and_every_column_carries_a_comment(published: duckdb.DuckDBPyConnection) -> None:
    views = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
    assert published.execute(f"{views} AND comment IS NULL").fetchall() == []
    columns = f"SELECT table_name, column_name FROM duckdb_columns() WHERE table_name IN ({views}) AND NOT internal"
    of_views = f"{columns} AND table_oid IN (SELECT view_oid FROM duckdb_views())"
    assert published.execute(f"{of_views} AND comment IS NULL").fetchall() == []
    assert len(published.execute(of_views).fetchall()) > 150


def test_missed_return_is_the_part_of_return_status_that_was_not_received_or_rejected(
    published: duckdb.DuckDBPyConnection,
) -> None:
    difference = """SELECT * FROM return_status WHERE status IN ('not_received', 'rejected')
                    EXCEPT ALL SELECT * FROM missed_return"""
    assert published.execute(difference).fetchall() == []
    assert published.execute("SELECT DISTINCT status FROM missed_return ORDER BY 1").fetchall() == [
        ("not_received",),
        ("rejected",),
    ]


def test_the_file_is_of_a_storage_version_that_old_clients_read(demo_made_once: Path) -> None:
    head = (demo_made_once / "published" / "monitor.duckdb").read_bytes()[:20]
    assert head[8:12] == b"DUCK"
    assert struct.unpack_from("<Q", head, PLACE_OF_VERSION)[0] == READ_BY_OLD_CLIENTS


@pytest.mark.slow
def test_a_reader_keeps_its_copy_while_the_next_one_is_put_in_place(tmp_path: Path) -> None:
    context = new_workspace(tmp_path / "workspace")
    write_practices(context.workspace.folder, "Z98001")
    context = replace(context, catalogue={"workforce": context.catalogue["workforce"]})
    pipeline.run(context, None, COUNTED)
    with duckdb.connect(str(context.workspace.published), read_only=True) as reader:
        assert reader.execute("SELECT count(*) FROM submission").fetchone() == (0,)
        (context.workspace.inbox / "one.csv").write_text(
            "organisation_code,return_code,period_start,submitted_at,outcome\n"
            "Z98001,workforce,2025-09-01,2025-09-30T09:00:00,accepted\n"
        )
        pipeline.run(context, None, COUNTED)
        assert reader.execute("SELECT count(*) FROM submission").fetchone() == (0,)
    with duckdb.connect(str(context.workspace.published), read_only=True) as reader:
        assert reader.execute("SELECT count(*) FROM submission").fetchone() == (1,)


def held_by(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a published copy holds but for what is about one publication: tables, and comments of columns."""
    with duckdb.connect(str(file), read_only=True) as copy:
        tables = copy.execute(
            "SELECT table_name FROM duckdb_tables() WHERE table_name NOT IN ('snapshot', 'copied') ORDER BY ALL"
        ).fetchall()
        rows = {name: copy.execute(f"FROM data.{name} ORDER BY ALL").fetchall() for (name,) in tables}
        said = "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() ORDER BY ALL"
        return {**rows, "comments": copy.execute(said).fetchall()}


def altered(file: Path) -> None:
    with duckdb.connect(str(file)) as copy:
        copy.execute("UPDATE data.organisation_row SET organisation_name = 'altered'")


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4096])


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Context:
    context = new_workspace(tmp_path_factory.mktemp("published") / "workspace")
    write_practices(context.workspace.folder, "Z98001", "Z98002")
    action = CollectiveAction(name="Action", start=date(2025, 9, 1), end=None)
    settings = context.settings.model_copy(update={"collective_action": [action]})
    context = replace(context, catalogue={"workforce": context.catalogue["workforce"]}, settings=settings)
    pipeline.run(context, None, COUNTED)
    return context


@pytest.mark.one_in(3)
@pytest.mark.parametrize("damage", [None, altered, cut_short])
def test_the_next_copy_holds_what_one_made_from_nothing_holds(
    published_once: Context, damage: Callable[[Path], None] | None
) -> None:
    published = published_once.workspace.published
    if damage is not None:
        damage(published)
    with writing(published_once, "a test") as store:
        store.execute("INSERT INTO data.silence_ended VALUES ('s1', 'an analyst', now())")
        # What the copy alone holds is counted from these.
        store.execute("UPDATE data.status_kept SET is_missed = NOT is_missed, status = 'not_received'")
        pipeline.publish_news(published_once, store)
        went_on = held_by(published)
        shutil.rmtree(published.parent)
        pipeline.publish_news(published_once, store)
    assert held_by(published) == went_on
    assert {silence for silence, *_ in went_on["silence_ended"]} == {"s1"}
    assert went_on["action_rate_row"] != []


@pytest.mark.one_in(2)
@pytest.mark.parametrize("gone", ["absence.parquet", "published.json"])
def test_no_copy_begins_with_one_that_was_altered_before_its_parquet_files_were_written_again(
    published_once: Context, gone: str
) -> None:
    workspace = published_once.workspace
    altered(workspace.published)
    (workspace.parquet / gone).unlink()
    with writing(published_once, "a test") as store:
        pipeline.publish_news(published_once, store)
        store.execute("INSERT INTO data.silence_ended VALUES ('s2', 'an analyst', now())")
        pipeline.publish_news(published_once, store)
    assert "altered" not in repr(held_by(workspace.published)["organisation_row"])


def test_nothing_of_the_building_is_left_beside_it(demo_made_once: Path) -> None:
    published = demo_made_once / "published"
    names = ["monitor.duckdb", "parquet", "report.xlsx", "site", "snapshots"]
    assert sorted(file.name for file in published.iterdir()) == names
    assert [file for file in published.rglob("*") if file.name.startswith(".")] == []


def test_no_path_of_the_machine_is_published(published: duckdb.DuckDBPyConnection) -> None:
    names = [name for (name,) in published.execute("SELECT file_name FROM loaded_file").fetchall()]
    assert all("/" not in name for name in names)
    assert published.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'file_seen'").fetchone() == (0,)
