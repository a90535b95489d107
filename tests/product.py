"""Puts a `World` of the twin into the product and gives the product's answer as the twin's rows.

Two ways in. `in_files` goes the user's way: dropped files, monitor.toml, expectations/, then load and ask. A `Store`
takes the typed rows straight into its tables and is used again and again, for the sake of hundreds of worlds a minute.
Published evidence is an online consultation workbook, so worlds for the product hold evidence of that return only.
"""

import csv
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import twin

from monitor import pipeline
from monitor.analysis.control_charts import derive_charts
from monitor.checks.findings import derive_findings
from monitor.checks.judges import CountingJudge
from monitor.checks.suites import Verdict, record_verdicts, run_suites
from monitor.config.context import PERIOD_OF_EVENT, Context, read_context
from monitor.config.settings import Settings
from monitor.config.workspace import Workspace
from monitor.core.resources import EXPECTATIONS
from monitor.ingest.finding_files import files_in
from monitor.ingest.inbox import Intake, load_files
from monitor.ingest.loading import LoadedFile
from monitor.queries.as_of import answering
from monitor.returns.catalogue import MandatoryReturn, load_catalogue, read_return, read_shared_suite
from monitor.returns.names import names_of_returns
from monitor.returns.working_days import england
from monitor.status.derivation import derive_and_keep, derive_status
from monitor.status.organisations import rebuild_organisations
from monitor.status.question import Question, put_question
from monitor.store import connection as store_connection
from monitor.store.connection import open_writer

ONLINE = "online_and_video_consultations"
LOADED_AT = datetime(2029, 1, 1, 12, tzinfo=UTC)
FIGURE_OF_OUTCOME = {"accepted": 85, "absent": 0, "suppressed": None}
ROW_TABLES = (
    "organisation_row",
    "submission_row",
    "request_row",
    "notice_row",
    "participation_row",
    "registered_list_row",
    "online_consultation_row",
    "doubtful_row",
    "epraccur_row",
)
WORKBOOK_HEADINGS = (
    "Month",
    "GP Code",
    "GP Name",
    "PCN Code",
    "PCN Name",
    "Sub ICB Location Code",
    "Sub ICB Location Name",
    "ICB Code",
    "ICB Name",
    "Supplier",
    "Submissions",
    "Registered Patient Count",
    "Participation",
)
LIST_HEADINGS = "PUBLICATION,EXTRACT_DATE,TYPE,SUB_ICB_LOCATION_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS"
ANSWER = """
    SELECT organisation_code, return_code, period_start, period_end, request_id, due_on, original_due_on,
           status, cause, received_at, days_late, attempts,
           CASE WHEN absence_id IS NOT NULL THEN min(period_start) OVER (PARTITION BY absence_id) END AS absent_since
    FROM {table} ORDER BY organisation_code, return_code, period_start, coalesce(request_id, '')
"""
TABLES_OF_FILES = """
    SELECT table_name FROM duckdb_tables() JOIN duckdb_columns() USING (database_name, schema_name, table_name)
    WHERE schema_name = 'data' AND column_name = 'file_id'
"""
OF_PERIOD = """
    SELECT organisation_code, status, cause, record_count FROM return_status_row WHERE period_start = $period_start
"""

REJECTED = """
    INSERT INTO data.rejected_row
    SELECT file_id, row_number, 'bad_date', 'submitted_at', CAST(row_number AS VARCHAR) FROM data.doubtful_row
    WHERE file_id NOT IN (SELECT file_id FROM data.rejected_row)
"""

LEFT_OUT = "INSERT INTO data.rejected_value SELECT max(file_id), $1, $2, 'soon' FROM data.organisation_row"

Record = dict[str, object]


def without_early_notices(world: twin.World) -> twin.World:
    """The world without notices whose new due date lies before their period: of a file they are rejected."""
    early = [one for one in world.notices if one.new_due_on and one.period_start and one.new_due_on < one.period_start]
    return replace(world, notices=[one for one in world.notices if one not in early])


def for_the_product(world: twin.World) -> twin.World:
    """The world without what the product has no file for: published evidence of other returns."""
    return replace(world, evidence=[fact for fact in world.evidence if fact.return_code == ONLINE])


# ------------------------------------------------------------------------------------------- settings and returns


def monitor_toml(settings: twin.Settings) -> str:
    return f"""
        monitor_from = {settings.monitor_from}
        returns = ["all"]
        icbs = {list(settings.icbs)}
        also_covered = {list(settings.also_covered)}
        [causes]
        supplier_min_organisations = {settings.supplier_min_organisations}
        supplier_min_share = {settings.supplier_min_share}
        [short_feed]
        min_organisations = {settings.short_min_organisations}
        min_share = {settings.short_min_share}
    """


