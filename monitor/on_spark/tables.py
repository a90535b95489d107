"""What the rules on Spark begin with: DataFrames in the shapes of our own files, or as a store holds its tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from monitor.core.errors import UsageError
from monitor.on_spark.carried import view_of
from monitor.store.schema import SCHEMA

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Columns = Mapping[str, str]  # by name, the type as Spark writes it

# The five formats that people keep themselves, by the table of the store that holds their rows; what publications show.
OWN_FORMATS = {
    "organisations": "organisation_row", "submissions": "submission_row", "requests": "request_row",
    "notices": "notice_row", "participation": "participation_row",
}  # fmt: skip
EVIDENCE = "published_evidence"
FIRST_FILE = 1_000_001  # above the numbers that a store gives to its files
LOADED_AT = datetime(1970, 1, 1, tzinfo=UTC)
NUMBERED = ("file_id", "row_number")  # where a frame has them not, its rows are numbered here
DOUBTFUL = ("submissions", "notices")  # of which a rejected row leaves in doubt what it may be about
NEEDED = {  # without these a row says nothing; other columns may be left out
    "organisations": ("organisation_code", "organisation_name"),
    "submissions": ("organisation_code", "return_code", "period_start", "submitted_at", "outcome"),
    "requests": ("request_id", "organisation_code", "return_code", "requested_on"),
    "notices": ("notice_id", "return_code", "kind", "scope"),
    "participation": ("organisation_code", "return_code", "state", "from_on"),
    EVIDENCE: ("source", "organisation_code", "return_code", "period_start", "outcome"),
}
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "submissions": {"outcome": ("accepted", "rejected", "nil")},
    "notices": {
        "kind": ("paused", "exempt", "extended", "incident"),
        "scope": ("national", "supplier", "icb", "organisation"),
    },
    "participation": {"state": ("accepted", "pending", "declined", "withdrawn")},
}
EVIDENCE_COLUMNS = {
    "file_id": "int", "row_number": "bigint", "source": "string", "organisation_code": "string",
    "return_code": "string", "period_start": "date", "outcome": "string", "record_count": "bigint",
    "participating": "boolean", "detail": "string", "parts_missing": "string",
}  # fmt: skip
SPARK_TYPES = {
    "INTEGER": "int", "BIGINT": "bigint", "VARCHAR": "string", "DATE": "date", "BOOLEAN": "boolean", "DOUBLE": "double",
    "TIMESTAMP WITH TIME ZONE": "timestamp", "TIMESTAMP": "timestamp_ntz", "TINYINT": "tinyint", "BLOB": "binary",
    "HUGEINT": "decimal(38,0)", "VARCHAR[]": "array<string>", "DECIMAL(9,6)": "decimal(9,6)",
}  # fmt: skip
# What stands for a type: a narrower number. No instant without a zone: nobody knows which clock it was read from.
TAKEN_FOR = {"bigint": {"int", "smallint", "tinyint"}, "int": {"smallint", "tinyint"}}
# The day in London: since 1972 that of UTC, but in the last hour before midnight. To ask a time zone for each is slow.
LONDON_DAY = """
    CASE WHEN submitted_at >= TIMESTAMP '1972-01-01 00:00:00Z'
              AND pmod(unix_micros(submitted_at), 86400000000) < 82800000000
         THEN date_from_unix_date(CAST(unix_micros(submitted_at) DIV 86400000000 AS INT))
         ELSE to_date(from_utc_timestamp(submitted_at, 'Europe/London')) END
