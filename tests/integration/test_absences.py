"""What one organisation has not sent, seen as one: the published view, its findings, and whom to ask."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import new_workspace
from inbox import drop

from benchmarks.stages import COUNTED
from monitor import pipeline

MONTHS = ("2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09")
OTHER = "A81009"  # sends every month, so that the source is loaded
LOG = "organisation_code,return_code,period_start,submitted_at,outcome\n"
REGISTER = "organisation_code,organisation_name,clinical_supplier,email\n"


def sent(code: str, *months: str) -> str:
    return "".join(f"{code},workforce,{month}-01,{month}-20T09:00:00,accepted\n" for month in months)


def run(workspace: Path, day: datetime, **files: str) -> None:
    context = new_workspace(workspace, 'monitor_from = 2025-04-01\nreturns = ["workforce"]\n', day)
    for name, text in files.items():
        drop(workspace, f"{name}.csv", text)
    pipeline.run(context, None, COUNTED)


def asked(workspace: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(workspace / "published" / "monitor.duckdb"), read_only=True) as copy:
        return copy.execute(sql).fetchall()


OPEN = (
    "SELECT organisation_code, CAST(period_start AS VARCHAR), periods, cause FROM finding "
    "WHERE kind = 'missing_return' AND return_code = 'workforce' AND resolved_at IS NULL ORDER BY ALL"
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """By 1 October: one that stopped in July, one that sent nothing in May alone, and one that always sends."""
    workspace = tmp_path_factory.mktemp("absences") / "workspace"
    register = REGISTER + "A81001,One,Acme Ltd,\nA81002,Two,ACME,\nA81009,Nine,Beta,\n"
    contacts = (
        "Practice code,Supplier,Contact,Job title,E-mail\n"
        "A81001,,J. Example,Manager,one@example.org\nA81001,Acme,R. Example,Reception,two@example.org\n"
    )
    desk = "supplier,name,phone\nacme limited,Service desk,01632 960123\n"
    log = LOG + sent("A81001", *MONTHS[:3]) + sent("A81002", MONTHS[0], *MONTHS[2:]) + sent(OTHER, *MONTHS)
    day = datetime(2025, 10, 1, 9, tzinfo=UTC)
    run(workspace, day, register=register, contacts=contacts, desk=desk, log=log)
    return workspace


def test_an_absence_says_since_when_how_long_what_came_before_and_what_ended_it(workspace: Path) -> None:
    columns = (
        "organisation_code, CAST(first_period_start AS VARCHAR), CAST(last_period_start AS VARCHAR), periods, "
        "days_overdue, cause, CAST(last_received_period_start AS VARCHAR), is_open, "
        "CAST(ended_by_period_start AS VARCHAR)"
    )
    rows = asked(workspace, f"SELECT {columns} FROM absence WHERE return_code = 'workforce' ORDER BY ALL")
    assert rows == [
        ("A81001", "2025-07-01", "2025-09-01", 3, 62, "stopped", "2025-06-01", True, None),
        ("A81002", "2025-05-01", "2025-05-01", 1, 123, "unexplained", "2025-04-01", False, "2025-06-01"),
    ]


def test_only_what_goes_on_is_a_finding_and_it_is_one(workspace: Path) -> None:
    assert asked(workspace, OPEN) == [("A81001", "2025-07-01", 3, "stopped")]


def test_the_organisation_s_own_contact_is_named_else_its_supplier_s_desk(workspace: Path) -> None:
    assert asked(workspace, "SELECT contact FROM absence WHERE organisation_code = 'A81001'") == [
        ("J. Example, Manager, one@example.org; R. Example, Reception, two@example.org",)
    ]
    assert asked(workspace, "SELECT count(*), count(supplier) FROM contact") == [(3, 2)]
    assert asked(workspace, "SELECT count(*) FROM organisation WHERE organisation_code = 'A81002'") == [(1,)]


@pytest.mark.slow
def test_a_finding_lasts_as_its_absence_does_and_one_that_begins_earlier_takes_it_in(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    register = "organisation_code,organisation_name\nA81001,One\nA81009,Nine\n"
    first = LOG + sent("A81001", MONTHS[0]) + sent(OTHER, MONTHS[0], MONTHS[2])
    run(workspace, datetime(2025, 7, 1, 9, tzinfo=UTC), register=register, first=first)
    assert asked(workspace, OPEN) == [("A81001", "2025-06-01", 1, "unexplained")]
    run(workspace, datetime(2025, 8, 1, 9, tzinfo=UTC), later=LOG + sent(OTHER, MONTHS[3]))
    assert asked(workspace, OPEN) == [("A81001", "2025-06-01", 2, "unexplained")]
    run(workspace, datetime(2025, 8, 2, 9, tzinfo=UTC), between=LOG + sent(OTHER, MONTHS[1]))
    assert asked(workspace, OPEN) == [("A81001", "2025-05-01", 3, "unexplained")]
    run(workspace, datetime(2025, 8, 3, 9, tzinfo=UTC), after_all=LOG + sent("A81001", MONTHS[3]))
    assert asked(workspace, OPEN) == []
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        events = "SELECT event, periods FROM data.finding_event JOIN data.finding_subject USING (finding_id) "
        assert store.execute(events + "WHERE kind = 'missing_return' ORDER BY happened_at, event").fetchall() == [
            ("opened", 1), ("changed", 2), ("joined", 2), ("opened", 3), ("resolved", 3),
        ]  # fmt: skip
