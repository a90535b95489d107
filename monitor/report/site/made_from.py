"""What the pages were made from, part by part, so that a build makes anew only what differs.

A part is an organisation's page, or the pages of an area or of a return. What a part was made from is kept beside the
pages, with the size and time of each file: a page that somebody altered or that is gone is made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.core.hashes import hash_of
from monitor.report.site.pages import Page

MADE_FROM = "assets/made_from.json"


@dataclass(frozen=True)
class Made:
    """A part as it was written. of: a hash of all it was made from; files: by path, size and time in nanoseconds."""

    of: str
    files: Mapping[str, tuple[int, int]]


@dataclass
class Parts:
    """The parts of a site in a folder. ground: a hash of what every page of a part rests on besides its own rows."""

    folder: Path
    ground: str
    before: Mapping[str, Made]
    now: dict[str, Made] = field(default_factory=dict)

    @classmethod
    def in_folder(cls, folder: Path, ground: str) -> Parts:
        """As the last build left them; none where nothing can be read of it."""
        try:
            kept = json.loads((folder / MADE_FROM).read_text(encoding="utf-8"))
            before = {
                name: Made(of, {path: tuple(state) for path, state in files.items()})
                for name, (of, files) in kept.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            before = {}
        return cls(folder, ground, before)

    def stands(self, name: str, said: str) -> bool:
        """Whether a part is there as it would be made; if so it stays. said: what it would be made from."""
        made = self.before.get(name)
        if made is None or made.of != self._of(said) or any(self._state(path) != at for path, at in made.files.items()):
            return False
        self.now[name] = made
        return True

    def wanted(self, kind: str, hashes: Mapping[str, str]) -> list[str]:
        """The codes of the parts of one kind that are to be made anew. hashes: by code, of what they are made from."""
        return [code for code, said in hashes.items() if not self.stands(f"{kind} {code}", said)]

    def written(self, name: str, said: str, pages: Iterable[Page]) -> Iterator[Page]:
        """Hand on the pages of a part; each is written when the next is asked for. Note what they were made from."""
        paths = []
        for page in pages:
            yield page
            paths.append(page.path)
        files = {path: state for path in paths if (state := self._state(path))}
        self.now[name] = Made(self._of(said), files)

    @property
    def standing(self) -> Iterator[Path]:
        """The files of all parts that were handed on or stay."""
        return (self.folder / path for made in self.now.values() for path in made.files)

    def as_json(self) -> str:
        """What is kept of the parts."""
        return json.dumps(
            {name: (made.of, made.files) for name, made in sorted(self.now.items())}, separators=(",", ":")
        )

    def _of(self, said: str) -> str:
        return hash_of(self.ground, said)

    def _state(self, path: str) -> tuple[int, int] | None:
        try:
            stat = (self.folder / path).stat()
        except OSError:
            return None
        return stat.st_size, stat.st_mtime_ns
