"""The ledger: whatever is altered in it, in a kept file or in the store is found, and the first of it is named."""

from __future__ import annotations

import json
import os
import shutil
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor, write_csv
from hypothesis import given
from hypothesis import strategies as st
from sampled import checked_sample

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor.core.resources import EXPECTATIONS
from monitor.pipeline import Stages
from monitor.store.ledger import BEGINNING, Entry, breaks, hash_of

FIRST_SCHEMA = Path(__file__).parents[1] / "schemas" / "1.sql"
LOG = "organisation_code,return_code,period_start,submitted_at,outcome"


@pytest.fixture(scope="module")
def stages() -> Stages:
    """Nothing here is about what is published."""
    return COUNTED_UNPUBLISHED


@pytest.fixture(scope="module")
def checked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of some workforce returns: the ledger has three files and a check."""
    return checked_sample(tmp_path_factory.mktemp("checked") / "workspace")


@pytest.fixture
def checked(checked_once: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed at will."""
    return Path(shutil.copytree(checked_once, tmp_path / "checked"))


def altered(workspace: Path, sql: str) -> None:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb")) as store:
        store.execute(sql)


def problems(monitor: Monitor, workspace: Path, *options: object) -> list[tuple[str, str]]:
    answer = monitor("verify", "-w", workspace, "--format", "json", *options)
    found = [(one["subject"], one["found"]) for one in json.loads(answer.out) if one["state"] == "problem"]
    assert answer.code == (4 if found else 0)
    return found


def last_entry(workspace: Path) -> Entry:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        (last,) = store.execute("FROM data.ledger ORDER BY entry_number DESC LIMIT 1").fetchall()
        return Entry(*last)


def test_of_what_nobody_altered_everything_is_proved(checked: Path, monitor: Monitor) -> None:
    answer = monitor("verify", "-w", checked, "--format", "json")
    assert answer.code == 0
    assert [(one["subject"], one["state"]) for one in json.loads(answer.out)] == [
        ("ledger", "ok"),
        ("store", "ok"),
        ("files", "ok"),
        ("kept answer", "ok"),
        ("answer worked out again", "ok"),
    ]


def test_a_check_seals_the_file_of_each_return_and_that_of_the_suite_they_share(checked: Path) -> None:
    sealed = json.loads(last_entry(checked).content)["suites"]
    for name in ("workforce", "_suite"):
        assert sealed[name] == sha256((EXPECTATIONS / f"{name}.toml").read_bytes()).hexdigest()


@pytest.mark.one_in(12)
@pytest.mark.parametrize(
    ("sql", "subject", "says"),
    [
        ("UPDATE data.ledger SET content = replace(content, 'loaded', 'loadee') WHERE entry_number = 3",
         "ledger", "entry 3: it was altered"),
        ("UPDATE data.ledger SET kind = 'rebuild' WHERE entry_number = 3", "ledger", "entry 3: it was altered"),
        ("UPDATE data.ledger SET entered_at = entered_at + INTERVAL 1 microsecond WHERE entry_number = 3",
         "ledger", "entry 3: it was altered"),
        ("UPDATE data.ledger SET previous_hash = entry_hash WHERE entry_number = 3", "ledger", "entry 3: it does not"),
        ("DELETE FROM data.ledger WHERE entry_number = 3", "ledger", "entry 4: entry 3 is missing"),
        ("DELETE FROM data.ledger WHERE entry_number = 1", "ledger", "entry 2: entry 1 is missing"),
        ("UPDATE data.loaded_file SET rows_loaded = rows_loaded + 1 WHERE file_id = 2", "store", "ledger differ"),
        ("DELETE FROM data.loaded_file WHERE file_id = 2", "store", "no longer in the store"),
        ("UPDATE data.status_kept SET status = 'received' WHERE expected_id = "
         "(SELECT expected_id FROM data.return_status_row WHERE status = 'not_received' LIMIT 1)",
         "kept answer", "not what entry 4 sealed"),
        ("DELETE FROM data.submission_row WHERE return_code = 'workforce' AND period_start = '2024-12-01'",
         "answer worked out again", "for workforce"),
    ],
)  # fmt: skip
def test_what_was_altered_in_the_store_is_found(
    checked: Path, monitor: Monitor, sql: str, subject: str, says: str
) -> None:
    altered(checked, sql)
    first, found = problems(monitor, checked)[0]
    assert first == subject
    assert says in found


def test_one_byte_of_a_kept_file_is_found_also_where_its_size_and_time_stay_as_they_were(
    checked: Path, monitor: Monitor
) -> None:
    file = next((checked / "inbox").rglob("*.csv"))
    before, stat = file.read_bytes(), file.stat()
    file.write_bytes(before[:-2] + bytes([before[-2] ^ 1]) + before[-1:])
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    ((subject, found),) = problems(monitor, checked)
    assert subject == "files"
    assert file.name in found


