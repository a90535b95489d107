"""Files that are not whole yet, that change while they are read, and that were loaded before with other content."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from inbox import drop, log, row
from memory_store import MemoryStore

from monitor.ingest.finding_files import files_in
from monitor.ingest.inbox import Intake, load_files
from monitor.ingest.loading import LoadedFile

ORGANISATIONS = "organisation_code,organisation_name,closed_on\n"


def said(loaded: tuple[LoadedFile, ...]) -> dict[str, tuple[str, str | None]]:
    return {file.identity.name: (file.state, file.detail) for file in loaded}


@pytest.mark.parametrize(
    "name",
    [
        "log.csv.part",
        "log.csv.crdownload",
        "log.csv.filepart",
        "log.tmp",
        "LOG.CSV.PART",
        "~$log.xlsx",
        "sub/~$log.xlsx",
    ],
)
def test_a_file_that_is_still_being_written_is_left_and_said(store: MemoryStore, name: str) -> None:
    drop(store.folder, name, log(row())[:-9])
    drop(store.folder, "whole.csv", log(row()))
    loaded = said(store.load())
    assert loaded.pop("whole.csv") == ("loaded", None)
    because = "left for the next run: its name is that of a file still being written, or open"
    assert loaded == {name: ("left", because)}
    assert store.counts() == {"whole.csv": (1, 1, 0, 0)}


def test_a_file_that_has_its_own_name_at_last_is_loaded(store: MemoryStore) -> None:
    unfinished = drop(store.folder, "log.csv.filepart", log(row()))
    store.load()
    unfinished.rename(unfinished.with_suffix(""))
    assert said(store.load()) == {"log.csv": ("loaded", None)}


def test_a_file_that_grows_while_we_look_is_left_until_it_is_quiet(store: MemoryStore) -> None:
    path = drop(store.folder, "log.csv", log(row()))
    changed = datetime(2025, 5, 1, 12, tzinfo=UTC)
    os.utime(path, (changed.timestamp(), changed.timestamp()))
    waited: list[float] = []

    def another_row(seconds: float) -> None:
        waited.append(seconds)
        path.write_text(log(row(), row(organisation_code="A81002")), encoding="utf-8")

    intake = Intake(store.connection, {"workforce": "month"}, changed, store.folder, pause=another_row)
    (left,) = load_files(intake, files_in([store.inbox], store.inbox))
    assert (left.state, left.detail) == ("left", "left for the next run: it changed while it was being read")
    assert (waited, store.counts()) == ([2.0], {})
    (loaded,) = load_files(replace(intake, pause=waited.append), files_in([store.inbox], store.inbox))
    assert (loaded.state, loaded.counts.loaded) == ("loaded", 2)
    assert waited == [2.0]  # what has been quiet for long is not waited for


@pytest.mark.parametrize("then", [b"", log(row(organisation_code="A81002")).encode()])
def test_a_file_that_is_changed_before_it_is_read_is_not_taken_for_loaded(store: MemoryStore, then: bytes) -> None:
    """Its bytes would count as loaded, and nothing would ever read them again."""
    first = log(row()).encode()
    path = drop(store.folder, "log.csv", first)
    drop(store.folder, "other.csv", log(row(organisation_code="A81003")))

    def save_anew(name: str) -> None:
        if name == "log.csv":
            path.write_bytes(then)

    changing = replace(store, on_file=save_anew)
    assert said(changing.load())["log.csv"][0] == "left"
    assert list(store.counts()) == ["other.csv"]
    path.write_bytes(first)
    assert said(store.load()) == {"log.csv": ("loaded", None)}
    assert store.counts()["log.csv"] == (1, 1, 0, 0)


def test_a_file_that_vanishes_before_it_is_read_stops_no_other(store: MemoryStore) -> None:
    path = drop(store.folder, "log.csv", log(row()))
    drop(store.folder, "other.csv", log(row(organisation_code="A81003")))
    vanishing = replace(store, on_file=lambda name: path.unlink(missing_ok=True))
    states = {name: state for name, (state, _) in said(vanishing.load(in_part=True)).items()}
    assert states == {"log.csv": "refused", "other.csv": "loaded"}


def test_a_log_corrected_under_its_own_name_says_what_is_not_in_it_any_more(store: MemoryStore) -> None:
    drop(store.folder, "log.csv", log(row(), row(organisation_code="A81002")))
    store.load()
    drop(store.folder, "log.csv", log(row(), row(organisation_code="A81003")))
    before = "a file of this name was loaded before with other content; "
    assert said(store.load()) == {"log.csv": ("loaded", before + "1 row of it is not in this one and stays loaded")}
    drop(
        store.folder,
        "log.csv",
        log(*(row(organisation_code=f"A8100{n}") for n in range(1, 5))).replace("A81001", "A81001"),
    )
    assert said(store.load()) == {"log.csv": ("loaded", before + "all its rows are in this one")}


def test_an_organisation_that_is_in_its_file_no_more_is_said(store: MemoryStore) -> None:
    drop(store.folder, "practices.csv", ORGANISATIONS + "A81001,One,\nA81002,Two,\nA81003,Three,2025-01-31\n")
    store.load()
    drop(store.folder, "practices.csv", ORGANISATIONS + "A81001,One and a half,\nA8100,Two,\n")
    gone = "1 organisation was in a file of this name loaded before and is not in this one: A81002"
    assert said(store.load(in_part=True)) == {"practices.csv": ("loaded", gone)}
    store.derive(datetime(2025, 6, 1).date(), "workforce")
    assert store.rows("SELECT DISTINCT organisation_code FROM data.organisation_dated ORDER BY ALL") == [
        ("A81001",), ("A81002",), ("A81003",),
    ]  # fmt: skip
