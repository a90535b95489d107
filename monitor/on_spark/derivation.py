"""Which returns are expected and what became of each, worked out by Spark: the store's own rules over DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from monitor.on_spark.carried import Step, carry, view_of
from monitor.on_spark.tables import EVIDENCE, Columns, columns_of, held, put_received, put_table
from monitor.publish import publication
from monitor.status import derivation, organisations, question
from monitor.status.question import Question, put_question
from monitor.store import schema
from monitor.store.connection import open_writer
from monitor.store.named_sql import SqlTemplate

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import DataFrame, SparkSession

ANSWER = ("return_status", "missed_return", "absence")
IN_STORE = {"schema": "data", "temporary": ""}


@dataclass(frozen=True)
class Answer:
    """What Spark worked out, in the columns of the published views of those names; rejected: rows, and why."""

    return_status: DataFrame
    missed_return: DataFrame
    absence: DataFrame
    rejected: DataFrame


def derive(spark: SparkSession, tables: Mapping[str, DataFrame], question: Question) -> Answer:
    """Answer a question by Spark.

    tables: by name, organisations, submissions, requests, notices and participation in the shapes of docs/formats.md
    with typed columns, published_evidence in that of the view of that name, and any other table that a store holds.
    Raises UsageError where a table or a column is missing, or of another type.
    """
    with _in_utc(spark), TemporaryDirectory() as spill, open_writer(Path(":memory:"), Path(spill), "500MB") as store:
        columns = columns_of(store, "data")
        put_received(spark, tables, columns, question.catalogue)
        _put_question(spark, store, tables, question)
        run = Run(spark, columns, frozenset({view_of(EVIDENCE, in_store=True)} if EVIDENCE in tables else ()))
        run.steps(before_suspects())
        any_suspect = bool(spark.sql(SUSPECTS).first())
        run.steps(after_suspects(any_suspect))
        return Answer(
            return_status=spark.table(view_of("return_status")),
            missed_return=spark.table(view_of("missed_return")),
            absence=spark.table(view_of("absence")),
            rejected=spark.sql(REJECTED),
        )


SUSPECTS = f"SELECT 1 FROM {view_of('suspect')} UNION ALL SELECT 1 FROM {view_of('fewer_rows')} LIMIT 1"  # noqa: S608


REJECTED = f"""
    SELECT f.file_name, r.row_number, r.reason, r.column_name, r.row_text
    FROM {view_of("rejected_row", in_store=True)} AS r JOIN {view_of("loaded_file", in_store=True)} AS f USING (file_id)
"""  # noqa: S608  views of ours


@cache
def before_suspects() -> tuple[Step, ...]:
    """What comes before it is known whether a feed looks short."""
    texts = [schema.SQL[name] for name in schema.WHAT_FILES_SAY]
    texts += [organisations.SQL["organisation_dated"], question.SQL["icb_member"]]
    return _carried([*texts, *(derivation.SQL[name] for name in derivation.BEFORE_CAUSES)])


@cache
def after_suspects(any_suspect: bool) -> tuple[Step, ...]:
    """What comes then, up to what people see."""
    first = "short_feed" if any_suspect else "short_feed_none"
    names = (first, *derivation.CAUSES, "keep_all", "keep_derived", "keep_question")
    shown = [SqlTemplate(schema.SQL[view]).substitute(IN_STORE) for view in ("return_status_row", "absence_row")]
    steps = _carried([*(derivation.SQL[name] for name in names), schema.SQL["contact_now"], *shown])
    return (*steps, *carry(publication.SQL["views"], frozenset(ANSWER)))


def _carried(texts: Iterable[str]) -> tuple[Step, ...]:
    return tuple(step for text in texts for step in carry(text))


@dataclass(frozen=True)
class Run:
    """The steps run in one Spark session, in their order. given: views that are not to be made, as they are given."""

    spark: SparkSession
    store: Mapping[str, Columns]
    given: frozenset[str]

    def steps(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if step.makes not in self.given:
                self._take(step)

    def _take(self, step: Step) -> None:
        frame = self.spark.sql(step.query)
        if step.into:
            frame = self._as_stored(frame, step)
        if step.table:
            frame = worked_out(self.spark, frame)
        frame.createOrReplaceTempView(step.makes)

    def _as_stored(self, frame: DataFrame, step: Step) -> DataFrame:
        """With the columns of the table of the store that the rows go into."""
        from pyspark.sql import functions as F

        columns = self.store[step.makes.removeprefix(view_of("", in_store=True))]
        if not step.by_name:
            frame = frame.toDF(*columns)
        return frame.select(
            *(
                (F.col(name) if name in frame.columns else F.lit(None)).cast(kind).alias(name)
                for name, kind in columns.items()
            )
        )


def worked_out(spark: SparkSession, frame: DataFrame) -> DataFrame:
    """The rows worked out now and kept by the executors, which spill to disk; without any, an empty plan.

    So a plan never holds what leads up to it, and what rests on nothing is left out of the plans that follow.
    """
    kept = frame.localCheckpoint()
    if kept.isEmpty():
        return held(spark, [], {field.name: field.dataType.simpleString() for field in kept.schema.fields})
    return kept


def _put_question(
    spark: SparkSession, store: duckdb.DuckDBPyConnection, tables: Mapping[str, DataFrame], question: Question
) -> None:
    """State the question in DuckDB, where its few rows are worked out, and hand its tables on."""
    dates = spark.sql(f"SELECT DISTINCT return_code, requested_on, due_on FROM {view_of('request_row', in_store=True)}")  # noqa: S608
    for code, requested_on, due_on in dates.collect():
        store.execute(
            "INSERT INTO data.request_row VALUES (0, 0, '', '', $code, $requested_on, $due_on, NULL)",
            {"code": code, "requested_on": requested_on, "due_on": due_on},
        )
    put_question(store, question)
    organisations.state_lifetimes_of_icbs(store)
    for name, columns in columns_of(store, "main").items():
        put_table(spark, store, name, columns)


@contextmanager
def _in_utc(spark: SparkSession) -> Iterator[None]:
    """Instants are counted in UTC, whatever the session is set to: the rules say London where they mean it."""
    before = str(spark.conf.get("spark.sql.session.timeZone"))
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    try:
        yield
    finally:
        spark.conf.set("spark.sql.session.timeZone", before)