def settings_of(world: twin.World) -> Settings:
    return Settings.model_validate(tomllib.loads(monitor_toml(world.settings)))


def write_overrides(world: twin.World, folder: Path) -> None:
    """An expectations file for each return of the world that is not as shipped."""
    folder.mkdir(parents=True, exist_ok=True)
    for return_ in world.returns:
        if return_ not in twin.RETURNS:
            (folder / f"{return_.return_code}.toml").write_text(overriding_text(return_), encoding="utf-8")


def overriding_text(return_: twin.Return) -> str:
    """The shipped file with the days of grace, the known due dates and the first day of force that the world gives."""
    text = (EXPECTATIONS / f"{return_.return_code}.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^grace_days = \d+$", f"grace_days = {return_.grace_days}", text)
    if return_.effective_from and "effective_from" not in text:
        text = text.replace("[calendar]\n", f"[calendar]\neffective_from = {return_.effective_from}\n", 1)
    added = [known_due_block(start, due_on) for start, due_on in return_.known_due.items() if str(due_on) not in text]
    return text.replace("[[suite]]", "".join([*added, "[[suite]]"]), 1)


def known_due_block(start: date, due_on: date) -> str:
    return f'[[calendar.known_due]]\nperiod_start = {start}\ndue_on = {due_on}\nbasis = "agreed"\nsource = "a test"\n\n'


@cache
def names_of_shipped_returns() -> dict[str, str]:
    return names_of_returns(shipped_returns())


@cache
def shipped_returns() -> dict[str, MandatoryReturn]:
    return load_catalogue()


def periods_of_returns() -> dict[str, str]:
    """What the period of a submission must begin with, by return."""
    periods = {}
    for code, definition in shipped_returns().items():
        of_any_day = definition.kind in ("event", "on_request")
        periods[code] = PERIOD_OF_EVENT if of_any_day else definition.calendar.period
    return periods


def catalogue_of(world: twin.World, folder: Path) -> dict[str, MandatoryReturn]:
    """The world's returns only. `folder` takes the files of those that are not as shipped."""
    write_overrides(world, folder)
    catalogue = {}
    for return_ in world.returns:
        code = return_.return_code
        if return_ in twin.RETURNS:
            catalogue[code] = shipped_returns()[code]
        else:
            catalogue[code] = read_return(folder / f"{code}.toml", read_shared_suite())
    return catalogue


# ------------------------------------------------------------------------------------------------- rows of the files


def organisation_records(world: twin.World) -> list[Record]:
    records = [{**vars(fact), "organisation_name": f"The {fact.organisation_code}"} for fact in world.organisations]
    return [{column: value for column, value in record.items() if column != "left_out"} for record in records]


def notice_records(world: twin.World) -> list[Record]:
    return [{**vars(fact), "reason": "a test"} for fact in world.notices]


def dropped_records(world: twin.World) -> dict[str, list[Record]]:
    """The rows of each kind of file that people prepare themselves, with the columns of the file."""
    return {
        "organisation_row": organisation_records(world),
        "submission_row": [dict(vars(fact)) for fact in world.submissions],
        "request_row": [dict(vars(fact)) for fact in world.requests],
        "notice_row": notice_records(world),
        "participation_row": [dict(vars(fact)) for fact in world.participations],
    }


# ------------------------------------------------------------------------------------------------- the user's way


def written(value: object) -> str:
    """A cell as people write it: a London moment without its offset, any other moment with it."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) if value.tzinfo is twin.LONDON else value).isoformat()
    return "" if value is None else str(value)


def write_csv(path: Path, records: list[Record]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(records[0])
        for record in records:
            writer.writerow([written(value) for value in record.values()])


def write_registered_list(path: Path, registered: twin.RegisteredList) -> None:
    lines = [LIST_HEADINGS]
    for code in sorted(registered.organisation_codes):
        lines.append(f"GP_PRAC_PAT_LIST,{registered.extract_on},GP,,{code},ZZ1 1ZZ,ALL,ALL,5000")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_workbook(path: Path, evidence: list[twin.Evidence]) -> None:
    """A star hides a figure, and the star of the flag says nothing of participation."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Table 2"
    sheet.append(WORKBOOK_HEADINGS)
    for fact in evidence:
        assert fact.return_code == ONLINE, f"the product has no published file of {fact.return_code}"
        figure = FIGURE_OF_OUTCOME[fact.outcome]
        flag = "*" if fact.participating is None else int(fact.participating)
        blanks = [None] * 7
        submissions = "*" if figure is None else figure
        sheet.append([fact.period_start, fact.organisation_code, "A practice", *blanks, submissions, None, flag])
    book.save(path)


