"""Building the store anew beside the old one from the kept files, comparing, and putting it in place."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from monitor.checks.check_runs import answer_sealed, files_sealed
from monitor.config.context import Context, due_dates_of_returns, periods_of_returns
from monitor.config.workspace import Workspace
from monitor.core.errors import EnvironmentFault, UsageError
from monitor.core.text import on_one_line
from monitor.ingest.finding_files import files_in
from monitor.ingest.inbox import Intake, is_utf8, load_files
from monitor.ingest.patient_data import places_with_numbers
from monitor.ingest.rereading import read_again
from monitor.ingest.seen import sha256_of
from monitor.operations.replacement import put_in_place
from monitor.returns.names import names_of_returns
from monitor.status.derivation import derive_status
from monitor.status.organisations import rebuild_organisations
from monitor.status.question import ask, fingerprint
from monitor.store.connection import Store, is_damage, memory_raised, open_reader, open_writer
from monitor.store.job_runs import recorded
from monitor.store.ledger import CHECK, REBUILD, append, enter_what_is_missing, entries
from monitor.store.lock import holding
from monitor.store.named_sql import queries_beside, scalar, transaction
from monitor.store.scratch import emptied
from monitor.store.store_state import append_only_tables

SQL = queries_beside(__file__)

TO_FIND_FILES = ("loaded_file", "file_seen", "member_seen")
SEEN = "SELECT path, sha256 FROM old_file_seen SEMI JOIN old_loaded_file USING (sha256)"
SAME = "every status is the same as in the old store"
CHANGED = "files, settings, returns or the program have changed since the last check: `monitor run` first"
LOST = "\n  lost with the old store: when findings opened, who was notified of what, decisions, the ledger"
NUMBERS = """FROM duckdb_sequences() SELECT sequence_name, last_value
WHERE database_name = 'old' AND last_value IS NOT NULL AND sequence_name <> 'next_file'"""
UNCHECKED = "unchecked_return"  # rebuildable, but only by the suites: the answer of the last check rests on it
RECORDED = "status_recorded"  # rebuildable, but only by a check: the next one is compared with it


class Rebuilt(NamedTuple):
    """What came of it, in lines. is_same: whether it was shown that the new store gives the last check's answer."""

    as_of: date
    is_same: bool
    lines: list[str]


def rebuild(context: Context, in_place: bool) -> Rebuilt:
    """Build the store anew beside the old one and compare; in_place: then put it there, and keep the old one."""
    workspace = context.workspace
    folders = (workspace.spill, workspace.unpacking)
    with holding(workspace.lock, "monitor rebuild", context.clock()), emptied(*folders):
        shutil.rmtree(workspace.rebuilt.parent, ignore_errors=True)
        with open_writer(workspace.rebuilt, workspace.spill, context.settings.memory_limit) as new:
            trouble = _carry_over(context, new)
            with recorded(new, context.clock, "rebuild") as record:
                entered = scalar(new, "SELECT count(*) FROM data.ledger")
                _load(context, new)
                rebuilt = _compared(context, new, trouble)
                # What loading entered makes way: the earlier chain continues.
                new.execute("DELETE FROM data.ledger WHERE entry_number > $entered", {"entered": entered})
                sealed = {"as_of": rebuilt.as_of, "files": files_sealed(new), "is_same_answer": rebuilt.is_same}
                with transaction(new):
                    append(new, REBUILD, context.clock(), sealed)
                    enter_what_is_missing(new, context.clock())
                record.detail, record.in_part = rebuilt.lines[-1], not rebuilt.is_same
        where = f"The new store: {workspace.rebuilt}. Nothing else was changed; --replace puts it in place"
        if in_place:
            put_in_place(workspace, is_whole=not trouble)
            where = f"The new store is in place: {workspace.store}. Next: monitor run" + (LOST if trouble else "")
    return rebuilt._replace(lines=[*rebuilt.lines, where])


