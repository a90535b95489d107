"""Great Expectations inside DuckDB, on a connection of ours; and on Spark.

All that Great Expectations needs to be talked into stands here, because it has a DuckDB engine of its own in the works,
and this module is what that will replace. Two things are needed for anything (measured with 1.24):
- it fetches results after it has given the connection back, and the rollback that follows drops them. The dialect
  below therefore ignores begin, commit and rollback: Great Expectations only reads.
- the file cannot be opened a second time in the same process. A cursor of the open connection is handed over instead.
And a third for patterns: it has none for DuckDB, but would write those of PostgreSQL, of which DuckDB has the words
(LIKE, ~) with another meaning (~ is about the whole text).

Importing Great Expectations takes seconds, so it is imported here and nowhere else, and this module only by checks.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import duckdb

from monitor.checks.imported_later import imported_later
from monitor.checks.suites import MOST_ROWS_NAMED, Judged
from monitor.core.text import LONGEST_NAME, short
from monitor.returns.catalogue import Expectation
from monitor.returns.expectation_types import TYPES
from monitor.store.connection import is_interruption

# Before the import: nothing of this product phones home.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

# What an expectation about a distribution alone takes, and its picture: two fifths of the time that the import takes.
HARDLY_USED = ("scipy.stats", "altair")

with warnings.catch_warnings(), imported_later(*HARDLY_USED):
    warnings.simplefilter(
        "ignore"
    )  # deprecations inside the libraries, none of which the reader of our output can correct
    import duckdb_engine
    import great_expectations as gx
    from great_expectations.checkpoint.actions import ValidationAction
    from great_expectations.compatibility.pydantic import PrivateAttr
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from sqlalchemy import VARCHAR
    from sqlalchemy.dialects import postgresql, registry
    from sqlalchemy.dialects.postgresql.base import PGCompiler
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.event import listen
    from sqlalchemy.pool import StaticPool

DIALECT = "monitor_duckdb"
SITE = "data_docs"
ROW = "expected_id"  # by which it names a row


class PatternCompiler(PGCompiler):
    """Writes what looks into a text as DuckDB means it, whatever the type of the column."""

    def visit_custom_op_binary(self, element: Any, operator: Any, **kwargs: Any) -> str:
        """PostgreSQL's ~ and !~, which look for a pattern anywhere in the text, as regexp_matches."""
        if operator.opstring not in ("~", "!~"):
            return str(super().visit_custom_op_binary(element, operator, **kwargs))
        text, pattern = self._as_text(element.left, kwargs), self.process(element.right, **kwargs)
        return f"{'NOT ' if operator.opstring == '!~' else ''}regexp_matches({text}, {pattern})"

    def visit_like_op_binary(self, binary: Any, operator: Any, **kwargs: Any) -> str:
        """LIKE, of a text."""
        return self._like(binary, "LIKE", kwargs)

    def visit_not_like_op_binary(self, binary: Any, operator: Any, **kwargs: Any) -> str:
        """NOT LIKE, of a text."""
        return self._like(binary, "NOT LIKE", kwargs)

    def visit_length_func(self, function: Any, **kwargs: Any) -> str:
        """How long a text is."""
        return f"length(CAST{self.function_argspec(function, **kwargs)[:-1]} AS VARCHAR))"

    def _like(self, binary: Any, word: str, kwargs: dict[str, Any]) -> str:
        escape = binary.modifiers.get("escape")
        escaping = f" ESCAPE {self.render_literal_value(escape, VARCHAR())}" if escape is not None else ""
        return f"{self._as_text(binary.left, kwargs)} {word} {self.process(binary.right, **kwargs)}{escaping}"

    def _as_text(self, column: Any, kwargs: dict[str, Any]) -> str:
        return f"CAST({self.process(column, **kwargs)} AS VARCHAR)"


class ReadingDialect(duckdb_engine.Dialect):
    """DuckDB for a client that only reads: transactions are somebody else's."""

    supports_statement_cache = False
    statement_compiler = PatternCompiler

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing to begin."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing to commit."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing to roll back; a real rollback would drop results not yet fetched."""


class Patterns(postgresql.dialect):  # type: ignore[misc, valid-type]  # the dialect is an alias
    """What Great Expectations asks for, to know which words of SQL there are for patterns."""

    name = "duckdb"
    supports_statement_cache = False


registry.register(DIALECT, __name__, "ReadingDialect")


class HandOver(ValidationAction):
    """The action of our checkpoints: what came of each expectation is handed to the findings, and so to the alerts.

    It only hands over. Great Expectations' own EmailAction sends from here, before anything is recorded: a server that
    is down then loses the message, and one that is silent holds up the run.
    """

    type: Literal["hand_over_to_findings"] = "hand_over_to_findings"
    _handed_over: list[Any] = PrivateAttr(default_factory=list)

    def run(self, checkpoint_result: Any, action_context: Any = None) -> dict[str, Any]:
        """Keep every expectation's result for the caller."""
        ran = checkpoint_result.run_results.values()
        self._handed_over += [one for of_suite in ran for one in of_suite.results]
        return {"handed_over": len(self._handed_over)}

    @property
    def handed_over(self) -> list[Any]:
        """The results so far, one an expectation."""
        return self._handed_over


