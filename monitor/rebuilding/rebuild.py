"""Building the store anew from the kept input files: does it give the same answer? And putting it in place.

What files tell is loaded again, in the order in which it was loaded before and as of the same instants. What no file
tells (findings, messages, decisions, runs) is taken over from the old store, as far as that can be read.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from monitor.checks.check_runs import files_sealed
from monitor.config.context import Context, periods_of_returns
from monitor.config.workspace import Workspace
from monitor.core.errors import UsageError
from monitor.ingest.inbox import Intake, files_in, is_utf8, load_files, sha256_of
from monitor.rebuilding.before import FILES, HISTORY, Before, derived, notified_before
from monitor.rebuilding.in_place import put_in_place
from monitor.status.organisations import rebuild_organisations
from monitor.store.connection import open_writer
from monitor.store.ledger import REBUILD, append, enter_what_is_missing
from monitor.store.lock import holding
from monitor.store.named_sql import rows_as_dicts, scalar, transaction

NUMBERED = {
    "data.next_run": "SELECT max(run_id) FROM data.job_run",
    "data.next_alert": "SELECT max(alert_number) FROM data.alert",
    "data.next_attempt": "SELECT max(attempt_number) FROM data.delivery_attempt",
}


@dataclass(frozen=True)
class Rebuilt:
    """What came of it. differing: the returns whose answer is another one; None: there was nothing to compare with.

    missing: loaded before, and not found any more. new: not loaded before. read_differently: other numbers of rows
    loaded, duplicate or rejected. refused: refused now, and not before. lost: tables of the history, where replaced.
    """

    store: Path
    as_of: date
    files: int
    expected: int
    differing: tuple[str, ...] | None
    is_same_evidence: bool
    trouble: str
    missing: tuple[str, ...]
    new: tuple[str, ...]
    refused: tuple[str, ...]
    read_differently: tuple[str, ...]
    seconds: float = 0
    is_replaced: bool = False
    lost: tuple[str, ...] = field(default=())

    @property
    def is_same(self) -> bool:
        """Whether it was shown that the new store gives the old one's answer."""
        return self.differing == ()


def rebuild(context: Context, in_place: bool) -> Rebuilt:
    """Build the store anew beside the old one and compare; in_place: then put it there, and keep the old one."""
    context.workspace.make_folders()
    started_at = context.clock()
    with holding(context.workspace.lock, "monitor rebuild", started_at):
        before = notified_before(context)
        new = context.workspace.rebuilt
        shutil.rmtree(new.parent, ignore_errors=True)
        with open_writer(new, context.workspace.spill, context.settings.memory_limit) as connection:
            _load(context, connection, before)
            rebuilt = _compared(context, connection, before)
            if in_place:
                lost = _take_over(connection, context.workspace.store, before)
                rebuilt = replace(rebuilt, store=context.workspace.store, is_replaced=True, lost=lost)
                _record(context, connection, rebuilt, started_at)
        if in_place:
            put_in_place(context.workspace)
        return replace(rebuilt, seconds=(context.clock() - started_at).total_seconds())


def _load(context: Context, connection: duckdb.DuckDBPyConnection, before: Before) -> None:
    workspace = context.workspace
    on_file = lambda name: context.progress("loading", name)  # noqa: E731
    intake = Intake(
        connection,
        periods_of_returns(context),
        context.clock(),
        workspace.unpacking,
        on_file,
        context.settings.column_map,
    )
    first_known = {file["sha256"]: file for file in reversed(before.files) if file["sha256"]}
    in_order = sorted(
        (_place(connection, before, first_known, name, path), name, path)
        for name, path in _kept_files(workspace, connection, before)
    )
    if not in_order:
        raise UsageError(str(workspace.inbox), "holds no file to build the store from", advice="put the files back")
    shutil.rmtree(workspace.unpacking, ignore_errors=True)
    loaded_at = {file["file_id"]: file["loaded_at"] for file in before.files}
    for place, name, path in in_order:
        # As of then, because a row dated after the day it is loaded on is rejected.
        list(load_files(replace(intake, loaded_at=loaded_at.get(place, intake.loaded_at)), [(name, path)]))
    shutil.rmtree(workspace.unpacking, ignore_errors=True)
    rebuild_organisations(connection)
    for decision in before.feed_decisions:  # the answer rests on them, and it is compared before history is taken over
        connection.execute("INSERT INTO data.feed_decision VALUES (?, ?, ?, ?, ?, ?, ?)", decision)


def _kept_files(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, before: Before
) -> Iterator[tuple[str, Path]]:
    """The files of the inbox, and those loaded from elsewhere that are still where they were."""
    files = files_in([workspace.inbox] if workspace.inbox.is_dir() else [], workspace.inbox)
    yield from files
    there = {path for _, path in files}
    for place, sha256 in sorted(before.elsewhere):
        path = Path(place)
        if path in there or _is_in_an_inbox(path) or not path.is_file():
            continue
        if sha256_of(connection, path) == sha256:
            yield from files_in([path], workspace.inbox)


