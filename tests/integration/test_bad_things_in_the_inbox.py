"""One bad thing in the inbox stops no other and is reported, and nobody who could be in it counts as not received."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from inbox import drop, log, row, workbook
from memory_store import MemoryStore

from monitor.ingest.loading import LoadedFile
from monitor.ingest.seen import sha256_of
from monitor.ingest.unread import unread

ORGANISATIONS = "organisation_code,organisation_name\nA81001,One\nA81002,Two\n"
AS_OF, MARCH = "2025-05-20", "2025-03-01"
RIGHTS = "-dac_override,-dac_read_search"
WITHOUT_RIGHTS = ["setpriv", "--bounding-set", RIGHTS, "--inh-caps", RIGHTS]


def said(loaded: tuple[LoadedFile, ...]) -> dict[str, str]:
    return {file.identity.name: file.state for file in loaded}


def test_links_and_pipes_are_said_and_never_opened(store: MemoryStore, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "log.csv").write_text(log(row(organisation_code="A81002")), encoding="utf-8")
    good = drop(store.folder, "good.csv", log(row()))
    (store.inbox / "share").symlink_to(elsewhere)
    (store.inbox / "link.csv").symlink_to(elsewhere / "log.csv")
    (store.inbox / "gone.csv").symlink_to("nowhere")
    (store.inbox / "again.csv").symlink_to(good)
    (store.inbox / "zero.csv").symlink_to("/dev/zero")
    (store.inbox / "loop").symlink_to(store.inbox)
    os.mkfifo(store.inbox / "pipe.csv")
    assert said(store.load(in_part=True)) == {
        "good.csv": "loaded", "again.csv": "passed over", "loop": "passed over",
        "share": "refused", "link.csv": "refused", "gone.csv": "refused", "pipe.csv": "refused",
        "zero.csv": "refused",
    }  # fmt: skip
    assert {name for name, _ in unread(store.connection)} == {"share", "link.csv", "gone.csv"}


def test_nobody_is_accused_while_a_part_of_the_inbox_could_not_be_read(store: MemoryStore) -> None:
    drop(store.folder, "organisations.csv", ORGANISATIONS)
    drop(store.folder, "log.csv", log(row()))
    share = store.inbox / "share"
    share.symlink_to("/srv/not-there")
    store.load(in_part=True)
    assert store.statuses("workforce", MARCH, AS_OF)["A81002"] == ("not_known", "source_incomplete", None)
    share.unlink()
    store.load()
    found = store.statuses("workforce", MARCH, AS_OF)
    assert {code: status for code, (status, *_) in found.items()} == {"A81001": "received", "A81002": "not_received"}


def test_notes_are_passed_over_with_a_word_and_data_under_their_names_are_read(store: MemoryStore) -> None:
    drop(store.folder, "README.md", "# Logs\n\n| what | where |\n|---|---|\n| log | here |\n")
    drop(store.folder, "log.md", log(row()))
    (store.inbox / "letter.docx").write_bytes(workbook([["nothing", "ours"]]))
    assert said(store.load(in_part=True)) == {"README.md": "passed over", "log.md": "loaded", "letter.docx": "refused"}


def test_pictures_and_slides_are_passed_over_by_what_they_are(store: MemoryStore) -> None:
    for name, start in (
        ("a.png", b"\x89PNG\r\n"),
        ("b.JPG", b"\xff\xd8\xff\xe0"),
        ("c.gif", b"GIF89a"),
        ("d.pptx", b"PK.."),
    ):
        (store.inbox / name).write_bytes(start)
    assert set(said(store.load()).values()) == {"passed over"}
    (store.inbox / "e.png").write_text(log(row()), encoding="utf-8")
    assert said(store.load())["e.png"] == "loaded"


@pytest.mark.parametrize("letter", ["a", "é", "報", "😀"])
def test_members_of_a_zip_may_have_names_of_255_bytes_in_any_script(store: MemoryStore, letter: str) -> None:
    name = letter * (251 // len(letter.encode())) + ".csv"
    with zipfile.ZipFile(store.inbox / "names.zip", "w") as packed:
        packed.writestr(name, log(row()))
        packed.writestr(f"{letter * 200}/{name}", log(row(organisation_code="A81002")))
    assert said(store.load()) == {f"names.zip/{name}": "loaded", f"names.zip/{letter * 200}/{name}": "loaded"}


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_noticed(store: MemoryStore) -> None:
    path = drop(store.folder, "log.csv", log(row()))
    store.load()
    first, stat = sha256_of(store.connection, path), path.stat()
    other = store.folder / "other.csv"
    other.write_text(log(row(organisation_code="A81002")), encoding="utf-8")
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    assert sha256_of(store.connection, path) != first
    assert said(store.load()) == {"log.csv": "loaded"}


def test_a_file_rewritten_with_the_same_size_and_time_while_it_is_read_is_left(store: MemoryStore) -> None:
    path = drop(store.folder, "log.csv", log(row()))
    stat = path.stat()

    def save_anew(name: str) -> None:
        path.write_text(log(row(organisation_code="A81002")), encoding="utf-8")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    changing = replace(store, on_file=save_anew)
    assert said(changing.load()) == {"log.csv": "left"}
    assert [name for name, _ in unread(store.connection)] == ["log.csv"]
    assert said(store.load()) == {"log.csv": "loaded"}
    assert unread(store.connection) == []


@pytest.mark.skipif(os.name != "posix" or shutil.which("setpriv") is None, reason="needs setpriv")
def test_folders_and_files_that_may_not_be_read_stop_no_other(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    for folder in ("unlisted", "unsearched"):
        (inbox / folder).mkdir(parents=True)
        (inbox / folder / "log.csv").write_text(log(row()), encoding="utf-8")
    for name in ("good.csv", "secret.csv"):
        (inbox / name).write_text(log(row(submission_id=name)), encoding="utf-8")
    (tmp_path / "monitor.toml").write_text("monitor_from = 2025-03-01\n", encoding="utf-8")
    modes = {"unlisted": 0o000, "unsearched": 0o444, "secret.csv": 0o000}
    for name, mode in modes.items():
        (inbox / name).chmod(mode)
    command = [*WITHOUT_RIGHTS, sys.executable, "-m", "monitor", "load", "-w", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    for name in modes:
        (inbox / name).chmod(0o755)
    assert ended.returncode == 4
    assert "1 new file: 1 row = 1 loaded" in ended.stdout
    for name in ("unlisted", "unsearched/log.csv", "secret.csv"):
        assert f"refused: {name}: cannot be read: Permission denied" in ended.stdout
