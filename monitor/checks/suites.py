"""The suites of expectations/ run over the status of each return: Great Expectations' verdict beside our own list.

The verdict is Great Expectations'. Of five types the complete list of rows is our SQL's, and the two counts must agree;
of any other type the rows are those that Great Expectations names. Where counts do not agree, or an expectation raised,
or it saw nothing although rows were there, the verdict is "could not check", and what would have been "not received"
becomes not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb

from monitor.core.text import number
from monitor.core.vocabulary import VerdictState
from monitor.returns.catalogue import Expectation, MandatoryReturn
from monitor.returns.expectation_types import TYPES
from monitor.store.named_sql import Connected, SqlTemplate, queries_beside, quoted, scalar

SQL = queries_beside(__file__)

BOUND = re.compile(r"\$(\w+)")

MOST_ROWS_NAMED = 200  # of one expectation that our own SQL does not list

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
    """A judge's answer.

    raised:    what went wrong where the expectation could not be worked out, else None
    named:     the unexpected rows that the judge names, by expected_id; perhaps not all of them
    observed:  the figure, of an expectation about all rows together
    is_judged: no where this judge cannot tell
    """

    success: bool
    rows_checked: int | None
    rows_unexpected: int | None
    raised: str | None
    named: tuple[int, ...] = ()
    observed: str | None = None
    is_judged: bool = True


class Judge(Protocol):
    """Who gives the verdict on a suite, over all rows of a table or view: checks/great_expectations.Validator."""

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]: ...


def run_suites(
    connection: Connected,
    catalogue: Mapping[str, MandatoryReturn],
    judge: Judge,
    on_suite: Callable[[str], None],
) -> list[Verdict]:
    """Run the suite of each return over its rows of data.return_status_row. on_suite: given each code before."""
    prepare_suites(connection)
    rows = connection.execute(SQL["returns_expected"], {"codes": list(catalogue)}).fetchall() if catalogue else []
    expected = {code for (code,) in rows}
    verdicts: list[Verdict] = []
    for code, definition in catalogue.items():
        on_suite(code)
        if code in expected:
            verdicts += _run_suite(connection, definition, judge)
        else:
            everything = range(len(definition.suite))
            detail = "no return was expected"
            verdicts += _same_for_all(definition, everything, VerdictState.NOTHING_EXPECTED, detail)
    return verdicts


def prepare_suites(connection: Connected) -> None:
    """Have an empty table for the rows that a judge names: also where no suite runs, findings look there."""
    connection.execute(SQL["named_row"])


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
    if verdicts:
        connection.executemany(
            "INSERT INTO data.verdict VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [list(vars(verdict).values()) for verdict in verdicts],
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


def count_rows(connection: Connected, view: str, wanted: Sequence[Expectation]) -> tuple[int, list[int | None]]:
    """How many rows a view has, and how many of them our own SQL lists for each expectation; None where it lists none.

    Raises duckdb.Error where they cannot be counted.
    """
    counts, values = ["count(*)"], dict[str, Any]()
    for place, one in enumerate(wanted):
        if one.is_listed_by_us:
            where = BOUND.sub(rf"$\1_{place}", unexpected_where(one))
            counts.append(f"count(*) FILTER (WHERE {where})")
            values |= {f"{name}_{place}": value for name, value in unexpected_values(one).items()}
    sql = SqlTemplate(SQL["counted_rows"]).substitute(view=view, counts=", ".join(counts))
    rows, *listed = connection.execute(sql, values or None).fetchall()[0]
    of_each = iter(listed)
    return int(rows), [int(next(of_each)) if one.is_listed_by_us else None for one in wanted]


def _run_suite(connection: Connected, definition: MandatoryReturn, judge: Judge) -> list[Verdict]:
    """One return's suite, over each table that it is about."""
    verdicts = []
    for table in dict.fromkeys(expectation.table for expectation in definition.suite):
        with _rows_of(connection, definition, table) as view:
            verdicts += _run_over(connection, definition, judge, view, table)
    return sorted(verdicts, key=lambda verdict: verdict.expectation_number)


@contextmanager
def _rows_of(connection: Connected, definition: MandatoryReturn, table: str) -> Iterator[str]:
    """A view of the return's rows of a table, for as long as its suite runs."""
    view = f"check_{definition.code}" if table == "return_status" else f"check_{definition.code}_of_{table}"
    names = {"view": view, "code": definition.code}
    if table != "return_status":
        names["as_of"] = scalar(connection, "SELECT as_of FROM question")
    connection.execute(SqlTemplate(SQL[f"check_view_of_{table}"]).substitute(names))
    try:
        yield view
    finally:
        connection.execute(f"DROP VIEW IF EXISTS data.{view}")


