"""Suites are run again over returns that something touched; what stands is what all of them would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import NOW, new_workspace, write_csv

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.checks.judges import CountingJudge
from monitor.checks.suites import Judged
from monitor.config.context import Context
from monitor.returns.catalogue import Expectation

LOG = "organisation_code,return_code,period_start,submitted_at,outcome\n"
SETTINGS = 'monitor_from = 2025-10-01\nreturns = ["workforce", "appointments"]\n'


@dataclass
class Recorder:
    """A judge that counts, and the suites that it was asked for."""

    counting: CountingJudge
    asked: set[str]

    def judge(self, suite: str, table: str, wanted: Sequence[Expectation]) -> list[Judged]:
        self.asked.add(suite)
        return self.counting.judge(suite, table, wanted)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """Two practices after a check: of workforce one has sent October, of appointments nobody anything."""
    context = new_workspace(tmp_path / "workspace", SETTINGS)
    write_csv(context.workspace.inbox / "register.csv", "organisation_code,organisation_name\nA81001,One\nA81002,Two\n")
    sent(context, "first", "A81001,workforce,2025-10-01", "A81001,appointments,2025-10-01")
    check(context)
    return context


def sent(context: Context, name: str, *which: str, outcome: str = "accepted") -> None:
    rows = "".join(f"{one},{one.split(',')[2]}T10:00:00,{outcome}\n" for one in which)
    write_csv(context.workspace.inbox / f"{name}.csv", LOG + rows)


def check(context: Context, days: int = 0, build: str | None = None) -> list[str]:
    """Run, some days later; gives the suites that the judge was asked for."""
    suites: set[str] = set()

    @contextmanager
    def recording(connection: duckdb.DuckDBPyConnection) -> Iterator[Recorder]:
        yield Recorder(CountingJudge(connection), suites)

    stages = replace(COUNTED_UNPUBLISHED, judge=recording)
    then = replace(context, clock=lambda: NOW + timedelta(days=days), build=build or context.build)
    pipeline.run(then, None, stages)
    return sorted(suites)


def asked(context: Context, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(context.workspace.store), read_only=True) as store:
        return store.execute(sql).fetchall()


def test_the_suites_of_returns_that_something_touched_are_run_and_no_others(context: Context) -> None:
    sent(context, "second", "A81002,workforce,2025-10-01")
    assert check(context) == ["workforce"]
    assert check(context) == []
    assert check(context, build="another program") == ["appointments", "workforce"]
    assert check(context, days=1, build="another program") == []  # a day more overdue says nothing new


@pytest.mark.slow
def test_what_stands_is_what_all_suites_would_give(context: Context) -> None:
    of_check = "FROM data.verdict ORDER BY return_code, expectation_number"
    now = "SELECT * EXCLUDE (opened_at) FROM data.finding_current ORDER BY finding_id"
    sent(context, "second", "A81002,workforce,2025-10-01")
    sent(context, "third", "A81001,workforce,2025-11-01", outcome="rejected")
    check(context)
    verdicts, findings = asked(context, of_check), asked(context, now)
    with duckdb.connect(str(context.workspace.store)) as store:
        store.execute("DELETE FROM data.verdict_rests_on; DELETE FROM data.status_kept_for")
    assert check(context) == ["appointments", "workforce"]
    assert (asked(context, of_check), asked(context, now)) == (verdicts, findings)
