"""Stores and published copies that are damaged, as disks, people and programs do it; and what the program says."""

from __future__ import annotations

import gzip
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
from asking import NOW, Answer, new_workspace, write_csv, write_two_practices
from campaigns import ACCUSED, CRASHED, LOST, Fault
from killing import Killable

from monitor.config.workspace import Workspace
from monitor.store.connection import NO_NETWORK
from monitor.store.schema import SCHEMA

HEADERS, BLOCK = 12_288, 262_144  # of a DuckDB file: three headers, then blocks of this size
LOG = """
    organisation_code,return_code,period_start,submitted_at,outcome
    Z98002,workforce,2025-11-01,2025-11-02T10:00:00,accepted
    Z98002,workforce,2025-12-01,2025-12-02T10:00:00,accepted
"""
ANSWER = "SELECT organisation_code, return_code, period_start, status, cause FROM data.return_status_row ORDER BY ALL"
# What a person is to do; never to look at the disk's room, which is there.
ADVICE = re.compile("monitor rebuild|back-up|put back|move it away|permissions|later version")
WRONG_ADVICE = re.compile("disk space")
WAYS_TO_END = (0, 4)
# How doctor and run may end: a part of a store may be one that nothing is in, that the run does not need, or that only
# a run needs: the doctor reads every row, and no index, because only a writer does.
HURT_IN_PART = ("a byte of its middle flipped", "a block lost", "a spoilt log beside it", "a foreign log beside it")
WAYS_TO_MEET = {False: {(4, 4)}, True: {(4, 4), (4, 0), (0, 4), (0, 0)}}

Content = Callable[[bytes], bytes]
InPlace = Callable[[Path], object]  # given the file


def flipped(at: float | int) -> Content:
    """One bit the other way round, at a byte or at a share of the file."""

    def flip(content: bytes) -> bytes:
        place = int(at * len(content)) if isinstance(at, float) else at
        return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]

    return flip


def without_a_block(content: bytes) -> bytes:
    """Noughts where the middle block was, as a disk gives back what it lost."""
    begin = HEADERS + (len(content) - HEADERS) // BLOCK // 2 * BLOCK
    return content[:begin] + bytes(BLOCK) + content[begin + BLOCK :]


CONTENTS: dict[str, Content] = {
    "emptied": lambda whole: b"",
    "cut to 100 bytes": lambda whole: whole[:100],
    "cut to its head": lambda whole: whole[:4096],
    "cut short": lambda whole: whole[: len(whole) // 2],
    "cut by a byte": lambda whole: whole[:-1],
    "cut by a block": lambda whole: whole[:-BLOCK],
    "noughts": lambda whole: bytes(len(whole)),
    "its head spoilt": lambda whole: b"\xff" * 4096 + whole[4096:],
    "all its headers spoilt": lambda whole: b"\xff" * HEADERS + whole[HEADERS:],
    "a byte of its head flipped": flipped(8),
    "a byte of its middle flipped": flipped(0.5),
    "a block lost": without_a_block,
    "random bytes": lambda whole: random.Random(len(whole)).randbytes(100_000),
    "of another program": lambda whole: b"SQLite format 3\0" + bytes(8000),
    "packed": gzip.compress,
    "text": lambda whole: b"organisation_code,organisation_name\nA81001,One\n" * 500,
}


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "something").write_text("there", encoding="utf-8")


def a_dangling_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("/srv/not-there/monitor.duckdb")


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def spoilt_log(file: Path) -> None:
    """Beside the file what DuckDB takes for its write-ahead log."""
    file.with_name(file.name + ".wal").write_bytes(b"\xff" * 5000)


def foreign_log(file: Path) -> None:
    """The write-ahead log of another database, that was not closed."""
    other = file.with_name("other.duckdb")
    with duckdb.connect(str(other)) as connection:
        connection.execute("SET checkpoint_threshold = '1TB'; CREATE TABLE t AS FROM range(1000)")
        shutil.copy(f"{other}.wal", f"{file}.wal")
    other.unlink()


def of_a_later_schema(file: Path) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"UPDATE data.schema_version SET version = {SCHEMA + 1}")


def of_another_use(file: Path) -> None:
    """A database of DuckDB, and none of ours."""
    file.unlink()
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE t AS FROM range(1000)")


def written_over(damage: Content) -> InPlace:
    return lambda file: file.write_bytes(damage(file.read_bytes()))


