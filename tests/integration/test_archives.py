"""Zip archives as publications are downloaded: members are loaded one by one, and what cannot be read says so."""

from __future__ import annotations

import errno
import io
import json
import zipfile
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from asking import Monitor
from inbox import stored

from monitor.ingest import inbox
from monitor.sources.files.zip_archives import Unpacked, unpacked

LOG = (
    "organisation_code,return_code,period_start,submitted_at,outcome\n{code},workforce,2025-10-01,2025-10-20,accepted\n"
)


def archive(path: Path, members: dict[str, str], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return path


def files_of(monitor: Monitor, workspace: Path) -> list[dict[str, object]]:
    monitor("run", "-w", workspace)
    sql = "SELECT file_name, format, state, rows_in_file, rows_loaded FROM loaded_file ORDER BY file_name"
    return json.loads(monitor("sql", sql, "-w", workspace, "--format", "json").out)


def test_each_member_is_a_file_of_its_own(monitor: Monitor, workspace: Path) -> None:
    archive(
        workspace / "inbox" / "logs.zip", {"a.csv": LOG.format(code="A81001"), "below/b.csv": LOG.format(code="A81002")}
    )
    names = [(file["file_name"], file["format"], file["rows_loaded"]) for file in files_of(monitor, workspace)]
    assert names == [
        ("logs.zip", "zip archive", 0),
        ("logs.zip/a.csv", "submission log", 1),
        ("logs.zip/below/b.csv", "submission log", 1),
    ]


def test_an_archive_is_read_once_and_its_members_too(monitor: Monitor, workspace: Path) -> None:
    first = archive(workspace / "inbox" / "logs.zip", {"a.csv": LOG.format(code="A81001")})
    assert monitor("load", "-w", workspace).code == 0
    first.rename(workspace / "inbox" / "again.zip")
    (workspace / "inbox" / "unpacked.csv").write_text(LOG.format(code="A81001"))
    assert monitor("load", "-w", workspace).code == 0
    assert [file["file_name"] for file in files_of(monitor, workspace)] == ["logs.zip", "logs.zip/a.csv"]


def test_nothing_unpacked_is_left_behind(monitor: Monitor, workspace: Path) -> None:
    archive(workspace / "inbox" / "logs.zip", {"a.csv": LOG.format(code="A81001")})
    left = workspace / "var" / "unpacking" / "unpacked-killed" / "logs.zip"
    left.mkdir(parents=True)
    (left / "a.csv").write_text("left by a run that was killed")
    monitor("load", "-w", workspace)
    assert not (workspace / "var" / "unpacking").exists()


def test_a_corrupt_member_is_named_and_the_others_are_loaded(monitor: Monitor, workspace: Path) -> None:
    path = archive(
        workspace / "inbox" / "calls.zip",
        {"good.csv": LOG.format(code="A81001"), "bad.csv": LOG.format(code="A81002")},
        zipfile.ZIP_STORED,
    )
    path.write_bytes(path.read_bytes().replace(b"A81002,workforce", b"A81009,workforce"))  # its checksum no longer fits
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "calls.zip/bad.csv" in answer.err + answer.out
    assert "damaged inside the zip archive" in answer.err + answer.out
    states = {file["file_name"]: file["state"] for file in files_of(monitor, workspace)}
    assert states == {"calls.zip/good.csv": "loaded", "calls.zip/bad.csv": "refused"}


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_damaged_in_its_packed_bytes_is_refused_however_it_is_packed(
    monitor: Monitor, workspace: Path, compression: int
) -> None:
    path = archive(workspace / "inbox" / "a.zip", {"bad.csv": LOG.format(code="A81001") * 50}, compression)
    with zipfile.ZipFile(path) as packed:
        size = packed.infolist()[0].compress_size
    raw = bytearray(path.read_bytes())
    start = 30 + len("bad.csv")
    raw[start + 10 : start + size] = bytes(byte ^ 0xFF for byte in raw[start + 10 : start + size])
    path.write_bytes(bytes(raw))
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "a.zip/bad.csv: is damaged inside the zip archive" in answer.out


def test_a_disk_that_cannot_be_written_is_no_fault_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    path = archive(tmp_path / "a.zip", {"a.csv": LOG.format(code="A81001")})
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda own, *how, **more: Full() if "wb" in how else real(own, *how, **more))
    with pytest.raises(OSError, match="No space left"), unpacked(path, 0, tmp_path / "unpacking"):
        pass


def test_a_damaged_archive_says_so_again_until_it_is_replaced(monitor: Monitor, workspace: Path) -> None:
    path = archive(workspace / "inbox" / "logs.zip", {"bad.csv": LOG.format(code="A81002")}, zipfile.ZIP_STORED)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"A81002,workforce", b"A81009,workforce"))
    assert monitor("load", "-w", workspace).code == 4
    assert monitor("load", "-w", workspace).code == 4
    path.write_bytes(whole)
    assert monitor("load", "-w", workspace).code == 0


def test_a_bomb_is_refused_before_it_fills_the_disk(monitor: Monitor, workspace: Path) -> None:
    path = workspace / "inbox" / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("zeros.csv", "w") as member:
        for _ in range(60):
            member.write(b"0" * 1_000_000)
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "more than 250 times its size" in answer.err + answer.out


def test_a_bomb_that_lies_about_its_size_is_refused_too(monitor: Monitor, workspace: Path) -> None:
    path = workspace / "inbox" / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("zeros.csv", "w") as member:
        for _ in range(60):
            member.write(b"0" * 1_000_000)
    claimed = (60_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(claimed, (1_000).to_bytes(4, "little")))
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "zeros.csv" in answer.err + answer.out


