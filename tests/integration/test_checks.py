"""Great Expectations' verdict beside our own list, in the real store: met, not met, and could not be checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
from asking import Monitor

from monitor.checks.great_expectations import Validator
from monitor.checks.suites import Judged, Verdict, could_not_check, run_suites
from monitor.core.vocabulary import VerdictState
from monitor.returns.catalogue import Expectation, load_catalogue, read_shared_suite
from monitor.store.connection import open_writer

pytestmark = pytest.mark.judged

# A suite that is well-formed and cannot be worked out: words are no numbers.
BETWEEN_NUMBERS = """
[[suite]]
finding = "source_not_loaded"
expectation = "expect_column_values_to_be_between"
kwargs = { column = "status", min_value = 1, max_value = 2 }
severity = "warning"
meaning = "Words are numbers."
"""


class SaysInstead:
    """A judge that gives the same answer to everything, or raises."""

    def __init__(self, answer: Judged | Exception) -> None:
        self.answer = answer

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer for _ in wanted]


@pytest.fixture
def store(demo: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_writer(demo / "var" / "monitor.duckdb", demo / "var" / "spill", "500MB") as connection:
        yield connection


def states(verdicts: list[Verdict], return_code: str) -> dict[str, str]:
    return {v.finding: v.state for v in verdicts if v.return_code == return_code}


def test_the_verdict_and_both_counts_agree_on_every_suite(store: duckdb.DuckDBPyConnection) -> None:
    validator = Validator(store, schema="data")
    verdicts = run_suites(store, load_catalogue(), validator, lambda code: None)
    validator.close()
    assert could_not_check(verdicts) == frozenset()
    assert all(
        v.rows_unexpected == v.rows_listed for v in verdicts if v.state in (VerdictState.MET, VerdictState.NOT_MET)
    )
    assert states(verdicts, "workforce") == {
        "missing_return": VerdictState.NOT_MET,
        "late_return": VerdictState.NOT_MET,
        "source_not_loaded": VerdictState.MET,
    }


@pytest.mark.parametrize(
    ("answer", "notified"),
    [
        (RuntimeError("no such thing"), "the suite could not be run: no such thing"),
        (Judged(False, None, None, "it raised"), "the expectation raised: it raised"),
        (Judged(True, 0, 0, None), "Great Expectations saw 0 rows, of "),
        (Judged(False, 560, 7, None), "saw 560 rows"),
    ],
)
def test_an_answer_that_cannot_be_relied_on_is_could_not_check(
    store: duckdb.DuckDBPyConnection, answer: Judged | Exception, told: str
) -> None:
    catalogue = {"workforce": load_catalogue()["workforce"]}
    verdicts = run_suites(store, catalogue, SaysInstead(answer), lambda code: None)
    assert {v.state for v in verdicts} == {VerdictState.COULD_NOT_CHECK}
    assert all(told in (v.detail or "") for v in verdicts)


def test_counts_that_differ_are_could_not_check(store: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT count(*) FROM data.return_status_row WHERE return_code = 'workforce'"
    ((expected,),) = store.execute(query).fetchall()
    answer = Judged(False, expected, 9999, None)
    verdicts = run_suites(store, {"workforce": load_catalogue()["workforce"]}, SaysInstead(answer), lambda code: None)
    assert {v.detail for v in verdicts if v.finding == "missing_return"} == {
        "Great Expectations counted 9999 unexpected rows, our own SQL 28"
    }


def test_a_return_of_which_nothing_is_expected_is_said_to_be_so(store: duckdb.DuckDBPyConnection) -> None:
    of_return = "SELECT period_id FROM data.period_fact WHERE return_code = 'triage_assurance'"
    store.execute(f"DELETE FROM data.status_kept WHERE period_id IN ({of_return})")
    catalogue = {"triage_assurance": load_catalogue()["triage_assurance"]}
    verdicts = run_suites(store, catalogue, SaysInstead(Judged(True, 0, 0, None)), lambda code: None)
    assert {v.state for v in verdicts} == {VerdictState.NOTHING_EXPECTED}


def test_what_could_not_be_checked_is_not_known_and_its_findings_stay_open(monitor: Monitor, demo: Path) -> None:
    broken = (demo / "expectations").resolve()
    broken.mkdir(exist_ok=True)
    shipped = load_catalogue()["workforce"].path.read_text(encoding="utf-8")
    (broken / "workforce.toml").write_text(shipped + BETWEEN_NUMBERS, encoding="utf-8")
    query = """SELECT count(*) AS open FROM finding
               WHERE return_code = 'workforce' AND resolved_at IS NULL AND kind <> 'could_not_check'"""
    before = json.loads(monitor("sql", "-w", demo, "--format", "json", query).out)
    answer = monitor("run", "-w", demo)
    assert answer.code == 4
    assert "Could not check workforce" in answer.out
    rows = json.loads(monitor("status", "-w", demo, "--return", "workforce", "--format", "json").out)
    assert not {"not_received", "rejected"} & {row["status"] for row in rows}
    assert {row["cause"] for row in rows if row["status"] == "not_known"} == {"could_not_check"}
    assert json.loads(monitor("sql", "-w", demo, "--format", "json", query).out) == before


def test_within_its_tolerance_an_expectation_is_met_and_gives_no_finding(monitor: Monitor, demo: Path) -> None:
    own = demo / "expectations"
    own.mkdir(exist_ok=True)
    shared = read_shared_suite().path.read_text(encoding="utf-8")
    (own / "_suite.toml").write_text(shared.replace("mostly = 1.0", "mostly = 0.5"), encoding="utf-8")
    assert monitor("run", "-w", demo).code == 0
    query = "SELECT kind FROM finding WHERE return_code = 'national_diabetes_audit' AND resolved_at IS NULL"
    assert json.loads(monitor("sql", "-w", demo, "--format", "json", query).out) == []
    missed = "SELECT count(*) AS n FROM missed_return WHERE return_code = 'national_diabetes_audit'"
    assert json.loads(monitor("sql", "-w", demo, "--format", "json", missed).out) == [{"n": 2}]


def with_expectation(demo: Path, text: str) -> None:
    """The workspace's own workforce return, with one expectation more."""
    own = demo / "expectations"
    own.mkdir(exist_ok=True)
    shipped = load_catalogue()["workforce"].path.read_text(encoding="utf-8")
    (own / "workforce.toml").write_text(shipped + "\n[[suite]]\n" + text, encoding="utf-8")


