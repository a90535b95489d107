"""What is published: snapshots, the fixed name, the Parquet files; and which snapshots are kept."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import NOW, Monitor, new_workspace, write_csv, write_practices
from damaged import a_folder

from benchmarks.stages import COUNTED
from monitor import pipeline
from monitor.config.context import read_context
from monitor.config.workspace import Workspace
from monitor.core.atomic_files import link_or_copy
from monitor.publish.snapshots import clean_up, made_at, name_of, newest, to_delete

FIRST = "monitor-20260115T093000Z.duckdb"
SECOND = "monitor-20260115T093001Z.duckdb"
LATER = NOW + timedelta(hours=1)
LOG = "organisation_code,return_code,period_start,submitted_at,outcome"


def drop_news(workspace: Path, name: str = "news.csv", organisation: str = "Z98001") -> None:
    write_csv(workspace / "inbox" / name, f"{LOG}\n{organisation},workforce,2025-09-01,2025-09-30T09:00:00,accepted")


def run(workspace: Path, now: datetime = NOW) -> None:
    """A run that publishes, and writes neither workbook nor pages."""
    assert not pipeline.run(read_context(Workspace(workspace), lambda: now), None, COUNTED).in_part


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = new_workspace(tmp_path_factory.mktemp("published") / "workspace").workspace.folder
    write_practices(workspace, "Z98001", "Z98002")
    run(workspace)
    return workspace


@pytest.fixture
def small(made_once: Path, tmp_path: Path) -> Path:
    """A workspace of two practices after its run, to be changed at will."""
    return Path(shutil.copytree(made_once, tmp_path / "small"))


def snapshots(workspace: Path) -> list[str]:
    return sorted(file.name for file in (workspace / "published" / "snapshots").iterdir())


def submissions(file: Path) -> int:
    with duckdb.connect(str(file), read_only=True) as copy:
        return int(copy.execute("SELECT count(*) FROM submission").fetchall()[0][0])


def manifest(workspace: Path) -> dict[str, Any]:
    return json.loads((workspace / "published" / "parquet" / "published.json").read_text(encoding="utf-8"))


def as_it_lies(folder: Path) -> dict[Path, tuple[int, int]]:
    """Every file below a folder, with what changes when it is written again."""
    return {file: (file.stat().st_ino, file.stat().st_mtime_ns) for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """Files that somebody has open, as Windows sees it: put them in, and they can be neither replaced nor deleted."""
    files: set[Path] = set()
    replace, unlink = Path.replace, Path.unlink

    def refuse(file: Path) -> None:
        if file in files:
            raise PermissionError(13, "The process cannot access the file because it is being used", str(file))

    def careful_replace(self: Path, target: Path) -> Path:
        refuse(Path(target))
        return replace(self, target)

    def careful_unlink(self: Path, missing_ok: bool = False) -> None:
        refuse(self)
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "replace", careful_replace)
    monkeypatch.setattr(Path, "unlink", careful_unlink)
    return files


# ---------------------------------------------------------------------------------------- snapshots and the fixed name


@pytest.mark.slow
def test_each_publication_is_a_snapshot_and_the_newest_has_the_fixed_name(small: Path) -> None:
    published = small / "published"
    assert snapshots(small) == [FIRST]
    drop_news(small)
    run(small)
    assert snapshots(small) == [FIRST, SECOND]  # a second later: a snapshot is never written again
    before, after = (submissions(published / "snapshots" / name) for name in (FIRST, SECOND))
    assert (after - before, submissions(published / "monitor.duckdb")) == (1, after)
    assert (published / "monitor.duckdb").samefile(published / "snapshots" / SECOND)


@pytest.mark.slow
def test_nothing_new_writes_nothing_again(small: Path) -> None:
    run(small)
    before = as_it_lies(small / "published")
    run(small, LATER)
    assert as_it_lies(small / "published") == before


@pytest.mark.slow
def test_a_published_copy_that_became_a_folder_is_moved_away_and_made_anew(small: Path) -> None:
    a_folder(small / "published" / "monitor.duckdb")
    run(small, LATER)
    assert submissions(small / "published" / "monitor.duckdb") == 0
    assert (small / "published" / "monitor.duckdb.moved-away-1" / "something").exists()


def test_without_hard_links_the_fixed_name_is_a_copy(tmp_path: Path) -> None:
    snapshot, fixed = tmp_path / "snapshot", tmp_path / "fixed"
    snapshot.write_bytes(b"published")
    fixed.write_bytes(b"")  # no link can be made to a name that is there, as none can where there are no links
    link_or_copy(snapshot, fixed)
    assert fixed.read_bytes() == b"published"
    assert not fixed.samefile(snapshot)


@pytest.mark.slow
def test_a_published_file_that_somebody_has_open_is_replaced_by_the_next_run_without_building_again(
    monitor: Monitor, small: Path, opened: set[Path]
) -> None:
    fixed, snapshot = small / "published" / "monitor.duckdb", small / "published" / "snapshots" / name_of(LATER)
    before = submissions(fixed)
    drop_news(small)
    opened.add(fixed)
    answer = monitor("run", "-w", small, now=LATER)
    assert answer.code == 4
    assert f"Published for analysts: {snapshot}\n" in answer.out
    assert f"{fixed} was not replaced, because someone has it open" in answer.out
    assert (submissions(fixed), submissions(snapshot)) == (before, before + 1)
    assert monitor("run", "-w", small, now=LATER).code == 4  # and again, for as long as it is open
    opened.clear()
    built = as_it_lies(snapshot.parent)
    answer = monitor("run", "-w", small, now=LATER)
    assert answer.code == 0
    assert f"Published for analysts: {fixed}" in answer.out.splitlines()
    assert submissions(fixed) == before + 1
    assert as_it_lies(snapshot.parent) == built


@pytest.mark.slow
def test_what_a_run_that_was_cut_short_left_is_taken_away(small: Path) -> None:
    left_over = [
        small / "published" / ".monitor.duckdb.77.building",
        small / "published" / ".monitor.duckdb.77.building.wal",
        small / "published" / "parquet" / ".return_status.parquet.77.building",
    ]
    for file in left_over:
        file.write_bytes(b"half of it")
    drop_news(small)
    run(small)
    assert [file for file in left_over if file.exists()] == []


# ------------------------------------------------------------------------------------------------------ Parquet


def test_every_view_is_a_parquet_file_with_the_same_rows_and_days_as_timestamps(demo_made_once: Path) -> None:
    folder = demo_made_once / "published" / "parquet"
    with duckdb.connect(str(demo_made_once / "published" / "monitor.duckdb"), read_only=True) as copy:
        views = {view for (view,) in copy.execute("SHOW TABLES").fetchall()}
        beside = {"published.json", "monitor.pbids"}
        assert {file.name for file in folder.iterdir()} == {f"{view}.parquet" for view in views} | beside
        for view in views:
            place = str(folder / f"{view}.parquet")
            types = "SELECT column_name, column_type FROM (DESCRIBE FROM {})"
            in_files = {"DATE": "TIMESTAMP", "HUGEINT": "BIGINT"}
            assert copy.execute(types.format(f"read_parquet('{place}')")).fetchall() == [
                (name, in_files.get(kind, kind)) for name, kind in copy.execute(types.format(view)).fetchall()
            ]
            for one, other in ((view, f"read_parquet('{place}')"), (f"read_parquet('{place}')", view)):
                assert copy.execute(f"FROM {one} EXCEPT ALL FROM {other}").fetchall() == []


def test_the_files_say_of_each_instant_that_it_is_in_utc_and_of_no_day(demo_made_once: Path) -> None:
    file = str(demo_made_once / "published" / "parquet" / "return_status.parquet")
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT name, logical_type FROM parquet_schema(?)", [file]).fetchall()
    said = {name: str(kind) for name, kind in rows}
    assert "isAdjustedToUTC=1" in said["received_at"]
    assert "isAdjustedToUTC=0" in said["due_on"]
    assert said["due_on"].startswith("TimestampType")


def test_pandas_reads_days_as_days_and_instants_as_instants(demo_made_once: Path) -> None:
    pytest.importorskip("pyarrow")
    import pandas

    frame = pandas.read_parquet(demo_made_once / "published" / "parquet" / "return_status.parquet")
    assert str(frame["received_at"].dtype).startswith("datetime64[us, UTC")
    assert str(frame["due_on"].dtype) == "datetime64[us]"
    assert frame["in_action_period"].dtype == bool
    assert pandas.api.types.is_numeric_dtype(frame["days_overdue"])


def test_power_bi_is_given_the_folder_of_the_files(demo_made_once: Path) -> None:
    folder = demo_made_once / "published" / "parquet"
    said = json.loads((folder / "monitor.pbids").read_text(encoding="utf-8"))
    assert said["version"] == "0.1"
    (connection,) = said["connections"]
    assert connection == {"details": {"protocol": "folder", "address": {"path": str(folder)}}, "mode": "Import"}
    assert "monitor.pbids" in {file.name for file in Path(connection["details"]["address"]["path"]).iterdir()}


def test_a_pbids_file_that_somebody_changed_stays(small: Path) -> None:
    file = small / "published" / "parquet" / "monitor.pbids"
    file.write_text("{}", encoding="utf-8")
    (small / "published" / "parquet" / "published.json").unlink()
    run(small)
    assert file.read_text(encoding="utf-8") == "{}"


def test_the_parquet_files_are_compressed_in_the_way_that_every_reader_knows(demo_made_once: Path) -> None:
    files = str(demo_made_once / "published" / "parquet" / "*.parquet")
    with duckdb.connect() as connection:
        found = connection.execute("SELECT DISTINCT compression FROM parquet_metadata(?)", [files]).fetchall()
        told = connection.execute(
            "SELECT DISTINCT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'snapshot'", [files]
        ).fetchall()
    assert found == [("SNAPPY",)]
    assert told == [(FIRST,)]


def test_published_json_says_what_the_files_are(demo_made_once: Path) -> None:
    said = manifest(demo_made_once)
    rows, snapshot = said.pop("rows"), demo_made_once / "published" / "snapshots" / FIRST
    assert said.pop("sha256") == sha256(snapshot.read_bytes()).hexdigest()
    assert said == {"snapshot": FIRST, "as_of": "2025-01-31", "made_at": "2026-01-15T09:30:00Z"}
    with duckdb.connect(str(demo_made_once / "published" / "monitor.duckdb"), read_only=True) as copy:
        assert rows == {view: copy.execute(f"SELECT count(*) FROM {view}").fetchall()[0][0] for view in rows}
        assert len(rows) == len(copy.execute("SHOW TABLES").fetchall())


@pytest.mark.slow
def test_a_parquet_file_that_somebody_has_open_leaves_no_published_json_and_the_next_run_writes_it(
    monitor: Monitor, small: Path, opened: set[Path]
) -> None:
    folder = small / "published" / "parquet"
    drop_news(small)
    opened.add(folder / "return_status.parquet")
    answer = monitor("run", "-w", small, now=LATER)
    assert answer.code == 4
    assert f"{folder / 'return_status.parquet'} was not replaced, because someone has it open" in answer.out
    assert f"Published for analysts: {small / 'published' / 'monitor.duckdb'}\n" in answer.out
    assert not (folder / "published.json").exists()
    opened.clear()
    assert monitor("run", "-w", small, now=LATER).code == 0
    assert manifest(small)["snapshot"] == name_of(LATER)
    assert [file for file in folder.iterdir() if file.name.startswith(".")] == []


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", ["published.json", "return_status.parquet"])
def test_a_parquet_file_that_is_gone_is_written_again_and_nothing_else(small: Path, name: str) -> None:
    (small / "published" / "parquet" / name).unlink()
    before = as_it_lies(small / "published" / "snapshots")
    run(small)
    assert manifest(small)["snapshot"] == FIRST
    assert (small / "published" / "parquet" / name).exists()
    assert as_it_lies(small / "published" / "snapshots") == before


# ------------------------------------------------------------------------------------------------ which are kept


def at(day: str, time: str = "06:00") -> str:
    return name_of(datetime.fromisoformat(f"{day}T{time}:00+00:00"))


# today, days kept, the snapshots: those in brackets go.
KEPT = """
2026-03-20 14   2026-03-01 [2026-03-05] 2026-03-06 2026-03-19
2026-03-20  0   2026-03-01 [2026-03-02] [2026-03-19] 2026-03-20
2026-03-20 14   2026-01-31 2026-02-01 [2026-02-02] 2026-03-20
2026-03-20 14   [2024-02-01] 2024-03-01 [2024-03-02] 2026-03-20
2026-03-31 14   [2024-02-29] 2024-03-31 2026-03-31
2026-03-20 14   2020-05-01
2026-03-20 14   [2020-05-01] 2020-05-02
2026-03-20 14   2026-03-20 2026-04-20
"""


@pytest.mark.parametrize("line", KEPT.strip().splitlines())
def test_which_snapshots_go(line: str) -> None:
    today, keep_days, *marked = line.split()
    names = [at(word.strip("[]")) for word in marked]
    gone = [at(word.strip("[]")) for word in marked if word.startswith("[")]
    assert to_delete(reversed(names), date.fromisoformat(today), int(keep_days)) == gone


def test_of_one_day_all_go_but_the_first_of_the_month() -> None:
    names = [at("2026-01-05", time) for time in ("02:00", "07:00", "13:30")]
    assert to_delete([*names, at("2026-03-20")], date(2026, 3, 20), 14) == names[1:]


def test_a_snapshot_is_of_the_day_that_it_was_in_london() -> None:
    late = at("2026-03-31", "23:30")  # half past midnight on 1 April in London
    names = [at("2026-03-01"), at("2026-03-31", "22:30"), late, at("2026-06-01")]
    assert to_delete(names, date(2026, 6, 1), 14) == [at("2026-03-31", "22:30")]


def test_files_of_other_names_are_not_touched() -> None:
    names = ["monitor.duckdb", "monitor-2020.duckdb", "monitor-20201345T000000Z.duckdb", "notes.txt"]
    assert to_delete([*names, at("2026-03-20")], date(2026, 3, 20), 0) == []
    assert newest(names) is None


def test_a_name_tells_when_it_was_made() -> None:
    instant = datetime(2026, 10, 25, 1, 30, 5, tzinfo=UTC)
    assert name_of(instant) == "monitor-20261025T013005Z.duckdb"
    assert made_at(name_of(instant)) == instant


def test_clean_up_deletes_what_goes_and_names_what_somebody_has_open(tmp_path: Path, opened: set[Path]) -> None:
    names = [at("2026-01-01"), at("2026-01-02"), at("2026-01-03"), at("2026-03-20")]
    for name in [*names, "mine.duckdb"]:
        (tmp_path / name).write_bytes(b"")
    opened.add(tmp_path / names[1])
    assert clean_up(tmp_path, date(2026, 3, 20), 14) == [names[1]]
    assert {file.name for file in tmp_path.iterdir()} == {names[0], names[1], names[3], "mine.duckdb"}
    opened.clear()
    assert clean_up(tmp_path, date(2026, 3, 20), 14) == []
    assert not (tmp_path / names[1]).exists()


def test_clean_up_before_anything_was_published_finds_nothing(tmp_path: Path) -> None:
    assert clean_up(tmp_path / "snapshots", date(2026, 3, 20), 14) == []


@pytest.mark.slow
def test_a_publication_takes_old_snapshots_away_also_where_no_schedule_runs(small: Path) -> None:
    old = [at("2025-12-01"), at("2025-12-02"), at("2025-12-31"), at("2026-01-02")]
    for name in old:
        (small / "published" / "snapshots" / name).write_bytes(b"")
    drop_news(small)
    run(small, LATER)
    # Those of the last days stay, and the first of each month.
    assert snapshots(small) == [old[0], old[3], FIRST, name_of(LATER)]
