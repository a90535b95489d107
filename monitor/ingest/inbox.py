"""From dropped files to rows in the store: which files there are, which are new, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import duckdb

from monitor.core.errors import FileRefused
from monitor.ingest.finding_files import PassedOver
from monitor.ingest.judgement import judged_under
from monitor.ingest.loading import (
    MOST_ROWS_OF_A_SPREADSHEET,
    DueDates,
    FileIdentity,
    LoadedFile,
    RowCounts,
    Terms,
    load_file,
    record_archive,
    record_refusal,
)
from monitor.ingest.patient_data import places_with_numbers, refused_by_name, withheld, without_number
from monitor.ingest.seen import Seen
from monitor.ingest.together import FEWEST_TOGETHER, MOST_TOGETHER, Ready, load_together, small_log
from monitor.ingest.unfinished import FileChanged, Stamp, stamps_of
from monitor.sources.column_map import ColumnMap
from monitor.sources.files.file_kind import container_of
from monitor.sources.files.without_data import is_note, is_unfinished
from monitor.sources.files.zip_archives import member_names, opened, unpacked
from monitor.sources.formats import Recognised
from monitor.sources.recognise import recognise
from monitor.sources.refused_logs import is_log
from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside

SQL = queries_beside(__file__)

_PERMISSIONS = "check the file's permissions"


@dataclass(frozen=True)
class Intake:
    """How files are taken in: where to, what is known of the returns, when, and where archives may be unpacked.

    on_file is called with each name before the file is read. column_maps: exports that monitor.toml describes.
    pause: lets a moment pass, to see whether a file still grows. due_dates: when periods are due, by the returns.
    most_rows: a file of just so many has been cut off by a spreadsheet. build: which program judges the rows.
    fewest_together: from how many on small logs are loaded together. names_of_returns: as in `Terms`.
    """

    connection: Store
    periods_of_returns: Mapping[str, str]
    loaded_at: datetime
    unpack_in: Path
    on_file: Callable[[str], None] = lambda name: None
    column_maps: Sequence[ColumnMap] = ()
    most_rows: int = MOST_ROWS_OF_A_SPREADSHEET
    pause: Callable[[float], None] = lambda seconds: None
    due_dates: DueDates = dict
    build: str = ""
    fewest_together: int = FEWEST_TOGETHER
    names_of_returns: Mapping[str, str] = field(default_factory=dict)

    @property
    def terms(self) -> Terms:
        """What rows are typed and judged by."""
        under = judged_under(self.build, self.periods_of_returns, self.column_maps, self.names_of_returns)
        return Terms(self.periods_of_returns, self.loaded_at, under, self.due_dates, self.names_of_returns)


def load_files(intake: Intake, files: Iterable[tuple[str, Path]]) -> Iterator[LoadedFile]:
    """Load what is new among the files; yields what became of each that was loaded, refused or left for the next run.

    A file of the same bytes as one loaded before yields nothing; a zip archive yields its members, not itself.
    """
    every = list(files)
    waiting = _Waiting(intake, Seen.for_files(intake.connection, len(every)))
    with_number = places_with_numbers(intake.connection, (name for name, _ in every))
    yield from (_refused_by_name(intake, every[place]) for place in with_number)
    every = [file for place, file in enumerate(every) if place not in with_number]
    stamps = stamps_of((path for _, path in every), intake.loaded_at, intake.pause)
    for name, path in every:
        intake.on_file(name)
        if is_unfinished(name):
            yield _left(FileIdentity(name, "", path), "its name is that of a file still being written, or open")
        elif not is_utf8(path):
            unnamed = FileRefused(name, "its name is not UTF-8 text", advice="rename the file")
            yield _refused(intake, FileIdentity(name, "", path), unnamed)
        else:
            yield from _load_path(waiting, name, path, stamps[path])
    yield from waiting.load()
    waiting.seen.keep()


@dataclass
class _Waiting:
    """Small logs that wait to be loaded together. What is loaded by itself comes after those that wait before it.

    known: the bytes and names of those that wait
    kept: what must stay open until they are loaded: where members of an archive are unpacked
    """

    intake: Intake
    seen: Seen
    ready: list[Ready] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    kept: ExitStack = field(default_factory=ExitStack)

    def take(self, one: Ready) -> Iterator[LoadedFile]:
        """Have a log wait, after those have been loaded that it does not go with."""
        if self.ready and (len(self.ready) >= MOST_TOGETHER or not one.goes_with(self.ready[0])):
            yield from self.load()
        self.ready.append(one)
        self.known |= {one.identity.sha256, one.identity.name}

    def is_waiting(self, identity: FileIdentity) -> bool:
        """Whether a file of these bytes or of this name waits."""
        return identity.sha256 in self.known or identity.name in self.known

    def load(self) -> Iterator[LoadedFile]:
        """Load those that wait: together, or one by one where one of them cannot be."""
        ready, self.ready, self.known = self.ready, [], set()
        with self.kept:
            for file in self._loaded(ready):
                if file.state == "loaded":
                    self.seen.note_loaded(file.identity.name, file.identity.sha256)
                yield file
        self.kept = ExitStack()

    def _loaded(self, ready: list[Ready]) -> Iterable[LoadedFile]:
        intake = self.intake
        if len(ready) >= intake.fewest_together:
            try:
                return load_together(intake.connection, ready, intake.terms, intake.most_rows)
            except (FileRefused, FileChanged, OSError, duckdb.IOException):
                pass  # one by one it is said which, and the others are loaded
        return (file for one in ready for file in _as_it_is(intake, one.identity, lambda: self._alone(one)))  # noqa: B023

    def _alone(self, one: Ready) -> Iterator[LoadedFile]:
        yield _load_known(self.intake, one.identity, one.recognised)


def passed_over(connection: Store, passed: Iterable[PassedOver]) -> Iterator[LoadedFile]:
    """What is said of what lies in the inbox and is not read; nothing of it is kept among the files."""
    for one in passed:
        state = "refused" if one.needs_person else "passed over"
        name = withheld(connection, one.name) if places_with_numbers(connection, [one.name]) else one.name
        why = without_number(connection, one.why, name).message
        yield LoadedFile(FileIdentity(name, "", one.path), None, state, RowCounts(), why, is_unread=one.may_hold_data)


def _refused_by_name(intake: Intake, file: tuple[str, Path]) -> LoadedFile:
    """A file whose name is of a patient: it is not opened, and its name is not kept."""
    name, path = file
    shown = withheld(intake.connection, name)
    return record_refusal(intake.connection, FileIdentity(shown, "", path), refused_by_name(shown), intake.loaded_at)


def _load_path(waiting: _Waiting, name: str, path: Path, stamp: Stamp | None) -> Iterator[LoadedFile]:
    """Load one file, unless the same bytes were loaded before, or somebody else changes it meanwhile."""
    identity = FileIdentity(name, "", path, stamp)
    yield from _as_it_is(waiting.intake, identity, lambda: _load_found(waiting, identity))


def _load_found(waiting: _Waiting, found: FileIdentity) -> Iterator[LoadedFile]:
    identity = replace(found, sha256=waiting.seen.sha256_of(found.path))
    identity.refuse_changed()
    if waiting.is_waiting(identity):
        yield from waiting.load()
    if not waiting.seen.is_loaded(identity.sha256):
        yield from _load_archive(waiting, identity) if _is_archive(identity.path) else _load_one(waiting, identity)


def _as_it_is(intake: Intake, identity: FileIdentity, load: Callable[[], Iterator[LoadedFile]]) -> Iterator[LoadedFile]:
    """What comes of loading a file; where it could not be read, that it could not."""
    try:
        yield from load()
    except FileChanged:
        yield replace(_left(identity, "it changed while it was being read"), is_unread=True)
    except FileRefused as gone:
        yield replace(_refused(intake, identity, gone), is_unread=True)
    except OSError as error:
        unreadable = FileRefused(identity.name, f"cannot be read: {error.strerror}", advice=_PERMISSIONS)
        yield replace(_refused(intake, replace(identity, sha256=""), unreadable), is_unread=True)


def _load_one(waiting: _Waiting, identity: FileIdentity) -> Iterator[LoadedFile]:
    """Raises FileChanged where the file was changed meanwhile: what was found in it is of two files."""
    intake = waiting.intake
    try:
        recognised = recognise(identity.path, intake.column_maps)
    except FileRefused as refusal:
        identity.refuse_changed()
        yield _refused_unread(intake, identity, refusal)
        return
    ready = small_log(identity, recognised)
    if ready and identity.name not in waiting.seen.names:
        yield from waiting.take(ready)
        return
    yield from waiting.load()
    loaded = _load_known(intake, identity, recognised)
    if loaded.state == "loaded":
        waiting.seen.note_loaded(identity.name, identity.sha256)
    yield loaded


def _load_known(intake: Intake, identity: FileIdentity, recognised: Recognised) -> LoadedFile:
    try:
        return load_file(intake.connection, identity, recognised, intake.terms, intake.most_rows)
    except FileRefused as refusal:
        identity.refuse_changed()
        return _refused_unread(intake, identity, refusal)
    except duckdb.IOException:
        identity.refuse_changed()
        raise


def _left(identity: FileIdentity, why: str) -> LoadedFile:
    """A file that is left for the next run: nothing of it is kept, not even that it was there."""
    return LoadedFile(identity, None, "left", RowCounts(), f"left for the next run: {why}")


def _refused_unread(intake: Intake, identity: FileIdentity, refusal: FileRefused) -> LoadedFile:
    """A file that was refused for what is in it. Where it is a log, who is in it is not known to have sent nothing."""
    refused = _refused(intake, identity, refusal)
    return replace(refused, is_unread=is_log(identity.path, intake.column_maps))


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


def _load_archive(waiting: _Waiting, archive: FileIdentity) -> Iterator[LoadedFile]:
    """Load each member as a file of its own. The archive counts as loaded once every member of it is, or is a note."""
    intake = waiting.intake
    yield from waiting.load()
    try:
        members = member_names(archive.path)
    except FileRefused as refusal:
        archive.refuse_changed()
        yield _refused(intake, archive, refusal)
        return
    archive.refuse_changed()
    is_whole = True
    for loaded in _load_members(waiting, archive, members):
        is_whole = is_whole and loaded.state == "loaded"
        yield loaded
    if is_whole:
        record_archive(intake.connection, archive, len(members), intake.loaded_at)
        waiting.seen.note_loaded(archive.name, archive.sha256)


def _load_members(waiting: _Waiting, archive: FileIdentity, members: Sequence[tuple[int, str]]) -> Iterator[LoadedFile]:
    """Members that were unpacked and loaded before are not unpacked: one refused costs no unpacking of the others."""
    connection, about = waiting.intake.connection, {"archive": archive.sha256}
    before = dict(connection.execute(SQL["members_seen"], about).fetchall())
    noted: dict[int, str] = {}
    with opened(archive.path) as packed:
        for place, name in members:
            if place not in before or not waiting.seen.is_loaded(before[place]):
                yield from _load_member(waiting, packed, archive, place, f"{archive.name}/{name}", noted)
    yield from waiting.load()
    if noted:
        connection.execute(SQL["keep_members_seen"], {**about, "places": list(noted), "hashes": list(noted.values())})


def _load_member(
    waiting: _Waiting, packed: ZipFile, archive: FileIdentity, place: int, name: str, noted: dict[int, str]
) -> Iterator[LoadedFile]:
    intake = waiting.intake
    if places_with_numbers(intake.connection, [name]):
        yield _refused_by_name(intake, (name, archive.path))
        return
    intake.on_file(name)
    try:
        with ExitStack() as kept:
            member = kept.enter_context(unpacked(archive.path, place, intake.unpack_in, packed))
            noted[place] = member.sha256
            identity = FileIdentity(name, member.sha256, member.path)
            if waiting.is_waiting(identity):
                yield from waiting.load()
            if not waiting.seen.is_loaded(member.sha256) and not is_note(member.path):
                yield from _load_one(waiting, identity)
                if waiting.is_waiting(identity):
                    waiting.kept.push(kept.pop_all())
    except FileRefused as refusal:
        yield _refused(intake, FileIdentity(name, "", archive.path), refusal)


def is_utf8(path: Path) -> bool:
    """Whether a file's name is text; else it cannot be named in the store."""
    return not re.search("[\ud800-\udfff]", str(path))
