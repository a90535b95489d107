"""The verdicts of the last check that still stand: of returns of which no row, no expectation and no program differs.

Great Expectations is asked of the others only, and is not even imported where there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from importlib.metadata import version
from itertools import groupby

import duckdb

from monitor.checks.suites import Judge, Verdict, last_verdicts, prepare_suites, run_suites
from monitor.core.hashes import hash_of
from monitor.core.vocabulary import VerdictState
from monitor.returns.catalogue import MandatoryReturn
from monitor.store.named_sql import queries_beside, scalar

SQL = queries_beside(__file__)

COUNTED_FROM_DAY_TO_DAY = "days_overdue"  # the one column that differs though nothing but the day does

# Who gives verdicts on the kept statuses of an open store, for as long as it takes.
OpenedJudge = Callable[[duckdb.DuckDBPyConnection], AbstractContextManager[Judge]]


def verdicts_rest_on(
    connection: duckdb.DuckDBPyConnection, catalogue: Mapping[str, MandatoryReturn], judge: str, build: str
) -> dict[str, str]:
    """By return: a hash of all that verdicts on its kept statuses rest on.

    judge: who gives them, by name; build: of the program.
    """
    by_whom = (judge, build, version("great_expectations"), duckdb.__version__)
    rows = dict(connection.execute(SQL["rows_said"]).fetchall())
    of_submissions = [code for code, one in catalogue.items() if any(e.table != "return_status" for e in one.suite)]
    day = str(scalar(connection, "SELECT as_of FROM data.status_day"))
    sent = {}
    if of_submissions:
        sent = dict(connection.execute(SQL["submissions_said"], {"codes": of_submissions}).fetchall())
    wanted = {code: definition.model_dump_json() for code, definition in catalogue.items()}
    return {
        code: hash_of(
            *by_whom, said, rows.get(code, ""), sent.get(code, ""), day if COUNTED_FROM_DAY_TO_DAY in said else ""
        )
        for code, said in wanted.items()
    }


def give_verdicts(
    connection: duckdb.DuckDBPyConnection, catalogue: Mapping[str, MandatoryReturn], rests_on: Mapping[str, str],
    opened_judge: OpenedJudge, progress: Callable[[str, str], None],
) -> tuple[tuple[Verdict, ...], frozenset[str]]:  # fmt: skip
    """The verdicts of all returns, in their order: those of the last check that stand, the others by the judge.

    Gives the returns that were judged, too.

    progress: given a stage, and each return before its suite runs.
    """
    by_return = standing_verdicts(connection, catalogue, rests_on)
    prepare_suites(connection)
    touched = {code: one for code, one in catalogue.items() if code not in by_return}
    if touched:
        progress("starting Great Expectations", "")
        with opened_judge(connection) as judge:
            for verdict in run_suites(connection, touched, judge, lambda code: progress("checking", code)):
                by_return.setdefault(verdict.return_code, []).append(verdict)
    return tuple(verdict for code in catalogue for verdict in by_return.get(code, ())), frozenset(touched)


def standing_verdicts(
    connection: duckdb.DuckDBPyConnection, catalogue: Mapping[str, MandatoryReturn], rests_on: Mapping[str, str]
) -> dict[str, list[Verdict]]:
    """By return: the verdicts of the last check, where they rest on the same. rests_on: what they would rest on now."""
    before = dict(connection.execute("SELECT return_code, rests_on FROM data.verdict_rests_on").fetchall())
    by_return = groupby(last_verdicts(connection), lambda verdict: verdict.return_code)
    last = {code: list(verdicts) for code, verdicts in by_return}
    return {
        code: last[code]
        for code, definition in catalogue.items()
        if code in last and before.get(code) == rests_on[code] and _can_stand(definition, last[code])
    }


def _can_stand(definition: MandatoryReturn, verdicts: Iterable[Verdict]) -> bool:
    """Not where it could not be checked, nor where findings need the rows that the judge named."""
    return not any(
        verdict.state == VerdictState.COULD_NOT_CHECK
        or (verdict.state == VerdictState.NOT_MET and _is_named_by_judge(definition, verdict.expectation_number))
        for verdict in verdicts
    )


def _is_named_by_judge(definition: MandatoryReturn, number: int) -> bool:
    expectation = definition.suite[number]
    return not expectation.is_listed_by_us or expectation.table != "return_status"


def keep_what_they_rest_on(connection: duckdb.DuckDBPyConnection, rests_on: Mapping[str, str]) -> None:
    """Keep what the verdicts recorded with it rest on. Call within their transaction."""
    connection.execute("DELETE FROM data.verdict_rests_on")
    connection.execute(
        "INSERT INTO data.verdict_rests_on SELECT unnest($codes), unnest($rests_on)",
        {"codes": list(rests_on), "rests_on": list(rests_on.values())},
    )