def carried_tables(store: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables that are only added to, but for those that files fill: their rows name the file."""
    return [name for name in append_only_tables(store) if "file_id" not in store.table(f"data.{name}").columns]


def _carry_over(context: Context, connection: Store) -> str:
    """Copy what no file holds, and where files were; gives why the old store cannot be read, where it cannot."""
    tables = [*carried_tables(connection), UNCHECKED, RECORDED]
    trouble = unreadable(context, [*tables, *TO_FIND_FILES])
    if not trouble:
        place = str(context.workspace.store).replace("'", "''")
        connection.execute(f"ATTACH '{place}' AS old (READ_ONLY)")
        for table in tables:
            connection.execute(f"INSERT INTO data.{table} BY NAME FROM old.data.{table}")
        for sequence, last in connection.execute(NUMBERS).fetchall():  # they go on; files are numbered anew
            connection.execute(f"CREATE OR REPLACE SEQUENCE data.{sequence} START WITH {last + 1}")
    for table in TO_FIND_FILES:  # empty where the old store cannot be read
        connection.execute(f"CREATE TEMP TABLE old_{table} AS FROM {'' if trouble else 'old.'}data.{table}")
    connection.execute("DETACH DATABASE IF EXISTS old")
    return trouble


def unreadable(context: Context, tables: list[str]) -> str:
    """Why the old store cannot be read; empty where it can. Asked by itself: damage would spoil what is connected."""
    store = context.workspace.store
    if not store.is_file():
        return f"there is no {store}"
    try:
        with open_reader(store, context.settings.memory_limit) as connection:
            for table in tables:
                connection.execute(f"SELECT sum(hash(t)) FROM data.{table} AS t").fetchone()  # noqa: S608  names of ours
    except (EnvironmentFault, duckdb.Error) as error:
        cause = error.__cause__ if isinstance(error, EnvironmentFault) else error
        if not is_damage(cause):
            raise
        return f"{store} cannot be read: {str(cause).strip().splitlines()[0]}"
    return ""


def _load(context: Context, connection: Store) -> None:
    settings, workspace, now = context.settings, context.workspace, context.clock()
    on_file = lambda name: context.progress("loading", name)  # noqa: E731
    due, maps = lambda: due_dates_of_returns(context), settings.column_map
    intake = Intake(connection, periods_of_returns(context), now, workspace.unpacking, on_file, maps, due_dates=due)
    intake = replace(intake, build=context.build, names_of_returns=names_of_returns(context.every_return))
    places = {sha256: place for sha256, *place in connection.execute(SQL["places"]).fetchall()}
    files = [(*places.get(sha256, (math.inf, now)), *file) for sha256, *file in _kept_files(workspace, connection)]
    if not files:
        raise UsageError(str(workspace.inbox), "has no file to build the store from", advice="put the files back")
    with memory_raised(connection, settings.memory_limit_of_loads, settings.memory_limit):
        # As of then, because a row dated after the day it is loaded on is rejected; and read again as of when it was.
        readings = [(*reading, "", None) for reading in connection.execute(SQL["readings"]).fetchall()]
        for _, loaded_at, name, path in sorted([*files, *readings], key=lambda one: one[0]):
            as_of_then = replace(intake, loaded_at=loaded_at)
            list(load_files(as_of_then, [(name, path)]) if path else read_again(as_of_then))
    rebuild_organisations(connection)


def _kept_files(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, Path]]:
    """The files of the inbox, and those loaded from elsewhere that are still there: SHA-256, name and path of each."""
    seen = [(Path(path), sha256) for path, sha256 in connection.execute(SEEN).fetchall()]
    elsewhere = [path for path, sha in seen if not _is_in_an_inbox(path) and _sha256(connection, path) == sha]
    for name, path in files_in([workspace.inbox, *elsewhere], workspace.inbox):
        yield _sha256(connection, path), name, path


def _is_in_an_inbox(path: Path) -> bool:
    """Of this workspace, from where a file may have been taken out on purpose, or of the one that this is a copy of."""
    return any(folder.name == "inbox" and Workspace(folder.parent).configuration.is_file() for folder in path.parents)


def _sha256(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Empty for a file that cannot be read, or whose name is of a patient: that is said when it is loaded."""
    try:
        return sha256_of(connection, path) if is_utf8(path) and not places_with_numbers(connection, [str(path)]) else ""
    except OSError:
        return ""


def _compared(context: Context, connection: duckdb.DuckDBPyConnection, trouble: str) -> Rebuilt:
    """The files, compared with those that the old store had loaded; the answer, with what its last check sealed."""
    last = next((entry.said for entry in reversed(entries(connection)) if entry.kind == CHECK), None)
    as_of = date.fromisoformat(last["as_of"]) if last else context.as_of(None)
    context.progress("working out statuses", str(as_of))
    unchecked = frozenset(code for (code,) in connection.execute(f"FROM data.{UNCHECKED}").fetchall())
    ask(connection, context, as_of, unchecked)
    derive_status(connection)
    now = answer_sealed(connection, "return_status_row")
    if last and _question(context, as_of) == last["fingerprint"]:
        was = last["answer"]
        differing = sorted(code for code in was.keys() | now.keys() if was.get(code) != now.get(code))
        said = f"NOT the same as in the old store for: {', '.join(differing)}" if differing else SAME
    else:
        said = f"nothing to compare with, because {trouble or (CHANGED if last else 'there was no check yet')}"
    files = connection.execute(SQL["differing_files"]).fetchall()
    lines = [
        f"Rebuilt from {files_sealed(connection)['loaded']:,} loaded files",
        *(f"  {what}: {on_one_line(which)}" for what, which in files),
        f"As of {as_of}: {sum(expected for expected, _ in now.values()):,} expected returns; {said}",
    ]
    return Rebuilt(as_of, said == SAME, lines)


def _question(context: Context, as_of: date) -> str:
    with open_reader(context.workspace.store, context.settings.memory_limit) as old:
        ask(old, context, as_of)
        return fingerprint(old, context)