def is_of_files(world: twin.World) -> bool:
    """Whether files as people drop them can say all of it. What could not be read, and a contract that is none of
    the known ones, are put into the store.
    """
    rows = world.organisations
    return not (
        world.rejected_rows
        or world.dormant
        or any(row.left_out or (row.contract_type or "GMS").upper() not in ("GMS", "PMS", "APMS") for row in rows)
    )


def write_files(world: twin.World, folder: Path) -> list[Path]:
    """One file of each kind of fact that the world holds, and one for each registered list."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for table, records in dropped_records(world).items():
        if records:
            paths.append(folder / f"{table.removesuffix('_row')}.csv")
            write_csv(paths[-1], records)
    for registered in world.registered_lists:
        paths.append(folder / f"registered_{registered.extract_on}.csv")
        write_registered_list(paths[-1], registered)
    if world.evidence:
        paths.append(folder / "online_consultations.xlsx")
        write_workbook(paths[-1], world.evidence)
    return paths


def new_workspace(world: twin.World, folder: Path) -> Context:
    """A workspace with the world's settings and returns, and an empty inbox."""
    workspace = Workspace(folder)
    write_overrides(world, workspace.expectations)
    workspace.configuration.write_text(monitor_toml(world.settings), encoding="utf-8")
    return read_context(workspace, lambda: LOADED_AT)


def load_inbox(context: Context) -> None:
    """Load, and see to it that every row was taken."""
    for file in pipeline.load(context, []):
        assert is_taken_whole(file), file


def is_taken_whole(file: LoadedFile) -> bool:
    return file.state == "loaded" and file.counts.in_file == file.counts.loaded


def in_files(world: twin.World, folder: Path) -> Context:
    """A workspace whose inbox holds the world, loaded."""
    context = new_workspace(world, folder)
    write_files(world, context.workspace.inbox)
    load_inbox(context)
    return context


def answer_of_workspace(context: Context, as_of: date) -> list[twin.Row]:
    with answering(context, as_of) as (connection, _, table):
        return rows_of(connection, table)


# ------------------------------------------------------------------------------------------------- the quick way


@dataclass(frozen=True)
class Store:
    """A store in memory for one world after the other. `folder` takes what must be a file even so."""

    connection: store_connection.Store
    folder: Path

    def put(self, world: twin.World) -> None:
        """The store with this world and nothing else."""
        self._empty()
        self.add(world)

    def _empty(self) -> None:
        for table in (*ROW_TABLES, "loaded_file", "file_seen", "rejected_row", "rejected_value", "organisations_built"):
            self.connection.execute(f"DELETE FROM data.{table}")

    def add(self, world: twin.World) -> None:
        """The world's facts as one more file of each kind, loaded after those that are there."""
        for table, records in typed_records(world).items():
            if records:
                insert(self.connection, table, records)
        self.connection.execute(REJECTED)
        self._leave_out(world)
        rebuild_organisations(self.connection)

    def _leave_out(self, world: twin.World) -> None:
        for number, fact in enumerate(world.organisations, start=2):
            for column in fact.left_out:
                self.connection.execute(LEFT_OUT, [number, column])

    def load(self, paths: list[Path]) -> None:
        """These files and nothing else, in this order. Every row must have been taken."""
        self._empty()
        for file in self.load_more(paths):
            assert is_taken_whole(file), file

    def load_more(self, paths: list[Path]) -> list[LoadedFile]:
        files = [(f"{path.parent.name}/{path.name}", path) for path in paths]
        loaded = list(load_files(Intake(self.connection, periods_of_returns(), LOADED_AT, self.folder), files))
        rebuild_organisations(self.connection)
        return loaded

    def clear(self) -> None:
        """An empty store, whatever kinds of file had been loaded."""
        for (table,) in self.connection.execute(TABLES_OF_FILES).fetchall():
            self.connection.execute(f"DELETE FROM data.{table}")
        self.connection.execute("DELETE FROM data.organisations_built")

    def take_in(self, inbox: Path, at: datetime = LOADED_AT, **options: Any) -> list[LoadedFile]:
        """Load what is new in a folder, as `monitor load` does; options of Intake."""
        intake = Intake(self.connection, periods_of_returns(), at, self.folder, **options)
        loaded = list(load_files(intake, files_in([inbox], inbox)))
        rebuild_organisations(self.connection)
        return loaded

    def statuses(
        self, workspace: Path, return_code: str, period_start: str, as_of: str, at: datetime = LOADED_AT
    ) -> dict[str, tuple[str, str | None, int | None]]:
        """What asking.statuses gives once what is new in inbox/ is loaded, with no other return worked out."""
        self.take_in(workspace / "inbox", at)
        configuration = workspace / "monitor.toml"
        text = configuration.read_text(encoding="utf-8") if configuration.exists() else ""
        settings = Settings.model_validate(tomllib.loads(text))
        catalogue = {return_code: shipped_returns()[return_code]}
        put_question(self.connection, Question(date.fromisoformat(as_of), settings, catalogue, england()))
        derive_status(self.connection)
        rows = self.connection.execute(OF_PERIOD, {"period_start": date.fromisoformat(period_start)}).fetchall()
        return {code: (status, cause, records) for code, status, cause, records in rows}

    def answer(self, world: twin.World, as_of: date) -> list[twin.Row]:
        """What the product says of what was put in, under the world's settings and of the world's returns."""
        question = Question(as_of, settings_of(world), catalogue_of(world, self.folder), england())
        put_question(self.connection, question)
        derive_status(self.connection)
        return rows_of(self.connection, "return_status_row")

    def check(self, question: Question) -> tuple[Verdict, ...]:
        """What a check keeps: statuses, verdicts by counting, charts and findings."""
        put_question(self.connection, question)
        derive_and_keep(self.connection, question.catalogue)
        verdicts = run_suites(self.connection, question.catalogue, CountingJudge(self.connection), lambda code: None)
        record_verdicts(self.connection, verdicts)
        derive_charts(self.connection, question.settings)
        derive_findings(self.connection, question.catalogue, verdicts, question.catalogue)
        return tuple(verdicts)


