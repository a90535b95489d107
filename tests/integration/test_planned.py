"""Where nothing differs since everything was said, nobody looks again what there might be to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asking import NOW, new_workspace, write_csv

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.alerts.planned import ground_of, is_planned
from monitor.config.context import Context
from monitor.store.connection import Store
from monitor.store.sessions import writing

LATER = {
    "nothing": ("SELECT 1", timedelta(), True),
    "an hour": ("SELECT 1", timedelta(hours=1), True),
    "a day": ("SELECT 1", timedelta(days=1), False),
    "a finding": ("INSERT INTO data.finding_event SELECT * FROM data.finding_event LIMIT 1", timedelta(), False),
    "a decision": ("INSERT INTO data.silence_ended VALUES ('s', 'somebody', now())", timedelta(), False),
    "a delivery": (
        "UPDATE data.delivery_attempt SET attempted_at = TIMESTAMPTZ '2026-01-14 10:00+00'", timedelta(hours=1), False,
    ),
    "a check": ("INSERT INTO data.check_run SELECT * FROM data.check_run LIMIT 1", timedelta(), False),
}  # fmt: skip


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """A practice that has sent nothing, after a run that said so."""
    context = new_workspace(
        tmp_path_factory.mktemp("planned") / "workspace", 'monitor_from = 2025-09-01\nreturns = ["workforce"]\n'
    )
    write_csv(
        context.workspace.inbox / "practices.csv", "organisation_code,organisation_name\nA81001,One\nA81002,Two\n"
    )
    write_csv(
        context.workspace.inbox / "log.csv",
        """organisation_code,return_code,period_start,submitted_at,outcome
           A81001,workforce,2025-10-01,2025-10-20 10:00,accepted""",
    )
    assert pipeline.run(context, None, COUNTED_UNPUBLISHED).delivery.delivered
    return context


@pytest.fixture
def store(context: Context) -> Iterator[Store]:
    """The store after that run, as it is again when a test is over."""
    with writing(context, "a test") as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("what", LATER)
def test_what_is_looked_at_again(context: Context, store: Store, what: str) -> None:
    sql, later, expected = LATER[what]
    store.execute(sql)
    ground = ground_of(store, context.settings, NOW.date() if what != "a day" else (NOW + later).date(), NOW + later)
    assert is_planned(store, ground) == expected


def test_another_route_is_looked_at(context: Context, store: Store, tmp_path: Path) -> None:
    other = replace(context, settings=context.settings.model_copy(update={"site_url": "https://example.nhs.uk/"}))
    assert not is_planned(store, ground_of(store, other.settings, NOW.date(), NOW))
