"""A store of an earlier schema is brought forward by a run, with its history; tests/schemas/ has the earlier ones."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from asking import Monitor, write_csv, write_two_practices

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor.pipeline import Stages
from monitor.store.schema import FIRST_SCHEMA, SCHEMA

SCHEMAS = Path(__file__).parents[1] / "schemas"
LOG = "organisation_code,return_code,period_start,submitted_at,outcome"

# What an earlier program had recorded: a file, a finding that is open, and a run.
RECORDED = """
INSERT INTO data.finding_subject BY NAME
SELECT 'f00000000001' AS finding_id, 'missing_return/workforce/2025-11-01/Z98001/' AS finding_key,
       'missing_return' AS kind,
       'workforce' AS return_code, DATE '2025-11-01' AS period_start, DATE '2025-11-30' AS period_end,
       'Z98001' AS organisation_code, DATE '2025-11-30' AS due_on, TIMESTAMPTZ '2026-01-02 06:00:00Z' AS opened_at,
       DATE '2026-01-02' AS opened_as_of;
INSERT INTO data.finding_event BY NAME
SELECT 'f00000000001' AS finding_id, 'opened' AS event, TIMESTAMPTZ '2026-01-02 06:00:00Z' AS happened_at,
       DATE '2026-01-02' AS as_of, 'critical' AS severity, 'unexplained' AS cause, 1 AS organisations,
       'workforce' AS suite, 'expect_column_values_to_not_be_in_set' AS expectation;
INSERT INTO data.job_run BY NAME
SELECT nextval('data.next_run') AS run_id, 'run' AS job, TIMESTAMPTZ '2026-01-02 06:00:00Z' AS started_at,
       TIMESTAMPTZ '2026-01-02 06:00:09Z' AS ended_at, 'done' AS state;
"""


@pytest.fixture(scope="module")
def stages() -> Stages:
    """Nothing here is about what is published."""
    return COUNTED_UNPUBLISHED


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """Two practices, one of which has not sent."""
    write_two_practices(workspace)
    write_csv(workspace / "inbox" / "log.csv", f"{LOG}\nZ98002,workforce,2025-11-01,2025-11-20T10:00:00,accepted")
    return workspace


def store_of(schema: int, workspace: Path) -> Path:
    """A store as the program of that schema made it."""
    store = workspace / "var" / "monitor.duckdb"
    store.unlink()
    with duckdb.connect(str(store)) as connection:
        connection.execute("SET TimeZone = 'Europe/London'")
        connection.execute((SCHEMAS / f"{schema}.sql").read_text(encoding="utf-8"))
        connection.execute(RECORDED)
    return store


def asked(store: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(store), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_schema_but_the_last_is_kept_to_be_tried() -> None:
    assert sorted(int(file.stem) for file in SCHEMAS.glob("*.sql")) == list(range(FIRST_SCHEMA, SCHEMA))


@pytest.mark.one_in(SCHEMA)  # the oldest by default: it goes through all that is between
@pytest.mark.parametrize("schema", range(FIRST_SCHEMA, SCHEMA))
def test_a_run_brings_an_earlier_store_forward_with_its_history(schema: int, workspace: Path, monitor: Monitor) -> None:
    store = store_of(schema, workspace)
    assert monitor("run", "-w", workspace).code == 0
    assert asked(store, "SELECT version FROM data.schema_version") == [(SCHEMA,)]
    history = (
        "SELECT finding_id, CAST(opened_at AS VARCHAR) FROM data.finding_current WHERE organisation_code = 'Z98001' "
    )
    assert asked(store, history + "AND return_code = 'workforce' AND period_start = '2025-11-01'") == [
        ("f00000000001", "2026-01-02 06:00:00+00")
    ]
    assert asked(store, "SELECT count(*) FROM data.job_run") == [(2,)]


@pytest.mark.one_in(SCHEMA)
@pytest.mark.parametrize("schema", range(FIRST_SCHEMA, SCHEMA))
def test_a_question_to_an_earlier_store_says_what_to_do(schema: int, workspace: Path, monitor: Monitor) -> None:
    store_of(schema, workspace)
    answer = monitor("status", "-w", workspace)
    assert answer.code == 4
    assert f"was made by an earlier version of the program (schema {schema}, now {SCHEMA})" in answer.err
    assert "`monitor run` updates it" in answer.err


def test_a_store_of_a_later_program_is_left_alone(workspace: Path, monitor: Monitor) -> None:
    assert monitor("load", "-w", workspace).code == 0
    store = workspace / "var" / "monitor.duckdb"
    with duckdb.connect(str(store)) as connection:
        connection.execute(f"UPDATE data.schema_version SET version = {SCHEMA + 1}")
    for command in ("run", "status", "doctor"):
        answer = monitor(command, "-w", workspace)
        assert f"later version of the program (schema {SCHEMA + 1}" in answer.err + answer.out
    assert asked(store, "SELECT version FROM data.schema_version") == [(SCHEMA + 1,)]