DAMAGE: dict[str, InPlace] = {
    **{name: written_over(damage) for name, damage in CONTENTS.items()},
    "a folder": a_folder,
    "a dangling link": a_dangling_link,
    "a pipe": a_pipe,
    "a spoilt log beside it": spoilt_log,
    "a foreign log beside it": foreign_log,
    "of another use": of_another_use,
}
STORES: dict[str, InPlace] = {**DAMAGE, "of a later schema": of_a_later_schema}
COPIES = {
    name: DAMAGE[name]
    for name in (
        "emptied", "cut short", "noughts", "its head spoilt", "of another program", "packed", "a folder",
        "a dangling link", "a pipe", "a spoilt log beside it", "of another use",
    )
}  # fmt: skip
CASES = [*(("store", name) for name in STORES), *(("copy", name) for name in COPIES)]


@dataclass
class Damaged:
    """A copy of a workspace that was as it should be, with one thing damaged; and a program that may hang in it."""

    workspace: Workspace
    program: Killable
    answer: list[tuple[object, ...]]  # before
    is_hurt_in_part: bool = False

    def typed(self, *args: str) -> Answer:
        return self.program.typed(*args, "-w", self.workspace.folder, now=NOW, seconds=30)

    def faults_of_store(self) -> Iterator[Fault]:
        """What is wrong with how a damaged store is met: it is said, and nobody is notified of anything."""
        mails = len(list(self.workspace.outbox.glob("*.eml")))
        examined, ran = self.typed("doctor"), self.typed("run")
        yield from (fault for said in (examined, ran) for fault in _wrong_words(said))
        if len(list(self.workspace.outbox.glob("*.eml"))) > mails or self._published() not in ([], self.answer):
            yield ACCUSED, "another answer than before"
        ended = (examined.code, ran.code)
        if ended not in WAYS_TO_MEET[self.is_hurt_in_part] or (ran.code == 0 and self._stored() != self.answer):
            yield CRASHED, f"doctor {examined.code}, run {ran.code}: {examined.out}{ran.out}{ran.err}"
        if examined.code == 4 and not ADVICE.search(on_one_line(examined.out)):
            yield CRASHED, f"no advice: {examined.out}"

    def faults_of_copy(self) -> Iterator[Fault]:
        """What is wrong with how a damaged published copy is met: a run makes it again."""
        is_unhurt = self._published() == self.answer  # DuckDB passes over a log that is none
        examined, ran = self.typed("doctor"), self.typed("run")
        yield from (fault for said in (examined, ran) for fault in _wrong_words(said))
        if (examined.code, ran.code) != (0 if is_unhurt else 4, 0):
            yield CRASHED, f"doctor {examined.code}, run {ran.code}: {ran.err}"
        if self._published() != self.answer:
            yield LOST, f"the copy is not made anew: {self._published()}"
        again = self.typed("doctor")
        if again.code != 0:
            yield CRASHED, f"still not well: {again.out}"

    def _stored(self) -> list[tuple[object, ...]]:
        return answer_in(self.workspace.store)

    def _published(self) -> list[tuple[object, ...]]:
        try:
            return answer_in(self.workspace.published) if self.workspace.published.is_file() else []
        except duckdb.Error as error:
            return [(str(error),)]


def on_one_line(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def _wrong_words(said: Answer) -> Iterator[Fault]:
    words = said.out + said.err
    if said.code not in WAYS_TO_END or "Traceback" in words:
        yield CRASHED, said
    if WRONG_ADVICE.search(on_one_line(words)):
        yield CRASHED, f"wrong advice: {words}"


def answer_in(database: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True, config={**NO_NETWORK}) as opened:
        return opened.execute(ANSWER).fetchall()


@dataclass(frozen=True)
class WholeWorkspace:
    """A workspace as it should be: two practices, one of which has not sent anything, and what was said of it."""

    folder: Path
    answer: list[tuple[object, ...]]

    def damaged(self, at: Path, program: Killable, which: str, name: str) -> Damaged:
        """A copy of it with its store or its published copy damaged."""
        shutil.copytree(self.folder, at)
        workspace = Workspace(at)
        if which == "store":
            STORES[name](workspace.store)
        else:
            COPIES[name](workspace.published)
        return Damaged(workspace, program, self.answer, name in HURT_IN_PART)

    def faults(self, at: Path, program: Killable, which: str, name: str) -> list[Fault]:
        """What is wrong with how this damage is met."""
        met = self.damaged(at, program, which, name)
        return list(met.faults_of_store() if which == "store" else met.faults_of_copy())


def whole_workspace(folder: Path, program: Killable) -> WholeWorkspace:
    """Such a workspace, made by a run."""
    workspace = new_workspace(folder).workspace
    write_two_practices(folder)
    write_csv(workspace.inbox / "log.csv", LOG)
    ran = program.typed("run", "-w", folder, now=NOW)
    assert ran.code == 0, ran
    return WholeWorkspace(folder, answer_in(workspace.published))
