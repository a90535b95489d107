"""Zip archives, as publications are downloaded: each member is unpacked by itself, read and deleted again.

What an archive says of its sizes is not believed: bytes are counted as they come out.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from monitor.core.errors import EnvironmentFault, FileRefused
from monitor.sources.files.without_data import is_left_by_programs

MOST_MEMBERS = 1_000
MOST_BYTES_OF_A_MEMBER = 4_000_000_000
MOST_RATIO = 250  # published CSV files shrink to a thirtieth; a bomb is made of ratios near 1,000
RATIO_IS_LOOKED_AT_FROM = 50_000_000

_CHUNK_BYTES = 1 << 20
_LONGEST_NAME = 200  # in bytes, of which a character has up to four
_UTF8_NAME = 0x800
_PROTECTED = 0x1
_UNPACK = "unpack it and drop the files that it holds"


@dataclass(frozen=True)
class Unpacked:
    """One member, unpacked. path: a file of its own base name in a folder of the archive's name."""

    path: Path
    sha256: str


def member_names(path: Path) -> list[tuple[int, str]]:
    """(place in the archive, name below it) of every member that somebody put there. Raises FileRefused if damaged."""
    with opened(path) as archive:
        members = [(place, _name_of(member)) for place, member in enumerate(archive.infolist()) if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise FileRefused(path.name, f"holds {len(members):,} files", f"at most {MOST_MEMBERS:,}", _UNPACK)
    return [(place, name) for place, name in members if not is_left_by_programs(name)]


@contextmanager
def unpacked(path: Path, place: int, folder: Path, archive: zipfile.ZipFile | None = None) -> Iterator[Unpacked]:
    """The member at this place as a file below `folder`, for as long as the block runs. archive: where it is open.

    Raises FileRefused where the member is damaged, protected, packed in an unknown way, or unpacks to too much.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        archive = archive or stack.enter_context(opened(path))
        own = stack.enter_context(TemporaryDirectory(dir=folder, prefix="unpacked-"))
        member = archive.infolist()[place]
        where = f"{path.name}/{_name_of(member)}"
        _refuse_before(member, where)
        _refuse_full_disk(member, folder)
        target = Path(own) / _safe(path.name) / _safe(_name_of(member).split("/")[-1])
        target.parent.mkdir()
        yield Unpacked(target, _unpack(archive, member, target, where))


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, where: str) -> str:
    digest, size = hashlib.sha256(), 0
    with _reading(where):
        packed = archive.open(member)
    with packed, target.open("wb") as file:
        while chunk := _next_chunk(packed, where):
            size += len(chunk)
            _refuse_bomb(size, member.compress_size, where)
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _next_chunk(packed: IO[bytes], where: str) -> bytes:
    with _reading(where):
        return packed.read(_CHUNK_BYTES)


@contextmanager
def _reading(where: str) -> Iterator[None]:
    """Only reading is in the block: bzip2 reports damage as an OSError, as a disk reports that it is full."""
    try:
        yield
    except (NotImplementedError, RuntimeError) as error:
        raise FileRefused(
            where, "is packed in a way that cannot be read here", "a plain zip archive", _UNPACK
        ) from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, struct.error) as error:
        raise FileRefused(
            where,
            "is damaged inside the zip archive, and cannot be read to its end",
            "a member that unpacks",
            "download the archive again; while it is damaged, what this part holds is not known",
        ) from error


def _refuse_before(member: zipfile.ZipInfo, where: str) -> None:
    if member.flag_bits & _PROTECTED:
        raise FileRefused(where, "is protected with a password", "a zip archive without a password", _UNPACK)
    _refuse_bomb(member.file_size, member.compress_size, where)


def _refuse_bomb(size: int, packed_size: int, where: str) -> None:
    if size > MOST_BYTES_OF_A_MEMBER:
        raise FileRefused(where, "unpacks to more than 4 GB", "smaller files", "split it")
    if size > RATIO_IS_LOOKED_AT_FROM and size > MOST_RATIO * max(packed_size, 1):
        raise FileRefused(
            where,
            f"unpacks to more than {MOST_RATIO} times its size, as files do that are made to fill a disk",
            "a published file",
            "check where it comes from; if it is right, " + _UNPACK,
        )


def _refuse_full_disk(member: zipfile.ZipInfo, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if member.file_size > free:
        raise EnvironmentFault(
            str(folder),
            f"{free:,} bytes are free, and {_name_of(member)} unpacks to {member.file_size:,}",
            advice="make room on the disk",
        )


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip archive, open for the block. Raises FileRefused if it is damaged."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise FileRefused(path.name, "is a damaged zip file", "a zip file that opens", "download it again") from error
    with archive:
        yield archive


def _name_of(member: zipfile.ZipInfo) -> str:
    """The member's name. Without a mark of UTF-8 a name is read as code page 437, and is often UTF-8 all the same."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        for encoding in ("utf-8", "cp1252"):
            try:
                name = member.filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return re.sub(r"[\x00-\x1f\x7f]", "_", name.replace("\\", "/")).lstrip("/")


def _safe(name: str) -> str:
    """A name for a file of ours: no separators, not too long for any file system; its ending is kept."""
    plain = re.sub(r'[<>:"/\\|?*]', "_", name).strip(" .") or "member"
    if len(plain.encode()) <= _LONGEST_NAME:
        return plain
    ending = plain.encode()[-_LONGEST_NAME // 2 :].decode(errors="ignore")
    return plain.encode()[: _LONGEST_NAME // 2].decode(errors="ignore") + ending
