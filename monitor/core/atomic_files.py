"""Putting files in place: made whole beside, then given their name in one step."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def beside(file: Path) -> Path:
    """Where a file is built that will get this name."""
    return file.with_name(f".{file.name}.{os.getpid()}.building")


def link_or_copy(file: Path, other: Path) -> None:
    """A second name for the file; where the file system has no hard links, a copy."""
    try:
        os.link(file, other)
    except OSError:
        shutil.copyfile(file, other)


@contextmanager
def built_beside(file: Path) -> Iterator[Path]:
    """Where a file is to be built that will get this name; what is still there at the end is taken away.

    What a process that was killed left there is taken away as well. Raises OSError.
    """
    for left_over in file.parent.glob(f".{glob.escape(file.name)}.*.building"):
        left_over.unlink(missing_ok=True)
    building = beside(file)
    try:
        yield building
    finally:
        if building.parent.is_dir():
            building.unlink(missing_ok=True)


def give_name(building: Path, file: Path) -> bool:
    """Give what was built its name; False where somebody has the file of that name open, which Windows forbids."""
    try:
        building.replace(file)
    except PermissionError:
        return False
    return True


def write_file(file: Path, content: bytes) -> None:
    """Write a file so that a reader finds all of it, or what was there before. Raises OSError."""
    with built_beside(file) as building:
        building.write_bytes(content)
        building.replace(file)


def write_whole(file: Path, content: bytes) -> None:
    """As `write_file`, also after a power cut. Raises OSError."""
    with built_beside(file) as building:
        with building.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        building.replace(file)
    _keep_names(file.parent)


def _keep_names(folder: Path) -> None:
    """Have the names in a folder on disk, too, before anybody relies on them; Windows has no such call."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
