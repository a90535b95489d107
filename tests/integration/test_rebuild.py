"""Building the store anew from the kept files: the same answer, or what differs; history is carried over, or lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor, write_csv

from benchmarks.stages import COUNTED
from monitor import pipeline
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace, init_workspace
from monitor.core.errors import EnvironmentFault, UsageError
from monitor.operations.rebuild import Rebuilt, carried_tables, rebuild, unreadable
from monitor.operations.replacement import put_in_place
from monitor.store.lock import holding

LOG = "organisation_code,return_code,period_start,submitted_at,outcome"
SAME = "every status is the same as in the old store"
AS_OF = "2025-11-10"
NOTICE = "notice_id,return_code,kind,period_start,scope,scope_value,reason"
HOUR = timedelta(hours=1)


def setting_of(workspace: Path, now: datetime = NOW) -> Context:
    return read_context(Workspace(workspace), lambda: now)


def store_of(workspace: Path) -> Path:
    return Workspace(workspace).store


def asked(store: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(store), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def write_log(file: Path, organisation: str, month: str, times: int = 1) -> Path:
    row = f"{organisation},workforce,{month}-01,{month}-24T10:00:00,accepted"
    return write_csv(file, "\n".join([LOG, *[row] * times]))


def write_notice(file: Path, organisation: str, reason: str) -> Path:
    return write_csv(file, f"{NOTICE}\nN1,workforce,paused,2025-09-01,organisation,{organisation},{reason}")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two practices, one of whom a notice lets off a return: which one, the order of loading decides.

    Files come three times, an hour apart: names sort otherwise. One lies elsewhere, one is renamed after the check.
    Of one a row is read later.
    """
    folder = tmp_path_factory.mktemp("made")
    workspace, inbox = folder / "workspace", folder / "workspace" / "inbox"
    init_workspace(workspace)
    (workspace / "monitor.toml").write_text(f"monitor_from = 2025-09-01\nas_of = {AS_OF}\n", encoding="utf-8")
    practices = ("Z98001,Hill Street Surgery,GMS", "Z98002,Mill Lane Practice,GMS")
    write_csv(inbox / "practices.csv", "\n".join(["organisation_code,organisation_name,contract_type", *practices]))
    write_notice(folder / "packed" / "notice.csv", "Z98001", "first")
    shutil.make_archive(str(inbox / "9"), "zip", folder / "packed")
    log = write_log(inbox / "log.csv", "Z98001", "2025-09")
    with write_log(inbox / "early.csv", "Z98001", "2025-10").open("a", encoding="utf-8") as early:
        early.write("Z98002,workforce,2025-10-01,2026-01-15T10:00:00,nil\n")  # half an hour ahead: read again then
    pipeline.load(setting_of(workspace), [])
    write_notice(inbox / "z.csv", "Z98001", "again")
    write_log(inbox / "late.csv", "Z98001", "2025-10", times=2)  # what early.csv says
    pipeline.load(setting_of(workspace, NOW + HOUR), [])
    pipeline.load(setting_of(workspace, NOW + HOUR), [write_log(folder / "elsewhere" / "log.csv", "Z98002", "2025-10")])
    write_notice(inbox / "a.csv", "Z98002", "the other")
    pipeline.run(setting_of(workspace, NOW + 2 * HOUR), None, COUNTED)
    log.rename(inbox / "renamed.csv")
    return workspace


