"""Building the store anew from the kept files: the same answer, or what differs; history is taken over, or lost."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor, standing_at, write_csv
from test_one_run_at_a_time import held_by_another_process, lock_of
from test_publication import LOG

from monitor.cli.app import main
from monitor.rebuilding.before import HISTORY
from monitor.store.schema import SQL

SAME = "every status is the same as in the old store"
AS_OF = "2025-11-10"
NOTICE = "notice_id,return_code,kind,period_start,scope,scope_value,reason"
HISTORY_AS_IT_IS = """
SELECT (SELECT sum(hash(f)) FROM data.finding_current AS f), (SELECT sum(hash(a)) FROM data.alert_current AS a),
       (SELECT sum(hash(m)) FROM data.alert_message AS m), (SELECT sum(hash(d)) FROM data.decision AS d),
       (SELECT sum(hash(s)) FROM data.silence AS s), (SELECT sum(hash(e)) FROM data.finding_event AS e)
"""


def store_of(workspace: Path) -> Path:
    return workspace / "var" / "monitor.duckdb"


def asked(workspace: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(store_of(workspace)), read_only=True) as store:
        return store.execute(sql).fetchall()


def changed(workspace: Path, sql: str) -> None:
    with duckdb.connect(str(store_of(workspace))) as store:
        store.execute(sql)


def drop_log(workspace: Path, name: str, *lines: str) -> Path:
    return write_csv(workspace / "inbox" / name, "\n".join([LOG, *lines]))


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two practices; a notice pauses a return for one; a second one, whose name sorts first, for the other instead."""
    workspace = tmp_path_factory.mktemp("made") / "workspace"
    assert main(["init", str(workspace)], {}, lambda: NOW) == 0
    (workspace / "monitor.toml").write_text("monitor_from = 2025-09-01\n", encoding="utf-8")
    practices = ("Z98001,Hill Street Surgery,GMS", "Z98002,Mill Lane Practice,GMS")
    head = "organisation_code,organisation_name,contract_type"
    write_csv(workspace / "inbox" / "practices.csv", "\n".join([head, *practices]))
    drop_log(workspace, "log.csv", "Z98001,workforce,2025-09-01,2025-09-24T10:00:00,accepted")
    for hours, name, organisation in ((0, "z.csv", "Z98001"), (1, "a.csv", "Z98002")):
        notice = f"N1,workforce,paused,2025-09-01,organisation,{organisation},as agreed"
        write_csv(workspace / "inbox" / name, f"{NOTICE}\n{notice}")
        run = ["run", "-w", str(workspace), "--as-of", AS_OF]
        assert main(run, {}, standing_at(NOW + timedelta(hours=hours))) == 0
    return workspace


@pytest.fixture
def practices(made_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_once, tmp_path / "workspace"))


def test_the_sample_built_anew_gives_the_same_answer_and_changes_nothing(monitor: Monitor, demo: Path) -> None:
    before = store_of(demo).read_bytes()
    answer = monitor("rebuild", "-w", demo)
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "Built anew from 18 loaded files, in 0.0 s",
        f"As of 2025-01-31: 2,577 expected returns; {SAME}",
        f"The new store: {demo / 'var' / 'rebuilt' / 'monitor.duckdb'}. "
        "Nothing else was changed; --replace puts it in place",
    ]
    assert store_of(demo).read_bytes() == before


def test_files_are_loaded_in_the_order_in_which_they_were_loaded(monitor: Monitor, practices: Path) -> None:
    answer = monitor("rebuild", "-w", practices)
    assert (answer.code, SAME in answer.out) == (0, True), answer.out
    with duckdb.connect(str(practices / "var" / "rebuilt" / "monitor.duckdb"), read_only=True) as new:
        files = "SELECT file_name, rows_loaded, loaded_at FROM data.loaded_file ORDER BY file_id"
        rebuilt = new.execute(files).fetchall()
    assert [name for name, *_ in rebuilt] == ["log.csv", "practices.csv", "z.csv", "a.csv"]
    assert rebuilt == asked(practices, files)


def test_members_of_an_archive_keep_their_place_too(monitor: Monitor, practices: Path, tmp_path: Path) -> None:
    write_csv(tmp_path / "zip" / "b.csv", f"{NOTICE}\nN1,workforce,paused,2025-09-01,organisation,Z98001,once more")
    shutil.make_archive(str(practices / "inbox" / "0"), "zip", tmp_path / "zip")
    assert monitor("run", "-w", practices, "--as-of", AS_OF, now=NOW + timedelta(hours=2)).code == 0
    answer = monitor("rebuild", "-w", practices)
    assert (answer.code, SAME in answer.out) == (0, True), answer.out


