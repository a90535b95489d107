"""By Great Expectations alone: a suite over the finished table in DuckDB. Run: OWN HANDED DAY.

Its context is kept in a folder, as it is meant to be, and so are its results; nothing of the product is imported.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import duckdb_engine
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from sqlalchemy.dialects import registry

# Of a table in a database, COMPLETE alone names 20 rows: as many as the partial count says. So that says all.
EVERY_ROW = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["organisation_code", "return_code", "period_start"],
    "partial_unexpected_count": 1_000_000_000,
}


class ReadingDialect(duckdb_engine.Dialect):
    """DuckDB without transactions: Great Expectations fetches results after a rollback has dropped them."""

    supports_statement_cache = False

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing to begin."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing to commit."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing to roll back."""


registry.register("duckdb_read", __name__, "ReadingDialect")


def main(own: Path, handed: Path, day: str) -> dict[str, int]:
    """What the suite says of the day; and what is kept of the last result."""
    past = sorted(own.rglob("validations/**/*.json"), key=lambda file: file.stat().st_mtime_ns)
    found = _validated(own, f"duckdb_read:///{handed / day}.duckdb")
    said = {"missed": found["unexpected_count"], "listed": _named(found)}
    if past:
        before = json.loads(past[-1].read_text(encoding="utf-8"))["results"][0]["result"]
        said["kept"] = _named(before)
    return said


def _validated(own: Path, database: str) -> dict[str, Any]:
    context = gx.get_context(mode="file", project_root_dir=own)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_or_update_sql("store", connection_string=database, create_temp_table=False)
    batch = source.add_table_asset("owed", table_name="owed").add_batch_definition_whole_table("all")
    received = gx.expectations.ExpectColumnValuesToNotBeNull(column="received_at")
    suite = context.suites.add_or_update(gx.ExpectationSuite("returns", expectations=[received]))
    definition = context.validation_definitions.add_or_update(
        gx.ValidationDefinition(name="returns", data=batch, suite=suite)
    )
    ran = definition.run(result_format=EVERY_ROW)
    (result,) = ran.results
    if result.exception_info.get("raised_exception", True):
        raise RuntimeError(str(result.exception_info))
    return dict(result.result)


def _named(found: dict[str, Any]) -> int:
    """How many rows it names by their keys."""
    return len(found.get("unexpected_index_list") or ())


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