"""
BITS_OF_A_PARTITION = 33  # of monotonically_increasing_id: below them is the row's place in its partition


def columns_of(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, Columns]:
    """The columns of each table of a schema of DuckDB, with their types on Spark."""
    rows = connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = $schema AND NOT internal "
        "ORDER BY table_name, column_index",
        {"schema": schema},
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = SPARK_TYPES.get(kind, "string")
    return dict(found)


def put_table(spark: SparkSession, connection: duckdb.DuckDBPyConnection, name: str, columns: Columns) -> None:
    """A small table of DuckDB as a view of Spark."""
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()  # noqa: S608  tables of ours
    held(spark, rows, columns).createOrReplaceTempView(view_of(name))


def held(spark: SparkSession, rows: list[tuple[object, ...]], columns: Columns) -> DataFrame:
    """A few rows that we hold, as part of the plan: Spark sees what is empty, and leaves out what rests on it."""
    if not rows:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS `{name}`" for name, kind in columns.items())
        return spark.sql(f"SELECT {nothing} WHERE FALSE")
    typed = ", ".join(f"CAST(`{name}` AS {kind}) AS `{name}`" for name, kind in columns.items())
    names, lines = ", ".join(f"`{name}`" for name in columns), ", ".join(_as_literals(row) for row in rows)
    return spark.sql(f"SELECT {typed} FROM VALUES {lines} AS held({names})")  # noqa: S608  our own values, escaped


def worked_out(spark: SparkSession, frame: DataFrame) -> DataFrame:
    """The rows worked out now and kept by the executors, which spill to disk; without any, an empty plan.

    So a plan never holds what leads up to it, and what rests on nothing is left out of the plans that follow.
    """
    kept = frame.localCheckpoint()
    if kept.isEmpty():
        return held(spark, [], {field.name: field.dataType.simpleString() for field in kept.schema.fields})
    return kept


def _as_literals(row: tuple[object, ...]) -> str:
    return f"({', '.join(_literal(value) for value in row)})"


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def put_received(
    spark: SparkSession, tables: Mapping[str, DataFrame], store: Mapping[str, Columns], returns: Collection[str]
) -> None:
    """Make a view of each table of the store: of what is given, and empty where nothing is.

    returns: the codes that are known. A row of our own formats without what it needs is rejected, and what it may be
    about is in doubt, as of a file. Raises UsageError where a table or a column is none of ours, is missing, or is of
    another type.
    """
    _refuse_unknown(tables, store)
    kept = {table: held(spark, [], columns) for table, columns in store.items()}
    for name, frame in tables.items():
        if name in OWN_FORMATS:
            continue
        kept[name] = as_of_store(name, frame, store.get(name) or EVIDENCE_COLUMNS)
    for place, (name, table) in enumerate(OWN_FORMATS.items(), start=FIRST_FILE):
        if name in tables:
            every = judged(name, shaped(name, tables[name], store[table], place), returns)
            faulty = worked_out(spark, every.where("fault IS NOT NULL"))  # once: each use would judge the whole log
            good = every if faulty.isEmpty() else every.where("fault IS NULL")
            kept[table] = kept[table].unionByName(good.drop("fault"))
            kept["rejected_row"] = kept["rejected_row"].unionByName(_rejected(faulty))
            kept["doubtful_row"] = kept["doubtful_row"].unionByName(_doubtful(name, faulty, store["doubtful_row"]))
    kept["loaded_file"] = kept["loaded_file"].unionByName(held(spark, _files(tables, store), store["loaded_file"]))
    for table, frame in kept.items():
        frame.createOrReplaceTempView(view_of(table, in_store=True))


def _files(tables: Mapping[str, DataFrame], store: Mapping[str, Columns]) -> list[tuple[object, ...]]:
    """A file for each frame that comes without one, by which its rows are told apart from those of the others."""
    said = {"loaded_at": LOADED_AT, "state": "loaded", "edition_version": 0}
    counts = {"rows_in_file": 0, "rows_loaded": 0, "rows_duplicate": 0, "rows_rejected": 0}
    rows = []
    for place, name in enumerate((*OWN_FORMATS, EVIDENCE), start=FIRST_FILE):
        if name in tables and (name != EVIDENCE or "file_id" not in tables[name].columns):
            row = {**said, **counts, "file_id": place, "file_name": name, "sha256": name, "format": name}
            rows.append(tuple(row.get(column) for column in store["loaded_file"]))
    return rows


def judged(name: str, frame: DataFrame, returns: Collection[str]) -> DataFrame:
    """The rows with the first thing that is wrong with each (`reason:column`), by the reasons of docs/formats.md."""
    from pyspark.sql import functions as F

    faults = [F.when(F.col(column).isNull(), F.lit(f"missing_value:{column}")) for column in NEEDED[name]]
    if "return_code" in NEEDED[name]:
        faults.append(F.when(~F.col("return_code").isin(*returns), F.lit("unknown_return:return_code")))
    for column, words in WORDS.get(name, {}).items():
        reason = "bad_outcome" if column == "outcome" else "bad_code"
        faults.append(F.when(~F.col(column).isin(*words), F.lit(f"{reason}:{column}")))
    return frame.withColumn("fault", F.coalesce(*faults))


def _rejected(faulty: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    reason, column = (F.split("fault", ":")[place] for place in (0, 1))
    text = F.to_json(F.struct(*(name for name in faulty.columns if name not in (*NUMBERED, "fault"))))
    return faulty.select(
        "file_id", "row_number", reason.alias("reason"), column.alias("column_name"), text.alias("row_text")
    )


def _doubtful(name: str, faulty: DataFrame, columns: Columns) -> DataFrame:
    """What rejected rows of logs and notices may be about, as far as they say it."""
    from pyspark.sql import functions as F

    is_notice = name == "notices"
    code = F.when(F.col("scope") == "organisation", F.col("scope_value")) if is_notice else F.col("organisation_code")
    known = (
        F.when(~F.col("fault").startswith("unknown_return"), F.col("return_code")) if name in DOUBTFUL else F.lit(None)
    )
    said = {"organisation_code": code, "return_code": known, "is_notice": F.lit(is_notice)}
    if name in DOUBTFUL:
        said["period_on"] = F.col("period_start")
    chosen = [
        said.get(column, F.col(column) if column in faulty.columns else F.lit(None)).cast(kind).alias(column)
        for column, kind in columns.items()
    ]
    found = faulty.select(*chosen)
    return (
        found.where("organisation_code IS NOT NULL OR return_code IS NOT NULL") if name in DOUBTFUL else found.limit(0)
    )


def as_of_store(name: str, frame: DataFrame, columns: Columns) -> DataFrame:
    """A table as a store of this schema holds it. Raises UsageError where it is of another one."""
    from pyspark.sql import functions as F

    kinds = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    if name == EVIDENCE:
        return shaped(name, frame, columns, FIRST_FILE + len(OWN_FORMATS))
    if set(kinds) != set(columns):
        raise UsageError(
            f"table {name}", f"is of another edition: {_differing(kinds, columns)}", f"that of schema {SCHEMA}",
            "hand over the tables of a store that this version of the program has opened",
        )  # fmt: skip
    _refuse_types(name, kinds, columns)
    return frame.select(*(F.col(column).cast(kind).alias(column) for column, kind in columns.items()))


def _differing(kinds: Columns, columns: Columns) -> str:
    lacks, has = sorted(set(columns) - set(kinds)), sorted(set(kinds) - set(columns))
    return "; ".join(f"{word} {', '.join(names)}" for word, names in (("lacks", lacks), ("also has", has)) if names)


def shaped(name: str, frame: DataFrame, columns: Columns, place: int) -> DataFrame:
    """A frame with all columns of its table, in their order; its rows numbered where they are not.

    Raises UsageError where a column is missing, is none of the format, or is of another type.
    """
    from pyspark.sql import functions as F

    kinds = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    _refuse_columns(name, kinds, columns)
    _refuse_types(name, kinds, columns)
    if "row_number" not in kinds:
        frame = _numbered(frame)
        kinds["row_number"] = "bigint"
    made = {"file_id": F.lit(place), "submitted_on": F.expr(LONDON_DAY)}
    chosen = []
    for column, kind in columns.items():
        value = F.col(column) if column in kinds else made.get(column, F.lit(None))
        chosen.append(value.cast(kind).alias(column))
    return frame.select(*chosen)


def _refuse_columns(name: str, kinds: Columns, columns: Columns) -> None:
    missing = [column for column in NEEDED[name] if column not in kinds]
    unknown = [column for column in kinds if column not in columns]
    if missing or unknown:
        found = (
            f"has no column {', '.join(missing)}"
            if missing
            else f"has columns that are none of it: {', '.join(unknown)}"
        )
        raise UsageError(
            f"table {name}", f"{found}; it has {', '.join(kinds) or 'none'}",
            f"of the columns {', '.join(c for c in columns if c not in NUMBERED)}",
            "name the columns as in docs/formats.md",
        )  # fmt: skip


def _refuse_types(name: str, kinds: Columns, columns: Columns) -> None:
    for column, kind in kinds.items():
        wanted = columns[column]
        if kind not in {wanted, "void"} | TAKEN_FOR.get(wanted, set()):
            raise UsageError(
                f"table {name}, column {column}", f"is of type {kind}", wanted,
                f"cast it before: col('{column}').cast('{wanted}'); text is read from CSV files by `monitor spark`",
            )  # fmt: skip


def _numbered(frame: DataFrame) -> DataFrame:
    """The rows numbered from 2 on, as a spreadsheet has them: in the frame's order, without bringing them together."""
    from pyspark.sql import functions as F

    kept = frame.withColumn("_id", F.monotonically_increasing_id())
    part, within = F.shiftright("_id", BITS_OF_A_PARTITION), F.col("_id").bitwiseAND((1 << BITS_OF_A_PARTITION) - 1)
    counts = sorted(tuple(row) for row in kept.groupBy(part.alias("part")).count().collect())
    before, seen = F.when(F.lit(False), 0), 2
    for number, count in counts:
        before, seen = before.when(part == number, seen), seen + count
    return kept.withColumn("row_number", within + before).drop("_id")


def _refuse_unknown(tables: Mapping[str, DataFrame], store: Mapping[str, Columns]) -> None:
    unknown = [name for name in tables if name not in OWN_FORMATS and name not in store and name != EVIDENCE]
    if unknown:
        raise UsageError(
            f"table {', '.join(unknown)}", "is not known to this program",
            f"{', '.join(OWN_FORMATS)}, {EVIDENCE}, or a table of a store by its name", "name it so",
        )  # fmt: skip
