"""A count that is low for its organisation is a finding; a season, a supplier's dip and too few points are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import NOW, Monitor
from counting_practices import ACME, PRACTICES, STEADY, Counts, register, with_last, write_log
from mail_read import body_of

from benchmarks.stages import COUNTED, COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.config.context import read_context
from monitor.config.workspace import Workspace
from monitor.pipeline import Stages

Checked = Callable[..., duckdb.DuckDBPyConnection]
FIRST = "monitor_from = 2024-12-01\n"
COUNTS = "data.chart_series WHERE measure = 'records' AND is_newest"


def ran(workspace: Path, now: datetime = NOW, stages: Stages | None = None) -> duckdb.DuckDBPyConnection:
    """The store after a load and a check of the appointments alone; with stages: after a whole cycle."""
    context = read_context(Workspace(workspace), lambda: now, pause=lambda seconds: None)
    context = replace(context, catalogue={"appointments": context.catalogue["appointments"]})
    if stages:
        pipeline.run(context, None, stages)
    else:
        pipeline.load(context, [])
        pipeline.check(context, None, COUNTED)
    return duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True)


@pytest.fixture
def checked(workspace: Path) -> Checked:
    """Load the counts of appointments by practice, month by month (None: nothing sent), and check; gives the store."""

    def check(counts: Counts, settings: str = "", stages: Stages | None = None) -> duckdb.DuckDBPyConnection:
        (workspace / "monitor.toml").write_text(FIRST + settings, encoding="utf-8")
        register(workspace)
        write_log(workspace, {**dict.fromkeys(PRACTICES, STEADY), **counts})
        return ran(workspace, stages=stages)

    return check


def found(store: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    columns = "organisation_code, return_code, period_start, severity, cause, organisations, expectation"
    sql = f"SELECT {columns} FROM data.finding_current WHERE kind = 'low_volume' AND resolved_at IS NULL ORDER BY ALL"
    return store.execute(sql).fetchall()


def test_a_count_below_its_own_limit_is_a_finding_with_the_rule_that_fired(checked: Checked) -> None:
    with checked({"Z98001": with_last(12)}) as store:
        assert found(store) == [
            ("Z98001", "appointments", date(2025, 12, 1), "info", "point_below_limit", 1, "control chart")
        ]


def test_seven_counts_below_the_mean_are_a_finding(checked: Checked) -> None:
    with checked({"Z98001": (*STEADY[:6], 299, 297, 298, 296, 299, 297, 298)}) as store:
        assert [cause for *_, cause, _, _ in found(store)] == ["shift"]


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    "counts",
    [
        {code: with_last(150) for code in PRACTICES},
        {code: with_last(150) for code in ACME},
        pytest.param({code: with_last(None) for code in ACME}, marks=pytest.mark.slow),
        {"Z98001": with_last(12, 308)},
        pytest.param({"Z98001": with_last(610)}, marks=pytest.mark.slow),
        {"Z98001": (None, None, *STEADY[2:-1], 12)},
        pytest.param({"Z98001": (*STEADY[:-3], 12, None, None)}, marks=pytest.mark.slow),
    ],
    ids=["season", "supplier", "supplier-gap", "back", "high", "eleven-points", "old-news"],
)
def test_what_is_shared_over_high_or_without_enough_points_is_no_finding(checked: Checked, counts: Counts) -> None:
    with checked(counts) as store:
        assert found(store) == []


@pytest.mark.slow
def test_one_that_falls_further_than_its_supplier_is_a_finding(checked: Checked) -> None:
    with checked({**{code: with_last(150) for code in ACME}, "Z98001": with_last(12)}) as store:
        assert [organisation for organisation, *_ in found(store)] == ["Z98001"]


@pytest.mark.slow
def test_a_nil_submission_counts_nothing_and_what_was_not_sent_or_not_counted_is_no_point(checked: Checked) -> None:
    counts = {"Z98001": with_last("nil"), "Z98002": with_last(None), "Z98003": with_last("")}
    with checked(counts) as store:
        sql = f"SELECT organisation_code, points, newest_on, newest_value FROM {COUNTS} ORDER BY 1 LIMIT 4"
        november, december = date(2025, 11, 1), date(2025, 12, 1)
        assert store.execute(sql).fetchall() == [
            ("Z98001", 13, december, 0.0), ("Z98002", 12, november, 306.0), ("Z98003", 12, november, 306.0),
            ("Z98004", 13, december, 310.0),
        ]  # fmt: skip


@pytest.mark.slow
def test_too_few_points_are_said_and_have_no_limits(checked: Checked) -> None:
    with checked({"Z98001": (None, None, *STEADY[2:])}) as store:
        sql = f"SELECT points, mean, lower, upper, note FROM {COUNTS} AND organisation_code = 'Z98001'"
        assert store.execute(sql).fetchall() == [
            (11, None, None, None, "no limits yet: 11 periods with a count, 12 are needed")
        ]


@pytest.mark.slow
def test_it_can_be_turned_off(checked: Checked) -> None:
    with checked({"Z98001": with_last(12)}, "[charts]\nlow_volume = false\n") as store:
        assert found(store) == []
        sql = f"SELECT newest_rule FROM {COUNTS} AND organisation_code = 'Z98001'"
        assert store.execute(sql).fetchall() == [("point_below_limit",)]


@pytest.mark.slow
def test_a_step_change_that_a_person_states_begins_a_phase(checked: Checked) -> None:
    stated = """
        [[step_change]]
        return = "appointments"
        {whose}
        from = 2025-02-15
        reason = "merged"
    """
    phases = f"SELECT organisation_code, phase, from_on, began, points FROM {COUNTS} AND phase = 2 ORDER BY ALL"
    with checked({}, stated.format(whose='organisation = "z98002"')) as store:
        assert store.execute(phases).fetchall() == [("Z98002", 2, date(2025, 3, 1), "merged", 10)]
    for whose in ("", 'icb = "QHM"'):
        with checked({}, stated.format(whose=whose)) as store:
            assert len(store.execute(phases).fetchall()) == len(PRACTICES)
            completeness = "FROM data.chart_series WHERE measure = 'completeness' AND return_code = 'appointments'"
            assert store.execute(f"SELECT phase, points {completeness} ORDER BY 1").fetchall() == [(1, 3), (2, 9)]
    with checked({}, stated.format(whose='icb = "Q01"')) as store:
        assert store.execute(phases).fetchall() == []


@pytest.mark.slow
def test_a_step_change_of_an_icb_is_not_that_of_a_practice_without_one(workspace: Path) -> None:
    stated = '[[step_change]]\nreturn = "appointments"\nicb = "QHM"\nfrom = 2025-02-15\nreason = "merged"\n'
    (workspace / "monitor.toml").write_text(FIRST + stated, encoding="utf-8")
    register(workspace, "Z98001,Surgery,GMS,Acme,,,")
    write_log(workspace, {"Z98001": STEADY})
    with ran(workspace) as store:
        phases = "SELECT DISTINCT phase FROM data.chart_series WHERE measure = 'records'"
        assert store.execute(phases).fetchall() == [(1,)]


@pytest.mark.slow
def test_a_change_of_supplier_in_the_register_begins_a_phase(workspace: Path) -> None:
    (workspace / "monitor.toml").write_text(FIRST, encoding="utf-8")
    register(
        workspace,
        "Z98001,Surgery,GMS,Acme,QHM,,2025-03-31",
        "Z98001,Surgery,GMS,ACME Ltd,QHM,2025-04-01,2025-08-31",  # the same supplier
        "Z98001,Surgery,GMS,Beta,QHM,2025-09-01,",
    )
    write_log(workspace, {"Z98001": STEADY})
    with ran(workspace) as store:
        sql = "SELECT phase, from_on, began, points FROM data.chart_series WHERE measure = 'records' ORDER BY 1"
        assert store.execute(sql).fetchall() == [
            (1, date(2024, 12, 1), None, 9),
            (2, date(2025, 9, 1), "the supplier changed", 4),
        ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('return = "nonsense"\nfrom = 2025-01-01\nreason = "x"', "step_change.[0].return"),
        ('return = "workforce"\nreason = "x"', "step_change.[0].from"),
        ('return = "workforce"\nfrom = 2025-01-01', "step_change.[0].reason"),
        ('return = "workforce"\nfrom = 2025-01-01\nreason = "x"\nwhose = "x"', "there is no such key"),
        ('return = "workforce"\nfrom = 2025-01-01\nreason = " "', "a value that is not blank"),
        ('return = "workforce"\nfrom = 2025-01-01\nreason = "x"\norganisation = ""', "a value that is not blank"),
        (
            'return = "workforce"\nfrom = 2025-01-01\nreason = "x"\nicb = "Q1"\norganisation = "A"',
            "do not fit together",
        ),
    ],
)
def test_a_mistake_in_a_step_change_is_a_clear_error(
    workspace: Path, monitor: Monitor, written: str, said: str
) -> None:
    (workspace / "monitor.toml").write_text(f"{FIRST}[[step_change]]\n{written}\n", encoding="utf-8")
    answer = monitor("check", "-w", workspace)
    assert answer.code == 2
    assert said in answer.err


def test_one_pair_of_brackets_too_few_is_reported(workspace: Path, monitor: Monitor) -> None:
    stated = '[step_change]\nreturn = "workforce"\nfrom = 2025-01-01\nreason = "x"\n'
    (workspace / "monitor.toml").write_text(FIRST + stated, encoding="utf-8")
    answer = monitor("check", "-w", workspace)
    assert answer.code == 2
    assert "write [[step_change]], with two brackets" in answer.err


@pytest.mark.slow
def test_it_is_reported_neutrally_and_resolved_when_the_next_count_is_as_usual(
    checked: Checked, workspace: Path
) -> None:
    checked({"Z98001": with_last(12)}, stages=COUNTED_UNPUBLISHED).close()
    text = letters(workspace)[-1]
    assert "Surgery Z98001 (Z98001)" in text
    assert "GP appointments data (GPAD), December 2025: fewer than usual, 12 records, usually 262 to 311; due " in text
    assert "not known: a count does not say why (rule: below the lower limit)" in text
    assert "1 count of records is lower than usual, listed below: a count does not say why." in text
    write_log(workspace, dict.fromkeys(PRACTICES, (309,)), [date(2026, 1, 1)], "later.csv")
    ran(workspace, datetime(2026, 2, 12, 9, tzinfo=UTC), COUNTED_UNPUBLISHED).close()
    assert "the latest count is no longer unusual, or there is a newer one" in letters(workspace)[-1]


def letters(workspace: Path) -> list[str]:
    files = sorted((workspace / "outbox").glob("*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [" ".join(body_of(mail).split()) for mail in mails]


@pytest.mark.slow
def test_it_changes_no_exit_code_and_can_be_silenced(checked: Checked, workspace: Path, monitor: Monitor) -> None:
    checked({"Z98001": with_last(12)}).close()
    assert monitor("run", "-w", workspace).code == 0
    asked = ("--until", "2026-02-01", "--by", "an analyst", "--reason", "known")
    assert monitor("alerts", "silence", "--kind", "low_volume", *asked, "-w", workspace).code == 0
    answer = monitor(
        "sql", "SELECT kind, cause FROM finding WHERE kind = 'low_volume'", "-w", workspace, "--format", "json"
    )
    assert json.loads(answer.out) == [{"kind": "low_volume", "cause": "point_below_limit"}]


@pytest.mark.slow
def test_the_views_carry_the_charts(checked: Checked, workspace: Path) -> None:
    checked({"Z98001": with_last(250)}, stages=COUNTED).close()
    with duckdb.connect(str(workspace / "published" / "monitor.duckdb"), read_only=True) as published:
        columns = "period_label, records, icon, rule, points, phase, is_newest"
        sql = (
            f"SELECT {columns} FROM volume_chart WHERE organisation_code = 'Z98001' ORDER BY period_start DESC LIMIT 2"
        )
        assert published.execute(sql).fetchall() == [
            ("December 2025", 250, "special cause: low", "point_below_limit", 13, 1, True),
            ("November 2025", 306, "common cause", None, 13, 1, False),
        ]
        sql = "SELECT period_label, received_share, note FROM completeness_chart ORDER BY period_start LIMIT 1"
        assert published.execute(sql).fetchall() == [("December 2024", 1.0, None)]
