"""Great Expectations' verdict beside our own list, in the real store: met, not met, and could not be checked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import NOW, Monitor
from sampled import ABOUT_WORKFORCE, checked_sample

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.checks.findings import derive_findings
from monitor.checks.judges import CountingJudge, by_great_expectations
from monitor.checks.suites import Judged, Verdict, could_not_check, run_suites
from monitor.config.context import read_context
from monitor.config.workspace import Workspace
from monitor.core.vocabulary import VerdictState
from monitor.returns.catalogue import Expectation, MandatoryReturn, load_catalogue
from monitor.returns.expectation_types import TYPES, WITHOUT
from monitor.store.connection import open_writer

FILES = (
    *ABOUT_WORKFORCE, "submission_log_workforce_apr_to_aug.csv", "submission_log_diabetes_audit.csv",
    "submission_log_telephony.csv",
)  # fmt: skip
# A suite that is well-formed and cannot be worked out: words are no numbers.
BETWEEN_NUMBERS = """
[[suite]]
finding = "source_not_loaded"
expectation = "expect_column_values_to_be_between"
kwargs = { column = "status", min_value = 1, max_value = 2 }
severity = "warning"
meaning = "Words are numbers."
"""


BETWEEN_DAYS = "expect_column_values_to_be_between"


class SaysInstead:
    """A judge that gives the same answer to everything, or raises."""

    def __init__(self, answer: Judged | Exception) -> None:
        self.answer = answer

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer for _ in wanted]


@pytest.fixture(scope="module")
def stages() -> pipeline.Stages:
    """Nothing here is about what is published."""
    return COUNTED_UNPUBLISHED


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with workforce, diabetes audit and telephony returns, checked. For tests that only read."""
    return checked_sample(tmp_path_factory.mktemp("checked") / "workspace", "2024-04-01", FILES)