class Checkpoints:
    """Runs suites, each as a checkpoint, over rows that one of Great Expectations' own data sources hands to it."""

    def __init__(self) -> None:
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)

    def run(
        self, suite: str, rows: BatchDefinition[Any], wanted: Sequence[Expectation], given: dict[str, Any] | None = None
    ) -> list[Judged]:
        """Great Expectations' answer on each expectation, in the order asked.

        given: the rows, where the definition does not lead to them.
        """
        expectations = [self._expectation(number, one) for number, one in enumerate(wanted)]
        of_suite = self._context.suites.add(gx.ExpectationSuite(name=suite, expectations=expectations))
        validation = self._context.validation_definitions.add(
            gx.ValidationDefinition(name=suite, data=rows, suite=of_suite)
        )
        actions: list[ValidationAction] = [HandOver(name="hand over to findings")]
        checkpoint = self._context.checkpoints.add(
            gx.Checkpoint(
                name=suite, validation_definitions=[validation], actions=actions, result_format=_result_format(wanted)
            )
        )
        checkpoint.run(batch_parameters=given)
        # Asked of the checkpoint, because that has a copy of the action.
        handed_over = [
            one for action in checkpoint.actions if isinstance(action, HandOver) for one in action.handed_over
        ]
        answers = {one.expectation_config.meta["number"]: self._judged(one) for one in handed_over}
        return [answers[number] for number in range(len(wanted))]

    @staticmethod
    def _expectation(number: int, wanted: Expectation) -> Any:
        name = "".join(part.capitalize() for part in wanted.expectation.split("_"))
        kind = getattr(gx.expectations, name)
        mostly = {"mostly": wanted.mostly} if TYPES[wanted.expectation].of_rows else {}
        return kind(**wanted.kwargs, **mostly, severity=wanted.severity, meta={"number": number})

    @staticmethod
    def _judged(one: Any) -> Judged:
        raised = _raised(one.exception_info)
        detail = one.result or {}
        # Where a condition leaves no row, it counts none unexpected by saying nothing.
        unexpected = detail.get("unexpected_count", 0 if detail.get("element_count") == 0 else None)
        named = tuple(row[ROW] for row in detail.get("partial_unexpected_index_list") or ())
        observed = detail.get("observed_value")
        return Judged(
            bool(one.success), detail.get("element_count"), unexpected, raised,
            named, None if observed is None else short(str(observed), LONGEST_NAME),
        )  # fmt: skip


class Validator(Checkpoints):
    """Over the tables and views of one schema of an open DuckDB connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, schema: str) -> None:
        super().__init__()
        self._cursor = connection.cursor()
        # Great Expectations leaves the schema out of the metadata queries that it makes itself.
        self._cursor.execute(f"SET search_path = '{schema}'")
        self._source = self._context.data_sources.add_sql(  # type: ignore[call-arg]  # its stub leaves out kwargs
            "store",
            connection_string=f"{DIALECT}:///:memory:",
            create_temp_table=False,
            kwargs={"creator": self._creator, "poolclass": StaticPool},
        )
        listen(self._source.get_engine(), "handle_error", _stop_if_interrupted)
        engine: Any = self._source.get_execution_engine()
        engine.dialect_module = SimpleNamespace(dialect=Patterns)  # it has none for DuckDB, and knows no patterns then

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]:
        """Great Expectations' answer on each expectation, in the order asked, over all rows of the table or view."""
        asset = self._source.add_table_asset(suite, table_name=table)
        return self.run(suite, asset.add_batch_definition_whole_table("all rows"), wanted)

    def write_data_docs(self, folder: Path) -> None:
        """Great Expectations' own pages about the suites run so far, as it makes them."""
        for name in self._context.variables.data_docs_sites or {}:
            self._context.delete_data_docs_site(name)
        store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
        site = {"class_name": "SiteBuilder", "show_how_to_buttons": False, "store_backend": store}
        # Its type requires what has a default, and does not have all that a site may be given.
        self._context.add_data_docs_site(site_name=SITE, site_config=site)  # type: ignore[arg-type]
        self._context.build_data_docs(site_names=[SITE])

    def close(self) -> None:
        """Give back the cursor and the pool that holds it."""
        self._source.get_engine().dispose()
        self._cursor.close()

    def _creator(self) -> Any:
        return duckdb_engine.ConnectionWrapper(self._cursor)


class OnSpark(Checkpoints):
    """Over DataFrames of Spark, by Great Expectations' own data source for them."""

    def __init__(self, rows_of: Callable[[str], Any]) -> None:
        super().__init__()
        self._rows_of = rows_of
        # persist: what is judged is worked out already, and read once.
        self._source = self._context.data_sources.add_spark("spark", persist=False)

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]:
        """As Validator, over the DataFrame that stands for the table."""
        rows = self._source.add_dataframe_asset(suite).add_batch_definition_whole_dataframe("all rows")
        return self.run(suite, rows, wanted, {"dataframe": self._rows_of(table)})


def _result_format(wanted: Sequence[Expectation]) -> Literal["SUMMARY"] | dict[str, Any]:
    """What Great Expectations is asked to say: which rows, only where our own SQL does not list them."""
    if all(one.is_listed_by_us for one in wanted):
        return "SUMMARY"
    return {
        "result_format": "SUMMARY",
        "unexpected_index_column_names": [ROW],
        "partial_unexpected_count": MOST_ROWS_NAMED,
    }


def _stop_if_interrupted(error: ExceptionContext) -> None:
    """Ctrl-C in a query: Great Expectations would take it for a fault of this one expectation, and go on."""
    if is_interruption(error.original_exception):
        raise KeyboardInterrupt


def _raised(exception_info: dict[str, Any] | None) -> str | None:
    """The message of the exception behind a result; Great Expectations nests it by metric when one metric raised."""
    if not exception_info:
        return None
    nested = [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
    messages = [str(info.get("exception_message")).strip() for info in nested if info.get("raised_exception")]
    return "; ".join(message.splitlines()[0] if message else "no message" for message in messages) or None
