"""DuckDB and Spark give the same answer to the same question, in every column: made-up worlds, and our own formats."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import notation
import product
import pytest
import spark_here
import worlds
from spark_here import in_words, needs_spark, small_spark

from monitor.checks.suites import Judged
from monitor.cli.spark_command import said_of
from monitor.core.errors import UsageError
from monitor.on_spark.session import FEW_BYTES, set_for, set_in
from monitor.returns.working_days import england
from monitor.status.question import Question

SPEC = Path(__file__).parents[1] / "spec"
pytestmark = needs_spark
FEW, SOME, MANY = 5, 20, 200
RECEIVED = (*product.ROW_TABLES, "loaded_file", "rejected_row", "rejected_value")
ONE = "workforce"
EXPECTED_RETURNS = 18  # of three practices from April to September
CASES = notation.read_cases(SPEC / "status.txt") + notation.read_cases(SPEC / "causes.txt")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[product.Store]:
    with product.empty_store(tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.mark.parametrize("seed", range(FEW))
def test_both_engines_give_the_same_answer(store: product.Store, seed: int) -> None:
    check_seed(store, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(FEW, SOME))
def test_both_engines_give_the_same_answer_in_more_worlds(store: product.Store, seed: int) -> None:
    check_seed(store, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(SOME, MANY))
def test_both_engines_give_the_same_answer_in_many_worlds(store: product.Store, seed: int) -> None:
    check_seed(store, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(FEW))
def test_both_engines_agree_on_which_feeds_look_short(store: product.Store, seed: int) -> None:
    check_world(store, *worlds.world_with_short_feeds(seed))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES[::20], ids=lambda case: case.title)
def test_both_engines_answer_the_rule_tables_alike(store: product.Store, case: notation.Case) -> None:
    check_case(store, case)


@pytest.mark.campaign
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_both_engines_answer_every_rule_table_alike(store: product.Store, case: notation.Case) -> None:
    check_case(store, case)


def check_case(store: product.Store, case: notation.Case) -> None:
    """Over the returns that the case names: of the others nothing is loaded."""
    world = product.for_the_product(case.world)
    said: tuple[Sequence[Any], ...] = (
        world.submissions, world.requests, world.notices, world.participations, world.evidence, world.rejected_rows,
        *(question.expectations for question in case.questions),
    )  # fmt: skip
    named = {one.return_code for facts in said for one in facts}
    world = replace(world, returns=[one for one in world.returns if one.return_code in named])
    for question in case.questions:
        check_world(store, world, question.as_of)


def check_seed(store: product.Store, seed: int) -> None:
    world, as_of = worlds.world_and_day(seed)
    check_world(store, product.for_the_product(world), as_of)


def check_world(store: product.Store, world: Any, as_of: date) -> None:
    from monitor.on_spark import derive
    from monitor.on_spark.judging import by_counting

    store.put(world)
    question = Question(as_of, product.settings_of(world), product.catalogue_of(world, store.folder), england())
    verdicts = store.check(question)
    tables = spark_here.tables_of(store.connection, RECEIVED)
    answer = derive(small_spark(), tables, question, by_counting)
    assert answer.verdicts == verdicts
    for name, table in KEPT.items():
        frame = getattr(answer, name)
        assert rows_on_spark(frame) == rows(store, table, frame.columns), name


KEPT = {
    "return_status": "return_status_row", "absence": "absence_row", "findings": "finding_now", "verdict": "verdict",
}  # fmt: skip


def rows(store: product.Store, table: str, columns: list[str]) -> list[tuple[str, ...]]:
    found = store.connection.execute(f"SELECT {', '.join(columns)} FROM data.{table}").fetchall()
    return sorted(map(in_words, found))


def rows_on_spark(frame: Any) -> list[tuple[str, ...]]:
    return sorted(map(in_words, frame.collect()))


# ------------------------------------------------------------------------------------- frames of our own formats


def question(as_of: date = date(2024, 9, 1)) -> Question:
    settings = product.Settings.model_validate({"monitor_from": date(2024, 4, 1)})
    return Question(as_of, settings, {ONE: product.shipped_returns()[ONE]}, england())


def frame(text: str, columns: str) -> Any:
    return small_spark().sql(f"SELECT * FROM VALUES {text} AS v({columns})")


def of_three() -> dict[str, Any]:
    return {
        "organisations": frame(
            "('A81001','One','GMS'),('A81002','Two','GMS'),('A81003','Three','GMS')",
            "organisation_code, organisation_name, contract_type",
        ),
        "submissions": frame(
            f"('A81001','{ONE}',DATE'2024-06-01',TIMESTAMP'2024-06-28T10:00:00Z','accepted'),"
            f"('A81002','{ONE}',DATE'2024-06-01',TIMESTAMP'2024-06-28T10:00:00Z','received'),"
            f"('A81003','{ONE}',DATE'2024-05-01',TIMESTAMP'2024-05-20T10:00:00Z','accepted')",
            "organisation_code, return_code, period_start, submitted_at, outcome",
        ),
    }


def test_frames_in_our_formats_are_answered_and_a_row_that_cannot_count_holds_in_doubt() -> None:
    from monitor.on_spark import derive

    answer = derive(small_spark(), of_three(), question())
    june = answer.return_status.where("period_start = DATE'2024-06-01'")
    assert {(row.organisation_code, row.status, row.cause) for row in june.collect()} == {
        ("A81001", "received", None),
        ("A81002", "not_known", "row_rejected"),
        ("A81003", "not_received", "unexplained"),
    }
    assert [(r.file_name, r.row_number, r.reason, r.column_name) for r in answer.rejected.collect()] == [
        ("submissions", 3, "bad_outcome", "outcome")
    ]


def test_the_day_of_a_submission_is_that_of_london() -> None:
    from monitor.on_spark.derivation import set_to_derive
    from monitor.on_spark.tables import LONDON_DAY

    days = {
        "1971-06-30T23:30:00Z": "1971-07-01", "2024-03-31T00:59:59Z": "2024-03-31",
        "2024-06-30T22:59:59Z": "2024-06-30", "2024-06-30T23:00:00Z": "2024-07-01",
        "2024-12-31T23:59:59Z": "2024-12-31", "2024-10-27T00:30:00Z": "2024-10-27",
    }  # fmt: skip
    instants = ", ".join(f"(TIMESTAMP'{instant}')" for instant in days)
    with set_to_derive(small_spark()):
        found = frame(instants, "submitted_at").selectExpr("submitted_at", LONDON_DAY).collect()
    assert [str(day) for _, day in found] == list(days.values())


class SaysOther:
    """A judge that counts one row more than there is."""

    def judge(self, suite: str, table: str, wanted: Sequence[Any]) -> list[Judged]:
        return [Judged(True, EXPECTED_RETURNS, 77, None) for _ in wanted]


@pytest.mark.slow
def test_where_the_judge_counts_other_rows_than_our_sql_nothing_is_known_and_it_is_said() -> None:
    from monitor.on_spark import derive

    answer = derive(small_spark(), of_three(), question(), lambda connection: nullcontext(SaysOther()))
    assert "Great Expectations counted 77 unexpected rows, our own SQL" in str(answer.verdicts[0].detail)
    assert {row.cause for row in answer.return_status.where("status = 'not_known'").collect()} >= {"could_not_check"}
    assert answer.return_status.where("status = 'not_received'").collect() == []
    assert {row.kind for row in answer.findings.collect()} >= {"could_not_check"}
    assert "could not check workforce, expect_column_values_to_not_be_in_set: Great Ex" in said_of(answer.verdicts)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda given: {"organisations": given["organisations"].drop("organisation_name")},
         "table organisations: has no column organisation_name"),
        (lambda given: {"submissions": given["submissions"].withColumn("period_start", given["submissions"].outcome)},
         "table submissions, column period_start: is of type string. Expected: date"),
        (lambda given: {"submissions": given["submissions"].withColumnRenamed("outcome", "result")},
         "table submissions: has no column outcome"),
        (lambda given: {"organisations": given["organisations"].withColumnRenamed("contract_type", "contract")},
         "table organisations: has columns that are none of it: contract"),
        (lambda given: {"request_row": given["organisations"]}, "table request_row: is of another edition: lacks"),
        (lambda given: {"contracts": given["organisations"]}, "table contracts: is not known to this program"),
    ],
)  # fmt: skip
def test_a_table_that_is_none_of_ours_is_refused_in_one_message(changed: Any, said: str) -> None:
    from monitor.on_spark import derive

    given = of_three()
    with pytest.raises(UsageError) as refused:
        derive(small_spark(), given | changed(given), question())
    assert refused.value.message.startswith(said)
    assert "What to do: " in refused.value.message


def test_the_session_is_left_as_it_was() -> None:
    assert small_spark().conf.get("spark.sql.session.timeZone") == spark_here.SMALL["spark.sql.session.timeZone"]


@pytest.mark.parametrize(("holds", "partitions"), [(0, "1"), (FEW_BYTES, "7")])
def test_over_few_rows_a_step_is_one_task_and_the_session_is_left_as_it_was(
    holds: int, partitions: str, tmp_path: Path
) -> None:
    session, name = small_spark(), "spark.sql.shuffle.partitions"
    with (tmp_path / "log.csv").open("wb") as log:
        log.truncate(holds)
    with set_in(session, {name: "7"}):
        with set_for(session, tmp_path):
            assert session.conf.get(name) == partitions
        assert session.conf.get(name) == "7"


@pytest.mark.parametrize(
    ("made", "said"),
    [(None, "no Java is there"), ("11.0.2", "is Java 11"), ("1.8.0_392", "is Java 8"), ("?", "does not say which")],
)
def test_java_that_spark_cannot_run_on_is_said_in_one_message(made: str | None, said: str, tmp_path: Path) -> None:
    from monitor.core.errors import EnvironmentFault
    from monitor.on_spark.session import refuse_java

    if made:
        java = tmp_path / "bin" / "java"
        java.parent.mkdir()
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{made}\"' >&2\n", encoding="utf-8")
        java.chmod(0o755)
    with pytest.raises(EnvironmentFault) as fault:
        refuse_java({"JAVA_HOME": str(tmp_path)})
    assert said in fault.value.message
    assert "Java 17 or later" in fault.value.message