@pytest.fixture
def workspace(made_once: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed at will."""
    return Path(shutil.copytree(made_once, tmp_path / "workspace"))


# -------------------------------------------------------------------------------------------- built beside the old


@pytest.fixture(scope="module")
def built_once(made_once: Path) -> tuple[bytes, Rebuilt]:
    """The store's bytes from before a rebuild, and what that gave."""
    return store_of(made_once).read_bytes(), rebuild(setting_of(made_once), in_place=False)


def test_the_same_files_give_the_same_answer_and_nothing_is_changed(
    made_once: Path, built_once: tuple[bytes, Rebuilt]
) -> None:
    before, rebuilt = built_once
    new = made_once / "var" / "rebuilt" / "monitor.duckdb"
    assert rebuilt.is_same
    assert rebuilt.lines == [
        "Rebuilt from 9 loaded files",
        f"As of {AS_OF}: 28 expected returns; {SAME}",
        f"The new store: {new}. Nothing else was changed; --replace puts it in place",
    ]
    assert store_of(made_once).read_bytes() == before


@pytest.mark.usefixtures("built_once")
def test_files_are_loaded_in_the_order_and_as_of_the_instants_of_before(made_once: Path) -> None:
    files = "SELECT file_name, rows_loaded, rows_duplicate, loaded_at FROM data.loaded_file ORDER BY file_id"
    before, after = asked(store_of(made_once), files), asked(made_once / "var" / "rebuilt" / "monitor.duckdb", files)
    assert [name for name, *_ in after] == [
        "9.zip/notice.csv", "9.zip", "early.csv", "renamed.csv", "practices.csv",
        "early.csv", "late.csv", "z.csv", "log.csv", "a.csv",
    ]  # fmt: skip
    assert [facts for _, *facts in after] == [facts for _, *facts in before]


@pytest.mark.slow
def test_what_was_asked_otherwise_is_not_compared(workspace: Path) -> None:
    with (workspace / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write('also_covered = ["APMS"]\n')
    rebuilt = rebuild(setting_of(workspace), in_place=False)
    assert not rebuilt.is_same
    assert "nothing to compare with, because files, settings, returns or the program have changed" in rebuilt.lines[1]


@pytest.mark.slow
def test_what_is_gone_new_refused_or_read_differently_is_named(made_once: Path, workspace: Path) -> None:
    """early.csv was taken out of this copy's inbox: that of the workspace it is a copy of still has it."""
    (workspace / "inbox" / "early.csv").unlink()
    with duckdb.connect(str(store_of(workspace))) as store:
        store.execute("UPDATE data.file_seen SET path = path || '.gone' WHERE path LIKE '%elsewhere%'")
    write_log(workspace / "inbox" / "0.csv", "Z98002", "2025-09")
    (workspace / "inbox" / "1.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    rebuilt = rebuild(setting_of(workspace), in_place=True)
    assert not rebuilt.is_same
    gone, also_gone, new, refused, read_differently, answer = rebuilt.lines[1:-1]
    assert (made_once / "inbox" / "early.csv").is_file()
    assert (gone, also_gone) == tuple(
        f"  loaded before, and no longer there: {name}" for name in ("early.csv", "log.csv")
    )
    assert new == "  not loaded before: 0.csv"
    assert refused.startswith("  refused now, and not before: 1.csv: ")
    assert read_differently == "  other numbers of rows than before: late.csv"
    assert "NOT the same as in the old store for: workforce" in answer
    submitted = "SELECT organisation_code, strftime(period_start, '%m') FROM data.submission_row ORDER BY ALL"
    assert asked(store_of(workspace), submitted) == [("Z98001", "09"), ("Z98001", "10"), ("Z98002", "09")]


def test_it_is_one_of_the_runs_of_which_there_is_one_at_a_time(made_once: Path) -> None:
    with (
        holding(Workspace(made_once).lock, "monitor run", NOW),
        pytest.raises(EnvironmentFault, match="another run has the workspace"),
    ):
        rebuild(setting_of(made_once), in_place=False)


def test_an_empty_inbox_replaces_nothing(tmp_path: Path) -> None:
    init_workspace(tmp_path)
    store_of(tmp_path).write_bytes(b"spoilt")
    with pytest.raises(UsageError, match="has no file to build the store from"):
        rebuild(setting_of(tmp_path), in_place=True)
    assert store_of(tmp_path).read_bytes() == b"spoilt"


# ---------------------------------------------------------------------------------------------- history carried over


def history(store: Path) -> dict[str, tuple]:
    """By table that is carried over: how many rows it has, and a digest of them."""
    with duckdb.connect(str(store), read_only=True) as connection:
        digest = "SELECT count(*), sum(hash(t)) FROM data.{} AS t"
        tables = carried_tables(connection)
        return {table: connection.execute(digest.format(table)).fetchall()[0] for table in tables}


@pytest.mark.slow
def test_replace_carries_the_history_over_and_nobody_is_notified_twice(monitor: Monitor, workspace: Path) -> None:
    store, by = store_of(workspace), ("--by", "A. Analyst", "-w", workspace)
    (reference,) = asked(store, "SELECT min(finding_id) FROM data.finding_current")[0]
    assert monitor("alerts", "ack", reference, *by).code == 0
    silence = ("--return", "appointments", "--until", "2030-01-01", "--reason", "known")
    assert monitor("alerts", "silence", *silence, *by).code == 0
    before, jobs = history(store), asked(store, "FROM data.job_run ORDER BY run_id")
    assert {table for table, (rows, _) in before.items() if rows} >= {
        "alert", "alert_message", "check_run", "decision", "delivery_attempt", "finding_event", "ledger", "silence",
    }  # fmt: skip
    assert "loaded_file" not in before
    messages = sorted(file.name for file in (workspace / "outbox").iterdir())
    question = ("status", "-w", workspace, "--format", "csv")
    status = monitor(*question).out

    answer = monitor("rebuild", "--replace", "-w", workspace)
    assert answer.code == 0
    assert answer.out.endswith(f"{SAME}\nThe new store is in place: {store}. Next: monitor run\n")
    assert monitor(*question).out.replace("renamed.csv", "log.csv") == status
    changed = {"job_run", "ledger"}
    assert {table for table, rows in history(store).items() if rows != before[table]} == changed
    added = f"SELECT kind FROM data.ledger WHERE entry_number > {before['ledger'][0]} ORDER BY entry_number"
    assert asked(store, added) == [("rebuild",), ("file",)]  # the one with another name now
    *earlier, rebuilt = asked(store, "FROM data.job_run ORDER BY run_id")
    assert earlier == jobs
    assert (rebuilt[0], rebuilt[1], rebuilt[4]) == (jobs[-1][0] + 1, "rebuild", "done")
    assert history(workspace / "var" / "monitor-before-rebuild.duckdb") == before
    assert not (workspace / "var" / "rebuilt").exists()

    answer = monitor("run", "-w", workspace)
    assert answer.code == 0
    assert "(0 new, 0 changed, 0 resolved)" in answer.out
    assert {table for table, rows in history(store).items() if rows != before[table]} == {*changed, "check_run"}
    assert sorted(file.name for file in (workspace / "outbox").iterdir()) == messages
    assert asked(store, "SELECT count(*) > 0 FROM data.verdict") == [(True,)]


@pytest.mark.slow
def test_a_damaged_store_is_replaced_and_kept(monitor: Monitor, workspace: Path) -> None:
    store = store_of(workspace)
    store.write_bytes(b"spoilt")
    assert monitor("status", "-w", workspace).code == 4
    answer = monitor("rebuild", "--replace", "-w", workspace)
    assert answer.code == 4
    assert f"nothing to compare with, because {store} cannot be read: " in answer.out
    assert "Next: monitor run\n  lost with the old store: when findings opened, " in answer.out
    assert (workspace / "var" / "monitor-before-rebuild.duckdb").read_bytes() == b"spoilt"
    assert monitor("run", "-w", workspace).code == 4  # a row of early.csv still could not be read


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda content: b"spoilt", "cannot be read: "),
        (lambda content: content[: len(content) // 3], "cannot be read: "),
        (lambda content: content[:12288] + bytes(len(content) - 12288), "cannot be read: "),
        (lambda content: None, "there is no "),
        (lambda content: content, ""),
    ],
    ids=["no database", "cut short", "overwritten inside", "none there", "whole"],
)
def test_why_a_store_cannot_be_read_is_said(
    made_once: Path, tmp_path: Path, damage: Callable[[bytes], bytes | None], said: str
) -> None:
    init_workspace(tmp_path)
    if content := damage(store_of(made_once).read_bytes()):
        store_of(tmp_path).write_bytes(content)
    found = unreadable(setting_of(tmp_path), ["decision", "ledger", "loaded_file"])
    assert said in found
    assert bool(said) == bool(found)


# -------------------------------------------------------------------------------------------------- put in its place


@pytest.fixture
def built(tmp_path: Path) -> Workspace:
    """An old store that is damaged, and a new one: words, as nothing is read of them."""
    workspace = init_workspace(tmp_path / "workspace")
    workspace.rebuilt.parent.mkdir()
    workspace.store.write_bytes(b"old")
    workspace.rebuilt.write_bytes(b"new")
    return workspace


def contents(workspace: Workspace) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in workspace.store.parent.iterdir() if file.is_file()}


def test_a_log_of_a_damaged_store_and_the_store_kept_before_do_not_stay_beside_the_new_one(built: Workspace) -> None:
    built.store.with_name("monitor.duckdb.wal").write_bytes(b"its log")
    for name in ("monitor-before-rebuild.duckdb", "monitor-before-rebuild.duckdb.wal"):
        built.store.with_name(name).write_bytes(b"older")
    put_in_place(built, is_whole=False)
    assert contents(built) == {
        "monitor.duckdb": b"new",
        "monitor-before-rebuild.duckdb": b"old",
        "monitor-before-rebuild.duckdb.wal": b"its log",
    }


def test_a_store_that_somebody_has_open_stays(built: Workspace) -> None:
    def refused(file: Path, target: Path) -> None:
        raise PermissionError(13, "in use by another process", str(target))

    with pytest.raises(EnvironmentFault, match=r"cannot be replaced.*the old store is still in place"):
        put_in_place(built, is_whole=True, move=refused)
    assert built.store.read_bytes() == b"old"
    put_in_place(built, is_whole=True)
    assert contents(built) == {"monitor.duckdb": b"new", "monitor-before-rebuild.duckdb": b"old"}


def test_what_a_killed_run_left_in_the_log_is_kept_with_the_old_store(built: Workspace) -> None:
    built.store.unlink()
    with duckdb.connect(str(built.store)) as store:
        store.execute("PRAGMA disable_checkpoint_on_shutdown; CREATE TABLE one AS SELECT 1")
    assert built.store.with_name("monitor.duckdb.wal").exists()
    put_in_place(built, is_whole=True)
    assert contents(built).keys() == {"monitor.duckdb", "monitor-before-rebuild.duckdb"}
    assert asked(built.before_rebuild, "FROM one") == [(1,)]


# ------------------------------------------------------------------------------------------- back-up and restore


@pytest.mark.slow
def test_a_back_up_put_back_elsewhere_goes_on_where_it_was(monitor: Monitor, workspace: Path, tmp_path: Path) -> None:
    question = ("--format", "csv")
    status, before = monitor("status", "-w", workspace, *question).out, history(store_of(workspace))
    restored = tmp_path / "elsewhere" / "workspace"
    for folder in ("inbox", "expectations", "var", "outbox"):
        shutil.copytree(workspace / folder, restored / folder)
    shutil.copy(workspace / "monitor.toml", restored)
    shutil.rmtree(workspace)
    answer = monitor("run", "-w", restored)
    assert answer.code == 0
    assert "Nothing new to load." in answer.out
    assert f"Published for analysts: {restored / 'published' / 'monitor.duckdb'}\n" in answer.out
    assert monitor("status", "-w", restored, *question).out == status
    after = history(store_of(restored))
    assert {table for table in after if after[table] != before[table]} == {"job_run"}
    assert (restored / "published" / "parquet" / "published.json").is_file()
