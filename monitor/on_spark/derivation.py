"""Which returns are expected and what became of each, worked out by Spark: the store's own rules over DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from monitor.checks.suites import Verdict, could_not_check
from monitor.on_spark.carried import Step, carry, view_of
from monitor.on_spark.judging import OpenedJudge, by_great_expectations, findings, judged, verdicts_as_rows
from monitor.on_spark.running import AsConnection, Run
from monitor.on_spark.session import set_in
from monitor.on_spark.tables import EVIDENCE, Columns, columns_of, put_received, put_table
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
    """What Spark worked out, in the columns of the published views of those names.

    findings: what the store keeps as finding_now. rejected: rows, and why. verdicts: as rows, and as they are.
    """

    return_status: DataFrame
    missed_return: DataFrame
    absence: DataFrame
    findings: DataFrame
    verdict: DataFrame
    rejected: DataFrame
    verdicts: tuple[Verdict, ...]

    @property
    def tables(self) -> dict[str, DataFrame]:
        """By name, what is written."""
        return {name: frame for name, frame in vars(self).items() if name != "verdicts"}


def derive(
    spark: SparkSession, tables: Mapping[str, DataFrame], question: Question,
    opened_judge: OpenedJudge = by_great_expectations,
) -> Answer:  # fmt: skip
    """Answer a question by Spark.

    Of a return that cannot be checked nothing is known, as in a store: then all is worked out a second time.

    tables: by name, organisations, submissions, requests, notices and participation in the shapes of docs/formats.md
    with typed columns, published_evidence in that of the view of that name, and any other table that a store holds.
    Raises UsageError where a table or a column is missing, or of another type.
    """
    with set_to_derive(spark):
        columns = derive_statuses(spark, tables, question)
        connection = AsConnection(spark)
        verdicts = judged(connection, question, opened_judge)
        if unchecked := could_not_check(verdicts):
            derive_statuses(spark, tables, replace(question, unchecked=unchecked))
        return Answer(
            return_status=spark.table(view_of("return_status")),
            missed_return=spark.table(view_of("missed_return")),
            absence=spark.table(view_of("absence")),
            findings=findings(spark, connection, question, columns["verdict"], verdicts),
            verdict=verdicts_as_rows(spark, columns["verdict"], verdicts),
            rejected=spark.sql(REJECTED),
            verdicts=verdicts,
        )


def derive_statuses(spark: SparkSession, tables: Mapping[str, DataFrame], question: Question) -> Mapping[str, Columns]:
    """Make the views of the statuses, and of all that they rest on; gives the columns of the tables of a store."""
    with TemporaryDirectory() as spill, open_writer(Path(":memory:"), Path(spill), "500MB") as store:
        columns = columns_of(store, "data")
        put_received(spark, tables, columns, question.catalogue)
        _put_question(spark, store, tables, question)
    run = Run(spark, frozenset({view_of(EVIDENCE, in_store=True)} if EVIDENCE in tables else ()))
    run.steps(before_suspects())
    any_suspect = bool(spark.sql(SUSPECTS).first())
    run.steps(after_suspects(any_suspect))
    return columns


SUSPECTS = f"SELECT 1 FROM {view_of('suspect')} UNION ALL SELECT 1 FROM {view_of('fewer_rows')} LIMIT 1"  # noqa: S608


REJECTED = f"""
    SELECT f.file_name, r.row_number, r.reason, r.column_name, r.row_text
    FROM {view_of("rejected_row", in_store=True)} AS r JOIN {view_of("loaded_file", in_store=True)} AS f USING (file_id)
"""  # noqa: S608  views of ours


# Small views that several rules read: worked out once, where DuckDB reads them again.
READ_OFTEN = {view_of(name, in_store=True) for name in ("file_reading", "later_version", "rejected_standing")}


@cache
def before_suspects() -> tuple[Step, ...]:
    """What comes before it is known whether a feed looks short."""
    texts = [schema.SQL[name] for name in schema.WHAT_FILES_SAY]
    texts += [organisations.SQL["organisation_dated"], question.SQL["icb_member"]]
    steps = _carried([*texts, *(derivation.SQL[name] for name in derivation.BEFORE_CAUSES)])
    return tuple(replace(step, table=step.table or step.makes in READ_OFTEN) for step in steps)


@cache
def after_suspects(any_suspect: bool) -> tuple[Step, ...]:
    """What comes then, up to what people see."""
    first = "short_feed" if any_suspect else "short_feed_none"
    names = (first, *derivation.CAUSES, "keep_all", "keep_derived", "keep_question")
    shown = [SqlTemplate(schema.SQL[view]).substitute(IN_STORE) for view in ("return_status_row", "absence_row")]
    contacts = [schema.SQL[view] for view in ("contact_now", "contact_line")]
    steps = _carried([*(derivation.SQL[name] for name in names), *contacts, *shown])
    return (*steps, *carry(publication.SQL["views"], frozenset(ANSWER)))


def _carried(texts: Iterable[str]) -> tuple[Step, ...]:
    return tuple(step for text in texts for step in carry(text))


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


# Instants are counted in UTC, whatever the session is set to: the rules say London where they mean it. No constraints
# are inferred: they take long to plan, and where worked-out tables are united Spark 4.3 ends with an error over them.
WHILE_DERIVING = {"spark.sql.session.timeZone": "UTC", "spark.sql.constraintPropagation.enabled": "false"}


def set_to_derive(spark: SparkSession) -> AbstractContextManager[None]:
    """The session as the rules need it, for as long as the block lasts."""
    return set_in(spark, WHILE_DERIVING)
