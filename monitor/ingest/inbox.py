"""From dropped files to rows in the store: which files there are, which are new, and what became of each."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from monitor.core.errors import FileRefused, UsageError
from monitor.ingest.judgement import judged_under
from monitor.ingest.loading import (
    MOST_ROWS_OF_A_SPREADSHEET,
    DueDates,
    FileIdentity,
    LoadedFile,
    RowCounts,
    Terms,
    is_loaded,
    load_file,
    record_archive,
    record_refusal,
)
from monitor.ingest.patient_data import places_with_numbers, refused_by_name, withheld, without_number
from monitor.ingest.unfinished import FileChanged, Stamp, stamps_of
from monitor.sources.column_map import ColumnMap
from monitor.sources.files.file_kind import container_of
from monitor.sources.files.without_data import is_left_by_programs, is_note, is_unfinished
from monitor.sources.files.zip_archives import member_names, unpacked
from monitor.sources.recognise import recognise
from monitor.store.named_sql import scalar

CHUNK_BYTES = 1 << 20


def files_in(paths: Iterable[Path], root: Path) -> list[tuple[str, Path]]:
    """Every file at or below the paths, in order of name, each with the name people know it by (below `root`)."""
    found: dict[Path, str] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(str(path), "there is no such file or folder", "files, or folders that hold files")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and (file == path or not _is_no_data(file, path)):
                found.setdefault(file.resolve(), _known_name(file, root))
    return sorted(((name, path) for path, name in found.items()), key=lambda pair: (pair[0], str(pair[1])))


@dataclass(frozen=True)
class Intake:
    """How files are taken in: where to, what is known of the returns, when, and where archives may be unpacked.

    on_file is told each name before the file is read. column_maps: exports that monitor.toml describes.
    pause: lets a moment pass, to see whether a file still grows. due_dates: when periods are due, by the returns.
    most_rows: a file of just so many has been cut off by a spreadsheet. build: which program judges the rows.
    """

    connection: duckdb.DuckDBPyConnection
    periods_of_returns: Mapping[str, str]
    loaded_at: datetime
    unpack_in: Path
    on_file: Callable[[str], None] = lambda name: None
    column_maps: Sequence[ColumnMap] = ()
    most_rows: int = MOST_ROWS_OF_A_SPREADSHEET
    pause: Callable[[float], None] = lambda seconds: None
    due_dates: DueDates = dict
    build: str = ""

    @property
    def terms(self) -> Terms:
        """What rows are typed and judged by."""
        under = judged_under(self.build, self.periods_of_returns, self.column_maps)
        return Terms(self.periods_of_returns, self.loaded_at, under, self.due_dates)


def load_files(intake: Intake, files: Iterable[tuple[str, Path]]) -> Iterator[LoadedFile]:
    """Load what is new among the files; yields what became of each that was loaded, refused or left for the next run.

    A file of the same bytes as one loaded before yields nothing; a zip archive yields its members, not itself.
    """
    every = list(files)
    with_number = places_with_numbers(intake.connection, (name for name, _ in every))
    yield from (_refused_by_name(intake, every[place]) for place in with_number)
    every = [file for place, file in enumerate(every) if place not in with_number]
    stamps = stamps_of((path for _, path in every), intake.loaded_at, intake.pause)
    for name, path in every:
        intake.on_file(name)
        if is_unfinished(name):
            yield _left(
                FileIdentity(name, "", path), "it has the name of a file that is still being written, or is open"
            )
        elif not is_utf8(path):
            unnamed = FileRefused(name, "its name is not UTF-8 text", advice="rename the file")
            yield _refused(intake, FileIdentity(name, "", path), unnamed)
        else:
            yield from _load_path(intake, name, path, stamps[path])


def _refused_by_name(intake: Intake, file: tuple[str, Path]) -> LoadedFile:
    """A file whose name is of a patient: it is not opened, and its name is not kept."""
    name, path = file
    shown = withheld(intake.connection, name)
    return record_refusal(intake.connection, FileIdentity(shown, "", path), refused_by_name(shown), intake.loaded_at)


def _load_path(intake: Intake, name: str, path: Path, stamp: Stamp | None) -> Iterator[LoadedFile]:
    """Load one file, unless the same bytes were loaded before, or somebody else changes it meanwhile."""
    identity = FileIdentity(name, "", path, stamp)
    try:
        identity = FileIdentity(name, sha256_of(intake.connection, path), path, stamp)
        identity.refuse_changed()
        if not is_loaded(intake.connection, identity.sha256):
            yield from _load_archive(intake, identity) if _is_archive(path) else [_load_one(intake, identity)]
    except FileChanged:
        yield _left(identity, "it was changed while it was looked at")
    except FileRefused as gone:
        yield _refused(intake, identity, gone)
    except OSError as error:
        unreadable = FileRefused(name, f"cannot be read: {error.strerror}", advice="check the file's permissions")
        yield _refused(intake, FileIdentity(name, "", path), unreadable)


def _load_one(intake: Intake, identity: FileIdentity) -> LoadedFile:
    """Raises FileChanged where the file was changed meanwhile: what was found in it is of two files."""
    try:
        recognised = recognise(identity.path, intake.column_maps)
        return load_file(intake.connection, identity, recognised, intake.terms, intake.most_rows)
    except FileRefused as refusal:
        identity.refuse_changed()
        return _refused(intake, identity, refusal)
    except duckdb.IOException:
        identity.refuse_changed()
        raise


def _left(identity: FileIdentity, why: str) -> LoadedFile:
    """A file that is left for the next run: nothing of it is kept, not even that it was there."""
    return LoadedFile(identity, None, "left", RowCounts(), f"left for the next run: {why}")


def _refused(intake: Intake, identity: FileIdentity, refusal: FileRefused) -> LoadedFile:
    """Readers know a file by its base name only; what a person sees names the folder or archive that it lies in too."""
    own, base = refusal.where, identity.path.name
    if own.startswith(base) and not own.startswith(identity.name):
        refusal = FileRefused(identity.name + own.removeprefix(base), refusal.found, refusal.expected, refusal.advice)
    refusal = without_number(intake.connection, refusal, identity.name)
    return record_refusal(intake.connection, identity, refusal, intake.loaded_at)


def _is_archive(path: Path) -> bool:
    try:
        return container_of(path) == "zip"
    except FileRefused:
        return False  # said when it is recognised


def _load_archive(intake: Intake, archive: FileIdentity) -> Iterator[LoadedFile]:
    """Load each member as a file of its own. The archive counts as loaded once every member of it is, or is a note."""
    try:
        members = member_names(archive.path)
    except FileRefused as refusal:
        archive.refuse_changed()
        yield _refused(intake, archive, refusal)
        return
    archive.refuse_changed()
    is_whole = True
    for place, name in members:
        for loaded in _load_member(intake, archive, place, f"{archive.name}/{name}"):
            is_whole = is_whole and loaded.state == "loaded"
            yield loaded
    if is_whole:
        record_archive(intake.connection, archive, len(members), intake.loaded_at)


def _load_member(intake: Intake, archive: FileIdentity, place: int, name: str) -> Iterator[LoadedFile]:
    if _was_loaded_from(intake, archive, place):
        return
    if places_with_numbers(intake.connection, [name]):
        yield _refused_by_name(intake, (name, archive.path))
        return
    intake.on_file(name)
    try:
        with unpacked(archive.path, place, intake.unpack_in) as member:
            _note_member(intake, archive, place, member.sha256)
            if not is_loaded(intake.connection, member.sha256) and not is_note(member.path):
                yield _load_one(intake, FileIdentity(name, member.sha256, member.path))
    except FileRefused as refusal:
        yield _refused(intake, FileIdentity(name, "", archive.path), refusal)


def _was_loaded_from(intake: Intake, archive: FileIdentity, place: int) -> bool:
    """Whether this member was unpacked before and loaded; then one member refused costs no unpacking of the others."""
    sha256 = scalar(
        intake.connection,
        "SELECT max(sha256) FROM data.member_seen WHERE archive_sha256 = $archive AND place = $place",
        {"archive": archive.sha256, "place": place},
    )
    return sha256 is not None and is_loaded(intake.connection, sha256)


def _note_member(intake: Intake, archive: FileIdentity, place: int, sha256: str) -> None:
    intake.connection.execute(
        "INSERT OR REPLACE INTO data.member_seen VALUES ($archive, $place, $sha256)",
        {"archive": archive.sha256, "place": place, "sha256": sha256},
    )


def _known_name(file: Path, root: Path) -> str:
    try:
        name = file.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        name = file.name
    return os.fsencode(name).decode("utf-8", errors="replace")


def is_utf8(path: Path) -> bool:
    """Whether a file's name is text; else it cannot be named in the store."""
    return not re.search("[\ud800-\udfff]", str(path))


def _is_no_data(file: Path, folder: Path) -> bool:
    name = file.relative_to(folder).as_posix()
    return not is_unfinished(name) and (is_left_by_programs(name) or is_note(file))


def sha256_of(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """The file's SHA-256; the bytes are read only where size or time of change differ from when they were last read."""
    stat = path.stat()
    seen = connection.execute(
        "SELECT sha256 FROM data.file_seen WHERE path = $path AND size = $size AND modified_ns = $modified_ns",
        {"path": str(path), "size": stat.st_size, "modified_ns": stat.st_mtime_ns},
    ).fetchone()
    if seen:
        return str(seen[0])
    digest = sha256_of_bytes(path)
    connection.execute(
        "INSERT OR REPLACE INTO data.file_seen VALUES ($path, $size, $modified_ns, $sha256)",
        {"path": str(path), "size": stat.st_size, "modified_ns": stat.st_mtime_ns, "sha256": digest},
    )
    return digest


def sha256_of_bytes(path: Path) -> str:
    """The SHA-256 of a file as it is now. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
