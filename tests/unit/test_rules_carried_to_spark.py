"""The rules as DuckDB reads them can be said in Spark's SQL: all of them, and what cannot is not passed over."""

from typing import Any

import pytest

from monitor.analysis import control_charts
from monitor.checks import findings
from monitor.store import schema
from monitor.store.named_sql import SqlTemplate

carried = pytest.importorskip("monitor.on_spark.carried", reason="sqlglot is not installed", exc_type=ImportError)
rules = pytest.importorskip("monitor.on_spark.derivation", exc_type=ImportError)

EVERY_STEP = (*rules.before_suspects(), *rules.after_suspects(True), *rules.after_suspects(False))
TABLES_OF_QUESTION = {
    carried.view_of(name)
    for name in (
        "question", "mandatory_return", "return_period", "request_due", "unchecked_return", "worked_out",
        "reported_icb", "closed_icb", "collective_action", "icb_in_force",
    )
}  # fmt: skip

OF_CHECKS = (
    "named_row", "check_view_of_return_status", "check_view_of_submission", "returns_expected", "counted_rows",
    "keep_unexpected", "unexpected_tables", "insert_named", "insert_whole", "insert_unexpected", "finding_now",
)  # fmt: skip
OF_CHARTS = ("chart_setting", "values", "control_chart", "low_volume", "low_by_both", "keep", "forget")


def test_every_rule_is_carried() -> None:
    made = {step.makes.removeprefix(carried.PREFIX) for step in EVERY_STEP}
    assert made >= {"data__organisation_dated", "expected_slot", "status_judged", "short_feed", "cause", "absence_span"}
    assert made >= {"return_status", "missed_return", "absence"}


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: step.makes.removeprefix(carried.PREFIX))
def test_a_rule_reads_only_what_was_made_before_or_is_received(step: Any) -> None:
    received = {name for name in step.reads if name.startswith(f"{carried.PREFIX}data__")}
    made = {one.makes for one in EVERY_STEP}
    assert step.reads - received <= made | TABLES_OF_QUESTION
    assert "macro" not in step.query.lower()


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE status_judged SET status = 'received'",
        "DELETE FROM data.submission_row USING d WHERE d.file_id = submission_row.file_id",
        "CREATE TABLE a AS SELECT hash(b) AS c FROM d",
        "CREATE TABLE a AS SELECT list_position(b, 1) AS c FROM d",
        "CREATE TABLE a AS SELECT * EXCLUDE (b) REPLACE (c + 1 AS c) FROM d",
        "CREATE TABLE a AS SELECT b FROM c UNION ALL BY NAME SELECT b FROM d",
        "CREATE TABLE a AS SELECT COLUMNS('b.*') FROM d",
        "CREATE TABLE a AS SELECT trim(unnest(b)) AS c FROM d",
        "CREATE TABLE a AS SELECT * FROM b JOIN c USING (d)",
        "CREATE TABLE a AS SELECT b.* FROM b CROSS JOIN e LEFT JOIN c USING (d)",
        "CREATE TABLE a AS SELECT c.* EXCLUDE (f), b.e FROM b JOIN c USING (d)",
        "CREATE TABLE a AS WITH w AS (SELECT c.*, 1 AS g FROM b JOIN c USING (d)) SELECT d FROM w",
    ],
)
def test_what_spark_cannot_say_is_not_passed_over(text: str) -> None:
    with pytest.raises(carried.NotCarried):
        carried.carry(text)


def test_a_star_beside_a_join_on_equal_columns_is_carried() -> None:
    (step,) = carried.carry("CREATE TABLE a AS SELECT b.*, count(*) AS n FROM b JOIN c ON c.d = b.d GROUP BY ALL")
    assert step.query.startswith("SELECT b.*, COUNT(*) AS n")


@pytest.mark.parametrize(
    ("said", "on_spark"),
    [
        ("file_of(place)", "(CAST((place) DIV 1099511627776 AS INT))"),
        ("arg_min(a, b)", "MIN_BY(a, CASE WHEN NOT a IS NULL THEN b END)"),
        ("arg_min_null(a, b)", "MIN_BY(a, b)"),
        ("regexp_full_match(a, 'x|y')", r"a RLIKE '\\A(?:x|y)\\z'"),
        ("trim(a)", r"REGEXP_REPLACE(a, '^\\p{Zs}+|\\p{Zs}+$', '')"),
        ("epoch_us(a)", "UNIX_MICROS(a)"),
    ],
)
def test_a_function_keeps_its_meaning(said: str, on_spark: str) -> None:
    (step,) = carried.carry(f"CREATE TABLE t AS SELECT {said} AS x FROM data.s AS s")
    assert step.query == f"SELECT {on_spark} AS x FROM monitor__data__s AS s"
    assert (step.makes, step.reads) == ("monitor__t", {"monitor__data__s"})


@pytest.mark.parametrize(
    ("text", "query", "kind"),
    [
        ("DELETE FROM data.s", "SELECT * FROM monitor__data__s AS s WHERE FALSE", "empties"),
        (
            "DELETE FROM data.s WHERE a",
            "SELECT * FROM monitor__data__s AS s WHERE NOT COALESCE(a, FALSE)",
            "deletes",
        ),
        ("INSERT INTO data.s SELECT a FROM t WHERE b = $c", "SELECT a FROM monitor__t AS t WHERE b = :c", "into"),
        ("INSERT INTO data.s VALUES ($a, $b)", "SELECT * FROM VALUES (:a, :b) AS held", "into"),
        ("CREATE TABLE data.s (a BIGINT)", "SELECT CAST(NULL AS BIGINT) AS a WHERE FALSE", "table"),
        ("DROP TABLE data.s", "", "drops"),
    ],
)
def test_what_makes_fills_and_empties_a_table_is_a_query(text: str, query: str, kind: str) -> None:
    (step,) = carried.carry(text)
    assert (step.makes, step.query) == ("monitor__data__s", query)
    assert getattr(step, kind)
    assert step.makes_rows == (kind in ("into", "table"))


def test_every_rule_of_verdicts_charts_and_findings_is_carried() -> None:
    names = {"view": "check_workforce", "code": "workforce", "as_of": "2025-01-31", "where": "status IS NULL"}
    names["counts"] = "count(*), count(*) FILTER (WHERE list_contains($value_set_0, CAST(status AS VARCHAR)))"
    drawn = {"values": "chart_value", "limits": "chart_limits", "charted": "chart_charted"}
    texts = {name: findings.SQL[name] for name in OF_CHECKS} | {name: control_charts.SQL[name] for name in OF_CHARTS}
    for name, text in {**texts, "held_in_doubt": schema.SQL["held_in_doubt"]}.items():
        carry = carried.carry_query if name in ("returns_expected", "counted_rows") else carried.carry
        assert carry(SqlTemplate(text).substitute(names | drawn)), name


def test_macros_within_macros_are_written_out() -> None:
    (step,) = carried.carry("CREATE TABLE t AS SELECT supplier_keys(lower(s.a)) AS x FROM s")
    assert "LOWER(s.a)" in step.query
    assert "supplier_key" not in step.query.lower()