def test_a_file_loaded_from_elsewhere_is_found_again_where_it_was(
    monitor: Monitor, practices: Path, tmp_path: Path
) -> None:
    line = "Z98002,workforce,2025-10-01,2025-10-24T10:00:00,accepted"
    elsewhere = write_csv(tmp_path / "elsewhere" / "log.csv", f"{LOG}\n{line}")
    assert monitor("load", elsewhere, "-w", practices).code == 0
    assert monitor("run", "-w", practices, "--as-of", AS_OF, now=NOW + timedelta(hours=2)).code == 0
    assert SAME in monitor("rebuild", "-w", practices).out
    elsewhere.unlink()
    answer = monitor("rebuild", "-w", practices)
    assert answer.code == 4
    assert "  loaded before, and no longer there: log.csv\n" in answer.out
    assert "NOT the same as in the old store for: workforce" in answer.out


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE data.status_kept SET record_count = 7 WHERE expected_id = $id",
        "UPDATE data.status_kept SET status = 'received' WHERE expected_id = $id",
        "UPDATE data.status_kept SET in_action_period = NOT in_action_period WHERE expected_id = $id",
        "DELETE FROM data.status_kept WHERE expected_id = $id",
    ],
)
def test_one_value_that_is_another_one_is_noticed(monitor: Monitor, practices: Path, change: str) -> None:
    one = "SELECT min(expected_id) FROM data.return_status_row WHERE return_code = 'workforce' AND status = 'not_due'"
    changed(practices, change.replace("$id", f"({one})"))
    answer = monitor("rebuild", "-w", practices)
    assert answer.code == 4
    assert "NOT the same as in the old store for: workforce\n" in answer.out


def test_a_file_that_has_another_name_now_is_told_and_no_difference(monitor: Monitor, practices: Path) -> None:
    (practices / "inbox" / "log.csv").rename(practices / "inbox" / "renamed.csv")
    answer = monitor("rebuild", "-w", practices)
    assert answer.code == 0
    assert SAME in answer.out
    assert "the file and row that decided are named differently for some" in answer.out


