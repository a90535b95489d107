"""The whole proof that one file, one kill, one damage or one clock never takes the rest with it, as one table.

`python -m pytest -m campaign -n 0 tests/integration/test_hard_to_hurt.py`; MONITOR_CAMPAIGN=1 tries a hundredth of it.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import Show, new_workspace
from campaigns import ACCUSED, CRASHED, DOUBLED, HUNG, KEPT, KINDS, Fault, Tally, of_full
from clock_stories import RUNS, STORIES, faults_of_runs, faults_of_schedule, put_practices
from damaged import CASES, whole_workspace
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from inbox import GOOD
from killed_loads import NEXT, put_patients
from killed_mail import kill_mail
from killed_runs import kill_runs
from killing import killable
from layouts.samples import CODES, SAMPLES
from mutated import Loader, Original, Sheets, changes, faults, original, write
from nhs_shapes import NUMBERS, SHAPES

from monitor.store.connection import open_writer

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes as Linux does"),
]

MONTHS = ("2025-01-01", "2025-02-01", "2025-03-01")
CHANGES_OF_PATIENTS = st.tuples(changes(), st.sampled_from(sorted(SHAPES)), st.sampled_from(["behind", "detail", "id"]))
KILLS_OF_A_WORLD = 50  # its inbox grows from day to day
SECONDS_OF_A_KILL = 60


def test_nothing_is_lost_doubled_kept_or_wrongly_said_whatever_happens(tmp_path: Path, show: Show) -> None:
    tallies = [campaign(tmp_path) for campaign in (fuzzed_files, kills, damages, clocks)]
    show("Hard to hurt", ("what happened", "tried", *KINDS), [tally.row for tally in tallies])
    show(
        "What it took", ("what happened", "seconds", "seconds a try"),
        [(tally.story, f"{tally.seconds:.0f}", f"{tally.seconds / tally.tried:.2f}") for tally in tallies],
    )  # fmt: skip
    wrong = [example for tally in tallies for example in tally.examples]
    assert not wrong, "\n".join(wrong)


def test_what_is_counted_is_found_where_it_is(tmp_path: Path) -> None:
    """The checks above can fail: of each kind that is looked for in files, one that is there."""
    tally, written = Tally("made wrong"), SHAPES["3 3 4 by thin space"](NUMBERS[3])
    with open_writer(tmp_path / "monitor.duckdb", tmp_path / "spill", "500MB") as connection:
        loader = Loader(connection, tmp_path)
        of = original(loader, own_log(tmp_path))
        missing = (CODES[0], "workforce", date(2026, 1, 1), "accepted")
        tally.note("accused", faults(loader, replace(of, wanted=of.wanted + Counter([missing])), []))
        tally.note("doubled", faults(loader, replace(of, wanted=of.wanted - Counter([next(iter(of.wanted))])), []))
        for number in (written, NUMBERS[3]):
            connection.execute("INSERT INTO data.rejected_row SELECT 1, 1, 'bad_date', 'x', $1", [f"of {number}, "])
            tally.note(
                "kept", ((KEPT, where) for where in kept(connection, loader.folder / "monitor.duckdb", [number]))
            )
        with tally.trying("a query without end", longest_seconds=0.2):
            connection.execute("SELECT sum(hash(range)) FROM range(10_000_000_000)")
        with tally.trying("an error"):
            raise ZeroDivisionError
    assert tally.found == {ACCUSED: 1, DOUBLED: 1, KEPT: 3, HUNG: 1, CRASHED: 1}, tally.examples


# -------------------------------------------------------------------------------------------------------------- files


def fuzzed_files(folder: Path) -> Tally:
    """Files of every format, of our own and of patients, with cells, rows and columns changed at random."""
    tally, kinds = Tally("fuzzed files"), len(SAMPLES) + 2
    tries = of_full(10_000, 2 * kinds) // kinds
    for number, (name, sample) in enumerate({**SAMPLES, "submission log": own_log}.items()):
        place = folder / f"files-{number}"
        place.mkdir()
        with open_writer(place / "monitor.duckdb", place / "spill", "500MB") as connection:
            fuzz(tally, name, Loader(connection, place), sample(place), tries)
        shutil.rmtree(place)
    rest = of_full(10_000, 2 * kinds) - tries * (kinds - 1)
    fuzz_patients(tally, folder / "patients", rest)
    return tally


def own_log(folder: Path) -> Path:
    """A submission log of our own format."""
    path = folder / "log.csv"
    rows = [
        {
            **GOOD,
            "organisation_code": code,
            "period_start": month,
            "submitted_at": f"{month[:8]}28 10:00",
            "submission_id": f"{code}/{month}",
        }
        for code in CODES
        for month in MONTHS
    ]
    write(Sheets({"": [list(GOOD), *(list(one.values()) for one in rows)]}), path)
    return path


def fuzz(tally: Tally, name: str, loader: Loader, like: Path, tries: int) -> None:
    of = original(loader, like)

    def each(done: Any) -> None:
        with tally.trying(f"{name} {done}"):
            tally.note(f"{name} {done}", faults(loader, of, done))

    many(changes(), tries, each)


def fuzz_patients(tally: Tally, folder: Path, tries: int) -> None:
    """Submission logs with NHS numbers among them: refused whole, and nothing of them kept or said."""
    folder.mkdir()
    store = folder / "monitor.duckdb"
    with open_writer(store, folder / "spill", "500MB") as connection:
        loader = Loader(connection, folder)
        of = original(loader, own_log(folder))

        def each(tried: Any) -> None:
            with tally.trying(f"patients {tried}"):
                tally.note(f"patients {tried}", faults_of_patients(loader, of, store, *tried))

        many(CHANGES_OF_PATIENTS, tries, each)


def faults_of_patients(loader: Loader, of: Original, store: Path, done: Any, shape: str, place: str) -> list[Fault]:
    """What is kept or said of a log with a column of NHS numbers."""
    sheets, written = of.changed(done), [SHAPES[shape](number) for number in NUMBERS]
    (grid,) = sheets.grids.values()
    put_numbers(grid, written, place)
    file = loader.load(sheets, of.like)
    needles = [*NUMBERS, *written]
    found: list[Fault] = [] if file.state == "refused" else [(KEPT, f"{file.state}, {file.counts}")]
    found += [(KEPT, f"said: {file.detail}")] if any(needle in str(file.detail) for needle in needles) else []
    return found + [(KEPT, where) for where in kept(loader.connection, store, needles)]


def put_numbers(grid: list[list[Any]], written: list[str], place: str) -> None:
    """Put the numbers behind the rows, or in one of the columns that hold any text; each row once more for them."""
    rows = [row for row in grid[1:] if len(row) == len(grid[0])] or [[""] * len(grid[0])]
    del grid[1:]
    for row, number in zip((rows[at % len(rows)] for at in count()), written, strict=False):
        cells = list(row)
        if place == "behind":
            cells.append(number)
        else:
            cells[(-1 if place == "detail" else -3) % len(cells)] = number
        grid.append(cells)
    if place == "behind":
        grid[0] = [*grid[0], "reference"]


def kept(connection: duckdb.DuckDBPyConnection, store: Path, needles: list[str]) -> list[str]:
    """Where in the store any of the texts is: by its tables, and by the bytes of its files."""
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data' AND estimated_size > 0"
    ).fetchall()
    where = []
    for (table,) in tables:
        sql = f"SELECT count(*) FROM (SELECT CAST(t AS VARCHAR) AS text FROM data.{table} AS t) WHERE {ANY_OF}"
        if connection.execute(sql, {"needles": needles}).fetchall() != [(0,)]:
            where.append(table)
    for file in (store, store.with_name(store.name + ".wal")):
        content = file.read_bytes() if file.exists() else b""
        where += [file.name] if any(number.encode() in content for number in NUMBERS) else []
    return where


ANY_OF = "len(list_filter($needles, lambda needle: contains(text, needle))) > 0"


def many(strategy: st.SearchStrategy[Any], tries: int, each: Callable[[Any], None]) -> None:
    """Draw this often from a strategy, always the same."""

    @settings(
        max_examples=tries, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def draw(drawn: Any) -> None:
        each(drawn)

    draw()


# -------------------------------------------------------------------------------------------------------------- kills


def faults_of_mail(folder: Path, times: int, chance: int) -> list[Fault]:
    return list(kill_mail(folder, times, chance=chance).faults())


def faults_of_whole_runs(folder: Path, times: int, chance: int) -> list[Fault]:
    return list(kill_runs(folder, times, chance).faults())


KILLED = (("mail", faults_of_mail, 500), ("runs", faults_of_whole_runs, 350))


def kills(folder: Path) -> Tally:
    """`kill -9` at random moments of runs with mail, of whole runs, and of loads of patients."""
    tally = Tally("kills")
    for kind, kill, all_kills in KILLED:
        left = of_full(all_kills, 3)
        for world in count():
            if left <= 0:
                break
            times, what = min(left, KILLS_OF_A_WORLD), f"{kind}, world {world}"
            place = folder / f"{kind}-{world}"
            place.mkdir()
            with tally.trying(what, times, (times + 5) * SECONDS_OF_A_KILL):
                tally.note(what, kill(place, times, world))
            shutil.rmtree(place)
            left -= times
    kill_loads(tally, folder / "loads", of_full(150, 3))
    return tally


def kill_loads(tally: Tally, folder: Path, times: int) -> None:
    folder.mkdir()
    chance = random.Random(20260115)
    with killable(folder / "errors.txt") as program:
        patients = put_patients(folder / "workspace", program)
        patients.undisturbed()
        for number in range(times):
            share, command = chance.random(), chance.choice(NEXT)
            what = f"load {number}, killed after {share:.3f} of it, then {command}"
            with tally.trying(what, longest_seconds=3 * SECONDS_OF_A_KILL):
                patients.kill_after(share * patients.seconds)
                tally.note(what, patients.faults_after(command))


# ------------------------------------------------------------------------------------------------------------- damage


def damages(folder: Path) -> Tally:
    """Stores and published copies that are damaged: it is said, nobody is accused, and a copy is made anew."""
    tally = Tally("damage to store and copy")
    with killable(folder / "errors-of-damage.txt") as program:
        whole = whole_workspace(folder / "whole", program)
        for number, (which, name) in enumerate(spread(CASES, of_full(len(CASES), 8))):
            place = folder / f"damaged-{number}"
            with tally.trying(f"{which} {name}", longest_seconds=4 * SECONDS_OF_A_KILL):
                tally.note(f"{which} {name}", whole.faults(place, program, which, name))
            shutil.rmtree(place, ignore_errors=True)
    return tally


# ------------------------------------------------------------------------------------------------------------- clocks


def clocks(folder: Path) -> Tally:
    """Clocks that are set, in the schedule and in runs."""
    tally = Tally("clock stories")
    stories = [("schedule", name) for name in STORIES] + [("runs", name) for name in RUNS]
    for number, (where, name) in enumerate(spread(stories, of_full(len(stories), 6))):
        place = folder / f"clock-{number}"
        with tally.trying(f"{where}: {name}", longest_seconds=4 * SECONDS_OF_A_KILL):
            tally.note(f"{where}: {name}", faults_of_clock(place, where, name))
    return tally


def faults_of_clock(place: Path, where: str, name: str) -> list[Fault]:
    if where == "runs":
        return list(faults_of_runs(place, RUNS[name]))
    new_workspace(place)
    put_practices(place)
    return list(faults_of_schedule(place, STORIES[name]))


def spread(cases: list[Any], wanted: int) -> list[Any]:
    """So many of the cases, from all over the list."""
    return [cases[number * len(cases) // wanted] for number in range(wanted)]
