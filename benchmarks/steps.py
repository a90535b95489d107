"""What runs in fresh processes: `python -m benchmarks.steps NAME ARGUMENT...`. The last line printed is JSON."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.days import same_bytes_by_jinja, suites_alone, year_of_days
from benchmarks.growth import add_rows
from benchmarks.mail import mail_england, mail_year
from benchmarks.peers.steps import answer_of_check, answer_of_dbt, check_on, hand_over, pandas_by_hand, sql_by_hand
from benchmarks.site import pages_by_pandas, publish, site
from benchmarks.spark import derive_by_duckdb, derive_by_spark, write_lakehouse
from benchmarks.workspaces import AS_OF, MOMENT, context_of, copy_csv
from monitor.core.garbage import collected_seldom

if TYPE_CHECKING:
    from monitor.pipeline import Stages

SQL = Path(__file__).with_name("sql")
MEMORY_TO_MAKE_IT = "6GB"
NATIONAL = {"practices": 6200, "pcns": 1270, "trusts": 130}
SETTINGS = """monitor_from = {monitor_from}
[[collective_action]]
name = "Fictional action"
start = 2024-08-01
end = 2025-02-27
"""


WORKBOOK_HEADINGS = [
    "Month [1]", "GP Code", "GP Name", "PCN Code [2, 3]", "PCN Name [3]", "Sub ICB Code", "Sub ICB Name", "ICB Code",
    "ICB Name", "Region Code", "Region Name", "Supplier [4, 5, 6]", "Submissions [7]", "Clinical Submissions [7]",
    "Administrative Submissions [7]", "Other/Unknown Type Submissions [7]", "Registered Patient Count [8]",
    "Rate per 1,000 Registered Patients [9, 10]", "Participation",
]  # fmt: skip


def make_england(folder: str, monitor_from: str, scale: str) -> dict[str, int]:
    """A workspace with England's files in its inbox, and the same data as plain tables in plain.duckdb."""
    workspace = _new_workspace(Path(folder), monitor_from)
    with _england(workspace, monitor_from, float(scale)) as connection:
        _write_files(connection, workspace / "inbox")
        (rows,) = connection.execute("SELECT count(*) FROM submission").fetchone() or (0,)
        return {"rows": rows}


def make_lakehouse(folder: str, monitor_from: str, scale: str) -> dict[str, int]:
    """A workspace with England as tables of Parquet in lakehouse/."""
    workspace = _new_workspace(Path(folder), monitor_from)
    with _england(workspace, monitor_from, float(scale)) as connection:
        rows = write_lakehouse(connection, workspace / "lakehouse")
    (workspace / "plain.duckdb").unlink()
    return {"rows": rows}


@contextmanager
def _england(folder: Path, monitor_from: str, scale: float) -> Iterator[Any]:
    """England as plain tables in plain.duckdb."""
    import duckdb

    from monitor.config.context import read_context
    from monitor.config.workspace import Workspace
    from monitor.status.question import ask
    from monitor.store.schema import make_tables

    context = read_context(Workspace(folder), lambda: MOMENT)
    with duckdb.connect(str(folder / "plain.duckdb"), config={"memory_limit": MEMORY_TO_MAKE_IT}) as connection:
        make_tables(connection)
        ask(connection, context, AS_OF)
        for name in ("mandatory_return", "return_period"):
            connection.execute(f"CREATE TABLE main.{name} AS FROM temp.{name}")
            connection.execute(f"DROP TABLE temp.{name}")
        for name, number in NATIONAL.items():
            _set(connection, name, max(1, round(number * scale)))
        _set(connection, "monitor_from", date.fromisoformat(monitor_from))
        _set(connection, "as_of", AS_OF)
        connection.execute((SQL / "england.sql").read_text(encoding="utf-8"))
        yield connection


def make_log(folder: str, rows: str) -> dict[str, int]:
    """A workspace with one submission log of so many rows beside it."""
    import duckdb

    workspace = _new_workspace(Path(folder), "2024-04-01")
    with duckdb.connect() as connection:
        _set(connection, "rows", int(rows))
        copy_csv(connection, (SQL / "log.sql").read_text(encoding="utf-8"), workspace / "log.csv")
    return {"rows": int(rows)}


