"""From failed expectations to findings: what opened, what changed, what is over, by comparing two derivations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.checks.suites import Verdict, unexpected_values, unexpected_where
from monitor.core.vocabulary import VerdictState
from monitor.returns.catalogue import Expectation, MandatoryReturn
from monitor.store.connection import Store
from monitor.store.named_sql import Connected, SqlTemplate, bound_in, queries_beside, scalar

SQL = queries_beside(__file__)
NAMED_BY_JUDGE = "rows as Great Expectations names them"


@dataclass(frozen=True)
class FindingCounts:
    """How many findings opened, changed, were resolved and are open after a check."""

    opened: int
    changed: int
    resolved: int
    open: int


def derive_findings(
    connection: Connected, catalogue: Mapping[str, MandatoryReturn], verdicts: Iterable[Verdict],
    touched: Collection[str],
) -> None:  # fmt: skip
    """Fill data.finding_now from the rows of data.return_status_row that failed expectations name.

    touched: returns of which statuses or verdicts were worked out anew; the findings of the others stay. An expectation
    that is met within its tolerance (`mostly`) gives no finding, though some rows are unexpected.
    """
    connection.execute(SQL["unexpected_tables"])
    kept = [code for code in catalogue if code not in touched]
    if kept:
        connection.execute("INSERT INTO found_before SELECT unnest($codes)", {"codes": kept})
    for verdict in verdicts:
        if verdict.state == VerdictState.NOT_MET and verdict.return_code in touched:
            _insert_unexpected(connection, catalogue[verdict.return_code].suite[verdict.expectation_number], verdict)
    connection.execute(SQL["finding_now"])


def _insert_unexpected(connection: Connected, expectation: Expectation, verdict: Verdict) -> None:
    """The rows that an expectation which is not met does not accept.

    Of what our own SQL does not list, the rows that Great Expectations named, where it named all; else the return is
    covered as a whole, so that a row is not reported as over because it is not among those named.
    """
    said: dict[str, Any] = {"code": verdict.return_code, "finding": verdict.finding, "severity": verdict.severity}
    if expectation.is_listed_by_us and expectation.table == "return_status":
        sql = SqlTemplate(SQL["insert_unexpected"]).substitute(where=unexpected_where(expectation))
        connection.execute(sql, {**said, "expectation": verdict.expectation, **unexpected_values(expectation)})
        return
    said |= {"number": verdict.expectation_number, "expectation": verdict.expectation}
    if expectation.is_listed_by_us:
        connection.execute(SQL["insert_named"], said)
    elif 0 < (verdict.rows_unexpected or 0) == verdict.rows_listed:
        connection.execute(SQL["insert_named"], {**said, "expectation": f"{verdict.expectation}; {NAMED_BY_JUDGE}"})
    else:
        said |= {"expectation": f"{verdict.expectation}; {verdict.detail}", "rows": verdict.rows_unexpected}
        connection.execute(SQL["insert_whole"], bound_in(SQL["insert_whole"], said))


def record_findings(connection: Store, happened_at: datetime) -> FindingCounts:
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
