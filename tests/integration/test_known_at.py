"""What we knew when: the answer that would have been given on a day, from what had been loaded by then."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from asking import NOW, Monitor, statuses, write_csv, write_two_practices
from sampled import sample_from

from benchmarks.stages import COUNTED
from monitor import pipeline
from monitor.checks.check_runs import answer_sealed
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace, init_workspace
from monitor.core.resources import SAMPLE_DATA
from monitor.queries.as_of import deriving
from monitor.store.ledger import CHECK, entries
from monitor.store.sessions import reading, writing

LOG = "organisation_code,return_code,period_start,submitted_at,outcome"
RETURNS = ("information_request", "workforce")
GROWN_BY = ("organisations.csv", "submission_log_workforce_sep_to_jan.csv", "notices.csv", "requests.csv")
FIRST = datetime(2025, 1, 14, 6, tzinfo=UTC)
OF_NOVEMBER = "SELECT organisation_code, status FROM return_status_row WHERE period_start = '2025-11-01'"
ANSWERED = "SELECT organisation_code, return_code, period_start, request_id, status FROM return_status_row"


def at(workspace: Path, moment: datetime, returns: Collection[str] = ()) -> Context:
    """returns: those that are known, where it is not all of them."""
    context = read_context(Workspace(workspace), lambda: moment, pause=lambda seconds: None)
    return replace(context, catalogue={code: context.catalogue[code] for code in returns or context.catalogue})


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace into which some of the sample came file by file, one a day, each day with a check."""
    workspace = sample_from(tmp_path_factory.mktemp("grown") / "workspace", "2024-09-01", files=())
    settings = (workspace / "monitor.toml").read_text(encoding="utf-8")
    kept = [line for line in settings.splitlines() if not line.startswith("as_of")]
    (workspace / "monitor.toml").write_text("\n".join(kept), encoding="utf-8")
    for number, name in enumerate(GROWN_BY):
        shutil.copy(SAMPLE_DATA / name, workspace / "inbox")
        now = at(workspace, FIRST + timedelta(days=number), RETURNS)
        with writing(now, "a day") as connection:
            pipeline.load_and_check(now, connection, None, COUNTED)
    return workspace


@pytest.mark.slow
def test_a_replay_of_every_day_gives_what_was_recorded_on_it(grown: Path) -> None:
    now = at(grown, FIRST + timedelta(days=60), RETURNS)
    with reading(now) as connection:
        recorded = {entry.said["as_of"]: entry.said["answer"] for entry in entries(connection) if entry.kind == CHECK}
    assert len(recorded) == len(set(map(str, recorded.values()))) == len(GROWN_BY)
    for day, answer in recorded.items():
        on = date.fromisoformat(day)
        with deriving(now, None, known_at=on) as (connection, as_of):
            assert as_of == on
            assert answer_sealed(connection, "return_status_row") == answer, day


