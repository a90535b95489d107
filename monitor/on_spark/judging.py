"""Verdicts on what Spark worked out, and the findings that follow: the store's own suites, charts and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from monitor.analysis import control_charts
from monitor.analysis.control_charts import draw, find_low, put_chart_question
from monitor.checks.findings import derive_findings
from monitor.checks.judges import by_counting
from monitor.checks.suites import Judge, Verdict, run_suites
from monitor.on_spark.carried import carry, view_of
from monitor.on_spark.running import AsConnection, Run
from monitor.on_spark.tables import Columns, held, worked_out
from monitor.status.question import Question
from monitor.store import schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

OpenedJudge = Callable[[AsConnection], AbstractContextManager[Judge]]
CHART_SERIES = frozenset({"chart_series"})

__all__ = ["OpenedJudge", "by_counting", "by_great_expectations", "findings", "judged", "verdicts_as_rows"]


@contextmanager
def by_great_expectations(connection: AsConnection) -> Iterator[Judge]:
    """Great Expectations' own support of Spark, over the derived rows."""
    from monitor.checks.great_expectations import OnSpark  # takes seconds to import

    yield OnSpark(connection.rows_of)


def judged(connection: AsConnection, question: Question, opened_judge: OpenedJudge) -> tuple[Verdict, ...]:
    """Run the suite of each return over its derived rows, the counts of the judge checked by those of our own SQL."""
    with opened_judge(connection) as judge:
        return tuple(run_suites(connection, question.catalogue, judge, lambda code: None))


def findings(
    spark: SparkSession, connection: AsConnection, question: Question, columns: Columns, verdicts: tuple[Verdict, ...]
) -> DataFrame:
    """What there is to look at, from the rows that failed expectations do not accept, and from control charts."""
    verdicts_as_rows(spark, columns, verdicts).createOrReplaceTempView(view_of("verdict", in_store=True))
    # Anew, because a view of Spark keeps what it was made of, and statuses were worked out since; and as tables:
    # columns of views over views with NOT EXISTS are lost by the optimizer of Spark 4.3.
    for views in ("row_in_doubt", "held_in_doubt"):
        connection.execute(schema.SQL[views])
    _chart(connection, question)
    derive_findings(connection, question.catalogue, verdicts, question.catalogue)
    return worked_out(spark, connection.rows_of("finding_now"))


def verdicts_as_rows(spark: SparkSession, columns: Columns, verdicts: tuple[Verdict, ...]) -> DataFrame:
    """The verdicts in the columns of the published view of that name."""
    return held(spark, [tuple(vars(one).values()) for one in verdicts], columns)


def _chart(connection: AsConnection, question: Question) -> None:
    """Draw the charts of record counts: a count that is low for its organisation is a finding."""
    put_chart_question(connection, question.settings, question.as_of)
    connection.execute(control_charts.SQL["values"])
    draw(connection, "chart")
    find_low(connection)
    Run(connection.spark).steps(carry(control_charts.SQL["keep"], CHART_SERIES))
    connection.execute(control_charts.SQL["forget"])
