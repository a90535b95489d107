"""What of the peers runs in our own environment. Steps of benchmarks.steps.

An answer is JSON: missed (how many), listed (how many of them by name), causes (of how many it says one), appeared
and gone since the last time, kept (how many rows of the last time's list can still be read), unit (of what appeared
and went). What a tool does not say is left out.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.workspaces import context_of

HERE = Path(__file__).parent
MISSED_SQL = HERE.parent / "sql" / "plain_missed.sql"
TABLES = ("organisation", "mandatory_return", "return_period", "request", "notice", "submission")
KEYS = ["organisation_code", "return_code", "period_start"]
MISSED = "status IN ('not_received', 'rejected')"


def hand_over(workspace: str, handed: str, *days: str) -> dict[str, int]:
    """What the peers begin with: the plain tables, as a database and as Parquet; and the finished table of each day."""
    import duckdb

    target = Path(handed)
    target.mkdir(parents=True)
    shutil.copy(Path(workspace) / "plain.duckdb", target)
    with duckdb.connect(str(target / "plain.duckdb"), read_only=True) as plain:
        for name in TABLES:
            plain.execute(f"COPY {name} TO '{target / name}.parquet' (FORMAT parquet)")
    for day in days:
        _finish(target, day)
    return {"rows": len(days)}


def _finish(handed: Path, day: str) -> None:
    import duckdb

    with duckdb.connect() as connection:
        _attach(connection, handed, day)
        connection.execute(f"ATTACH '{handed / day}.duckdb' AS finished")
        connection.execute("CREATE TABLE submission AS FROM plain.submission LIMIT 0")
        connection.execute(MISSED_SQL.read_text(encoding="utf-8"))
        connection.execute((HERE / "finished.sql").read_text(encoding="utf-8"))
        connection.execute(f"COPY finished.owed TO '{handed / day}.parquet' (FORMAT parquet)")


def _attach(connection: Any, handed: Path, day: str) -> None:
    connection.execute(f"ATTACH '{handed / 'plain.duckdb'}' AS plain (READ_ONLY)")
    connection.execute("SET search_path = 'memory,plain'")
    connection.execute("SET VARIABLE as_of = $day::DATE", {"day": day})


def sql_by_hand(own: str, handed: str, day: str) -> dict[str, Any]:
    """Hand-written SQL: the list, kept in a database, and what changed."""
    import duckdb

    with duckdb.connect() as connection:
        _attach(connection, Path(handed), day)
        connection.execute(f"ATTACH '{Path(own) / 'kept.duckdb'}' AS kept")
        connection.execute(MISSED_SQL.read_text(encoding="utf-8"))
        connection.execute((HERE / "keep_missed.sql").read_text(encoding="utf-8"))
        missed, kept, appeared, gone = connection.execute("FROM change").fetchall()[0]
    return {"missed": missed, "listed": missed, **_changed(kept, appeared, gone)}


def pandas_by_hand(own: str, handed: str, day: str) -> dict[str, Any]:
    """Hand-written pandas: the list, kept as a CSV file a day, and what changed."""
    import pandas as pd

    from benchmarks.plain_pandas import missed_returns

    past = sorted(Path(own).glob("missed-*.csv"))
    missed = missed_returns(Path(handed) / "plain.duckdb", date.fromisoformat(day))
    missed.drop(columns="_merge").to_csv(Path(own) / f"missed-{day}.csv", index=False)
    said = {"missed": len(missed), "listed": len(missed)}
    if not past:
        return said
    before = pd.read_csv(past[-1], parse_dates=["period_start"])
    both = missed[KEYS].merge(before[KEYS], on=KEYS, how="outer", indicator="side")
    counts = both.side.value_counts()
    return {**said, **_changed(len(before), int(counts["left_only"]), int(counts["right_only"]))}


def _changed(kept: int, appeared: int, gone: int) -> dict[str, int]:
    """What is said of the last time, where there was one."""
    return {"kept": kept, "appeared": appeared, "gone": gone} if kept else {}


def check_on(own: str, day: str) -> dict[str, int]:
    """Our check, as of a day."""
    from monitor import pipeline

    pipeline.check(context_of(own), date.fromisoformat(day))
    return {"rows": 1}


def answer_of_check(own: str, day: str, before: str = "") -> dict[str, Any]:
    """What our check recorded; and the list of the last time, asked for as of its day."""
    import duckdb

    from monitor.queries.as_of import answering

    with duckdb.connect(str(Path(own) / "var" / "monitor.duckdb"), read_only=True) as store:
        explained = "count(*) FILTER (cause <> 'unexplained')"
        rows = f"SELECT count(*), {explained} FROM data.return_status_row WHERE {MISSED}"
        missed, causes = store.execute(rows).fetchall()[0]
        events = "SELECT event, count(*) FROM data.finding_event WHERE as_of = $day::DATE GROUP BY event"
        moved = dict(store.execute(events, {"day": day}).fetchall())
    said = {"missed": missed, "listed": missed, "causes": causes}
    if not before:
        return said
    with answering(context_of(own), date.fromisoformat(before)) as (connection, _, table):
        (kept,) = connection.execute(f"SELECT count(*) FROM {table} WHERE {MISSED}").fetchone() or (0,)
    moves = {"appeared": moved.get("opened", 0), "gone": moved.get("resolved", 0), "unit": "findings"}
    return {**said, **moves, "kept": kept}


def answer_of_dbt(own: str) -> dict[str, Any]:
    """What dbt left in its database: the rows that its test stored, and its snapshot of them."""
    import duckdb

    with duckdb.connect(str(Path(own) / "dbt.duckdb"), read_only=True) as store:
        (missed,) = store.execute("SELECT count(*) FROM main_dbt_test__audit.every_return_received").fetchone() or (0,)
        found = store.execute((HERE / "snapshot_says.sql").read_text(encoding="utf-8")).fetchall()
    return {"missed": missed, "listed": missed, **_changed(*found[0])}