@pytest.mark.parametrize(
    ("stored", "known_as"),
    [
        ("3 General Practice – July 2026.csv", "3 General Practice – July 2026.csv"),
        ("../../outside.csv", "../../outside.csv"),
        ("a\\b.csv", "a/b.csv"),
        ("x" * 240 + ".csv", "x" * 240 + ".csv"),
        ("__MACOSX/._a.csv", None),
        ("folder/.DS_Store", None),
    ],
)
def test_names_in_archives_are_shown_and_lead_nowhere(
    monitor: Monitor, workspace: Path, stored: str, known_as: str | None
) -> None:
    archive(workspace / "inbox" / "logs.zip", {stored: LOG.format(code="A81001")})
    names = [file["file_name"] for file in files_of(monitor, workspace)]
    assert names == ["logs.zip"] + ([f"logs.zip/{known_as}"] if known_as else [])
    assert not list(workspace.parent.rglob("outside.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_an_en_dash_in_a_name_without_a_mark_of_its_encoding_is_read(
    monitor: Monitor, workspace: Path, encoding: str
) -> None:
    """zipfile writes such a name as UTF-8 and marks it so; the mark is taken off, as some programs leave it out."""
    written = "General Practice – High level.csv".encode(encoding)
    plain = b"General Practice " + b"-" * (len(written) - len(b"General Practice  High level.csv")) + b" High level.csv"
    path = archive(workspace / "inbox" / "logs.zip", {plain.decode(): LOG.format(code="A81001")})
    path.write_bytes(path.read_bytes().replace(plain, written))
    assert [file["file_name"] for file in files_of(monitor, workspace)][
        1
    ] == "logs.zip/General Practice – High level.csv"


def test_an_archive_inside_another_is_refused_with_what_to_do(
    monitor: Monitor, workspace: Path, tmp_path: Path
) -> None:
    inner = archive(tmp_path / "inner.zip", {"a.csv": LOG.format(code="A81001")})
    with zipfile.ZipFile(workspace / "inbox" / "outer.zip", "w") as packed:
        packed.write(inner, "inner.zip")
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "unpack the outer one" in answer.err + answer.out


def test_a_protected_archive_is_refused_with_what_to_do(monitor: Monitor, workspace: Path) -> None:
    path = archive(workspace / "inbox" / "logs.zip", {"a.csv": LOG.format(code="A81001")}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        raw[raw.index(mark) + (6 if mark == b"PK\x03\x04" else 8)] |= 1
    path.write_bytes(bytes(raw))
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "protected with a password" in answer.err + answer.out


NOTES = {
    "README.md": "# About\nthis release",
    "notes.txt": "Notes, caveats and contacts\nAll practices, of which some, as ever, are closed.\n",
    "a.pdf": "%PDF-1.7 what was published",
    "b.docx": "PK a document",
    "c.HTML": "<html><body>a, b</body></html>",
}


def test_notes_for_people_are_passed_over_in_archives_and_in_folders(monitor: Monitor, workspace: Path) -> None:
    archive(workspace / "inbox" / "release.zip", {**NOTES, "a.csv": LOG.format(code="A81001")})
    for name, text in NOTES.items():
        (workspace / "inbox" / name).write_text(text)
    assert monitor("load", "-w", workspace).code == 0
    names = [(file["file_name"], file["state"]) for file in files_of(monitor, workspace)]
    assert names == [("release.zip", "loaded"), ("release.zip/a.csv", "loaded")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("log.txt", LOG.format(code="A81001")),
        ("log.pdf", LOG.format(code="A81001")),
        ("log.html", LOG.format(code="A81001")),
    ],
)
def test_a_table_is_read_whatever_its_ending(monitor: Monitor, workspace: Path, name: str, text: str) -> None:
    archive(workspace / "inbox" / "a.zip", {name: text})
    assert [file["rows_loaded"] for file in files_of(monitor, workspace)] == [0, 1]


@pytest.mark.parametrize(
    "text", ["a;b\n1;2\n", "A report\na,b,c\n1,2,3\n4,5,6\n", "one,two,three\n", "a\tb\n1\t2\n", ""]
)
def test_a_text_that_may_be_a_table_is_refused_and_not_passed_over(
    monitor: Monitor, workspace: Path, text: str
) -> None:
    (workspace / "inbox" / "export.txt").write_text(text)
    answer = monitor("load", "-w", workspace)
    assert answer.code == 4
    assert "export.txt" in answer.out


def test_a_member_that_is_refused_costs_no_unpacking_of_the_others(
    monitor: Monitor, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(workspace / "inbox" / "a.zip", {"a.csv": LOG.format(code="A81001"), "b.csv": "one,two\n1,2\n"})
    assert monitor("load", "-w", workspace).code == 4
    places = []

    def noted(path: Path, place: int, folder: Path) -> AbstractContextManager[Unpacked]:
        places.append(place)
        return unpacked(path, place, folder)

    monkeypatch.setattr(inbox, "unpacked", noted)
    assert monitor("load", "-w", workspace).code == 4
    assert places == [1]


@pytest.mark.parametrize("text", ["one,two\n1,2\n", "\n\n"])
def test_what_is_refused_in_an_archive_or_a_folder_is_named_in_full(
    monitor: Monitor, workspace: Path, text: str
) -> None:
    archive(workspace / "inbox" / "a.zip", {"below/b.csv": text})
    (workspace / "inbox" / "folder").mkdir()
    (workspace / "inbox" / "folder" / "c.csv").write_text(text)
    said = monitor("load", "-w", workspace).out
    details = stored(workspace, "SELECT detail FROM data.loaded_file ORDER BY detail")
    for name, (detail,) in zip(("a.zip/below/b.csv: ", "folder/c.csv: "), details, strict=True):
        assert f"refused: {name}" in said
        assert detail.startswith(name)