def test_what_is_new_in_the_inbox_is_told(monitor: Monitor, practices: Path) -> None:
    drop_log(practices, "0.csv", "Z98002,workforce,2025-10-01,2025-10-24T10:00:00,accepted")
    (practices / "inbox" / "1.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    answer = monitor("rebuild", "-w", practices)
    assert answer.code == 4
    assert "  not loaded before: 0.csv\n" in answer.out
    assert "  refused now, and not before: 1.csv: " in answer.out
    assert "NOT the same" in answer.out


def test_replace_takes_the_history_over_and_nobody_is_told_anything_twice(monitor: Monitor, practices: Path) -> None:
    (reference,) = asked(practices, "SELECT min(finding_id) FROM data.finding_current")[0]
    by = ("--by", "A. Analyst", "-w", practices)
    assert monitor("alerts", "ack", reference, *by).code == 0
    silence = ("--return", "appointments", "--until", "2030-01-01", "--reason", "known")
    assert monitor("alerts", "silence", *silence, *by).code == 0
    before, jobs = asked(practices, HISTORY_AS_IT_IS), asked(practices, "FROM data.job_run ORDER BY run_id")
    messages = sorted(file.name for file in (practices / "outbox").iterdir())

    answer = monitor("rebuild", "--replace", "-w", practices)
    assert answer.code == 0
    assert answer.out.endswith(f"The new store is in place: {store_of(practices)}. Next: monitor run\n")
    assert asked(practices, HISTORY_AS_IT_IS) == before
    *earlier, rebuild = asked(practices, "FROM data.job_run ORDER BY run_id")
    assert earlier == jobs
    assert (rebuild[0], rebuild[1], rebuild[4]) == (jobs[-1][0] + 1, "rebuild", "done")
    with duckdb.connect(str(practices / "var" / "monitor-before-rebuild.duckdb"), read_only=True) as kept:
        assert kept.execute("FROM data.job_run ORDER BY run_id").fetchall() == jobs
    assert not (practices / "var" / "rebuilt").exists()

    answer = monitor("run", "-w", practices, "--as-of", AS_OF)
    assert answer.code == 0
    assert "(0 new, 0 changed, 0 resolved)" in answer.out
    assert asked(practices, HISTORY_AS_IT_IS) == before
    assert sorted(file.name for file in (practices / "outbox").iterdir()) == messages
    assert asked(practices, "SELECT count(*) > 0 FROM data.verdict") == [(True,)]


def test_questions_are_answered_between_a_rebuild_and_the_next_run(monitor: Monitor, practices: Path) -> None:
    question = ("status", "-w", practices, "--as-of", AS_OF, "--format", "csv")
    before = monitor(*question)
    assert monitor("rebuild", "--replace", "-w", practices).code == 0
    assert monitor(*question).out == before.out


def test_a_new_log_takes_the_place_of_one_that_was_wrong_from_the_start(monitor: Monitor, practices: Path) -> None:
    (practices / "inbox" / "log.csv").unlink()
    drop_log(practices, "right.csv", "Z98002,workforce,2025-10-01,2025-10-24T10:00:00,accepted")
    answer = monitor("rebuild", "--replace", "-w", practices)
    assert answer.code == 4
    assert "  loaded before, and no longer there: log.csv\n  not loaded before: right.csv\n" in answer.out
    assert monitor("run", "-w", practices, "--as-of", AS_OF).code == 0
    assert asked(practices, "SELECT organisation_code FROM data.submission_row") == [("Z98002",)]


def test_without_the_old_store_it_says_what_is_lost(monitor: Monitor, practices: Path) -> None:
    shutil.rmtree(practices / "var")
    answer = monitor("rebuild", "--replace", "-w", practices, now=NOW)
    assert answer.code == 4
    assert f"nothing to compare with, because there is no {store_of(practices)}" in answer.out
    assert "lost with the old store:\n    since when each finding was open" in answer.out
    assert not (practices / "var" / "monitor-before-rebuild.duckdb").exists()
    assert monitor("run", "-w", practices, "--as-of", AS_OF).code == 0


@pytest.mark.parametrize("damage", ["no database", "cut short", "overwritten inside"])
def test_a_damaged_store_is_replaced_and_kept(monitor: Monitor, practices: Path, damage: str) -> None:
    store = store_of(practices)
    content = store.read_bytes()
    spoilt = {
        "no database": b"spoilt",
        "cut short": content[: len(content) // 3],
        "overwritten inside": content[:12288] + bytes(len(content) - 12288),
    }[damage]
    store.write_bytes(spoilt)
    assert monitor("status", "-w", practices).code == 4
    answer = monitor("rebuild", "--replace", "-w", practices)
    assert answer.code == 4
    assert f"nothing to compare with, because {store} cannot be read" in answer.out
    assert "lost with the old store:" in answer.out
    assert (practices / "var" / "monitor-before-rebuild.duckdb").read_bytes() == spoilt
    assert monitor("run", "-w", practices, "--as-of", AS_OF).code == 0


def test_a_log_of_a_store_that_is_damaged_does_not_stay_beside_the_new_one(monitor: Monitor, practices: Path) -> None:
    store = store_of(practices)
    store.write_bytes(b"spoilt")
    store.with_name("monitor.duckdb.wal").write_bytes(b"spoilt too")
    assert monitor("rebuild", "--replace", "-w", practices).code == 4
    assert sorted(file.name for file in store.parent.glob("monitor*")) == [
        "monitor-before-rebuild.duckdb",
        "monitor-before-rebuild.duckdb.wal",
        "monitor.duckdb",
    ]
    assert monitor("run", "-w", practices, "--as-of", AS_OF).code == 0


def test_a_store_that_somebody_has_open_stays(
    monitor: Monitor, practices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, replace = store_of(practices).read_bytes(), Path.replace

    def refused(self: Path, target: Path) -> Path:
        if Path(target) == store_of(practices):
            raise PermissionError(13, "in use by another process", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    answer = monitor("rebuild", "--replace", "-w", practices)
    assert answer.code == 4
    assert "cannot be replaced" in answer.err
    assert "the old store is still in place" in answer.err
    assert store_of(practices).read_bytes() == before


def test_it_is_one_of_the_runs_of_which_there_is_one_at_a_time(monitor: Monitor, practices: Path) -> None:
    with held_by_another_process(lock_of(practices)):
        answer = monitor("rebuild", "-w", practices)
    assert (answer.code, "another run has the workspace" in answer.err) == (4, True)
    assert monitor("rebuild", "-w", practices).code == 0
    assert not lock_of(practices).exists()


def test_an_empty_inbox_replaces_nothing(monitor: Monitor, practices: Path) -> None:
    before = store_of(practices).read_bytes()
    for file in (practices / "inbox").iterdir():
        file.unlink()
    answer = monitor("rebuild", "--replace", "-w", practices)
    assert (answer.code, "holds no file to build the store from" in answer.err) == (2, True)
    assert store_of(practices).read_bytes() == before


def test_every_table_that_no_file_tells_is_taken_over() -> None:
    tables = SQL["tables"]
    section = tables.split("-- append-only: what was found, and what ran")[1].split("\n-- rebuildable")[0]
    assert sorted(re.findall(r"CREATE TABLE IF NOT EXISTS data\.(\w+)", section)) == sorted(HISTORY)


# ------------------------------------------------------------------------------------------- back-up and restore


def test_a_back_up_put_back_elsewhere_goes_on_where_it_was(monitor: Monitor, practices: Path, tmp_path: Path) -> None:
    question = ("--as-of", AS_OF, "--format", "csv")
    status, history = monitor("status", "-w", practices, *question).out, asked(practices, HISTORY_AS_IT_IS)
    back_up = tmp_path / "back-up"
    back_up.mkdir()
    shutil.copy(practices / "monitor.toml", back_up)
    for folder in ("inbox", "expectations", "var", "outbox"):
        shutil.copytree(practices / folder, back_up / folder)
    shutil.rmtree(practices)

    restored = Path(shutil.copytree(back_up, tmp_path / "elsewhere" / "workspace"))
    answer = monitor("run", "-w", restored, "--as-of", AS_OF)
    assert answer.code == 0
    assert "Nothing new to load." in answer.out
    assert f"Published for analysts: {restored / 'published' / 'monitor.duckdb'}\n" in answer.out
    assert monitor("status", "-w", restored, *question).out == status
    assert asked(restored, HISTORY_AS_IT_IS) == history
    assert (restored / "published" / "parquet" / "published.json").is_file()
    assert monitor("rebuild", "-w", restored).code == 0
