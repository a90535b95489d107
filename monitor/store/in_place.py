"""Putting files in place: made whole beside, then given their name in one step."""

from __future__ import annotations

import os
import shutil
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