def _is_in_an_inbox(path: Path) -> bool:
    """Of this workspace, from where a file may have been taken out on purpose, or of the one that this is a copy of."""
    return any(folder.name == "inbox" and Workspace(folder.parent).configuration.is_file() for folder in path.parents)


def _place(
    connection: duckdb.DuckDBPyConnection, before: Before, first_known: dict[str, Any], name: str, path: Path
) -> float:
    """The number that a file had, an archive that of its first member; what is new comes last."""
    try:
        known = first_known.get(sha256_of(connection, path)) if is_utf8(path) else None
    except OSError:
        known = None  # said when it is loaded
    numbers = [known["file_id"]] if known else []
    numbers += [file["file_id"] for file in before.files if file["file_name"].startswith(f"{name}/")]
    return min(numbers, default=math.inf)


def _compared(context: Context, connection: duckdb.DuckDBPyConnection, before: Before) -> Rebuilt:
    as_of = before.as_of or context.as_of(None)
    new = derived(context, connection, as_of, before.unchecked)
    old = before.answer
    differing = None
    if old is not None:
        codes = sorted(old.keys() | new.keys())
        differing = tuple(code for code in codes if old.get(code, ())[:2] != new.get(code, ())[:2])
    files = rows_as_dicts(connection.execute(FILES))
    was, now = _loaded(before.files), _loaded(files)
    refused_before = {(file["sha256"], file["file_name"]) for file in before.files if file["state"] == "refused"}
    return Rebuilt(
        store=context.workspace.rebuilt,
        as_of=as_of,
        files=len(now),
        expected=sum(expected for expected, *_ in new.values()),
        differing=differing,
        is_same_evidence=old == new,
        trouble=before.trouble,
        missing=tuple(file["file_name"] for sha256, file in was.items() if sha256 not in now),
        new=tuple(file["file_name"] for sha256, file in now.items() if sha256 not in was) if before.files else (),
        refused=tuple(
            file["detail"]
            for file in files
            if file["state"] == "refused" and (file["sha256"], file["file_name"]) not in refused_before
        ),
        read_differently=tuple(
            file["file_name"] for sha256, file in now.items() if sha256 in was and _counts(was[sha256]) != _counts(file)
        ),
    )


def _loaded(files: Any) -> dict[str, dict[str, Any]]:
    """By content, the files that were loaded. Of an archive its members count."""
    return {file["sha256"]: file for file in files if file["state"] == "loaded" and file["format"] != "zip archive"}


def _counts(file: dict[str, Any]) -> tuple[int, ...]:
    return file["rows_loaded"], file["rows_duplicate"], file["rows_rejected"]


def _take_over(connection: duckdb.DuckDBPyConnection, old: Path, before: Before) -> tuple[str, ...]:
    """Copy the history; gives the tables that are lost. Numbers go on where they were."""
    connection.execute("DELETE FROM data.ledger")  # what it says of this building; the chain of before goes on
    if before.history:
        place = str(old).replace("'", "''")
        connection.execute(f"ATTACH '{place}' AS old (READ_ONLY)")
        for table in before.history:
            connection.execute(f"DELETE FROM data.{table}")  # noqa: S608  of HISTORY, names of ours
            connection.execute(f"INSERT INTO data.{table} BY NAME FROM old.data.{table}")
        connection.execute("DETACH old")
    # Answers and verdicts are not taken over: so the next check finds its question new, and works them out.
    connection.execute("UPDATE data.check_run SET fingerprint = 'before a rebuild: ' || fingerprint")
    for sequence, last in NUMBERED.items():
        connection.execute(
            f"SELECT max(nextval('{sequence}')) FROM range($last)",  # noqa: S608  a sequence of ours
            {"last": scalar(connection, last) or 0},
        )
    return tuple(table for table in HISTORY if table not in before.history)


def _record(context: Context, connection: duckdb.DuckDBPyConnection, rebuilt: Rebuilt, started_at: datetime) -> None:
    with transaction(connection):
        said = {"as_of": rebuilt.as_of, "files": files_sealed(connection), "is_same_answer": rebuilt.is_same}
        append(connection, REBUILD, context.clock(), said)
        enter_what_is_missing(connection, context.clock())
        connection.execute(
            "INSERT INTO data.job_run SELECT nextval('data.next_run'), 'rebuild', ?, ?, ?, ?, NULL",
            [
                started_at,
                context.clock(),
                "done" if rebuilt.is_same else "done_in_part",
                f"from {rebuilt.files} files; as of {rebuilt.as_of}: "
                + ("the same answer" if rebuilt.is_same else "not shown to be the same answer"),
            ],
        )
