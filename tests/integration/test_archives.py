"""Zip archives as publications are downloaded: members are loaded one by one, and what cannot be read is reported."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asking import Monitor
from memory_store import MemoryStore

from monitor.sources.files.zip_archives import unpacked

LOG = (
    "organisation_code,return_code,period_start,submitted_at,outcome\n{code},workforce,2025-10-01,2025-10-20,accepted\n"
)


def archive(path: Path, members: dict[str, str], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return path


def files_of(store: MemoryStore, column: str) -> dict[str, Any]:
    """By name of each file that was looked at: a column of loaded_file."""
    return dict(store.rows(f"SELECT file_name, {column} FROM data.loaded_file ORDER BY file_name"))


def refusal(store: MemoryStore) -> str:
    """What is said of the one file that is refused."""
    (refused,) = [file for file in store.load(in_part=True) if file.state == "refused"]
    return str(refused.detail)


def test_each_member_is_a_file_of_its_own(store: MemoryStore) -> None:
    archive(store.inbox / "logs.zip", {"a.csv": LOG.format(code="A81001"), "below/b.csv": LOG.format(code="A81002")})
    store.load()
    assert store.rows("SELECT file_name, format, rows_loaded FROM data.loaded_file ORDER BY file_name") == [
        ("logs.zip", "zip archive", 0),
        ("logs.zip/a.csv", "submission log", 1),
        ("logs.zip/below/b.csv", "submission log", 1),
    ]


def test_an_archive_is_read_once_and_its_members_too(store: MemoryStore) -> None:
    first = archive(store.inbox / "logs.zip", {"a.csv": LOG.format(code="A81001")})
    store.load()
    first.rename(store.inbox / "again.zip")
    (store.inbox / "unpacked.csv").write_text(LOG.format(code="A81001"))
    store.load()
    assert list(files_of(store, "state")) == ["logs.zip", "logs.zip/a.csv"]


def test_nothing_unpacked_is_left_behind(monitor: Monitor, workspace: Path) -> None:
    archive(workspace / "inbox" / "logs.zip", {"a.csv": LOG.format(code="A81001")})
    left = workspace / "var" / "unpacking" / "unpacked-killed" / "logs.zip"
    left.mkdir(parents=True)
    (left / "a.csv").write_text("left by a run that was killed")
    monitor("load", "-w", workspace)
    assert not (workspace / "var" / "unpacking").exists()


def test_a_corrupt_member_is_named_and_the_others_are_loaded(store: MemoryStore) -> None:
    path = archive(
        store.inbox / "calls.zip",
        {"good.csv": LOG.format(code="A81001"), "bad.csv": LOG.format(code="A81002")},
        zipfile.ZIP_STORED,
    )
    path.write_bytes(path.read_bytes().replace(b"A81002,workforce", b"A81009,workforce"))  # its checksum no longer fits
    said = refusal(store)
    assert "calls.zip/bad.csv" in said
    assert "damaged inside the zip archive" in said
    assert files_of(store, "state") == {"calls.zip/good.csv": "loaded", "calls.zip/bad.csv": "refused"}


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_damaged_in_its_packed_bytes_is_refused_however_it_is_packed(
    store: MemoryStore, compression: int
) -> None:
    path = archive(store.inbox / "a.zip", {"bad.csv": LOG.format(code="A81001") * 50}, compression)
    with zipfile.ZipFile(path) as packed:
        size = packed.infolist()[0].compress_size
    raw = bytearray(path.read_bytes())
    start = 30 + len("bad.csv")
    raw[start + 10 : start + size] = bytes(byte ^ 0xFF for byte in raw[start + 10 : start + size])
    path.write_bytes(bytes(raw))
    said = refusal(store)
    assert "a.zip/bad.csv: is damaged inside the zip archive" in said


def test_a_disk_that_cannot_be_written_is_no_fault_of_the_archive(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = archive(tmp_path / "a.zip", {"a.csv": LOG.format(code="A81001")})
    as_it_was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, as_it_was[1]))  # no file may grow: as on a full disk
    try:
        with pytest.raises(OSError, match="File too large"), unpacked(path, 0, tmp_path / "unpacking"):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, as_it_was)


def test_a_damaged_archive_says_so_again_until_it_is_replaced(store: MemoryStore) -> None:
    path = archive(store.inbox / "logs.zip", {"bad.csv": LOG.format(code="A81002")}, zipfile.ZIP_STORED)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"A81002,workforce", b"A81009,workforce"))
    store.load(in_part=True)
    store.load(in_part=True)
    path.write_bytes(whole)
    store.load()


def test_a_bomb_is_refused_before_it_fills_the_disk(store: MemoryStore) -> None:
    path = store.inbox / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("zeros.csv", "w") as member:
        for _ in range(60):
            member.write(b"0" * 1_000_000)
    said = refusal(store)
    assert "more than 250 times its size" in said


def test_a_bomb_that_lies_about_its_size_is_refused_too(store: MemoryStore) -> None:
    path = store.inbox / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("zeros.csv", "w") as member:
        for _ in range(60):
            member.write(b"0" * 1_000_000)
    claimed = (60_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(claimed, (1_000).to_bytes(4, "little")))
    said = refusal(store)
    assert "zeros.csv" in said


def test_names_in_archives_are_shown_and_lead_nowhere(store: MemoryStore) -> None:
    known_as = {
        "3 General Practice – July 2026.csv": "3 General Practice – July 2026.csv",
        "../../outside.csv": "../../outside.csv",
        "a\\b.csv": "a/b.csv",
        "x" * 240 + ".csv": "x" * 240 + ".csv",
        "__MACOSX/._a.csv": None,
        "folder/.DS_Store": None,
    }
    members = {name: LOG.format(code=f"A8100{place}") for place, name in enumerate(known_as)}
    archive(store.inbox / "logs.zip", members)
    store.load()
    names = [f"logs.zip/{name}" for name in known_as.values() if name]
    assert list(files_of(store, "state")) == sorted(["logs.zip", *names])
    assert not list(store.folder.parent.rglob("outside.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_an_en_dash_in_a_name_without_a_mark_of_its_encoding_is_read(store: MemoryStore, encoding: str) -> None:
    """zipfile writes such a name as UTF-8 and marks it so; the mark is taken off, as some programs leave it out."""
    written = "General Practice – High level.csv".encode(encoding)
    plain = b"General Practice " + b"-" * (len(written) - len(b"General Practice  High level.csv")) + b" High level.csv"
    path = archive(store.inbox / "logs.zip", {plain.decode(): LOG.format(code="A81001")})
    path.write_bytes(path.read_bytes().replace(plain, written))
    store.load()
    assert list(files_of(store, "state"))[1] == "logs.zip/General Practice – High level.csv"


def test_an_archive_inside_another_is_refused_with_what_to_do(store: MemoryStore, tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"a.csv": LOG.format(code="A81001")})
    with zipfile.ZipFile(store.inbox / "outer.zip", "w") as packed:
        packed.write(inner, "inner.zip")
    said = refusal(store)
    assert "unpack the outer one" in said


def test_a_protected_archive_is_refused_with_what_to_do(store: MemoryStore) -> None:
    path = archive(store.inbox / "logs.zip", {"a.csv": LOG.format(code="A81001")}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        raw[raw.index(mark) + (6 if mark == b"PK\x03\x04" else 8)] |= 1
    path.write_bytes(bytes(raw))
    said = refusal(store)
    assert "protected with a password" in said


NOTES = {
    "README.md": "# About\nthis release",
    "notes.txt": "Notes, caveats and contacts\nAll practices, of which some, as ever, are closed.\n",
    "a.pdf": "%PDF-1.7 what was published",
    "b.docx": "PK a document",
    "c.HTML": "<html><body>a, b</body></html>",
}


def test_notes_for_people_are_passed_over_in_archives_and_in_folders(store: MemoryStore) -> None:
    archive(store.inbox / "release.zip", {**NOTES, "a.csv": LOG.format(code="A81001")})
    for name, text in NOTES.items():
        (store.inbox / name).write_text(text)
    store.load()
    assert files_of(store, "state") == {"release.zip": "loaded", "release.zip/a.csv": "loaded"}


def test_a_table_is_read_whatever_its_ending(store: MemoryStore) -> None:
    codes = {"log.txt": "A81001", "log.pdf": "A81002", "log.html": "A81003"}
    archive(store.inbox / "a.zip", {name: LOG.format(code=code) for name, code in codes.items()})
    store.load()
    assert list(files_of(store, "rows_loaded").values()) == [0, 1, 1, 1]


def test_a_text_that_may_be_a_table_is_refused_and_not_passed_over(store: MemoryStore) -> None:
    texts = ("a;b\n1;2\n", "A report\na,b,c\n1,2,3\n4,5,6\n", "one,two,three\n", "a\tb\n1\t2\n", "")
    for place, text in enumerate(texts):
        (store.inbox / f"export {place}.txt").write_text(text)
    store.load(in_part=True)
    assert files_of(store, "state") == {f"export {place}.txt": "refused" for place in range(len(texts))}


def test_a_member_that_is_refused_costs_no_unpacking_of_the_others(store: MemoryStore) -> None:
    archive(store.inbox / "a.zip", {"a.csv": LOG.format(code="A81001"), "b.csv": "one,two\n1,2\n"})
    store.load(in_part=True)
    unpacked_now: list[str] = []
    replace(store, on_file=unpacked_now.append).load(in_part=True)
    assert unpacked_now == ["a.zip", "a.zip/b.csv"]


@pytest.mark.parametrize("text", ["one,two\n1,2\n", "\n\n"])
def test_what_is_refused_in_an_archive_or_a_folder_is_named_in_full(store: MemoryStore, text: str) -> None:
    archive(store.inbox / "a.zip", {"below/b.csv": text})
    (store.inbox / "folder").mkdir()
    (store.inbox / "folder" / "c.csv").write_text(text)
    details = [str(file.detail) for file in store.load(in_part=True)]
    for name, detail in zip(("a.zip/below/b.csv: ", "folder/c.csv: "), details, strict=True):
        assert detail.startswith(name)
