"""The site's folder: writes what changed, removes what is gone, and says how much that was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor.core.atomic_files import write_file

# Where our own pages lie, and how their names end. Whatever else somebody puts beside them is left alone.
PAGE = ".html"
OWN_PLACES = {"": PAGE, "organisations": PAGE, "assets": ""}
OWN_TREES = ("returns", "areas")  # with all folders below

State = tuple[int, int]  # of a file: its size, and its time in nanoseconds


@dataclass
class Folder:
    """One site being written. written, removed: how many files; kept: the paths of those that it consists of now."""

    folder: Path
    written: int = 0
    removed: int = 0
    kept: set[str] = field(default_factory=set)
    _made: set[Path] = field(default_factory=set)

    def write(self, path: str, text: str) -> None:
        """Put a file in place, unless it says just that already. Raises OSError."""
        file = self.folder / path
        self.kept.add(path)
        # What a name holds that is no valid Unicode must not stop the page.
        data = text.encode("utf-8", "replace")
        if _says(file, data):
            return
        self._make(file.parent)
        write_file(file, data)
        self.written += 1

    def remove_others(self) -> None:
        """Take away pages of what is gone, and what a run that was cut short left. Raises OSError."""
        for path in own_files(self.folder):
            if path not in self.kept:
                (self.folder / path).unlink()
                self.removed += 1
        for left_over in self.folder.rglob(".*.building"):
            left_over.unlink()

    def _make(self, folder: Path) -> None:
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)


def own_files(folder: Path) -> dict[str, State]:
    """The files that lie where ours do, by their path below the folder. In one pass: a site has ten thousand."""
    found: dict[str, State] = {}
    for place, ending in OWN_PLACES.items():
        found |= {path: state for path, state in _files_in(folder, place) if path.endswith(ending)}
    for tree in OWN_TREES:
        for at, _, _ in os.walk(folder / tree):
            place = Path(at).relative_to(folder).as_posix()
            found |= {path: state for path, state in _files_in(folder, place) if path.endswith(PAGE)}
    return found


def _files_in(folder: Path, place: str) -> Iterator[tuple[str, State]]:
    if not (folder / place).is_dir():
        return
    with os.scandir(folder / place) as entries:
        for entry in entries:
            if entry.is_file() and not entry.name.startswith("."):
                yield f"{place}/{entry.name}".lstrip("/"), (entry.stat().st_size, entry.stat().st_mtime_ns)


def _says(file: Path, data: bytes) -> bool:
    try:
        return file.stat().st_size == len(data) and file.read_bytes() == data
    except FileNotFoundError:
        return False
