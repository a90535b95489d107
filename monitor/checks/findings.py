"""From failed expectations to findings: what opened, what changed, what is over, by comparing two derivations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from monitor.checks.suites import Verdict, unexpected_values, unexpected_where
from monitor.core.vocabulary import VerdictState
from monitor.returns.catalogue import MandatoryReturn
from monitor.store.named_sql import SqlTemplate, queries_beside, scalar

SQL = queries_beside(__file__)


@dataclass(frozen=True)
class FindingCounts:
    """How many findings opened, changed, were resolved and are open after a check."""

    opened: int
    changed: int
    resolved: int
    open: int


def derive_findings(
    connection: duckdb.DuckDBPyConnection, catalogue: Mapping[str, MandatoryReturn], verdicts: Iterable[Verdict]
) -> None:
    """Fill data.finding_now from the rows of data.return_status_row that failed expectations name.

    An expectation that is met within its tolerance (`mostly`) gives no finding, though some rows are unexpected.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE unexpected_row "
        "(expected_id BIGINT, finding VARCHAR, severity VARCHAR, expectation VARCHAR)"
    )
    for verdict in verdicts:
        if verdict.state != VerdictState.NOT_MET:
            continue
        expectation = catalogue[verdict.return_code].suite[verdict.expectation_number]
        sql = SqlTemplate(SQL["insert_unexpected"]).substitute(where=unexpected_where(expectation))
        connection.execute(
            sql,
            {
                "code": verdict.return_code,
                "finding": verdict.finding,
                "severity": verdict.severity,
                "expectation": verdict.expectation,
                **unexpected_values(expectation),
            },
        )
    connection.execute(SQL["finding_now"])


def record_findings(connection: duckdb.DuckDBPyConnection, happened_at: datetime) -> FindingCounts:
    """Add the events that lead from the open findings to data.finding_now. Call within a transaction.

    Their day is that of the question whose answer was derived on this connection.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE moment AS SELECT as_of, $at::TIMESTAMPTZ AS happened_at FROM question",
        {"at": happened_at},
    )
    connection.execute(SQL["finding_record"])
    moved = dict(connection.execute("SELECT event, count(*) FROM finding_moved GROUP BY event").fetchall())
    return FindingCounts(
        opened=scalar(connection, "SELECT count(*) FROM finding_opened"),
        changed=moved.get("changed", 0),
        resolved=moved.get("resolved", 0),
        open=scalar(connection, "SELECT count(*) FROM data.finding_current WHERE resolved_at IS NULL"),
    )