def _run_over(connection: Connected, definition: MandatoryReturn, judge: Judge, view: str, table: str) -> list[Verdict]:
    """The expectations about one table. What could not be run at all is "could not check" for each of them."""
    numbers = [place for place, one in enumerate(definition.suite) if one.table == table]
    wanted = [definition.suite[place] for place in numbers]
    try:
        rows, listed = count_rows(connection, view, wanted)
    except duckdb.Error as error:
        detail = f"the rows could not be listed: {_first_line(error)}"
        return _same_for_all(definition, numbers, VerdictState.COULD_NOT_CHECK, detail)
    if rows == 0:
        detail = "no submission for an expected return is loaded"
        return _same_for_all(definition, numbers, VerdictState.NOTHING_EXPECTED, detail)
    try:
        name = definition.code if table == "return_status" else f"{definition.code}, {table}"
        answers = judge.judge(name, view, wanted)
    except Exception as error:  # whatever Great Expectations raises: the verdict is then that there is none
        if isinstance(error, MemoryError):
            raise
        detail = f"the suite could not be run: {_first_line(error)}"
        return _same_for_all(definition, numbers, VerdictState.COULD_NOT_CHECK, detail)
    for place, answer in zip(numbers, answers, strict=True):
        _keep_named(connection, definition, place, view, answer)
    return [_verdict(definition, *of_one, rows) for of_one in zip(numbers, answers, listed, strict=True)]


def _keep_named(connection: Connected, definition: MandatoryReturn, number: int, view: str, answer: Judged) -> None:
    """Keep which rows are unexpected until the findings are derived, where those of return_status do not say it."""
    expectation = definition.suite[number]
    of_expectation = {"code": definition.code, "number": number}
    if not expectation.is_listed_by_us:
        rows = [(definition.code, number, expected_id) for expected_id in sorted(set(answer.named))]
        if rows:
            connection.executemany("INSERT INTO named_row VALUES (?, ?, ?)", rows)
    elif expectation.table != "return_status":
        sql = SqlTemplate(SQL["keep_unexpected"]).substitute(view=view, where=unexpected_where(expectation))
        connection.execute(sql, {**of_expectation, **unexpected_values(expectation)})


def _verdict(definition: MandatoryReturn, number: int, answer: Judged, listed: int | None, rows: int) -> Verdict:
    """Great Expectations' answer beside our own count, where there is one."""
    expectation = definition.suite[number]
    doubt = _doubt(expectation, answer, rows, listed)
    if not answer.is_judged:
        state = VerdictState.NOT_JUDGED
    else:
        state = VerdictState.COULD_NOT_CHECK if doubt else VerdictState.MET if answer.success else VerdictState.NOT_MET
    return Verdict(
        definition.code, number, expectation.expectation, expectation.finding, expectation.severity,
        expectation.meaning, state, answer.rows_checked, answer.rows_unexpected,
        len(answer.named) if listed is None else listed, doubt or _said_of_list(expectation, answer),
    )  # fmt: skip


def _doubt(expectation: Expectation, answer: Judged, rows: int, listed: int | None) -> str | None:
    """Why an answer of Great Expectations cannot be relied on; None where it can."""
    if answer.raised:
        return f"the expectation raised: {answer.raised}"
    judges_every_row = TYPES[expectation.expectation].of_rows and "row_condition" not in expectation.kwargs
    if judges_every_row and answer.is_judged and answer.rows_checked != rows:
        seen = number(answer.rows_checked or 0, "row")
        of = "expected return" if expectation.table == "return_status" else "submission"
        return f"Great Expectations saw {seen}, of {number(rows, of)}"
    if listed is not None and answer.rows_unexpected != listed:
        return f"Great Expectations counted {answer.rows_unexpected} unexpected rows, our own SQL {listed}"
    return None


def _said_of_list(expectation: Expectation, answer: Judged) -> str | None:
    """Whose list of rows it is, where it is not our own; the figure, where it is about all rows together."""
    if expectation.is_listed_by_us:
        return None
    if not answer.is_judged:
        return "only Great Expectations can judge it, and it was not run"
    if not TYPES[expectation.expectation].of_rows:
        return f"Great Expectations observed {answer.observed or 'no value'}"
    if not answer.rows_unexpected:
        return None
    return f"Great Expectations names {len(answer.named):,} of {number(answer.rows_unexpected, 'unexpected row')}"


def _same_for_all(definition: MandatoryReturn, numbers: Iterable[int], state: str, detail: str) -> list[Verdict]:
    """A verdict on each of these expectations without an answer of Great Expectations."""
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
        if number in numbers
    ]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
