"""The site's folder: writes what changed, removes what is gone, and says how much that was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor.core.atomic_files import write_file

# Where our own pages lie. Whatever else somebody puts beside them is left alone.
OWN_PLACES = ("*.html", "returns/**/*.html", "areas/**/*.html", "organisations/*.html", "assets/*")


@dataclass
class Folder:
    """One site being written. written, removed: how many files; kept: those that it consists of now."""

    folder: Path
    written: int = 0
    removed: int = 0
    kept: set[Path] = field(default_factory=set)
    _made: set[Path] = field(default_factory=set)

    def write(self, path: str, text: str) -> None:
        """Put a file in place, unless it says just that already. Raises OSError."""
        file = self.folder / path
        self.kept.add(file)
        # What a name holds that is no valid Unicode must not stop the page.
        data = text.encode("utf-8", "replace")
        if _says(file, data):
            return
        self._make(file.parent)
        write_file(file, data)
        self.written += 1

    def remove_others(self) -> None:
        """Take away pages of what is gone, and what a run that was cut short left. Raises OSError."""
        for file in list(self._own_files()):
            if file not in self.kept:
                file.unlink()
                self.removed += 1
        for left_over in self.folder.rglob(".*.building"):
            left_over.unlink()

    def _own_files(self) -> Iterator[Path]:
        for place in OWN_PLACES:
            yield from (file for file in self.folder.glob(place) if file.is_file() and not file.name.startswith("."))

    def _make(self, folder: Path) -> None:
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)


def _says(file: Path, data: bytes) -> bool:
    try:
        return file.stat().st_size == len(data) and file.read_bytes() == data
    except FileNotFoundError:
        return False