@pytest.mark.slow
def test_a_file_that_is_kept_no_more_is_said_and_is_no_proof_of_anything(workspace: Path, monitor: Monitor) -> None:
    log = write_csv(workspace / "inbox" / "log.csv", f"{LOG}\nZ98002,workforce,2025-11-01,2025-11-20T10:00:00,accepted")
    assert monitor("run", "-w", workspace).code == 0
    log.unlink()
    assert problems(monitor, workspace) == []
    found = monitor("verify", "-w", workspace, "--format", "csv").out
    assert "log.csv is no longer kept: what was loaded before cannot be compared" in found
    assert "0 kept files are what was loaded, to the byte" in found


@pytest.mark.slow
def test_a_file_that_was_overwritten_under_its_own_name_is_kept_no_more_and_its_successor_is(
    workspace: Path, monitor: Monitor
) -> None:
    rows = "\nZ98001,workforce,2025-11-01,2025-11-20T10:00:00,accepted\n{},workforce,2025-11-01,2025-11-20T10:00:00,nil"
    for code in ("Z98001", "Z98002"):
        write_csv(workspace / "inbox" / "log.csv", f"{LOG}{rows.format(code)}")
        assert monitor("run", "-w", workspace).code == 0
    verified = monitor("verify", "-w", workspace, "--format", "csv")
    assert verified.code == 0
    assert (
        "log.csv was replaced by another file of the same name: what was loaded before cannot be compared"
        in verified.out
    )
    assert "1 kept file is what was loaded, to the byte" in verified.out
    copy = workspace / "inbox" / "log of before.csv"
    write_csv(copy, f"{LOG}{rows.format('Z98001')}")
    assert monitor("run", "-w", workspace).code == 0
    assert "was replaced" not in monitor("verify", "-w", workspace, "--format", "csv").out


@pytest.mark.slow
def test_a_corrected_file_of_the_same_name_is_no_alteration_once_it_is_loaded(
    workspace: Path, monitor: Monitor
) -> None:
    log = workspace / "inbox" / "log.csv"
    write_csv(log, f"{LOG}\nZ98002,workforce,2025-11-01,2025-11-20T10:00:00,accepted")
    assert monitor("run", "-w", workspace).code == 0
    write_csv(log, f"{LOG}\nZ98002,workforce,2025-11-01,2025-11-21T10:00:00,accepted")
    assert [subject for subject, _ in problems(monitor, workspace)] == ["files"]
    assert monitor("run", "-w", workspace).code == 0
    assert problems(monitor, workspace) == []


def test_a_chain_that_was_cut_at_its_end_is_known_by_the_head_that_somebody_wrote_down(
    checked: Path, monitor: Monitor
) -> None:
    head = last_entry(checked).sealed_as
    assert problems(monitor, checked, "--head", head) == []
    altered(checked, "DELETE FROM data.ledger WHERE entry_number > 3")
    assert problems(monitor, checked) == []
    assert [subject for subject, _ in problems(monitor, checked, "--head", head)] == ["head"]


def test_a_store_from_before_there_was_a_ledger_begins_one(workspace: Path, monitor: Monitor) -> None:
    altered(workspace, FIRST_SCHEMA.read_text(encoding="utf-8"))
    loaded = (
        "SELECT 1 AS file_id, 'old.csv' AS file_name, 'abc' AS sha256, now() AS loaded_at, 1 AS rows_in_file, "
        "1 AS rows_loaded, 0 AS rows_duplicate, 0 AS rows_rejected, 'loaded' AS state, 0 AS edition_version"
    )
    altered(workspace, f"INSERT INTO data.loaded_file BY NAME {loaded}")
    assert monitor("load", "-w", workspace).code == 0
    assert last_entry(workspace).said["file_name"] == "old.csv"
    assert problems(monitor, workspace) == []


@pytest.mark.slow
def test_a_rebuild_goes_on_with_the_chain(checked: Path, monitor: Monitor) -> None:
    head = last_entry(checked).sealed_as
    assert monitor("rebuild", "--replace", "-w", checked).code == 0
    assert last_entry(checked).kind == "rebuild"
    assert monitor("run", "-w", checked).code == 0
    assert problems(monitor, checked, "--head", head) == []


def chain_of(contents: list[str]) -> list[Entry]:
    chain: list[Entry] = []
    for number, content in enumerate(contents, start=1):
        previous = chain[-1].entry_hash if chain else BEGINNING
        chain.append(Entry(number, NOW, "file", content, previous, hash_of(number, NOW, "file", content, previous)))
    return chain


@pytest.mark.slow
@given(contents=st.lists(st.text(min_size=1), min_size=1, max_size=6), data=st.data())
def test_one_character_changed_in_any_entry_is_named(contents: list[str], data: st.DataObject) -> None:
    chain = chain_of(contents)
    assert list(breaks(chain)) == []
    place = data.draw(st.integers(0, len(chain) - 1))
    text = chain[place].content
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda one: one != text[at]))
    changed = Entry(**(vars(chain[place]) | {"content": text[:at] + other + text[at + 1 :]}))
    assert next(breaks([*chain[:place], changed, *chain[place + 1 :]])) == (
        place + 1,
        "it was altered after it was written",
    )
