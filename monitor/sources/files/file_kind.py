"""What kind of file it is by its first bytes, whatever it is called."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Literal

from monitor.core.errors import FileRefused

Container = Literal["text", "workbook", "parquet", "zip"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED_BYTES = 4_000_000_000
_EXPECTED = "a CSV file (UTF-8), an Excel workbook (.xlsx), a Parquet file, or a zip archive of these"
_UNPACK = "unpack it first and drop the files it holds"
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}


def container_of(path: Path) -> Container:
    """Text, workbook, Parquet or zip. Raises FileRefused for an empty file and for what is none of these."""
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise FileRefused(
            path.name, f"cannot be opened ({error.strerror})", "a file that can be read", "close it in other programs"
        ) from error
    if not start:
        raise FileRefused(path.name, "is empty", _EXPECTED, "check that it was saved or downloaded in full")
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK"):
        return _workbook_or_zip(path)
    _refuse_binary(path, start)
    return "text"


def corrupt_workbook(path: Path) -> FileRefused:
    return FileRefused(
        path.name,
        "is a damaged or incomplete Excel workbook",
        "a workbook that opens in Excel",
        "open it in Excel and save it again as .xlsx, or download it again",
    )


def _workbook_or_zip(path: Path) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error) as error:
        if path.suffix.lower() == ".zip":
            raise _refused(path, "is a damaged zip file", "download it again") from error
        raise corrupt_workbook(path) from error
    names = {member.filename for member in members}
    if not names & {"xl/workbook.xml", "xl/workbook.bin"}:
        _refuse_other_documents(path, names)
        return "zip"
    if sum(member.file_size for member in members) > _MOST_UNPACKED_BYTES:
        raise _refused(path, "unpacks to more than 4 GB", "save it as CSV instead")
    return "workbook"


def _refuse_other_documents(path: Path, names: set[str]) -> None:
    if "[Content_Types].xml" in names:
        raise _refused(path, "is a Word or PowerPoint file, or a damaged workbook", "save its table as CSV")
    if "mimetype" in names:
        raise _refused(path, "is an OpenDocument file", "save it as .xlsx")


def _refuse_binary(path: Path, start: bytes) -> None:
    if start.startswith(_OLE):
        raise _old_or_protected(path)
    if start.startswith(b"%PDF"):
        raise _refused(path, "is a PDF document", "ask the sender for the data as CSV or .xlsx")
    for magic, name in _PACKED.items():
        if start.startswith(magic):
            raise _refused(path, f"is packed ({name})", _UNPACK)


def _old_or_protected(path: Path) -> FileRefused:
    """An encrypted .xlsx and an old .xls share one container; only the first has a stream of this name."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return _refused(path, "is protected with a password", "open it in Excel, remove the password and save it again")
    return _refused(path, "is an old Excel file (.xls)", "open it in Excel and save it as .xlsx")


def _refused(path: Path, found: str, advice: str) -> FileRefused:
    return FileRefused(path.name, found, _EXPECTED, advice)
