"""The store's schema: its tables, the views over them, and the steps that bring an earlier store forward.

A schema has a number. tables.sql makes whatever is not there; a step under sql/migrations/ changes what is there and
would not fit. What can be rebuilt from the files (tables.sql says which) may be dropped by a step; what is only ever
added to never is. All this is done when a run opens a store that another text of the schema made, and then not again.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb

from monitor.core.errors import EnvironmentFault
from monitor.core.hashes import hash_of
from monitor.store.named_sql import SqlTemplate, queries_beside, scalar, transaction

SQL = queries_beside(__file__)
FOLDER_OF_MIGRATIONS = Path(__file__).with_name("sql") / "migrations"

# Views that bring together what files of many kinds say, over the tables that hold their rows; and views over the rest.
WHAT_FILES_SAY = (
    "submission_attempt", "row_in_doubt", "published_source", "published_evidence", "published_fact",
    "appointments_coverage",
)  # fmt: skip
VIEWS_OF_CHECKS = ("held_in_doubt", "finding_view", "delivery_view")
MIGRATIONS = {int(step.stem): step.read_text(encoding="utf-8") for step in FOLDER_OF_MIGRATIONS.glob("*.sql")}
MACROS = ("macros_of_questions", "macros")
MADE_FROM = "SELECT max(text_hash) FROM data.schema_made"

FIRST_SCHEMA = 1  # stores from before schemas had numbers
SCHEMA = 7


def bring_forward(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Bring an opened store to this program's schema, whole or not at all; a new store gets it.

    Raises EnvironmentFault where the store is of a later schema, or is no store but has tables of something else.
    """
    found = schema_of(connection)
    if found is None and scalar(connection, "SELECT count(*) FROM duckdb_tables() WHERE NOT temporary"):
        raise not_ours(path)
    if found is not None and found > SCHEMA:
        raise _of_a_later_program(path, found)
    text = _text_of_schema()
    if found == SCHEMA and has_table(connection, "schema_made") and scalar(connection, MADE_FROM) == text:
        return
    with transaction(connection):
        make_macros(connection)
        for step in range((found or SCHEMA) + 1, SCHEMA + 1):
            connection.execute(MIGRATIONS[step])
        make_tables(connection)
        make_views(connection)
        connection.execute("DELETE FROM data.schema_version")
        connection.execute("INSERT INTO data.schema_version VALUES ($version)", {"version": SCHEMA})
        connection.execute("DELETE FROM data.schema_made")
        connection.execute("INSERT INTO data.schema_made VALUES ($text)", {"text": text})


def make_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros that all our SQL rests on, to be kept in the database: to make them at each opening is slow."""
    for name in MACROS:
        connection.execute(SQL[name])
    connection.execute(f"CREATE OR REPLACE MACRO macros_made_from() AS '{_text_of_schema()}'")


def make_macros_of_questions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make, for a connection that only reads, the macros that questions need, where the database does not keep them."""
    try:
        kept = scalar(connection, "SELECT macros_made_from()")
    except duckdb.CatalogException:  # the published copy keeps none: older clients could not open it
        kept = None
    if kept != _text_of_schema():
        connection.execute(SQL["macros_of_questions"].replace("OR REPLACE MACRO", "OR REPLACE TEMP MACRO"))


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that are not there."""
    connection.execute(SQL["tables"])


def make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the views over the tables: what files of many kinds say, statuses, findings, deliveries."""
    for name in (*WHAT_FILES_SAY, *VIEWS_OF_CHECKS):
        connection.execute(SQL[name])
    show_status_in(connection, "data")
    connection.execute(SQL["contact_now"])
    connection.execute(SQL["contact_line"])
    show_absences_in(connection, "data")


def show_status_in(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Make the view return_status_row over what a schema holds: "temp", just derived; "data", kept by a check."""
    _show_in(connection, schema, "return_status_row")


def show_absences_in(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Make the view absence_row beside return_status_row; needs absence_kept there."""
    _show_in(connection, schema, "absence_row")


def _show_in(connection: duckdb.DuckDBPyConnection, schema: str, view: str) -> None:
    names = {"schema": schema, "temporary": "TEMP" if schema == "temp" else ""}
    connection.execute(SqlTemplate(SQL[view]).substitute(names))


@cache
def _text_of_schema() -> str:
    """A hash of all the SQL that makes macros, tables and views."""
    return hash_of(*SQL.values())


def refuse_other_schema(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise EnvironmentFault where a database opened for reading is of another schema: it cannot be changed now."""
    found = schema_of(connection)
    if found is not None and found > SCHEMA:
        raise _of_a_later_program(path, found)
    if found is not None and found < SCHEMA:
        raise EnvironmentFault(
            str(path), f"was made by an earlier version of the program (schema {found}, now {SCHEMA})",
            advice="`monitor run` updates it; nothing is lost",
        )  # fmt: skip


def schema_of(connection: duckdb.DuckDBPyConnection) -> int | None:
    """The number of a database's schema; None where it holds nothing of ours."""
    if not has_table(connection, "check_run"):
        return None
    if not has_table(connection, "schema_version"):
        return FIRST_SCHEMA
    return int(scalar(connection, "SELECT max(version) FROM data.schema_version"))


def has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a database has a table of ours by this name."""
    try:
        connection.execute(f"SELECT 1 FROM data.{name} LIMIT 0")  # noqa: S608  a table of our schema
    except duckdb.CatalogException:
        return False
    return True


def not_ours(path: Path) -> EnvironmentFault:
    """What is said of a database that is of something else: nothing of ours is put into it."""
    return EnvironmentFault(
        str(path), "is a database that this program did not make",
        advice="move it away; put back a copy from a back-up, or rebuild it with `monitor rebuild --replace`",
    )  # fmt: skip


def _of_a_later_program(path: Path, found: int) -> EnvironmentFault:
    return EnvironmentFault(
        str(path), f"was made by a later version of the program (schema {found}; this one knows {SCHEMA})",
        advice="run the later version, or put back a copy of the store from before",
    )  # fmt: skip