def make_appointments(folder: str, rows: str) -> dict[str, int]:
    """A workspace with one month of the appointments crosstab beside it."""
    import duckdb

    workspace = _new_workspace(Path(folder), "2024-04-01")
    with duckdb.connect() as connection:
        _set(connection, "rows", int(rows))
        query = (SQL / "appointments.sql").read_text(encoding="utf-8")
        copy_csv(connection, query, workspace / "Practice_Level_Crosstab_Dec_25.csv")
    return {"rows": int(rows)}


def make_workbooks(folder: str, months: str, practices: str) -> dict[str, int]:
    """A workspace with online consultation workbooks beside it, a month each."""
    import openpyxl

    workspace = _new_workspace(Path(folder), "2022-04-01")
    for number in range(int(months)):
        month = date(2023 + number // 12, 1 + number % 12, 1)
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Table 2")
        for row in [["Table 2"], *[[]] * 10, WORKBOOK_HEADINGS]:
            sheet.append(row)
        for place in range(int(practices)):
            area = [f"{place % 106:03}", "A SUB-ICB", "QHM", "AN INTEGRATED CARE BOARD", "Y63", "NORTH EAST"]
            figures = ["ACCURX LIMITED", 100 + (place * 7 + number) % 900, 60, 40, 0, 8000 + place, 12.5 + place, 1]
            practice = [f"Z{10000 + place}", f"SURGERY {place}", f"U{10000 + place % 1200}", "A PCN"]
            sheet.append([month, *practice, *area, *figures])
        book.save(workspace / f"{month:%Y-%m}.xlsx")
    return {"rows": int(months) * int(practices)}


def make_sample(folder: str) -> dict[str, int]:
    """The sample data in a workspace, after one cycle."""
    from monitor import pipeline

    sample, workspace = Path(__file__).parent.parent / "sample_data", Path(folder)
    (workspace / "inbox").mkdir(parents=True)
    shutil.copy(sample / "monitor.toml", workspace)
    for file in sample.glob("*.csv"):
        if not file.name.startswith("expected_"):
            shutil.copy(file, workspace / "inbox")
    pipeline.run(context_of(folder), None)
    return {"rows": _count(folder, "data.return_status_row")}


def load(folder: str, *files: str) -> dict[str, int]:
    """Load files (none: the inbox)."""
    from monitor import pipeline

    loaded = pipeline.load(context_of(folder), [Path(file) for file in files])
    return {"rows": sum(one.counts.in_file for one in loaded), "loaded": sum(one.counts.loaded for one in loaded)}


def make_many_logs(folder: str, files: str, packed: str) -> dict[str, int]:
    """A workspace with so many logs of one row in its inbox; packed: in one zip archive."""
    import zipfile

    workspace = _new_workspace(Path(folder), "2024-04-01")
    logs = {f"log{number:05}.csv": _log_of_one(number) for number in range(int(files))}
    if packed == "packed":
        with zipfile.ZipFile(workspace / "inbox" / "logs.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in logs.items():
                archive.writestr(name, text)
    else:
        for name, text in logs.items():
            (workspace / "inbox" / name).write_text(text, encoding="utf-8")
    return {"rows": int(files)}


def _log_of_one(number: int) -> str:
    heading = "organisation_code,return_code,period_start,submitted_at,outcome,record_count"
    code, day = f"{'ABCDEFGH'[number // 100_000 % 8]}{number % 100_000:05}", 10 + number % 19
    return f"{heading}\n{code},workforce,2025-09-01,2025-09-{day} 10:00,accepted,{number}\n"


def load_one_by_one(folder: str) -> dict[str, int]:
    """Load the inbox, each file by itself."""
    from monitor.config.context import periods_of_returns
    from monitor.ingest.finding_files import files_in
    from monitor.ingest.inbox import Intake, load_files
    from monitor.store.sessions import writing

    context = context_of(folder)
    with writing(context, "benchmark") as connection:
        intake = Intake(connection, periods_of_returns(context), context.clock(), context.workspace.unpacking)
        inbox = context.workspace.inbox
        loaded = list(load_files(replace(intake, fewest_together=sys.maxsize), files_in([inbox], inbox)))
    return {"rows": sum(one.counts.in_file for one in loaded), "loaded": sum(one.counts.loaded for one in loaded)}


def check(folder: str) -> dict[str, int]:
    """Work out every status, run the suites, record the findings."""
    from monitor import pipeline

    pipeline.check(context_of(folder), AS_OF)
    missed = "(SELECT 1 FROM data.return_status_row WHERE status IN ('not_received', 'rejected'))"
    return {"rows": _count(folder, "data.return_status_row"), "missed": _count(folder, missed)}


def run(folder: str, as_of: str = AS_OF.isoformat(), stages: Stages | None = None) -> dict[str, int]:
    """One whole cycle."""
    from monitor import pipeline

    ran = pipeline.run(context_of(folder), date.fromisoformat(as_of), stages)
    return {"rows": _count(folder, "data.return_status_row"), "is_new": int(ran.checked.is_new)}


def run_without_pages(folder: str) -> dict[str, int]:
    """One whole cycle but for the pages, which the case `site` measures."""
    from benchmarks.stages import no_pages
    from monitor.pipeline import STAGES

    return run(folder, stages=replace(STAGES, report=no_pages))


def plain_sql(folder: str) -> dict[str, int]:
    """Baseline: the missed returns by hand-written SQL."""
    import duckdb

    source = str(Path(folder) / "plain.duckdb")
    with duckdb.connect(config={"memory_limit": _memory_limit()}) as connection:
        connection.execute(f"ATTACH '{source}' AS plain (READ_ONLY)")
        connection.execute("SET search_path = 'memory,plain'")
        _set(connection, "as_of", AS_OF)
        connection.execute((SQL / "plain_missed.sql").read_text(encoding="utf-8"))
        (missed,) = connection.execute("SELECT count(*) FROM missed").fetchone() or (0,)
        return {"rows": missed, "missed": missed}


def plain_pandas(folder: str) -> dict[str, int]:
    """Baseline: the missed returns by hand-written pandas."""
    from benchmarks.plain_pandas import missed_returns

    missed = len(missed_returns(Path(folder) / "plain.duckdb", AS_OF))
    return {"rows": missed, "missed": missed}


def bare_load(folder: str, file: str) -> dict[str, int]:
    """Baseline: the file into a table by DuckDB alone, under the same limit of memory."""
    import duckdb

    target = Path(folder) / "bare.duckdb"
    config = {"memory_limit": _memory_limit(), "temp_directory": str(Path(folder) / "spill")}
    with duckdb.connect(str(target), config={**config}) as connection:
        connection.execute("CREATE TABLE t AS FROM read_csv($path)", {"path": file})
        (rows,) = connection.execute("SELECT count(*) FROM t").fetchone() or (0,)
    target.unlink()
    return {"rows": rows}


def modules_of(*arguments: str) -> dict[str, Any]:
    """Which heavy modules a command of the command line imports."""
    from monitor.cli.app import main

    code = main(list(arguments), {})
    return {"code": code, "heavy": sorted({"great_expectations", "pandas"} & set(sys.modules))}


def _new_workspace(folder: Path, monitor_from: str) -> Path:
    (folder / "inbox").mkdir(parents=True)
    (folder / "monitor.toml").write_text(SETTINGS.format(monitor_from=monitor_from), encoding="utf-8")
    return folder


def _memory_limit() -> str:
    from monitor.config.settings import DEFAULT_MEMORY_LIMIT

    return DEFAULT_MEMORY_LIMIT


def _set(connection: Any, name: str, value: Any) -> None:
    connection.execute(f"SET VARIABLE {name} = $value", {"value": value})


def _write_files(connection: Any, inbox: Path) -> None:
    left_out = {"organisation": "place", "request": "draw", "notice": "at_on"}
    for name in ("organisation", "request", "notice", "participation", "submission"):
        columns = f"* EXCLUDE ({left_out[name]})" if name in left_out else "*"
        copy_csv(connection, f"SELECT {columns} FROM {name}", inbox / f"{name}.csv")


def _count(folder: str, table: str) -> int:
    import duckdb

    with duckdb.connect(str(Path(folder) / "var" / "monitor.duckdb"), read_only=True) as connection:
        (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
        return int(rows)


STEPS: dict[str, Callable[..., Any]] = {
    step.__name__: step
    for step in (
        *(make_england, make_lakehouse, make_log, make_appointments, make_workbooks, make_sample, make_many_logs),
        *(load_one_by_one, load, check, run, plain_sql, plain_pandas, bare_load, modules_of, mail_year, mail_england),
        *(run_without_pages, publish, site, pages_by_pandas, add_rows),
        *(suites_alone, same_bytes_by_jinja, year_of_days, derive_by_duckdb, derive_by_spark),
        *(hand_over, sql_by_hand, pandas_by_hand, check_on, answer_of_check, answer_of_dbt),
    )
}

if __name__ == "__main__":
    with collected_seldom():  # as commands do
        print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