@pytest.mark.slow
def test_what_was_known_to_be_received_stays_known(grown: Path) -> None:
    now, day = at(grown, FIRST + timedelta(days=60), RETURNS), date(2025, 2, 28)
    before: dict[tuple, str] = {}
    received: set[tuple] = set()
    for days in (0, 1, 3):
        with deriving(now, day, known_at=(FIRST + timedelta(days=days)).date()) as (connection, _):
            after = {tuple(key): status for *key, status in connection.execute(ANSWERED).fetchall()}
        received = {key for key, status in before.items() if status.startswith("received")}
        assert {after[key] for key in received} <= {"received", "received_late", "not_required"}
        before = after
    assert received


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log came on 10 December, a notice that excuses Hill Street on the 12th, a third practice on the 14th.

    For tests that only read.
    """
    workspace = tmp_path_factory.mktemp("corrected")
    init_workspace(workspace)
    write_two_practices(workspace)
    write_csv(workspace / "inbox" / "log.csv", f"{LOG}\nZ98001,workforce,2025-11-01,2025-11-20T10:00:00,accepted")
    files = {
        10: ("log2.csv", f"{LOG}\nZ98002,workforce,2025-11-01,2025-12-09T10:00:00,accepted"),
        12: ("notices.csv", "notice_id,return_code,kind,period_start,scope,scope_value,reason\n"
                            "N1,workforce,exempt,2025-11-01,organisation,Z98001,closed for repairs"),
        14: ("more.csv", "organisation_code,organisation_name,contract_type\nZ98003,New Road Surgery,GMS"),
    }  # fmt: skip
    pipeline.load(at(workspace, datetime(2025, 12, 5, 9, tzinfo=UTC)), [])
    for day, (name, text) in files.items():
        write_csv(workspace / "inbox" / name, text)
        pipeline.load(at(workspace, datetime(2025, 12, day, 23, 59, tzinfo=UTC)), [])
    return workspace


@pytest.mark.one_in(6)
@pytest.mark.parametrize(
    ("known_at", "answer"),
    [
        ("2025-12-04", {}),
        ("2025-12-09", {"Z98001": "received", "Z98002": "not_received"}),
        ("2025-12-10", {"Z98001": "received", "Z98002": "received_late"}),
        ("2025-12-12", {"Z98001": "not_required", "Z98002": "received_late"}),
        ("2025-12-14", {"Z98001": "not_required", "Z98002": "received_late", "Z98003": "not_received"}),
        ("2030-01-01", {"Z98001": "not_required", "Z98002": "received_late", "Z98003": "not_received"}),
    ],
)
def test_each_question_is_answered_from_what_had_been_loaded(
    corrected: Path, known_at: str, answer: dict[str, str]
) -> None:
    known = at(corrected, NOW, ("workforce",))
    with deriving(known, date(2025, 12, 31), known_at=date.fromisoformat(known_at)) as (connection, _):
        assert dict(connection.execute(OF_NOVEMBER).fetchall()) == answer


@pytest.mark.slow
def test_the_day_that_was_known_is_also_the_day_asked_about_unless_another_is_given(
    corrected: Path, monitor: Monitor
) -> None:
    asked = ("--known-at", "2025-12-10", "--return", "workforce", "--format", "json")
    answer = monitor("status", "-w", corrected, *asked)
    assert "as of 2025-12-10, from what had been loaded by 2025-12-10" in answer.err
    november = {
        row["organisation_code"]: row["status"] for row in json.loads(answer.out) if row["period_start"] == "2025-11-01"
    }
    assert november == {"Z98001": "received", "Z98002": "received_late"}


@pytest.mark.slow
def test_explain_and_check_look_back_too_and_record_nothing(corrected: Path, monitor: Monitor) -> None:
    told = monitor("explain", "-w", corrected, "Z98002", "workforce", "2025-11-01", "--known-at", "2025-12-09")
    assert "not received" in told.out
    assert "log2.csv" not in told.out
    checked = monitor("check", "-w", corrected, "--known-at", "2025-12-09", "--return", "workforce")
    assert checked.code == 3
    assert "not recorded, because it is what had been loaded by 2025-12-09" in checked.err
    assert monitor("alerts", "list", "--findings", "-w", corrected, "--format", "json").out.strip() == "[]"
    assert statuses(monitor, corrected, "workforce", "2025-11-01", "2025-12-31")["Z98002"][0] == "received_late"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("organisation", "changes"),
    [
        ("Z98001", [("2025-12-05", "received", None, "loaded: log.csv, organisations.csv"),
                    ("2025-12-12", "not_required", "exempt", "loaded: notices.csv")]),
        ("Z98002", [("2025-12-05", "not_received", "unexplained", "loaded: log.csv, organisations.csv"),
                    ("2025-12-10", "received_late", None, "loaded: log2.csv")]),
        ("Z98003", [("2025-12-14", "not_received", "unexplained", "loaded: more.csv")]),
    ],
)  # fmt: skip
def test_history_tells_every_change_and_the_load_that_caused_it(
    corrected: Path, monitor: Monitor, organisation: str, changes: list[tuple]
) -> None:
    asked = monitor("history", "-w", corrected, organisation, "workforce", "2025-11-01", "--format", "json")
    told = [(row["on"], row["status"], row["cause"], row["because"]) for row in json.loads(asked.out)]
    assert told == changes


@pytest.mark.slow
def test_history_tells_what_a_day_alone_changed_and_what_a_load_did(workspace: Path, monitor: Monitor) -> None:
    write_two_practices(workspace)
    pipeline.load(at(workspace, datetime(2025, 12, 5, 9, tzinfo=UTC)), [])
    log = f"{LOG}\nZ98001,workforce,2026-01-01,2026-01-20T10:00:00,accepted"
    write_csv(workspace / "inbox" / "january.csv", log)
    pipeline.load(at(workspace, datetime(2026, 1, 21, 9, tzinfo=UTC)), [])
    write_csv(workspace / "inbox" / "late.csv", f"{LOG}\nZ98002,workforce,2026-01-01,2026-02-03T10:00:00,accepted")
    pipeline.load(at(workspace, datetime(2026, 2, 4, 9, tzinfo=UTC)), [])
    asked = ("history", "-w", workspace, "Z98002", "workforce", "2026-01-01", "--format", "json")
    told = json.loads(monitor(*asked, now=datetime(2026, 3, 15, tzinfo=UTC)).out)
    assert [(row["on"], row["status"], row["because"]) for row in told] == [
        ("2026-01-01", "not_due", "the period has begun"),
        ("2026-02-01", "not_received", "2026-01-31 has passed"),
        ("2026-02-04", "received_late", "loaded: late.csv"),
    ]


def test_history_of_what_was_never_expected_is_reported(corrected: Path, monitor: Monitor) -> None:
    asked = monitor("history", "-w", corrected, "Z98001", "workforce", "1999-01-01")
    assert asked.code == 2
    assert "never expected from this organisation" in asked.err


def test_what_was_known_is_not_asked_of_nothing(bare_workspace: Path, monitor: Monitor) -> None:
    asked = monitor("status", "-w", bare_workspace, "--known-at", "2025-12-09")
    assert asked.code == 2
    assert "nothing has been loaded yet" in asked.err