@pytest.mark.parametrize("bound", ["max_value = 1", "min_value = 3"])
def test_a_between_with_one_bound_is_counted_alike_by_both(monitor: Monitor, demo: Path, bound: str) -> None:
    with_expectation(
        demo,
        f"""finding = "late_return"
        expectation = "expect_column_values_to_be_between"
        kwargs = {{ column = "days_late", {bound} }}
        mostly = 1.0
        severity = "info"
        meaning = "Late by a day at the most." """,
    )
    assert monitor("run", "-w", demo).code == 0
    query = """SELECT state, rows_unexpected = rows_listed AS agree FROM verdict
               WHERE expectation LIKE '%between' AND return_code = 'workforce'"""
    assert json.loads(monitor("sql", "-w", demo, "--format", "json", query).out) == [
        {"state": "not_met", "agree": True}
    ]


def test_a_row_that_two_expectations_name_is_one_finding_of_the_gravest_severity(monitor: Monitor, demo: Path) -> None:
    with_expectation(
        demo,
        """finding = "missing_return"
        expectation = "expect_column_values_to_not_be_in_set"
        kwargs = { column = "status", value_set = ["rejected"] }
        mostly = 1.0
        severity = "info"
        meaning = "Nothing was rejected." """,
    )
    assert monitor("run", "-w", demo).code == 0
    query = """SELECT count(*) AS findings, count(DISTINCT (organisation_code, period_start)) AS subjects,
                      max(severity) AS severity
               FROM finding WHERE return_code = 'workforce' AND kind = 'missing_return' AND resolved_at IS NULL"""
    (answer,) = json.loads(monitor("sql", "-w", demo, "--format", "json", query).out)
    assert answer["findings"] == answer["subjects"]
    assert answer["severity"] == "critical"
