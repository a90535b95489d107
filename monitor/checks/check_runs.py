"""Which checks ran, of which day, and whether the answer of the last one is still kept: rows of data.check_run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import duckdb

from monitor import __version__
from monitor.returns.catalogue import MandatoryReturn
from monitor.store.connection import Store
from monitor.store.ledger import CHECK, append
from monitor.store.named_sql import SqlTemplate, queries_beside, scalar

SQL = queries_beside(__file__)


@dataclass(frozen=True)
class CheckRun:
    """A check whose answer is kept. recorded: as in monitor.pipeline.Checked."""

    recorded: bool


def record_check(
    connection: Store,
    fingerprint: str,
    at: datetime,
    recorded: bool,
    catalogue: Mapping[str, MandatoryReturn],
) -> None:
    """Add the check whose answer data.return_status_row holds now, and seal in the ledger what it rested on.

    Its day is that of the question whose answer was derived on this connection.
    """
    as_of = scalar(connection, "SELECT as_of FROM question")
    connection.execute(
        "INSERT INTO data.check_run VALUES ($as_of, $fingerprint, $at, $recorded)",
        {"as_of": as_of, "fingerprint": fingerprint, "at": at, "recorded": recorded},
    )
    connection.execute("INSERT INTO data.status_kept_for VALUES ($fingerprint)", {"fingerprint": fingerprint})
    files_of_suites = {path for definition in catalogue.values() for path in (definition.path, definition.shared_suite)}
    sealed = {
        "as_of": as_of,
        "recorded": recorded,
        "fingerprint": fingerprint,
        "program": __version__,
        "files": files_sealed(connection),
        "suites": {path.stem: sha256(path.read_bytes()).hexdigest() for path in sorted(files_of_suites)},
        "answer": _seal_answer(connection),
    }
    append(connection, CHECK, at, sealed)


NOT_SEALED = "SELECT return_code FROM data.return_kept WHERE sealed IS NULL"


def _seal_answer(connection: Store) -> dict[str, list[Any]]:
    """As answer_sealed; only of returns that were worked out since the last check, as the seals of the others stand."""
    worked_out = f"(FROM data.return_status_row WHERE return_code IN ({NOT_SEALED}))"
    for code, (expected, sealed) in answer_sealed(connection, worked_out).items():
        connection.execute(
            "UPDATE data.return_kept SET expected = $expected, sealed = $sealed WHERE return_code = $code",
            {"code": code, "expected": expected, "sealed": sealed},
        )
    kept = "SELECT return_code, expected, sealed FROM data.return_kept WHERE sealed IS NOT NULL ORDER BY return_code"
    return {code: [expected, sealed] for code, expected, sealed in connection.execute(kept).fetchall()}


def files_sealed(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """How many files are loaded, and the SHA-256 of the sorted SHA-256 of them all."""
    loaded = "SELECT DISTINCT sha256 FROM data.loaded_file WHERE state = 'loaded' ORDER BY sha256"
    all_of_them = [one for (one,) in connection.execute(loaded).fetchall()]
    return {"loaded": len(all_of_them), "sealed": sha256("\n".join(all_of_them).encode()).hexdigest()}


def answer_sealed(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, list[Any]]:
    """By return: how many returns were expected, and the digest of what is said of them."""
    sql = SqlTemplate(SQL["answer_sealed"]).substitute(table=table)
    return {code: [expected, sealed] for code, expected, sealed in connection.execute(sql).fetchall()}


def last_check(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> CheckRun | None:
    """The last check, where it asked the same and its answer is still kept; a later one may have been cut short."""
    last = connection.execute("SELECT fingerprint, recorded FROM data.check_run ORDER BY rowid DESC LIMIT 1").fetchone()
    if not last or last[0] != fingerprint:
        return None
    kept = "SELECT count(*) FROM data.status_kept_for WHERE fingerprint = $fingerprint"
    return CheckRun(last[1]) if scalar(connection, kept, {"fingerprint": fingerprint}) else None


def last_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day that the last check was about, whether it was recorded or not."""
    return scalar(connection, "SELECT as_of FROM data.check_run ORDER BY rowid DESC LIMIT 1")


def last_recorded_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day that the recorded findings are about: of the check that was recorded last, whatever the clock said."""
    return scalar(connection, "SELECT as_of FROM data.check_run WHERE recorded ORDER BY rowid DESC LIMIT 1")


def may_be_recorded(connection: duckdb.DuckDBPyConnection, as_of: date, today: date) -> bool:
    """Whether findings of this day may be recorded: a day before the last recorded one would undo what came after.

    Days to come do not count: they were recorded while the clock was ahead.
    """
    last = "SELECT max(as_of) FROM data.check_run WHERE recorded AND as_of <= $today"
    last_day_so_far = scalar(connection, last, {"today": today})
    return as_of <= today and (last_day_so_far is None or as_of >= last_day_so_far)
