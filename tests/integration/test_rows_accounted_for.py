"""Rows in a file = loaded + duplicate + rejected, whatever the file looks like and whatever fails around it."""

from __future__ import annotations

import csv
import io
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inbox import (
    COUNTS,
    GOOD,
    HEADING,
    NOW,
    REJECTED,
    STORED,
    counts,
    drop,
    log,
    log_sheet,
    parquet,
    row,
    stored,
    submissions,
)
from inbox import workbook as book

from monitor.ingest.inbox import Intake, load_files
from monitor.ingest.loading import LoadedFile
from monitor.store.connection import Store, open_writer

if TYPE_CHECKING:
    from asking import Monitor

PERIODS = {"workforce": "month"}
TABLES = ("submission_row", "organisation_row", "loaded_file", "rejected_row", "file_seen")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store in memory, used again and again."""
    with open_writer(Path(":memory:"), tmp_path_factory.mktemp("spill"), "500MB") as connection:
        connection.execute("SET threads = 1")
        yield connection


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def load_into(store: Store, folder: Path, content: bytes) -> LoadedFile:
    """What became of this file in a store that holds nothing else."""
    for table in TABLES:
        store.execute(f"DELETE FROM data.{table}")
    path = folder / "log.csv"
    path.write_bytes(content)
    (file,) = load_files(Intake(store, PERIODS, NOW, path.parent), [("log.csv", path)])
    return file


def count(store: Store, what: str) -> int:
    return store.execute(f"SELECT count(*) FROM data.{what}").fetchall()[0][0]


# ------------------------------------------------------------------------------------------------------- by example


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        (log(), (0, 0, 0, 0)),
        (log(row()), (1, 1, 0, 0)),
        (log(row()).rstrip("\n"), (1, 1, 0, 0)),
        ("\ufeff" + log(row()), (1, 1, 0, 0)),
        (log(row(), row(submission_id="S2")).replace("\n", "\r\n"), (2, 2, 0, 0)),
        (log(row(), row(submission_id="S2")).replace("\n", "\r"), (2, 2, 0, 0)),
        (log(row(), row(), row(submission_id="S2"), row(submission_id=" S2")), (4, 2, 2, 0)),
        (log(row(), row(outcome="ok"), row(outcome="ok")), (3, 1, 0, 2)),
        (log(row(), "A81001,workforce\n", row(detail="one,two,three")), (3, 1, 0, 2)),
        (log(row(detail='say "hi" there'), row(detail='"a\nb"')), (2, 2, 0, 0)),
        (log(row(), row(detail='"never closed'), row(submission_id="S2")), (3, 2, 0, 1)),
        (log(row(), row(detail="x" * 10_000_000), row(submission_id="S2")), (3, 2, 0, 1)),
        (log(row(), row(detail="a\0b"), row(submission_id="S2")), (3, 2, 0, 1)),
        (log(row(), "\n\n", row(submission_id="S2"), "\n"), (2, 2, 0, 0)),
        (f'{HEADING.strip()},"of two\nlines"\r\n{row().strip()},7\r\n', (1, 1, 0, 0)),
    ],
    ids=[
        "no rows", "one row", "no last line end", "byte order mark", "Windows line ends", "old Macintosh line ends",
        "duplicates within", "rejected twice", "too few and too many", "quotation marks", "quotation mark not closed",
        "a line of 10 MB", "NUL", "blank lines", "a heading over two lines",
    ],
)  # fmt: skip
def test_every_row_of_a_file_is_accounted_for(
    store: Store, folder: Path, content: str, numbers: tuple[int, ...]
) -> None:
    file = load_into(store, folder, content.encode())
    assert (file.counts.in_file, file.counts.loaded, file.counts.duplicate, file.counts.rejected) == numbers
    assert store.execute(COUNTS).fetchall() == [("log.csv", *numbers)]
    assert (count(store, "submission_row"), count(store, "rejected_row")) == (numbers[1], numbers[3])


def test_a_rejected_row_is_kept_with_number_reason_column_and_text(store: Store, folder: Path) -> None:
    load_into(store, folder, log(row(), row(outcome="maybe"), "A81001,workforce\n").encode())
    assert store.execute("SELECT * EXCLUDE (file_id) FROM data.rejected_row ORDER BY row_number").fetchall() == [
        (3, "bad_outcome", "outcome", "A81001,workforce,2025-03-01,2025-03-31 10:00,maybe,5,S1,,"),
        (4, "missing_value", "too few values", "A81001,workforce,,,,,,,"),
    ]


@pytest.mark.parametrize("heading", ["row_number", "read_fault", "staged", "carried", "fault"])
def test_a_heading_may_be_a_word_of_the_store(store: Store, folder: Path, heading: str) -> None:
    lines = (f"{HEADING.strip()},{heading}", f"{row().strip()},7", f"{row(outcome='maybe').strip()},7")
    file = load_into(store, folder, "\n".join(lines).encode())
    assert (file.counts.in_file, file.counts.loaded, file.counts.rejected) == (2, 1, 1)
    rejected = "SELECT row_number, row_text FROM data.rejected_row"
    assert store.execute(rejected).fetchall() == [(3, "A81001,workforce,2025-03-01,2025-03-31 10:00,maybe,5,S1,,,7")]


@pytest.mark.parametrize("broken", ["", "A81001,workforce\n"], ids=["well-formed", "with a broken row at the end"])
def test_a_blank_line_takes_a_row_number_as_in_a_spreadsheet(store: Store, folder: Path, broken: str) -> None:
    load_into(store, folder, log(row(), "\n", row(outcome="ok"), "\n", row(submission_id="S2"), broken).encode())
    assert store.execute(REJECTED).fetchall()[:1] == [(4, "bad_outcome", "outcome")]
    assert store.execute("SELECT row_number FROM data.submission_row ORDER BY ALL").fetchall() == [(2,), (6,)]


def test_the_row_number_of_a_workbook_is_the_one_it_shows(monitor: Monitor, workspace: Path) -> None:
    heading, *rows = log_sheet({}, {"outcome": "ok"})
    drop(workspace, "log.xlsx", book([[], [], heading, [], rows[0], [None, " "], rows[1]]))
    assert monitor("load", "-w", workspace, now=NOW).code == 4
    assert counts(workspace) == {"log.xlsx": (2, 1, 0, 1)}
    assert stored(workspace, REJECTED) == [(7, "bad_outcome", "outcome")]
    assert stored(workspace, "SELECT row_number FROM data.submission_row") == [(5,)]


def test_the_same_row_in_another_file_or_format_is_a_duplicate(monitor: Monitor, workspace: Path) -> None:
    drop(workspace, "a.csv", log(row()))
    drop(workspace, "b.csv", log(row(), row(submission_id="S2")))
    drop(workspace, "c.xlsx", book(log_sheet({}, {"submission_id": "S3"})))
    columns = ", ".join(f"'{text}' AS {column}" for column, text in GOOD.items())
    typed = "TIMESTAMP '2025-03-31 10:00' AS submitted_at, DATE '2025-03-01' AS period_start, 5 AS record_count"
    parquet(workspace / "inbox" / "d.parquet", f"SELECT * REPLACE ({typed}) FROM (SELECT {columns})")
    assert monitor("load", "-w", workspace, now=NOW).code == 0
    assert counts(workspace) == {
        "a.csv": (1, 1, 0, 0),
        "b.csv": (2, 1, 1, 0),
        "c.xlsx": (2, 1, 1, 0),
        "d.parquet": (1, 0, 1, 0),
    }


def test_the_same_bytes_again_load_nothing_whatever_the_file_is_called(monitor: Monitor, workspace: Path) -> None:
    drop(workspace, "a.csv", log(row()))
    assert monitor("load", "-w", workspace, now=NOW).code == 0
    drop(workspace, "elsewhere/renamed.txt", log(row()))
    answer = monitor("load", "-w", workspace, now=NOW)
    assert (answer.code, answer.out) == (0, "Nothing new to load.\n")
    assert counts(workspace) == {"a.csv": (1, 1, 0, 0)}


# ------------------------------------------------------------------------------------------------------ by property

CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "\t", "A81001", "workforce", "2025-03-01", "2025-03-31 10:00", "accepted", "x", "5", "-1"]
    ),
    st.text(alphabet=st.sampled_from("ab1 ,\"'\t\n\r\0\u00a0\ufeff\u00e9\U0001f600;|\\#"), max_size=6),
)
RECORDS = st.lists(
    st.dictionaries(st.sampled_from(sorted(GOOD)), CELLS, max_size=3).map(lambda changed: {**GOOD, **changed}),
    max_size=6,
)
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 5),
        st.sampled_from([b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\r\n\r\n", b'""', b"A81001", b" "]),
    ),
    max_size=4,
)
QUICK = partial(
    settings,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def as_csv(records: list[dict[str, str]], quoting: Any, line_end: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator=line_end)
    writer.writerows([list(GOOD), *(list(record.values()) for record in records)])
    return text.getvalue()


@QUICK(max_examples=8)
@given(records=RECORDS, edits=EDITS)
def test_any_damage_leaves_every_row_accounted_for_or_the_file_refused(
    store: Store, folder: Path, records: list[dict[str, str]], edits: list[tuple[float, int, bytes]]
) -> None:
    content = as_csv(records, csv.QUOTE_MINIMAL, "\n").encode()
    for place, length, put in edits:
        at = int(place * len(content))
        content = content[:at] + put + content[at + length :]
    file = load_into(store, folder, content)
    numbers = file.counts
    assert numbers.in_file == numbers.loaded + numbers.duplicate + numbers.rejected
    tables = (count(store, "submission_row") + count(store, "organisation_row"), count(store, "rejected_row"))
    assert tables == (numbers.loaded, numbers.rejected)
    assert file.state == "loaded" or tables == (0, 0)


@QUICK(max_examples=4)
@given(
    records=RECORDS,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_rows_are_stored_alike_whether_or_not_another_row_of_the_file_is_broken(
    store: Store, folder: Path, records: list[dict[str, str]], quoting: Any, line_end: str
) -> None:
    """A well-formed file is read by DuckDB; one broken row at its end makes Python read all of it."""
    content = as_csv(records, quoting, line_end)
    answers = []
    for ending in ("", "broken" + line_end):
        load_into(store, folder, (content + ending).encode())
        rejected = store.execute("SELECT row_number, reason FROM data.rejected_row ORDER BY ALL").fetchall()
        answers.append((store.execute(STORED).fetchall(), rejected))
    assert answers[1][1][-1][1] == "missing_value"
    assert (answers[1][0], answers[1][1][:-1]) == answers[0]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("cell", ["\t", "\x0b", '"\t"', "a\0b", ' "a"', ' "a,b"', '"a" ', '"a\n\nb"'])
def test_odd_cells_are_stored_alike_by_both_readers(store: Store, folder: Path, cell: str) -> None:
    answers = []
    for ending in ("", "broken\n"):
        load_into(store, folder, log(row(detail=cell), row(record_count=cell), ending).encode())
        rejected = store.execute(REJECTED).fetchall()
        answers.append(
            (store.execute(STORED).fetchall(), [fault for fault in rejected if fault[2] != "too few values"])
        )
    assert answers[1] == answers[0]


# ---------------------------------------------------------------------------------------------- when the machine fails


def big_log(path: Path, rows: int) -> None:
    lines = (row(submission_id=f"S{number}", organisation_code=f"A{number % 100_000:05}") for number in range(rows))
    path.parent.mkdir(exist_ok=True)
    path.write_text(log(*lines), encoding="utf-8")


def command(workspace: Path, *args: str) -> list[str]:
    return [sys.executable, "-m", "monitor", "-w", str(workspace), *args]


@pytest.mark.slow  # runs that are killed: test_killed_runs_leave_nothing_half_done.py
def test_a_load_killed_halfway_leaves_nothing_half_done_and_the_next_one_completes_it(
    monitor: Monitor, workspace: Path
) -> None:
    drop(workspace, "a.csv", log(row(submission_id="small")))
    big_log(workspace / "inbox" / "big.csv", 200_000)
    with subprocess.Popen(command(workspace, "load"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 20
        while not (workspace / "var" / "monitor.duckdb.wal").exists() and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.3)
        process.kill()
    halfway = counts(workspace).get("big.csv")
    assert halfway in (None, (200_000, 200_000, 0, 0))
    assert monitor("load", "-w", workspace).code == 0
    assert counts(workspace) == {"a.csv": (1, 1, 0, 0), "big.csv": (200_000, 200_000, 0, 0)}
    assert stored(workspace, "SELECT count(*), count(DISTINCT submission_id) FROM data.submission_row") == [
        (200_001, 200_001)
    ]


@pytest.mark.parametrize(
    "room",
    [
        pytest.param(4_000, id="to open the store", marks=pytest.mark.slow),
        pytest.param(1_500_000, id="for the rows"),
    ],
)
def test_a_full_disk_is_reported_and_nothing_is_lost_when_there_is_room_again(
    monitor: Monitor, workspace: Path, room: int
) -> None:
    """A limit on the size of any one file stands in for a full disk."""

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    assert monitor("load", "-w", workspace).code == 0
    big_log(workspace / "inbox" / "big.csv", 200_000)
    said = subprocess.run(
        command(workspace, "load"), preexec_fn=little_room, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in said.stderr
    assert said.returncode == 4
    assert "monitor.duckdb" in said.stderr
    assert "disk space" in said.stderr
    assert monitor("load", "-w", workspace).code == 0
    assert counts(workspace) == {"big.csv": (200_000, 200_000, 0, 0)}
    assert submissions(workspace) == 200_000


@pytest.mark.slow
def test_too_little_memory_is_reported_with_the_setting_to_raise(monitor: Monitor, workspace: Path) -> None:
    (workspace / "monitor.toml").write_text('monitor_from = 2024-04-01\nmemory_limit = "10MB"\n', encoding="utf-8")
    big_log(workspace / "inbox" / "big.csv", 200_000)
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "memory_limit" in answer.err
    (workspace / "monitor.toml").write_text("monitor_from = 2024-04-01\n", encoding="utf-8")
    assert monitor("load", "-w", workspace).code == 0
    assert counts(workspace) == {"big.csv": (200_000, 200_000, 0, 0)}


def test_rows_below_lines_of_title_keep_the_numbers_that_a_spreadsheet_shows(monitor: Monitor, workspace: Path) -> None:
    drop(workspace, "log.csv", "Attempts of the quarter\n\n" + log(row(), row(outcome="lost")))
    answer = monitor("load", "-w", workspace, now=NOW)
    assert (answer.code, counts(workspace)) == (4, {"log.csv": (2, 1, 0, 1)})
    assert "log.csv: headings found in row 3" in answer.out
    assert stored(workspace, REJECTED) == [(5, "bad_outcome", "outcome")]


def test_a_file_that_gave_nothing_says_so(monitor: Monitor, workspace: Path) -> None:
    wrong = row(return_code="workfroce")
    for name, lines in {"empty": [], "one": [wrong], "two": [wrong, wrong], "mixed": [wrong, row()]}.items():
        drop(workspace, f"{name}.csv", log(*lines))
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    said = [line.strip() for line in answer.out.splitlines()[1:]]
    kept = "rejected, kept in the view rejected_row"
    assert said == [
        "empty.csv: holds no rows",
        f"mixed.csv: 1 row {kept}",
        f"one.csv: its only row could not be used: 1 row {kept}",
        f"two.csv: none of its 2 rows could be used: 2 rows {kept}",
    ]
