"""The suites of expectations/ run over the status of each return: Great Expectations' verdict beside our own list.

The verdict is Great Expectations'; the complete list of rows is our SQL's; the two counts must agree. Where they do
not, or an expectation raised, or it saw nothing although rows were there, the verdict is "could not check", and what
would have been "not received" becomes not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb

from monitor.core.text import number
from monitor.core.vocabulary import VerdictState
from monitor.returns.catalogue import Expectation, MandatoryReturn
from monitor.store.named_sql import SqlTemplate, queries_beside, quoted, scalar

SQL = queries_beside(__file__)

# The rows that an expectation does not accept, as Great Expectations counts them: blank values are passed over,
# except where the expectation is about being blank.
UNEXPECTED_WHERE = {
    "expect_column_values_to_not_be_in_set": "list_contains($value_set, CAST(@column AS VARCHAR))",
    "expect_column_values_to_be_in_set": (
        "@column IS NOT NULL AND NOT list_contains($value_set, CAST(@column AS VARCHAR))"
    ),
    "expect_column_values_to_be_null": "@column IS NOT NULL",
    "expect_column_values_to_not_be_null": "@column IS NULL",
    "expect_column_values_to_be_between": (
        "$min_value IS NOT NULL AND @column < $min_value OR $max_value IS NOT NULL AND @column > $max_value"
    ),
}


@dataclass(frozen=True)
class Verdict:
    """What became of one expectation of one suite."""

    return_code: str
    expectation_number: int
    expectation: str
    finding: str
    severity: str
    meaning: str
    state: str
    rows_checked: int | None
    rows_unexpected: int | None
    rows_listed: int
    detail: str | None


@dataclass(frozen=True)
class Judged:
    """A judge's answer. raised: what went wrong where the expectation could not be worked out, else None."""

    success: bool
    rows_checked: int | None
    rows_unexpected: int | None
    raised: str | None


class Judge(Protocol):
    """Who gives the verdict on a suite, over all rows of a table or view: checks/great_expectations.Validator."""

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]: ...


def run_suites(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Mapping[str, MandatoryReturn],
    judge: Judge,
    on_suite: Callable[[str], None],
) -> list[Verdict]:
    """Run every return's suite over its rows of data.return_status_row. `on_suite` is told each code before it runs."""
    verdicts: list[Verdict] = []
    for code, definition in catalogue.items():
        on_suite(code)
        verdicts += _run_suite(connection, definition, judge)
    return verdicts


def could_not_check(verdicts: Iterable[Verdict]) -> frozenset[str]:
    """The returns of which at least one expectation could not be checked."""
    return frozenset(verdict.return_code for verdict in verdicts if verdict.state == VerdictState.COULD_NOT_CHECK)


def last_verdicts(connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    """The verdicts of the last check."""
    rows = connection.execute("FROM data.verdict ORDER BY return_code, expectation_number").fetchall()
    return tuple(Verdict(*row) for row in rows)


def record_verdicts(connection: duckdb.DuckDBPyConnection, verdicts: Sequence[Verdict]) -> None:
    """Replace the last check's verdicts by these, and which returns could not be checked."""
    connection.execute("DELETE FROM data.verdict")
    for verdict in verdicts:
        connection.execute(
            "INSERT INTO data.verdict VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", list(vars(verdict).values())
        )
    connection.execute("DELETE FROM data.unchecked_return")
    for code in sorted(could_not_check(verdicts)):
        connection.execute("INSERT INTO data.unchecked_return VALUES ($code)", {"code": code})


def unexpected_where(expectation: Expectation) -> str:
    """The WHERE clause that gives the rows which an expectation does not accept."""
    return SqlTemplate(UNEXPECTED_WHERE[expectation.expectation]).substitute(
        column=quoted(expectation.kwargs["column"])
    )


def unexpected_values(expectation: Expectation) -> dict[str, Any]:
    """The values to bind for `unexpected_where`."""
    values = {name: value for name, value in expectation.kwargs.items() if name != "column"}
    if "value_set" in values:
        values["value_set"] = [str(value) for value in values["value_set"]]
    if expectation.expectation == "expect_column_values_to_be_between":
        return {"min_value": None, "max_value": None, **values}
    return values


def _run_suite(connection: duckdb.DuckDBPyConnection, definition: MandatoryReturn, judge: Judge) -> list[Verdict]:
    """One return's suite. A suite that could not be run at all gives "could not check" for each expectation."""
    expected = scalar(
        connection, "SELECT count(*) FROM data.return_status_row WHERE return_code = $code", {"code": definition.code}
    )
    if expected == 0:
        return _same_for_all(definition, VerdictState.NOTHING_EXPECTED, "no return was expected")
    try:
        listed = [_count_listed(connection, definition.code, expectation) for expectation in definition.suite]
    except duckdb.Error as error:
        return _same_for_all(
            definition, VerdictState.COULD_NOT_CHECK, f"the rows could not be listed: {_first_line(error)}"
        )
    view = f"check_{definition.code}"
    connection.execute(SqlTemplate(SQL["check_view"]).substitute(view=view, code=definition.code))
    try:
        answers = judge.judge(definition.code, view, definition.suite)
    except Exception as error:  # whatever Great Expectations raises: the verdict is then that there is none
        if isinstance(error, MemoryError):
            raise
        return _same_for_all(
            definition, VerdictState.COULD_NOT_CHECK, f"the suite could not be run: {_first_line(error)}"
        )
    finally:
        connection.execute(f"DROP VIEW IF EXISTS data.{view}")
    return [_verdict(definition, number, answer, expected, listed[number]) for number, answer in enumerate(answers)]


def _verdict(definition: MandatoryReturn, number: int, answer: Judged, expected: int, listed: int) -> Verdict:
    """Great Expectations' answer beside our own counts."""
    expectation = definition.suite[number]
    doubt = _doubt(answer, expected, listed)
    state = VerdictState.COULD_NOT_CHECK if doubt else VerdictState.MET if answer.success else VerdictState.NOT_MET
    return Verdict(
        definition.code, number, expectation.expectation, expectation.finding, expectation.severity,
        expectation.meaning, state, answer.rows_checked, answer.rows_unexpected, listed, doubt,
    )  # fmt: skip


def _doubt(answer: Judged, expected: int, listed: int) -> str | None:
    """Why an answer of Great Expectations cannot be relied on; None where it can."""
    if answer.raised:
        return f"the expectation raised: {answer.raised}"
    if answer.rows_checked != expected:
        seen = number(answer.rows_checked or 0, "row")
        return f"Great Expectations saw {seen}, of {number(expected, 'expected return')}"
    if answer.rows_unexpected != listed:
        return f"Great Expectations counted {answer.rows_unexpected} unexpected rows, our own SQL {listed}"
    return None


def _same_for_all(definition: MandatoryReturn, state: str, detail: str) -> list[Verdict]:
    """A verdict on each expectation without an answer of Great Expectations."""
    return [
        Verdict(
            return_code=definition.code,
            expectation_number=number,
            expectation=expectation.expectation,
            finding=expectation.finding,
            severity=expectation.severity,
            meaning=expectation.meaning,
            state=state,
            rows_checked=0,
            rows_unexpected=None,
            rows_listed=0,
            detail=detail,
        )
        for number, expectation in enumerate(definition.suite)
    ]


def _count_listed(connection: duckdb.DuckDBPyConnection, code: str, expectation: Expectation) -> int:
    sql = SqlTemplate(SQL["count_unexpected"]).substitute(where=unexpected_where(expectation))
    return int(scalar(connection, sql, {"code": code, **unexpected_values(expectation)}))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