@contextmanager
def empty_store(folder: Path) -> Iterator[Store]:
    """A store in memory, made as the product makes its own. One thread: the worlds are small."""
    with open_writer(Path(":memory:"), folder, "500MB") as connection:
        connection.execute("SET threads = 1")
        yield Store(connection, folder)


def typed_records(world: twin.World) -> dict[str, list[Record]]:
    """The rows of each table, as loading the files would type them."""
    records = dropped_records(world)
    for record, fact in zip(records["submission_row"], world.submissions, strict=True):
        record["submitted_on"] = twin.london_date(fact.submitted_at)
    records["registered_list_row"] = registered_records(world.registered_lists)
    records["online_consultation_row"] = online_records(world.evidence)
    records["doubtful_row"] = [dict(vars(fact)) for fact in world.rejected_rows]
    records["epraccur_row"] = [
        {"organisation_code": code, "is_gp_practice": True, "status": "DORMANT"}
        for code in sorted(world.dormant & {fact.organisation_code for fact in world.organisations})
    ]
    return records


def registered_records(lists: list[twin.RegisteredList]) -> list[Record]:
    records = []
    for registered in lists:
        for code in sorted(registered.organisation_codes):
            records.append({"extract_on": registered.extract_on, "organisation_code": code})
    return records


def online_records(evidence: list[twin.Evidence]) -> list[Record]:
    records = []
    for fact in evidence:
        assert fact.return_code == ONLINE, f"the product has no published file of {fact.return_code}"
        records.append(
            {
                "organisation_code": fact.organisation_code,
                "period_start": fact.period_start,
                "submissions": FIGURE_OF_OUTCOME[fact.outcome],
                "participating": fact.participating,
            }
        )
    return records


def insert(connection: duckdb.DuckDBPyConnection, table: str, records: list[Record]) -> None:
    """All rows in one statement, as those of a new file; row 1 of a file is its heading."""
    lists = {column: [record[column] for record in records] for column in records[0]}
    lists["row_number"] = list(range(2, len(records) + 2))
    lists["file_id"] = [new_file(connection, table)] * len(records)
    unnested = ", ".join(f"unnest(${column})" for column in lists)
    connection.execute(f"INSERT INTO data.{table} ({', '.join(lists)}) SELECT {unnested}", lists)


def new_file(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    ((file_id,),) = connection.execute("SELECT nextval('data.next_file')").fetchall()
    connection.execute(
        "INSERT INTO data.loaded_file "
        "VALUES ($id, $name, $name, $name, $at, 0, 0, 0, 0, 'loaded', NULL, NULL, 0, NULL)",
        {"id": file_id, "name": name, "at": LOADED_AT},
    )
    return file_id


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[twin.Row]:
    return [twin.Row(*values) for values in connection.execute(ANSWER.format(table=table)).fetchall()]