@pytest.fixture
def workspace(checked: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed at will."""
    return Path(shutil.copytree(checked, tmp_path / "checked"))


@pytest.fixture(scope="module")
def store(checked: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_writer(checked / "var" / "monitor.duckdb", checked / "var" / "spill", "500MB") as connection:
        yield connection


def with_more(definition: MandatoryReturn, **kwargs: Any) -> MandatoryReturn:
    """The return with one expectation more, of the days that a return is late."""
    more = definition.suite[0].model_copy(
        update={"expectation": BETWEEN_DAYS, "kwargs": {"column": "days_late", **kwargs}}
    )
    return definition.model_copy(update={"suite": [*definition.suite, more]})


def states(verdicts: list[Verdict], return_code: str) -> dict[str, str]:
    return {v.finding: v.state for v in verdicts if v.return_code == return_code}


def test_great_expectations_and_counting_agree_on_every_suite_and_on_bounds(store: duckdb.DuckDBPyConnection) -> None:
    """All of the catalogue, with an upper bound in one return and a lower one in another, in the one run of it."""
    catalogue = load_catalogue()
    catalogue["workforce"] = with_more(catalogue["workforce"], max_value=1)
    catalogue["digital_telephony"] = with_more(catalogue["digital_telephony"], min_value=300)
    with by_great_expectations(store) as validator:
        verdicts = run_suites(store, catalogue, validator, lambda code: None)
    assert could_not_check(verdicts) == frozenset()
    assert all(
        v.rows_unexpected == v.rows_listed for v in verdicts if v.state in (VerdictState.MET, VerdictState.NOT_MET)
    )
    assert verdicts == run_suites(store, catalogue, CountingJudge(store), lambda code: None)
    assert states([v for v in verdicts if v.expectation != BETWEEN_DAYS], "workforce") == {
        "unexpected_row": VerdictState.MET,
        "parts_missing": VerdictState.MET,
        "missing_return": VerdictState.NOT_MET,
        "late_return": VerdictState.NOT_MET,
        "source_not_loaded": VerdictState.MET,
    }
    of_bounds = {v.return_code: v.state for v in verdicts if v.expectation == BETWEEN_DAYS}
    assert of_bounds == {"workforce": VerdictState.NOT_MET, "digital_telephony": VerdictState.NOT_MET}


# Over 589 expected returns and 531 submissions of workforce: the table, the type and its kwargs; then what comes of it:
# state, rows checked, rows unexpected, rows named; and what the finding says beside the type, where there is one.
BY_NAME, OBSERVED = "rows as Great Expectations names them", "Great Expectations observed 0.9"
AS_A_WHOLE = "Great Expectations names 200 of 589 unexpected rows"
STATUS, SENT = "return_status", "submission"
ANY_TYPE: list[tuple[Any, str, dict[str, Any], str, str | None]] = [
    (STATUS, "values_to_match_regex", {"column": "record_count", "regex": "^[1-9]"}, "met 589 0 0", None),
    (STATUS, "values_to_match_regex", {"column": "status", "regex": "received"}, "not_met 589 32 32", BY_NAME),
    (STATUS, "value_lengths_to_equal", {"column": "organisation_code", "value": 5}, "not_met 589 589 200", AS_A_WHOLE),
    (STATUS, "values_to_match_like_pattern", {"column": "icb_code", "like_pattern": "Q%"}, "met 589 0 0", None),
    (STATUS, "mean_to_be_between", {"column": "attempts", "min_value": 9}, "not_met - - 0", OBSERVED),
    (STATUS, "max_to_be_between", {"column": "days_late", "max_value": 366}, "met - - 0", None),
    (STATUS, "values_to_be_between", {"column": "attempts", "min_value": -1, "strict_min": True}, "met 589 0 0", None),
    (SENT, "values_to_be_in_set", {"column": "outcome", "value_set": ["accepted"]}, "not_met 531 7 7", ""),
    (SENT, "values_to_match_regex", {"column": "outcome", "regex": "accept"}, "not_met 531 7 7", BY_NAME),
    (SENT, "values_to_not_be_null", {"column": "submitted_at"}, "met 531 0 0", None),
]  # fmt: skip


@pytest.mark.slow
def test_a_suite_may_hold_any_type_over_expected_returns_and_submissions(store: duckdb.DuckDBPyConnection) -> None:
    """The verdict and count are Great Expectations'; what it names becomes findings, which say whose list it is."""
    suite = [
        Expectation(
            finding="unexpected_row", table=table, expectation=f"expect_column_{kind}", kwargs=kwargs, severity="info",
            meaning="-",
        )
        for table, kind, kwargs, *_ in ANY_TYPE
    ]  # fmt: skip
    catalogue = {"workforce": load_catalogue()["workforce"].model_copy(update={"suite": suite})}
    store.execute("CREATE OR REPLACE TEMP TABLE question AS SELECT as_of FROM data.check_run")
    with by_great_expectations(store) as validator:
        verdicts = run_suites(store, catalogue, validator, lambda code: None)
    said = [(v.state, v.rows_checked, v.rows_unexpected, v.rows_listed) for v in verdicts]
    assert [" ".join("-" if one is None else str(one) for one in row) for row in said] == [row[3] for row in ANY_TYPE]
    for verdict, (*_, besides) in zip(verdicts, ANY_TYPE, strict=True):
        expected = None if besides is None else f"{verdict.expectation}; {besides}" if besides else verdict.expectation
        assert (said_by_findings(store, catalogue, verdict) or "").startswith(expected or ""), verdict
        assert (expected is None) == (said_by_findings(store, catalogue, verdict) is None), verdict


def said_by_findings(
    store: duckdb.DuckDBPyConnection, catalogue: dict[str, MandatoryReturn], verdict: Verdict
) -> str | None:
    """Which expectation the findings of one verdict name; none where there is no such finding."""
    store.execute("BEGIN")
    derive_findings(store, catalogue, [verdict], catalogue)
    of_suites = "kind IN ('unexpected_row', 'expectation_not_met')"
    found = store.execute(f"SELECT DISTINCT expectation FROM data.finding_now WHERE {of_suites}").fetchall()
    store.execute("ROLLBACK")
    assert len(found) <= 1
    return found[0][0] if found else None


def test_the_types_and_kwargs_that_a_suite_may_name_are_those_of_great_expectations() -> None:
    from monitor.checks.great_expectations import gx

    shared = {*gx.expectations.Expectation.__fields__, "batch_id", "library_metadata", "mostly"}
    theirs = {}
    for name, kind in vars(gx.expectations).items():
        if name.startswith("Expect") and name not in ("Expectation", "ExpectationType"):
            fields = {name: field for name, field in kind.__fields__.items() if name not in shared}
            # A pattern has a default that accepts everything; we ask for one.
            required = {name for name, field in fields.items() if field.required}
            needs = required | ({"regex"} & fields.keys())
            snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower().replace("_k_l_", "_kl_")
            theirs[snake] = (needs, set(fields), "mostly" in kind.__fields__)
    assert set(theirs) == {*TYPES, *WITHOUT}
    ours = {name: (set(one.needs), set(one.kwargs), one.of_rows) for name, one in TYPES.items()}
    assert ours == {name: theirs[name] for name in TYPES}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_that_a_suite_may_name_can_be_worked_out(store: duckdb.DuckDBPyConnection, name: str) -> None:
    """None of them raises over our columns, whatever the verdict."""
    kwargs = {key: EXAMPLES[key] for key in TYPES[name].needs}
    if "escape" in TYPES[name].may_have:
        kwargs["escape"] = "!"
    if "min_value" in TYPES[name].may_have:
        kwargs["min_value"] = 0
    expectation = Expectation(finding="unexpected_row", expectation=name, kwargs=kwargs, severity="info", meaning="-")
    with by_great_expectations(store) as validator:
        (answer,) = validator.judge("one", "return_status_row", [expectation])
    assert answer.raised is None


EXAMPLES: dict[str, Any] = {
    "column": "attempts", "column_A": "attempts", "column_B": "record_count",
    "column_list": ["attempts", "record_count"],
    "value_set": [1], "value_pairs_set": [[1, 2]], "value": 1, "threshold": 3, "double_sided": True, "sum_total": 3,
    "regex": "1", "regex_list": ["1"], "like_pattern": "1%", "like_pattern_list": ["1%"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "told"),
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
    of_return = "SELECT count(*) FROM data.return_status_row WHERE return_code = 'workforce'"
    ((expected,),) = store.execute(of_return).fetchall()
    answer = Judged(False, expected, 9999, None)
    verdicts = run_suites(store, {"workforce": load_catalogue()["workforce"]}, SaysInstead(answer), lambda code: None)
    assert {v.detail for v in verdicts if v.finding == "missing_return"} == {
        "Great Expectations counted 9999 unexpected rows, our own SQL 37"
    }


def test_a_return_of_which_nothing_is_expected_is_said_to_be_so(store: duckdb.DuckDBPyConnection) -> None:
    nobodys = load_catalogue()["workforce"].model_copy(update={"code": "expected_of_nobody"})
    verdicts = run_suites(store, {nobodys.code: nobodys}, SaysInstead(Judged(True, 0, 0, None)), lambda code: None)
    assert {v.state for v in verdicts} == {VerdictState.NOTHING_EXPECTED}


def checked_again(workspace: Path, return_code: str) -> pipeline.Checked:
    """A check of one return, with its file in the workspace."""
    context = read_context(Workspace(workspace), lambda: NOW)
    return pipeline.check(
        replace(context, catalogue={return_code: context.catalogue[return_code]}), None, COUNTED_UNPUBLISHED
    )


def asked(workspace: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        return store.execute(sql).fetchall()


def write_return(workspace: Path, return_code: str, more: str = "", tolerance: str = "") -> None:
    """The workspace's own file of a return: the shipped one with some more, or with a tolerance of what is missing."""
    shipped = load_catalogue()[return_code].path.read_text(encoding="utf-8")
    missing = 'finding = "missing_return"\n'
    assert missing in shipped
    (workspace / "expectations").mkdir(exist_ok=True)
    text = shipped.replace(missing, missing + tolerance) + more
    (workspace / "expectations" / f"{return_code}.toml").write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_what_could_not_be_checked_is_not_known_and_its_findings_stay_open(workspace: Path) -> None:
    write_return(workspace, "workforce", BETWEEN_NUMBERS)
    open_findings = """SELECT finding_id FROM data.finding_current
                       WHERE return_code = 'workforce' AND resolved_at IS NULL AND kind <> 'could_not_check'
                       ORDER BY ALL"""
    before = asked(workspace, open_findings)
    checked = checked_again(workspace, "workforce")
    assert before
    assert could_not_check(checked.verdicts) == {"workforce"}
    rows = asked(workspace, "SELECT DISTINCT status, cause FROM data.return_status_row WHERE return_code = 'workforce'")
    assert not {"not_received", "rejected"} & {status for status, _ in rows}
    assert {cause for status, cause in rows if status == "not_known"} == {"could_not_check"}
    assert asked(workspace, open_findings) == before


@pytest.mark.slow
def test_a_run_that_could_not_check_a_return_says_so(workspace: Path, monitor: Monitor) -> None:
    write_return(workspace, "workforce", BETWEEN_NUMBERS)
    answer = monitor("run", "-w", workspace)
    assert (answer.code, "Could not check workforce" in answer.out) == (4, True)


def test_within_its_tolerance_an_expectation_is_met_and_gives_no_finding(workspace: Path) -> None:
    code = "national_diabetes_audit"
    write_return(workspace, code, tolerance="mostly = 0.5\n")
    checked_again(workspace, code)
    missed = f"FROM data.return_status_row WHERE return_code = '{code}' AND status IN ('not_received', 'rejected')"
    assert asked(workspace, f"SELECT count(*) {missed}") == [(3,)]
    of_missing = f"FROM data.finding_current WHERE return_code = '{code}' AND kind = 'missing_return'"
    assert asked(workspace, f"SELECT resolved_at IS NULL, count(*) {of_missing} GROUP BY 1") == [(False, 3)]


def test_a_row_that_two_expectations_name_is_one_finding_of_the_gravest_severity(workspace: Path) -> None:
    more = """
        [[suite]]
        finding = "missing_return"
        expectation = "expect_column_values_to_not_be_in_set"
        kwargs = { column = "status", value_set = ["rejected"] }
        mostly = 1.0
        severity = "info"
        meaning = "Nothing was rejected."
        """
    write_return(workspace, "workforce", more)
    checked_again(workspace, "workforce")
    ((findings, subjects, severity),) = asked(
        workspace,
        """SELECT count(*), count(DISTINCT (organisation_code, period_start)), max(severity)
           FROM data.finding_current
           WHERE return_code = 'workforce' AND kind = 'missing_return' AND resolved_at IS NULL""",
    )
    assert findings == subjects
    assert severity == "critical"
