"""Steps of the rules run in a Spark session; and what stands there for a connection of DuckDB."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import duckdb
import sqlglot
from sqlglot import exp

from monitor.on_spark.carried import Step, carry, carry_query, view_of
from monitor.on_spark.tables import worked_out
from monitor.store.named_sql import bound_in

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

NO_VALUES: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Run:
    """The steps run in one Spark session, in their order. given: views that are not to be made, as they are given.

    emptied: views that hold no row so far: no union is planned with them.
    """

    spark: SparkSession
    given: frozenset[str] = frozenset()
    emptied: set[str] = field(default_factory=set)

    def steps(self, steps: Iterable[Step], values: Mapping[str, Any] = NO_VALUES) -> None:
        """Run them. values: what they name as :name."""
        for step in steps:
            if step.drops:
                self.spark.catalog.dropTempView(step.makes)
            elif step.makes not in self.given:
                self._take(step, values)

    def _take(self, step: Step, values: Mapping[str, Any]) -> None:
        frame = self.spark.sql(step.query, args=dict(values) or None)
        before = self.spark.table(step.makes) if step.into else None
        if before is not None:
            frame = as_columns_of(before, frame, step.by_name)
        if step.table:
            frame = worked_out(self.spark, frame)
        if before is not None and step.makes not in self.emptied:
            frame = before.unionByName(frame)
        (self.emptied.add if step.empties else self.emptied.discard)(step.makes)
        frame.createOrReplaceTempView(step.makes)


def as_columns_of(table: DataFrame, rows: DataFrame, by_name: bool) -> DataFrame:
    """Rows in the columns of the table that they go into: by name, else by place."""
    from pyspark.sql import functions as F

    if not by_name:
        rows = rows.toDF(*table.columns)
    return rows.select(
        *(
            (F.col(field.name) if field.name in rows.columns else F.lit(None)).cast(field.dataType).alias(field.name)
            for field in table.schema.fields
        )
    )


class AsConnection:
    """Stands for a connection of DuckDB, so that what puts the SQL of the checks to one puts it to Spark."""

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self._run = Run(spark)
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, query: str, parameters: Any = None) -> AsConnection:
        """Run statements, or a query. Raises duckdb.Error, as a connection does, where Spark cannot."""
        from pyspark.errors import PySparkException

        text, values = _named(query, parameters)
        try:
            if any(isinstance(one, exp.Query) for one in sqlglot.parse(text, read="duckdb")):
                found = self.spark.sql(carry_query(text), args=values or None)
                self._rows = [tuple(row) for row in found.collect()]
            else:
                # Views too: each is read many times.
                self._run.steps((replace(step, table=step.makes_rows) for step in carry(text)), values)
        except PySparkException as error:
            raise duckdb.Error(str(error)) from error
        return self

    def executemany(self, query: str, parameters: Any = None) -> AsConnection:
        """Put rows into a table, in one step."""
        one_row = "(" + ", ".join("?" * len(parameters[0])) + ")"
        return self.execute(query.replace(one_row, ", ".join([one_row] * len(parameters))), _flat(parameters))

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last query."""
        return self._rows

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first of them."""
        return self._rows[0] if self._rows else None

    def rows_of(self, table: str) -> DataFrame:
        """A table of the store."""
        return self.spark.table(view_of(table, in_store=True))


def _flat(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [value for row in rows for value in row]


def _named(query: str, parameters: Any) -> tuple[str, dict[str, Any]]:
    """Values by name, those that stand by place too; lists as Spark takes them."""
    from pyspark.sql import functions as F

    if isinstance(parameters, Mapping):
        values = bound_in(query, parameters)
    else:
        values = {f"value_{place}": value for place, value in enumerate(parameters or ())}
        places = iter(values)
        query = re.sub(r"\?", lambda _: f"${next(places)}", query) if values else query
    lists = {name: F.array(*map(F.lit, value)) for name, value in values.items() if isinstance(value, list)}
    return query, values | lists
